"""Code that is compared with what it was, in the jail: the cases of `tests/cases/comparison`."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.checks.comparison import Compared, compare_results, read_compared
from deskmate.checks.sandbox import Limits, Ran
from deskmate.checks.suites import RUN_LIMITS
from deskmate.checks.verdict import Subject, Verdict

CASES = Path(__file__).parents[1] / "cases" / "comparison"
FILES = {
    "python": "module.py",
    "javascript": "module.js",
    "typescript": "module.ts",
    "go": "module.go",
    "java": "Shop.java",
}
COMPILED = {"go": "go", "java": "javac"}
LIMITS = replace(Limits(seconds=300), **RUN_LIMITS)


@pytest.mark.parametrize(("file", "text"), list(read_cases(CASES)))
async def test_old_against_new(file: Path, text: str, kept_project: Path) -> None:
    language = file.stem
    symbol = re.match(r"## `(.+?)`", text)
    assert symbol is not None
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)
    before, after = [code for kind, code in blocks if kind != "tests"]
    tests = [code for kind, code in blocks if kind == "tests"]
    name = FILES[language]
    if language != "python" and not _runs(language, kept_project, name):
        pytest.skip("needs what runs it")
    (kept_project / name).write_text(before, encoding="utf-8")
    for code in tests:
        (kept_project / _name_tests(name)).write_text(code, encoding="utf-8")
    subject = Subject(kept_project, name, language, before, {})
    files = [_name_tests(name)] if tests else []
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


@pytest.mark.parametrize(
    ("output", "compiles", "left"),
    [
        ("", True, "the compiler needed its time, the next time it is ready"),
        ('{"made": true}', True, "it did not end within 300 s"),
        ("", False, "it did not end within 300 s"),
    ],
)
def test_what_took_the_time_is_said(output: str, compiles: bool, left: str) -> None:
    compared = read_compared(Ran("time", -9, output, 300.0), LIMITS, compiles=compiles)
    assert compared == Compared(left=(left,))


def _name_tests(name: str) -> str:
    stem, _, kind = name.partition(".")
    return {"go": f"{stem}_test.go", "java": f"{stem}Test.java"}.get(kind, f"test_{name}")


def _runs(language: str, kept_project: Path, name: str) -> bool:
    if language in COMPILED:
        return shutil.which(COMPILED[language]) is not None
    node = shutil.which("node")
    (kept_project / name).write_text("export {};\n", encoding="utf-8")
    return (
        node is not None
        and not subprocess.run([node, kept_project / name], capture_output=True).returncode
    )


def _describe(verdict: Verdict) -> str:
    said = re.sub(r"^\d+ inputs? gives? the same as before", "same", verdict.evidence)
    words = f"not compared: {verdict.words}" if verdict.words else ""
    if verdict.status == "fails":
        words = verdict.words.removeprefix("What the code does has changed: ").removesuffix(".")
    return ", ".join(filter(None, (said, words)))


@pytest.mark.skipif(shutil.which("javac") is None, reason="needs a JDK")
async def test_java_is_compiled_with_what_maven_has_fetched(
    kept_project: Path, tmp_path: Path
) -> None:
    fetched = Path.home() / ".m2" / "repository" / "org" / "tools" / "rates"
    for version, rate in (("1.2", 7), ("1.10", 19)):
        source = tmp_path / version / "Rates.java"
        source.parent.mkdir()
        source.write_text(
            f"package tools; public class Rates {{ public int vat() {{ return {rate}; }} }}"
        )
        subprocess.run(["javac", "-d", source.parent, source], check=True)
        (fetched / version).mkdir(parents=True, exist_ok=True)
        jar = fetched / version / f"rates-{version}.jar"
        subprocess.run(["jar", "cf", jar, "-C", source.parent, "tools"], check=True)
    dependency = "<groupId>org.tools</groupId><artifactId>rates</artifactId>"
    pom = f"<project><dependencies><dependency>{dependency}</dependency></dependencies></project>"
    (kept_project / "pom.xml").write_text(pom)
    before = (
        "import tools.Rates;\n"
        "class Shop {\n"
        "    static boolean isFull(int rate) { return rate >= new Rates().vat(); }\n"
        "}\n"
    )
    (kept_project / "Shop.java").write_text(before)
    subject = Subject(kept_project, "Shop.java", "java", before, {})
    after = before.replace(">=", ">")
    verdict = await compare_results(subject, ["Shop", "isFull"], [], after, LIMITS)
    assert _describe(verdict) == "for `isFull(19)` it returned true, now it returns false"
