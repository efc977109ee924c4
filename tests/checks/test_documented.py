"""Examples in the documentation of Go and Java, run in the jail: `tests/cases/documented`."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.checks.inside.documented import find_examples as find_said
from deskmate.checks.inside.documented import read_javadoc
from deskmate.checks.inside.notation import NotUnderstood, read_results
from deskmate.checks.reaching import find_reaching_tests
from deskmate.checks.sandbox import Limits
from deskmate.checks.suites import RUN_LIMITS, find_examples, find_suites, run_suite
from deskmate.checks.tallies import is_concerned
from deskmate.checks.verdict import Subject
from deskmate.core.syntax.document import open_document
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import project_of

CASES = Path(__file__).parents[1] / "cases" / "documented"
FILES = {"go": ("text.go", "go"), "java": ("Strings.java", "javac")}
LIMITS = replace(Limits(seconds=300), **RUN_LIMITS)


@pytest.mark.parametrize(("file", "text"), list(read_cases(CASES)))
async def test_each_is_judged_by_itself(file: Path, text: str, kept_project: Path) -> None:
    name, program = FILES[file.stem]
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    code, told = re.findall(r"^```\w+\n(.*?)^```$", text, re.M | re.S)
    (kept_project / name).write_text(code, encoding="utf-8")
    subject = Subject(kept_project, name, file.stem, code, {})
    suite = find_examples(subject, [code])
    assert suite is not None
    tally = await run_suite(suite, subject, code, LIMITS)
    said = [line for line in tally.output.splitlines() if line.startswith(("ok - ", "not ok - "))]
    assert said == told.splitlines(), tally.output


@pytest.mark.skipif(shutil.which("go") is None, reason="needs go")
async def test_a_folder_of_go_needs_no_module(kept_project: Path) -> None:
    code = "package deep\n\n// half(4) == 2\nfunc half(n int) int { return n / 2 }\n"
    (kept_project / "deep").mkdir()
    (kept_project / "deep" / "half.go").write_text(code, encoding="utf-8")
    subject = Subject(kept_project, "deep/half.go", "go", code, {}, "half")
    suite = find_examples(subject, [code])
    assert suite is not None
    assert (await run_suite(suite, subject, code, LIMITS)).tests == {"half(4)": True}


def test_line_ends_of_windows_are_no_other_examples() -> None:
    says = ">>> half(4);\n2\nhalf(0) = 0\n- half(1) returns 0"
    found = find_said(says, "half", [])
    assert len(found) == 3
    assert find_said(says.replace("\n", "\r\n"), "half", []) == found


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("-1", "n-1"),
        ("1_000", "n1000"),
        ("0xFF", "n255"),
        ("10L", "N10"),
        ("-0", "f-0.0"),
        ("2.", "f2.0"),
        ("-math.MaxInt8", "n-127"),
        ("+Inf", "finf"),
        ("True", "b1"),
        ("None", "0"),
        (r'"a\"\t"', "s612209"),
        (r'"\ud83d\ude00"', "sf09f9880"),
        ("'a'", "c61"),
        ("'ab'", "s6162"),
        ("[1, [2],]", "l2 n1 l1 n2"),
        ("[1 -2]", "l2 n1 n-2"),
        ("(1, 2)", "t2 n1 n2"),
        ("(1)", "n1"),
        ("1, nil", "r2 n1 0"),
        ('{"a": {1}, "b": {}}', "m2 s61 l1 n1 s62 m0"),
        ("map[string][]int{`a`: {1}}", "m1 s61 l1 n1"),
        ("[][]int{{1}, {}}", "l2 l1 n1 m0"),
        ("[]interface{}{1}", "l1 n1"),
        ("new int[][] {{1}}", "l1 l1 n1"),
        ("new String[0]", "l0"),
        ("new ArrayList<>(Arrays.asList(1, 2))", "l2 n1 n2"),
        ("java.util.Map.of(1, List.of())", "m1 n1 l0"),
        ("Optional[some words]", "o1 s736f6d6520776f726473"),
        ("Optional.of(1)", "o1 n1"),
        ("(long) 5", "N5"),
        ("float64(5)", "N5"),
        ('new BigDecimal("1.5")', "F1.5"),
        ("an IllegalStateException", "eIllegalStateException"),
    ],
)
def test_values_are_read_in_the_notation_of_any_language(said: str, words: str) -> None:
    assert read_results(said) == words.split()


@pytest.mark.parametrize(
    "said",
    [
        *("", "x", "010", "1.2.3", "1 2", "1,", "-", "[1", "[1, ...]", "[a b]", "{1: 2, 3}"),
        *('"""a"""', r'"\d"', r'"\u0041"', "'a", "Point{1}", "LocalDate.of(2020, 1, 1)", "f(1)"),
        *("Map.of(1)", "[" * 5000),
    ],
)
def test_what_is_no_plain_value_is_not_guessed_at(said: str) -> None:
    with pytest.raises(NotUnderstood):
        read_results(said)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("/** {@code f(1) == {1}} */", " `f(1) == {1}` "),
        ("/**\n * <pre>{@code\n * f(1) // 2\n * }</pre>\n */", "\n\nf(1) // 2\n\n"),
        ("// f(1) -&gt; <code>2</code><br>", "f(1) -> `2`"),
        ('/// f("<a>") = "&lt;"', "f(…) = …"),
        ("* {@link Thing} {@literal <}", " Thing `<`"),
    ],
)
def test_javadoc_is_read_as_it_is_shown(said: str, read: str) -> None:
    assert read_javadoc(said).split() == read.split()


@pytest.mark.skipif(shutil.which("go") is None, reason="needs go")
@pytest.mark.parametrize(("output", "good"), [("6", True), ("7", False)])
async def test_an_example_that_go_itself_runs_is_a_test_that_reaches_the_function(
    output: str, good: bool, kept_project: Path, tmp_path: Path
) -> None:
    code = "package shop\n\nfunc Double(n int) int { return 2 * n }\n"
    example = (
        'package shop_test\n\nimport (\n\t"fmt"\n\n\t"shop"\n)\n\nfunc ExampleDouble() {\n'
        f"\tfmt.Println(shop.Double(3))\n\t// Output: {output}\n}}\n"
    )
    for one in (kept_project, tmp_path):  # the former, in which Go's library is, is ignored by Git
        (one / "go.mod").write_text("module shop\n\ngo 1.20\n", encoding="utf-8")
        (one / "double.go").write_text(code, encoding="utf-8")
        (one / "example_test.go").write_text(example, encoding="utf-8")
    project = project_of(tmp_path / "double.go", tmp_path)
    language = open_document(file_uri(tmp_path / "double.go"), code).language
    assert project is not None
    assert language is not None
    subject = Subject(tmp_path, "double.go", "go", code, {}, "Double")
    files = find_reaching_tests(subject, project, language, tmp_path)
    (suite,) = find_suites(subject, files, "")
    assert suite.reaches
    subject = replace(subject, folder=kept_project)
    tally = await run_suite(suite, subject, code, LIMITS)
    assert tally.tests == {"ExampleDouble": good}
    assert good or is_concerned(suite, subject, tally)
