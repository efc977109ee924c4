"""Examples in JSDoc, run by node."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deskmate.checks.sandbox import Limits
from deskmate.checks.suites import RUN_LIMITS, find_examples, run_suite
from deskmate.checks.verdict import Subject

LIMITS = Limits(seconds=600, **RUN_LIMITS)
CODE = """\
const RATE = 2;

/**
 * Doubles.
 *
 * @param {number} n
 * @returns {number}
 * @example
 * import { double } from "shop";
 * const list = [1, 2];
 * double(2); // => 4
 * console.log(list.map(double)) // [2, 4]
 * await Promise.resolve(double(1)) // returns 2
 * double() // throws RangeError
 * double(3) // => what is twice as much
 * @since 1.0
 */
EXPORTdouble(n) {
  if (n === undefined) throw new RangeError("nothing");
  return n * RATE;
}
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize(
    "export", ["export function ", "function ", "export const double = function "]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", ""),
        ("n * RATE + (n > 1)", "Error: double(2) gives 5, not 4"),
    ],
)
async def test_they_are_run(
    wrong: str,
    said: str,
    ends: str,
    export: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    project = tmp_path / "shop"
    project.mkdir()
    text = CODE.replace("EXPORT", export).replace("n * RATE", wrong or "n * RATE")
    text = text.replace("\n", ends)
    (project / "shop.js").write_text(text, encoding="utf-8", newline="")
    subject = Subject(project, "shop.js", "javascript", text, {}, "double")
    suite = find_examples(subject, [text])
    assert suite is not None
    assert suite.reaches
    tally = await run_suite(suite, subject, text, LIMITS)
    assert tally.tests == {"double": not said}
    assert said in tally.said


def test_documentation_without_examples_has_none(tmp_path: Path) -> None:
    text = "/** Doubles. */\nfunction double() {}\n"
    assert find_examples(Subject(tmp_path, "a.js", "javascript", text, {}), [text]) is None


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
async def test_what_is_typed_behind_a_prompt_is_one(
    ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    project = tmp_path / "shop"
    project.mkdir()
    said = [">>> half(4)", "2", "> half(2);", "1", "> half(3)", "1", "> other(1)", "2"]
    text = ends.join(["/*", *said, "*/", "const half = (n) => n / 2;", ""])
    (project / "halves.js").write_text(text, encoding="utf-8", newline="")
    subject = Subject(project, "halves.js", "javascript", text, {}, "half")
    suite = find_examples(subject, [text])
    assert suite is not None
    tally = await run_suite(suite, subject, text, LIMITS)
    assert tally.tests == {"half(4)": True, "half(2)": True, "half(3)": False}
