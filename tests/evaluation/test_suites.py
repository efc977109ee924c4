"""Every suite tells a right answer from a wrong one, with Deskmate and without."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packs import CLAMP, PACK

from deskmate.actions.catalog import load_actions
from deskmate.checks.sandbox import Limits
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.scripted import ScriptedEngine
from deskmate.errors import ActionError
from deskmate.evaluation.documentation import documented_parameters, find_function, parameters
from deskmate.evaluation.judges import documented, simpler
from deskmate.evaluation.running import Arm, Result, run_task
from deskmate.evaluation.suites import SUITES, find_tasks
from deskmate.evaluation.tasks import Outcome, Task, Verdict

COMPILED = Path(__file__).parent / "compiled"
"""The function in the languages that are compiled first, which takes its time."""

ACTIONS, _ = load_actions()
LIMITS = Limits(seconds=20)
node = pytest.mark.skipif(not shutil.which("node"), reason="there is no node")


def task(suite: str, language: str = "python") -> Task:
    tasks, _ = find_tasks([suite], PACK, run_code=True)
    return next(one for one in tasks if one.language == language)


async def run(one: Task, reply: str, arm: Arm = "deskmate") -> Result:
    return await run_task(one, arm, ScriptedEngine([reply] * 12), ACTIONS, LIMITS)


def python(code: str) -> str:
    return f"```python\n{code}\n```"


def javascript(code: str) -> str:
    return f"```javascript\n{code}\n```"


HEAD = "def clamp(value, low, high):\n"
BODY = CLAMP["python"]["canonical_solution"]
WITH_DOC = CLAMP["python"]["prompt"]


def with_doc(text: str, body: str = BODY) -> str:
    return python(f'{HEAD}    """{text}\n    """\n{body}')


def args(*names: str, more: str = "") -> str:
    entries = "".join(f"        {name}: A number.\n" for name in names)
    return f"Limits a value to a range.\n\n    Args:\n{entries}{more}"


JS = javascript(
    "/**\n * Limits a value to a range.\n * @param {number} value it\n{more} */\n"
    "const clamp = (value, low, high) => {\n" + CLAMP["js"]["canonical_solution"]
)

CASES: dict[str, tuple[str, str, str]] = {
    "fix: right": ("fix", python(f"{WITH_DOC}    return max(low, min(value, high))"), ""),
    "fix: another bug": ("fix", python(f"{WITH_DOC}    return low"), "AssertionError|is gone"),
    "fix: as it was": (
        "fix",
        python(WITH_DOC + CLAMP["python"]["buggy_solution"]),
        "same|AssertionError",
    ),
    "generate: right": ("generate", python(WITH_DOC + BODY), ""),
    "generate: wrong": ("generate", python(f"{WITH_DOC}    return value"), "AssertionError"),
    "generate: as it was": ("generate", python(f"{WITH_DOC}    pass"), "body|AssertionError"),
    "tests: they tell": (
        "tests",
        python(
            "from task import clamp\n\n\ndef test_low():\n    assert clamp(0, 1, 3) == 1\n\n\n"
            "def test_high():\n    assert clamp(4, 1, 3) == 3"
        ),
        "",
    ),
    "tests: of unittest": (
        "tests",
        python(
            "import unittest\n\nfrom task import clamp\n\n\nclass TestClamp(unittest.TestCase):\n"
            "    def test_low(self):\n        self.assertEqual(clamp(0, 1, 3), 1)"
        ),
        "",
    ),
    "tests: that tell nothing": (
        "tests",
        python("from task import clamp\n\n\ndef test_high():\n    assert clamp(4, 1, 3) == 3"),
        "They pass on the wrong code too.",
    ),
    "tests: of what it does not do": (
        "tests",
        python("from task import clamp\n\n\ndef test_low():\n    assert clamp(0, 1, 3) == 0"),
        "1 failed",
    ),
    "tests: none": ("tests", python("from task import clamp\n\nclamp(0, 1, 3)"), "assert|no tests"),
    "docstring: right": (
        "docstring",
        with_doc(args("value", "low", "high", more="\n    >>> clamp(0, 1, 3)\n    1")),
        "",
    ),
    "docstring: an example that is wrong": (
        "docstring",
        with_doc(args("value", "low", "high", more="\n    >>> clamp(0, 1, 3)\n    0")),
        "An example in it is wrong",
    ),
    "docstring: a parameter that is not there": (
        "docstring",
        with_doc(args("value", "low", "high", "step")),
        "There is no parameter step.",
    ),
    "docstring: a parameter that is not named": (
        "docstring",
        with_doc(args("value", "low")),
        "It does not name high.",
    ),
    "docstring: as it was": ("docstring", python(HEAD + BODY), "documentation"),
    "refactor: right": (
        "refactor",
        python(f"{WITH_DOC}    return low if value < low else min(value, high)"),
        "",
    ),
    "refactor: that does something else": (
        "refactor",
        python(f"{WITH_DOC}    return min(low, max(value, high))"),
        "AssertionError",
    ),
    "refactor: no better": (
        "refactor",
        python(WITH_DOC + BODY.replace("return value", "return (value)")),
        "Branches: 4, and before 4.",
    ),
    "refactor: as it was": ("refactor", python(WITH_DOC + BODY), "same|Branches: 4"),
}


@pytest.mark.parametrize("arm", ["deskmate", "bare"])
@pytest.mark.parametrize("case", CASES)
async def test_a_suite_tells_right_from_wrong(case: str, arm: Arm) -> None:
    suite, reply, reason = CASES[case]
    found = await run(task(suite), reply, arm)
    assert found.right == (reason == ""), found
    if reason and found.status == "applied":  # Deskmate's own judges refuse some of these before
        assert any(part in found.reason for part in reason.split("|")), found.reason
    assert found.completion_tokens > 0


JAVASCRIPT = {
    "tests: they tell": (
        "tests",
        javascript(
            'const assert = require("node:assert/strict");\nconst test = require("node:test");\n\n'
            'const { clamp } = require("./task");\n\n'
            'test("low", () => {\n  assert.equal(clamp(0, 1, 3), 1);\n});'
        ),
        "",
    ),
    "tests: that tell nothing": (
        "tests",
        javascript(
            'const assert = require("node:assert/strict");\nconst test = require("node:test");\n\n'
            'const { clamp } = require("./task");\n\n'
            'test("high", () => {\n  assert.equal(clamp(4, 1, 3), 3);\n});'
        ),
        "They pass on the wrong code too.",
    ),
    "docstring: right": (
        "docstring",
        JS.replace("{more}", " * @param {number} low\n * @param {number} high\n"),
        "",
    ),
    "docstring: a parameter that is not there": (
        "docstring",
        JS.replace("{more}", " * @param {number} low\n * @param {number} top\n"),
        "There is no parameter top.",
    ),
    "refactor: right": (
        "refactor",
        javascript(
            "const clamp = (value, low, high) => {\n"
            "  return value < low ? low : value > high ? high : value;\n}"
        ),
        "",
    ),
}


@node
@pytest.mark.parametrize("arm", ["deskmate", "bare"])
@pytest.mark.parametrize("case", JAVASCRIPT)
async def test_and_in_another_language(case: str, arm: Arm) -> None:
    suite, reply, reason = JAVASCRIPT[case]
    found = await run(task(suite, "javascript"), reply, arm)
    assert (found.right, found.reason) == (reason == "", reason)


async def test_documentation_leaves_the_code_as_it_is() -> None:
    reply = with_doc(args("value", "low", "high"), "    return max(low, min(value, high))\n")
    one = task("docstring")
    ours, bare = await run(one, reply), await run(one, reply, "bare")
    assert ours.right
    assert (bare.right, bare.reason) == (False, "The code was changed.")


HARM = "__import__('shutil').rmtree({precious!r}); open({outside!r}, 'w').write('x')"
HARMFUL = {
    "tests": "from task import clamp\n\n\ndef test_low():\n    {harm}\n    assert clamp(0, 1, 3)",
    "docstring": HEAD
    + f'    """{args("value", "low", "high")}\n    >>> {{harm}}\n    """\n'
    + BODY,
    "refactor": WITH_DOC + "    {harm}\n    return max(low, min(value, high))",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the jail holds all of it on Linux only")
@pytest.mark.parametrize("suite", HARMFUL)
async def test_harm_is_a_failed_task(tmp_path: Path, suite: str) -> None:
    precious, outside = tmp_path / "precious", tmp_path / "outside"
    precious.mkdir()
    harm = HARM.format(precious=str(precious), outside=str(outside))
    one = task(suite)
    found = await run(one, python(HARMFUL[suite].replace("{harm}", harm)), "bare")
    assert not found.right
    assert "PermissionError" in found.reason  # it was run, and not let
    assert precious.is_dir()
    assert not outside.exists()


def plain(action: str, document: str, text: str, **more: object) -> Task:
    """A task that is right whatever comes of it, and keeps what did."""

    async def judge(outcome: Outcome, limits: Limits) -> Verdict:
        SEEN.append(outcome)
        return Verdict()

    span = Span(0, len(text))
    one = Task("T/1", "made-up", action, "text", document, text, span, "Do it.", judge)
    return replace(one, **more)  # type: ignore[arg-type]


SEEN: list[Outcome] = []
NOTES = "# Notes\n\nAnna has 3 cats.\n"
ROWS = '[{"name": "Anna", "cats": "3"}]'


@pytest.mark.parametrize("arm", ["deskmate", "bare"])
@pytest.mark.parametrize(
    ("one", "reply", "wanted"),
    [
        (
            plain("explain", "notes.md", NOTES),
            "Anna likes cats.",
            Outcome(NOTES, answer="Anna likes cats."),
        ),
        (
            plain("clarify", "a.md", "Anna has cats three.\n", span=Span(0, 20)),
            "Anna has three cats.",
            Outcome("Anna has three cats.\n"),
        ),
        (
            plain(
                "extract-JSON",
                "notes.md",
                NOTES,
                instruction="name, cats",
                makes="notes-records.json",
            ),
            ROWS,
            Outcome(NOTES, {"notes-records.json": ROWS}),
        ),
    ],
    ids=["answer", "in place", "new file"],
)
async def test_what_an_action_makes_comes_to_its_judge(
    one: Task, reply: str, wanted: Outcome, arm: Arm
) -> None:
    SEEN.clear()
    found = await run(one, reply, arm)
    assert found.right, found.reason
    (seen,) = SEEN
    assert (seen.text, seen.made.keys()) == (wanted.text, wanted.made.keys())
    if arm == "bare":
        assert seen == wanted
    else:
        assert wanted.answer in seen.answer


async def test_the_model_does_not_see_where_the_task_lies() -> None:
    engine = ScriptedEngine(["I cannot."] * 3)
    found = await run_task(task("tests"), "deskmate", engine, ACTIONS, LIMITS)
    assert found.status == "refused"
    assert found.completion_tokens == 3
    assert not any("deskmate-eval" in m.content for one in engine.prompts for m in one.messages)


async def test_other_files_of_a_project_are_there() -> None:
    files = {"tests/test_other.py": "import unittest\n", "pyproject.toml": ""}
    text = "def one():\n    return 1\n"
    reply = python(
        "class TestOne(unittest.TestCase):\n    def test_it(self):\n        assert one()"
    )
    SEEN.clear()
    await run(plain("write-tests", "shop/one.py", text, span=Span(4, 4), files=files), reply)
    assert "tests/test_one.py" in SEEN[0].made
    assert "from shop.one import one" in SEEN[0].made["tests/test_one.py"]


@pytest.mark.parametrize(
    ("reply", "well_formed"), [("def test_low():\n    assert 1", True), ("def test_low(:", False)]
)
async def test_a_new_file_is_well_formed_without_a_syntax_error(
    reply: str, well_formed: bool
) -> None:
    found = await run(task("tests"), python(reply), "bare")
    assert found.well_formed == well_formed


async def test_a_judge_that_fails_is_a_failed_task() -> None:
    async def judge(outcome: Outcome, limits: Limits) -> Verdict:
        raise ValueError("what?")

    found = await run(plain("explain", "a.md", NOTES, judge=judge), "Cats.")
    assert (found.right, "ValueError('what?')" in found.reason) == (False, True)


BEFORE = open_document("file:///task.py", HEAD + BODY)


@given(st.one_of(st.text(), st.sampled_from(["def clamp(", HEAD + '    """', "\udcff", "\0"])))
@settings(max_examples=30)
def test_no_reply_makes_a_judge_fail(text: str) -> None:
    program = ({"task.py": "{code}"}, ("{python}", "task.py"))
    for judge in (
        partial(documented, BEFORE, "clamp", True, program),
        partial(simpler, "branches", BEFORE, "clamp", program),
    ):
        asyncio.run(judge(Outcome(text), LIMITS))


