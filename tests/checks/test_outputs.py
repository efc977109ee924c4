"""What runners and linters print, read: one sample of each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.checks.sandbox import Limits, Ran
from deskmate.checks.static import Found, compare_findings, make_judge, read_findings
from deskmate.checks.suites import (
    COMMAND,
    RUN_LIMITS,
    Suite,
    Tally,
    find_suites,
    read_tally,
)
from deskmate.checks.tallies import compare_tallies, is_concerned
from deskmate.checks.toolchains import read_rows
from deskmate.checks.verdict import Subject

TESTS = {
    "pytest": (
        "E   assert 20 == 30\nPASSED tests/test_a.py::test_one[1 - 2]\n"
        "FAILED tests/test_a.py::test_two - assert 20 == 30\nERROR tests/test_b.py\n",
        {"tests/test_a.py::test_one[1 - 2]", "-tests/test_a.py::test_two", "-tests/test_b.py"},
    ),
    "unittest": (
        "test_one (tests.test_a.A.test_one) ... ok\ntest_two (tests.test_a.A.test_two)\n"
        "With words. ... FAIL\n",
        {"test_one (tests.test_a.A.test_one)", "-test_two (tests.test_a.A.test_two)"},
    ),
    "node --test": (
        "TAP version 13\nok 1 - adds\n  ---\nnot ok 2 - subtracts\nok 3 - later # SKIP\n",
        {"adds", "-subtracts"},
    ),
    "vitest": (
        "ok 1 - a.test.js > adds # time=1ms\nnot ok 2 - a.test.js > no\nok 3 - b # SKIP\n",
        {"a.test.js > adds", "-a.test.js > no"},
    ),
    "jest": (
        "FAIL a.test.js\n  ● Test suite failed to run\n  ✓ adds (2 ms)\n  ✕ subtracts\n  ● subs\n",
        {"adds", "-subtracts", "-Test suite failed to run"},
    ),
    "mocha": ("1..3\nok 1 adds\nnot ok 2 subtracts\nok 3 later # SKIP -\n", {"adds", "-subtracts"}),
    "go test": (
        "=== RUN   TestAdd\n--- PASS: TestAdd (0.00s)\n--- FAIL: TestSub (0.00s)\nFAIL\n",
        {"TestAdd", "-TestSub"},
    ),
    "go test, of code that prints": (
        "=== RUN   TestAdd\n20--- PASS: TestAdd (0.00s)\n20\n    --- FAIL: TestSub/one (0.00s)\n",
        {"TestAdd", "-TestSub/one"},
    ),
    "maven": (
        "[INFO] Running shop.BasketTest\n[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, "
        "Time elapsed: 0.18 s <<< FAILURE! -- in shop.BasketTest\n"
        "[ERROR] shop.BasketTest.adds -- Time elapsed: 0.064 s\n"
        "subtracts(shop.BasketTest)  Time elapsed: 0.01 sec  <<< FAILURE!\n"  # as it was before 3.0
        "org.opentest4j.AssertionFailedError: expected: <4> but was: <3>\n",
        {"shop.BasketTest.adds", "-subtracts(shop.BasketTest)"},
    ),
    "ctest": (
        "1/5 Test #1: adds up ..............   Passed    0.01 sec\n"
        "2/5 Test  #2: subtracts ...........***Failed    0.01 sec\n"
        "3/5 Test #13: divides .............Subprocess aborted***Exception:   0.02 sec\n"
        "4/5 Test #4: later ................***Not Run (Disabled)   0.00 sec\n"
        "5/5 Test #5: elsewhere ............***Skipped   0.00 sec\n",
        {"adds up", "-subtracts", "-divides"},
    ),
    "rspec": (
        "F.\n\n  1) total adds up\n     Failure/Error: expect(total).to eq 3\n\n       got: 2\n"
        '{"examples":[{"full_description":"total adds up","status":"failed","line_number":8},'
        '{"full_description":"total of \\"one\\"","status":"passed"},'
        '{"full_description":"total comes later","status":"pending"}]}\n',
        {'total of \\"one\\"', "-total adds up"},
    ),
    "minitest": (
        "BasketTest#test_one = 0.00 s = .\ntotal#test_0001_adds up = 0.01 s = F\n"
        "BasketTest#test_later = 0.00 s = S\n",
        {"BasketTest#test_one", "-total#test_0001_adds up"},
    ),
    "minitest, of code that prints": (
        "BasketTest#test_one = 20 = 20\n0.00 s = .\nBasketTest#test_later = oh0.00 s = S\n"
        "BasketTest#test_two = 3\n0.00 s = F\nBasketTest#test_last = 0.00 s = S\n",
        {"BasketTest#test_one", "-BasketTest#test_two"},
    ),
    "phpunit": (
        '    <testcase name="testOne" class="BasketTest" file="/x/BasketTest.php" time="0.3"/>\n'
        '    <testcase name="testTwo with data set #0" class="BasketTest" time="0.1">\n'
        '      <failure type="X">BasketTest::testTwo\n</failure>\n    </testcase>\n'
        '    <testcase name="testLater" class="BasketTest" time="0.1">\n      <skipped/>\n',
        {"testOne", "-testTwo with data set #0"},
    ),
    "phpunit, of code that prints": (
        '    <testcase name="testOne" class="BasketTest" time="0.3">\n'
        "      <system-out>20 &lt;b&gt;\n</system-out>\n    </testcase>\n"
        '    <testcase name="testTwo" class="BasketTest" time="0.1">\n'
        "      <system-out>20\n</system-out>\n      <error>BasketTest::testTwo</error>\n"
        '    </testcase>\n    <testcase name="testLater" class="BasketTest" time="0.1">\n'
        "      <system-out>20\n</system-out>\n      <skipped/>\n",
        {"testOne", "-testTwo"},
    ),
    "cargo test": (
        "test tests::adds ... ok\ntest tests::subtracts ... FAILED\n",
        {"tests::adds", "-tests::subtracts"},
    ),
}

FINDINGS = {
    "ruff": ("shop.py:3:5: F821 Undefined name `os`\nFound 1 error.\n", "3"),
    "ty": ("shop.py:3:5: error[unresolved-reference] Name `os` used when not defined\n", "3"),
    "mypy": ('shop.py:3: error: Name "os" is not defined  [name-defined]\n', "3"),
    "pyright": ('  /x/shop.py:3:5 - error: "os" is not defined (reportUndefined)\n', "3"),
    "tsc": ("src/shop.ts(3,5): error TS2304: Cannot find name 'os'.\n/x/src/shop.ts\n", "3"),
    "go vet": ("# shop\nvet: ./shop.go:3:5: undefined: os\n", "3"),
    "javac": ("Shop.java:3: error: cannot find symbol\n  symbol: os\n", "3"),
    "php": ('PHP Parse error:  syntax error, unexpected token ";" in shop.php on line 3\n', "3"),
    "ruby": ("shop.rb:3: syntax error, unexpected end-of-input\n", "3"),
    "luac": ("luac: shop.lua:3: '=' expected near 'x'\n", "3"),
    "shellcheck": ("a.sh:3:1: warning: os is referenced but not assigned. [SC2154]\n", "3"),
    "node": ("/x/shop.js:3\n  let let\n      ^^^\n\nSyntaxError: let is disallowed\n", ""),
}


COMPILERS = ("go vet", "javac")


@pytest.mark.parametrize("name", TESTS)
def test_a_runner_s_tests_are_told_apart(name: str) -> None:
    output, expected = TESTS[name]
    row = read_rows("suites.toml")[name.partition(",")[0]]
    suite = Suite(name, "tests", (), test=row["test"], passed=row["passed"], tells=row["tells"])
    tally = read_tally(suite, Ran("ended", 1, output, 1.0), Limits())
    assert len(tally.good) == 1
    apart = "\n" + output.replace("\n", "\n\n\n")
    found = list(re.finditer(row["test"], apart, re.MULTILINE))
    assert found
    assert not any(one[0].startswith("\n") for one in found), "blank lines are read again"
    if expected is not None:
        assert {*tally.good, *(f"-{one}" for one in tally.bad)} == expected


@pytest.mark.parametrize("name", FINDINGS)
def test_a_linter_s_findings_are_read_and_only_new_ones_count(name: str) -> None:
    output, line = FINDINGS[name]
    row = read_rows("judges.toml")[name]
    judge = make_judge(name, row)
    found = read_findings(judge, Ran("ended", 1, output, 0.1), "src/shop.ts")
    assert found is not None
    (says,) = found.counts
    assert found.lines[says] == line
    clean = read_findings(judge, Ran("ended", 0, "src/shop.ts\n", 0.1), "src/shop.ts")
    assert isinstance(clean, Found)
    new = compare_findings(judge, clean, found)
    assert new.status == "fails"
    assert new.alarming == (name in COMPILERS), "code that does not compile is no matter of taste"
    broken = replace(clean, fatal=frozenset({"undefined: sys"}))
    assert not compare_findings(judge, broken, found).alarming, "it was so before"
    assert compare_findings(judge, found, found).status == (
        "passes" if row["syntax"] else "unknown"
    )
    assert compare_findings(judge, None, found).status == "unknown"


UNREAD = {
    "shellcheck": "a.sh:2:2: error: Couldn't parse this if expression. [SC1073]",
    "ruff": "shop.py:3:1: invalid-syntax: unexpected EOF while parsing",
    "mypy": "shop.py:3: error: Unexpected EOF while parsing  [syntax]",
    "ty": "shop.py:3:1: error[invalid-syntax] unexpected EOF while parsing",
    "pyright": "  /x/shop.py:3:5 - error: Expected expression",
    "tsc": "src/shop.ts(1,7): error TS1109: Expression expected.\n/x/src/shop.ts",
    "go vet": "# g/p\nvet: p/shop.go:3:23: expected operand, found '='",
    "javac": "Shop.java:1: error: illegal start of type",
}


@pytest.mark.parametrize("name", UNREAD)
def test_of_code_that_cannot_be_read_nothing_is_known(name: str) -> None:
    judge = make_judge(name, read_rows("judges.toml")[name])
    found = read_findings(judge, Ran("ended", 1, UNREAD[name] + "\n", 0.1), "src/shop.ts")
    assert found is not None
    assert compare_findings(judge, found, found).status == "unknown"
    clean = Found(Counter(), {})
    assert compare_findings(judge, found, clean).status == "passes"
    assert compare_findings(judge, clean, found).status == "fails"


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("ruff", "warning: No Python files found under the given path(s)\nAll checks passed!\n"),
        ("ty", "WARN No python files found under the given path(s)\nAll checks passed!\n"),
        ("pyright", "No source files found.\n0 errors, 0 warnings, 0 informations\n"),
        ("tsc", "/x/node_modules/typescript/lib/lib.d.ts\n/x/copy/lib/src/other.ts\n"),
        ("tsc", "tsconfig.json(1,10): error TS18002: The 'files' list is empty.\n"),
    ],
)
def test_of_a_file_that_was_not_looked_at_nothing_is_known(name: str, output: str) -> None:
    judge = make_judge(name, read_rows("judges.toml")[name])
    assert read_findings(judge, Ran("ended", 0, output, 0.1), "src/shop.ts") is None


def test_a_file_that_was_looked_at_is_listed() -> None:
    judge = make_judge("tsc", read_rows("judges.toml")["tsc"])
    for path in ("src/shop.ts", "/tmp/x/src/shop.ts\r", "C:/x/src/shop.ts"):
        assert read_findings(judge, Ran("ended", 0, f"lib.d.ts\n{path}\n", 0.1), "src/shop.ts")


SUITE = Suite("pytest", "tests/test_a.py", ())


@pytest.mark.parametrize(
    ("before", "after", "repairs", "status", "says"),
    [
        (
            {"a": True, "b": False},
            {"a": True, "b": True},
            True,
            "passes",
            "1 of them failed before",
        ),
        ({"a": True, "b": False}, {"a": True, "b": False}, True, "fails", "`b` of"),
        ({"a": True, "b": False}, {"a": True, "b": False}, False, "passes", "1 fails as before"),
        ({"a": True, "b": False}, {"a": False, "b": True}, True, "fails", "`a` passed before"),
        ({"a": True}, {"f.py": False}, False, "fails", "`a`, `f.py` passed before"),
        ({"f.py": False}, {"f.py::a": True}, True, "passes", "which failed before"),
        (
            {"f.py": False},
            {"f.py::a": True, "f.py::b": True, "f.py::c": False},
            True,
            "partly",
            "2 tests of tests/test_a.py pass, 2 of them failed before, 1 fails as before",
        ),
        ({"test_a (x)": False, "o": True}, {"a": True, "b": False, "o": True}, True, "partly", "1"),
        ({}, {"TestA": True, "TestB": False}, True, "partly", "1 fails as before"),
        ({"a": True}, {"a": True}, True, "passes", "1 test of tests/test_a.py passes"),
    ],
)
def test_what_counts_is_the_difference(
    before: dict[str, bool], after: dict[str, bool], repairs: bool, status: str, says: str
) -> None:
    verdict = compare_tallies(SUITE, Tally(before), Tally(after), repairs=repairs)
    assert verdict.status == status
    assert says in verdict.evidence + verdict.words


def test_an_endless_loop_that_ends_now_is_fixed() -> None:
    before = Tally({}, problem="tests/test_a.py did not end within 10 s", cut=True)
    verdict = compare_tallies(SUITE, before, Tally({"a": True}), repairs=True)
    assert verdict.fixed
    assert compare_tallies(SUITE, Tally({"a": True}), before, repairs=True).status == "fails"
    assert compare_tallies(SUITE, before, before, repairs=True).status == "unknown"


def test_what_a_run_that_was_cut_off_does_not_say_is_no_failure() -> None:
    cut = Tally({"a": True}, problem="it did not end", cut=True)
    both = Tally({"a": True, "b": True})
    slow = replace(both, near=True)
    assert compare_tallies(SUITE, replace(both, cut=True), cut, repairs=True).status == "unknown"
    assert compare_tallies(SUITE, slow, cut, repairs=True).status == "unknown"
    assert compare_tallies(SUITE, slow, cut, repairs=True).words == "it did not end"
    worse = replace(cut, tests={"a": False})
    assert compare_tallies(SUITE, slow, worse, repairs=False).status == "fails"
    better = compare_tallies(SUITE, Tally({"a": False, "b": True}, near=True), cut, repairs=True)
    assert better.fixed
    assert better.evidence.endswith("which failed before; it did not end")
    begun = Tally({"f.py": False})
    assert compare_tallies(SUITE, begun, replace(cut, tests={}), repairs=True).status == "unknown"


def test_a_run_that_came_near_a_limit_is_told_apart() -> None:
    limits = replace(Limits(), **RUN_LIMITS)
    assert limits.output >= 2 << 20
    suite = Suite("make", "`make test`", ())
    assert not read_tally(suite, Ran("ended", 0, "", 4.0), limits).near
    assert read_tally(suite, Ran("ended", 0, "", 6.0), limits).near
    assert read_tally(suite, Ran("ended", 0, "x" * (3 << 19), 1.0), limits).near
    assert read_tally(suite, Ran("output", -9, "", 1.0), limits).cut


PYTHON = """\
def test_total():
    assert total([10, 20]) == 30


