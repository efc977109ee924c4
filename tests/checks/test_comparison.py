"""Code that is compared with what it was, in the jail: the cases of `tests/cases/comparison`."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.checks.comparison import Compared, compare_results, read_compared
from deskmate.checks.sandbox import Limits, Ran
from deskmate.checks.verdict import Subject, Verdict

CASES = Path(__file__).parents[1] / "cases" / "comparison"
FILES = {"python": "module.py", "javascript": "module.js", "typescript": "module.ts"}
LIMITS = Limits(seconds=120, output=2 << 20)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.mark.parametrize(("file", "text"), list(read_cases(CASES)))
async def test_old_against_new(file: Path, text: str, tmp_path: Path) -> None:
    language = file.stem
    symbol = re.match(r"## `(.+?)`", text)
    assert symbol is not None
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)
    before, after = [code for kind, code in blocks if kind != "tests"]
    tests = [code for kind, code in blocks if kind == "tests"]
    folder = tmp_path / "shop"
    folder.mkdir()
    name = FILES[language]
    if name != FILES["python"] and not _runs(folder, name):
        pytest.skip("needs a node that runs it")
    (folder / name).write_text(before, encoding="utf-8")
    for code in tests:
        (folder / f"test_{name}").write_text(code, encoding="utf-8")
    subject = Subject(folder, name, language, before, {})
    files = [f"test_{name}"] if tests else []
    verdict = await compare_results(subject, symbol[1].split("."), files, after, LIMITS)
    assert _describe(verdict) == text.rstrip().splitlines()[-1]


def test_what_the_code_itself_prints_is_passed_over() -> None:
    said = (
        '{"compared": 3, "reached": 2, "lines": 2, "left": []}',
        '{"call": 3, "before": 1, "now": 2}',
        '{"call": "GET /"}',
        '{"level": "info", "problem": "none"}',
        "{",
    )
    ran = Ran("ended", 0, "\n".join(said), 1.0)
    assert read_compared(ran, LIMITS) == Compared(3, 2, 2)


def _runs(folder: Path, name: str) -> bool:
    node = shutil.which("node")
    (folder / name).write_text("export {};\n", encoding="utf-8")
    return (
        node is not None
        and not subprocess.run([node, folder / name], capture_output=True).returncode
    )


def _describe(verdict: Verdict) -> str:
    said = re.sub(r"^\d+ inputs? gives? the same as before", "same", verdict.evidence)
    words = f"not compared: {verdict.words}" if verdict.words else ""
    if verdict.status == "fails":
        words = verdict.words.removeprefix("What the code does has changed: ").removesuffix(".")
    return ", ".join(filter(None, (said, words)))