@pytest.mark.parametrize(("language", "program"), [("go", "go"), ("java", "javac")])
def test_compiled_code_is_right_or_not(language: str, program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"there is no {program}")
    tasks, _ = find_tasks(["fix"], COMPILED, run_code=True)
    one = next(one for one in tasks if one.language == language)
    row = json.loads((COMPILED / f"{language}.jsonl").read_text(encoding="utf-8"))
    right = one.text.replace(row["buggy_solution"], row["canonical_solution"])
    assert judged(one, Outcome(right)) == Verdict("")
    assert judged(one, Outcome(one.text)).reason


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [("0", "1", ""), ("4", "3", "They pass on the wrong code too."), ("4", "1", "FAIL")],
)
def test_tests_in_go_tell_or_not(given: str, expected: str, reason: str) -> None:
    if not shutil.which("go"):
        pytest.skip("there is no go")
    tasks, _ = find_tasks(["tests"], COMPILED, run_code=True)
    text = f"""package main

import "testing"

func TestClamp(t *testing.T) {{
	if got := Clamp({given}, 1, 3); got != {expected} {{
		t.Errorf("got %v", got)
	}}
}}
"""
    outcome = Outcome("", made={"task_test.go": text})
    assert judged(tasks[0], outcome).reason == reason


def judged(one: Task, outcome: Outcome) -> Verdict:
    """Patiently: the first time, the library is compiled as well."""

    async def judge() -> Verdict:
        return await one.judge(outcome, replace(LIMITS, seconds=120))

    return asyncio.run(judge())