class TestStored:
    def test_stored(self, database):
        assert database.read() == 30
"""
GO = """\
func TestTotal(t *testing.T) {
\tif total(1, 2) != 3 {
\t\tt.Error("no")
\t}
}

func TestStored(t *testing.T) {
\topen(t)
}
"""
NODE = """\
describe('basket', () => {
  it('adds two', () => {
    assert.equal(total([10, 20]), 30)
  })
  it('is stored', async () => {
    await connect()
  })
})
"""


@pytest.mark.parametrize(
    ("text", "test", "output", "concerned"),
    [
        (PYTHON, "t::test_total", "", True),
        (PYTHON, "t::TestStored::test_stored[1]", "E   OperationalError: no total", False),
        (PYTHON, "t::TestStored::test_stored", "basket.py:3: in total\n", True),
        (PYTHON, "t", "E   ModuleNotFoundError: No module named 'psycopg2'", False),
        (PYTHON, "t", "ImportError: cannot import name 'total' from 'basket'", True),
        (PYTHON, "test_total (t.A.test_total)", "", True),
        (PYTHON, "test_stored (t.A.test_stored)", "", False),
        (GO, "TestTotal/one", "", True),
        (GO, "TestStored", "stored_test.go:9: no network", False),
        (NODE, "basket adds two", "", True),
        (NODE, "t > basket > adds two", "", True),
        (NODE, "is stored", "connect ECONNREFUSED", False),
    ],
)
def test_a_failure_is_told_from_one_that_has_nothing_to_do_with_it(
    text: str, test: str, output: str, concerned: bool, tmp_path: Path
) -> None:
    subject = Subject(tmp_path, "basket", "any", "", {"t": text}, "total")
    suite = replace(SUITE, files=("t",))
    tally = Tally({test: False, "other": True}, output=output)
    assert is_concerned(suite, subject, tally) is concerned
    verdict = compare_tallies(suite, tally, tally, repairs=True, concerned=concerned)
    assert verdict.status == ("fails" if concerned else "passes")
    alone = replace(tally, tests={test: False})
    assert compare_tallies(suite, alone, alone, repairs=True, concerned=False).status == "fails"


@pytest.mark.parametrize(
    ("language", "command", "row", "words"),
    [
        ("python", "make test", "", "make test"),
        ("python", "pytest -q {files}", "pytest", "pytest -q {files} --color=no --tb=short -rpfE"),
        ("python", "uv run .venv/bin/pytest", "pytest", None),
        ("python", "coverage run -m unittest", "unittest", "coverage run -m unittest -v"),
        ("python", "make pytest", "", "make pytest"),
        ("python", "tox -- -q", "", "tox -- -q"),
        ("typescript", "npx jest {files}", "jest", None),
        ("typescript", "npm test", "", "npm test"),
        ("javascript", "npm run jest -- {files}", "jest", "npm run jest -- {files}"),
        ("javascript", "node --test", "node --test", None),
        ("go", "go test ./...", "go test", "go test ./..."),
        ("go", "pytest", "", "pytest"),
        ("java", "./mvnw -q test", "maven", "{maven} -q test"),
        ("java", "/opt/maven/bin/mvn -q test", "maven", "/opt/maven/bin/mvn -q test"),
        ("kotlin", "gradlew.bat :app:test", "gradle", None),
        (
            "kotlin",
            "/opt/gradle/bin/gradle test -- -q",
            "gradle",
            "/opt/gradle/bin/gradle test -- -q",
        ),
    ],
)
def test_a_user_s_command_is_read_as_what_it_runs(
    language: str, command: str, row: str, words: str | None
) -> None:
    subject = Subject(Path(), "a", language, "", {"t": ""}, "total")
    (suite,) = find_suites(subject, ["t"], command)
    assert suite.test == (read_rows("suites.toml")[row]["test"] if row else "")
    assert suite.title == ("t" if "{files}" in command else f"`{command}`")
    if words is not None:
        assert " ".join(suite.command) == words


def test_a_command_that_names_no_test_is_judged_by_its_status() -> None:
    for row in ("", "pytest"):
        test = read_rows("suites.toml")[row]["test"] if row else ""
        suite = Suite(COMMAND, "`make test`", ("make", "test"), test=test)
        good = read_tally(suite, Ran("ended", 0, "2 passed in 0.1s", 1.0), Limits())
        bad = read_tally(suite, Ran("ended", 2, "make: *** [test] Error 1", 1.0), Limits())
        fixed = compare_tallies(suite, bad, good, repairs=True)
        assert fixed.fixed
        assert fixed.evidence == "`make test` passes, which failed before"
        broken = compare_tallies(suite, good, bad, repairs=True)
        assert "`make test` passed before and fails now" in broken.words
        assert compare_tallies(suite, Tally({"a": False}), good, repairs=True).fixed
