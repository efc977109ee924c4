"""Examples in Rust's documentation, run as its own tests of documentation are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deskmate.checks.sandbox import Limits, Ran
from deskmate.checks.suites import RUN_LIMITS, find_examples, read_tally, run_suite
from deskmate.checks.verdict import Subject

CODE = """\
/// Adds two numbers.
///
/// ```
/// assert_eq!(shop::add(1, 2), 3);
/// ```
pub fn add(a: i32, b: i32) -> i32 {
    a - b
}
"""
SAID = """\
test src/lib.rs - add (line 3) ... FAILED
test src/lib.rs - add (line 9) ... ok
test src/lib.rs - Basket::total (line 20) - compile ... ok
"""
LIMITS = Limits(seconds=600, **RUN_LIMITS)


def subject_in(folder: Path) -> Subject:
    return Subject(folder, "src/lib.rs", "rust", CODE, {}, "add")


def test_lines_move_and_the_worst_of_several_counts(tmp_path: Path) -> None:
    suite = find_examples(subject_in(tmp_path), [CODE])
    assert suite is not None
    assert suite.reaches
    tests = read_tally(suite, Ran("ended", 101, SAID, 1.0), LIMITS).tests
    assert tests == {"src/lib.rs - add": False, "src/lib.rs - Basket::total": True}


def test_documentation_without_code_has_no_examples(tmp_path: Path) -> None:
    assert find_examples(subject_in(tmp_path), ["/// Adds two numbers.\nfn add() {}"]) is None


@pytest.mark.skipif(shutil.which("cargo") is None, reason="needs cargo")
async def test_they_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    project = tmp_path / "shop"
    (project / "src").mkdir(parents=True)
    manifest = '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n'
    (project / "Cargo.toml").write_text(manifest, encoding="utf-8")
    (project / "src/lib.rs").write_text(CODE, encoding="utf-8")
    subject = subject_in(project)
    suite = find_examples(subject, [CODE])
    assert suite is not None
    before = await run_suite(suite, subject, CODE, LIMITS)
    after = await run_suite(suite, subject, CODE.replace("a - b", "a + b"), LIMITS)
    assert (before.tests, after.tests) == ({"src/lib.rs - add": False}, {"src/lib.rs - add": True})
    assert "left: -1" in before.said