def test_what_cannot_be_run_is_said_in_a_sentence_each() -> None:
    with pytest.raises(ActionError, match=r"need its files .* --data\.$"):
        find_tasks(list(SUITES)[:5], None, run_code=True)
    tasks, left_out = find_tasks(["fix", "docstring"], PACK, run_code=False)
    assert [one.id for one in tasks] == ["JavaScript/1"]
    assert "2 tasks" in left_out[-1] or "3 tasks" in left_out[-1]
    assert "--run-code" in left_out[-1]
    assert any(str(PACK / "go.jsonl") in reason for reason in left_out)


def test_a_suite_that_is_not_there_is_said() -> None:
    with pytest.raises(ActionError, match=r"no suite haiku\. There are fix, generate, tests"):
        find_tasks(["haiku"], None, run_code=True)


PARAMETERS: Mapping[str, tuple[str, list[str]]] = {
    "a.py": ("def f(self, a, b: int, c=1, *d, e: str = '', **g): pass", [*"abcdeg"]),
    "a.js": ("function f(a, b = 1, ...c) {}", [*"abc"]),
    "b.js": ("const f = a => a", ["a"]),
    "a.ts": ("function f(a: string, b?: number): void {}", [*"ab"]),
    "a.go": ("package a\nfunc (r R) f(a, b int, c ...string) {}", [*"abc"]),
    "A.java": ("class A { int f(final int a, List<String> b) { return 1; } }", [*"ab"]),
    "a.rs": ("fn f(&self, a: u8, mut b: &str) {}", [*"ab"]),
    "c.py": ("def f(): return lambda x: x", []),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_parameters_of_a_function(name: str) -> None:
    code, wanted = PARAMETERS[name]
    document = open_document(f"file:///{name}", code)
    scope = find_function(document, "f")
    assert scope is not None
    assert parameters(document, scope) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "It.\n\nArgs:\n    a: One.\n        Note: more.\n    b (int, optional): Two.\n\nNote: x",
        "It.\n\nArgs:\n    a: One.\n    b: Two.\nReturns:\n    c: Three.",
        "It.\n\nParameters\n---\na : int\n    One: it.\n\nb\n    Two.\n\nReturns\n---\nc : int",
        "It.\n\n:param a: One.\n:param int b: Two.\n:returns: c",
        "It.\n@param {number} a One\n@param {Object<string, x>} [b=1] - Two\n@returns {c}",
        "It.\n\nArgs:\n    - `a`: One.\n    - **b**: Two.",
    ],
)
def test_the_parameters_that_a_documentation_has(text: str) -> None:
    assert documented_parameters(text) == ["a", "b"]
