"""Answers that are judged: what the tests, the examples and the linter of a project say of them."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.checks.consent import ALWAYS, NEVER, RunQuestion
from deskmate.checks.consent_store import read_run_decisions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.errors import EngineError, Refused
from deskmate.requests.judging import make_judging
from deskmate.requests.pipeline import propose
from deskmate.requests.proposal import Proposal
from deskmate.requests.repair_loop import ANEW
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.settings.sections.checks import CheckSettings
from deskmate.settings.sections.local import LocalSettings

ACTIONS, _ = load_actions()

DOC = '    """The sum of the prices, less a discount in percent."""\n'
CODE = f"""\
def total(prices: list[int], discount: int = 0) -> int:
{DOC}    return max(prices) * (100 - discount) // 100
"""
TESTS = """\
import unittest

from basket import total


class TestTotal(unittest.TestCase):
    def test_one(self) -> None:
        self.assertEqual(total([5]), 5)

    def test_two(self) -> None:
        self.assertEqual(total([10, 20]), 30)
"""


def reply(body: str, doc: str = DOC) -> str:
    head = "def total(prices: list[int], discount: int = 0) -> int:"
    return f"```python\n{head}\n{doc}    return {body}\n```"


RIGHT = reply("sum(prices) * (100 - discount) // 100")
SAME = reply("max(prices) * (100 - discount) // 100")
WORSE = reply("len(prices) * (100 - discount) // 100")
STILL = reply("max(prices) - discount * max(prices) // 100")
STILL_TOO = reply("max(prices) - max(prices) * discount // 100")


@pytest.fixture(autouse=True)
def our_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools that the tests are installed with, ruff among them, are on the PATH."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)


class Desk:
    """A project with code and its tests, and a user who is asked, and answers."""

    def __init__(self, root: Path, answer: str | None = ALWAYS) -> None:
        self.root = root
        self.answer = answer
        self.asked: list[RunQuestion] = []
        self.off: tuple[str, ...] = ()
        self.command = "{interpreter} -m unittest -v {files}"
        self.write("basket.py", CODE)
        self.write("tests/test_basket.py", TESTS)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    async def ask(self, question: RunQuestion) -> str | None:
        self.asked.append(question)
        return self.answer

    def request(self, action: str = "fix-bug", tries: int = 0) -> Request:
        path = self.root / "basket.py"
        document = open_document(file_uri(path), path.read_text(encoding="utf-8"))
        checks = CheckSettings(
            seconds=600,
            disabled=("mypy", "ty", *self.off),
            test_command=self.command,
        )
        settings = Settings(checks=checks, local=LocalSettings(tries=tries))
        project = Project(self.root, (self.root,))
        start = document.text.index("def ")
        at = Span(start, start)
        made = resolve(
            ACTIONS[action], document, at, settings=settings, project=project, root=self.root
        )
        return replace(made, ask_to_run=self.ask)

    async def fix(self, *replies: str, tries: int = 0, answers: int = 1) -> Proposal:
        self.engine = ScriptedEngine(replies, answers=answers)
        return await propose(self.request(tries=tries), self.engine)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    return Desk((tmp_path / "shop").resolve())


async def test_what_failed_before_and_passes_now_is_said(desk: Desk) -> None:
    proposal = await desk.fix(RIGHT)
    told = "2 tests of tests/test_basket.py pass, 1 of them failed before"
    assert f"Checked: {told}" in proposal.evidence
    assert proposal.figures.proof == "fixed"
    assert proposal.evidence in proposal.remarks
    (question,) = desk.asked
    assert question.words.startswith("Run this project's tests to check answers?")
    (kept,) = read_run_decisions()
    assert (kept.project, kept.choice) == (str(desk.root), "always")
    assert sorted(one.name for one in desk.root.iterdir()) == ["basket.py", "tests"]


async def test_an_answer_that_fails_is_not_proposed_where_another_passes(desk: Desk) -> None:
    proposal = await desk.fix(WORSE, STILL, RIGHT)
    assert proposal.change is not None
    assert "sum(prices)" in proposal.change.after
    assert len(proposal.tried) == 2
    assert "test_one)` passed before" in proposal.tried[0]
    assert "test_two)` of tests/test_basket.py still fails" in proposal.tried[1]
    assert proposal.usage.completion_tokens == 3, "all of them were written"


async def test_several_at_once_and_equal_ones_are_judged_once(desk: Desk) -> None:
    proposal = await desk.fix(WORSE, STILL, STILL, RIGHT, answers=3, tries=3)
    assert proposal.change is not None
    assert "sum(prices)" in proposal.change.after
    first, several = desk.engine.prompts
    assert (first.answers, several.answers, several.temperature) == (1, 3, 0.6)
    assert len(proposal.tried) == 2


@pytest.mark.parametrize("answers", [1, 2])
async def test_what_further_answers_may_take_is_kept_and_shown(
    desk: Desk, answers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskmate.requests.tries.TOKENS", answers)
    engine = ScriptedEngine([WORSE, STILL, STILL_TOO, RIGHT, RIGHT], answers=answers)
    shown: list[str] = []
    with pytest.raises(Refused):
        await propose(desk.request(tries=4), engine, lambda update: shown.append(str(update)))
    assert len(engine.prompts) == 2, "then there is nothing left"
    first = "1-2" if answers == 2 else "1"
    left = rf"trying again {first} of 4, at most \d+ s and {answers} tokens more"
    assert any(re.fullmatch(left, one) for one in shown)


async def test_an_answer_that_does_not_end_holds_up_none_that_has(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskmate.requests.tries.SECONDS", 3.0)
    engine = ScriptedEngine([Reply(WORSE), Reply(RIGHT), Reply(STILL, delay=3600)], answers=2)
    proposal = await propose(desk.request(tries=2), engine)
    assert proposal.change is not None
    assert "sum(prices)" in proposal.change.after


async def test_where_none_passes_nothing_is_changed_and_what_fails_is_said(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"none of 3 answers passes its checks") as refused:
        await desk.fix(WORSE, STILL, STILL_TOO, STILL, STILL, tries=2)
    assert refused.value.failed.startswith("With this answer, tests of tests/test_basket.py fail")


# With it one of the two that fail passes.
PARTLY = reply("sum(prices)")
MORE = f"""{TESTS}
    def test_three(self) -> None:
        self.assertEqual(total([10, 10], 50), 10)
"""


async def test_an_answer_after_which_something_still_fails_is_proposed_where_none_is_better(
    desk: Desk,
) -> None:
    desk.write("tests/test_basket.py", MORE)
    proposal = await desk.fix(PARTLY, RIGHT)
    assert proposal.evidence.startswith("Checked: 3 tests of tests/test_basket.py pass, 2 of them")
    assert proposal.figures.proof == "fixed"
    _, asked = desk.engine.prompts
    assert "`test_three" in asked.messages[-1].content, "what still fails is told"
    proposal = await desk.fix(PARTLY, STILL, WORSE, STILL_TOO, WORSE, STILL, tries=2)
    assert proposal.change is not None
    assert "sum(prices)" in proposal.change.after
    told = "2 tests of tests/test_basket.py pass, 1 of them failed before, 1 fails as before"
    assert told in proposal.evidence
    assert any(re.fullmatch(r"`test_three .* still fails\.", one) for one in proposal.warnings)
    assert proposal.figures.proof == "ran"


@pytest.mark.parametrize("answers", [1, 2])
async def test_an_answer_is_not_lost_where_the_model_goes_away_before_a_better_one(
    desk: Desk, answers: int
) -> None:
    desk.write("tests/test_basket.py", MORE)
    gone = Reply("def", error="EngineLost")
    engine = ScriptedEngine([Reply(PARTLY), gone, gone], answers=answers)
    proposal = await propose(desk.request(), engine)
    assert proposal.change is not None
    assert "sum(prices)" in proposal.change.after
    with pytest.raises(EngineError):
        await propose(desk.request(), ScriptedEngine([Reply(WORSE), gone, gone], answers=answers))


async def test_nothing_is_fixed_where_nothing_is_wrong(desk: Desk) -> None:
    desk.write("basket.py", CODE.replace("max", "sum"))
    proposal = await desk.fix(RIGHT)
    assert proposal.change is not None
    assert proposal.change.edits == ()
    assert proposal.notes[0].startswith("There is nothing to fix in function `total`")
    assert proposal.evidence == "Checked: 2 tests of tests/test_basket.py pass."


URGENT = 'def is_urgent(level: "Level") -> bool:\n    return level is Level.HIGH\n'
LEVELS = """

from enum import Enum


class Level(Enum):
    LOW = 1
    URGENT = 5
    CLOSED = 9
"""


@pytest.mark.parametrize(
    "asked", ["is_urgent(Level.URGENT)", "is_urgent(Level.LOW) in (True, False)"]
)
async def test_a_name_with_which_alone_a_test_passes_is_taken_where_the_model_finds_none(
    desk: Desk, asked: str
) -> None:
    desk.write("basket.py", URGENT + LEVELS)
    desk.write(
        "tests/test_basket.py",
        "import unittest\n\nfrom basket import Level, is_urgent\n\n\n"
        "class TestLevel(unittest.TestCase):\n    def test_it(self) -> None:\n"
        f"        self.assertTrue({asked})\n",
    )
    kept = [f"```python\n{URGENT}```"] * 5
    if " in " in asked:  # it passes with each of them
        with pytest.raises(Refused, match="No usable answer"):
            await desk.fix(*kept)
        return
    proposal = await desk.fix(*kept)
    assert proposal.change is not None
    assert "level is Level.URGENT" in proposal.change.after
    assert proposal.figures.proof == "fixed"
    why = "since with no other of 3 a test that failed before passes."
    assert any(one.endswith(why) for one in proposal.warnings)


async def test_code_is_written_anew_only_where_a_judge_says_that_it_is_better(desk: Desk) -> None:
    proposal = await desk.fix(SAME, RIGHT)
    assert ANEW in proposal.warnings
    first, second = (one.messages[1].content for one in desk.engine.prompts)
    assert "max(prices) *" in first
    assert "max(prices)" not in second, "what it reads it repeats"
    assert "The sum of the prices" in second
    assert proposal.figures.proof == "fixed"
    desk.answer = NEVER
    (desk.root.parent / "home" / "deskmate" / "run-consent.json").unlink()
    with pytest.raises(Refused, match="nothing was changed"):
        await desk.fix(SAME, SAME, SAME)


async def test_what_fails_is_told_where_the_model_changes_nothing(desk: Desk) -> None:
    desk.write("basket.py", CODE.replace(DOC, ""))
    same, right = (one.replace(DOC, "") for one in (SAME, RIGHT))
    proposal = await desk.fix(same, same, right, same, same, answers=4)
    assert proposal.figures.proof == "fixed"
    first, several = desk.engine.prompts
    assert (first.answers, several.answers, several.temperature) == (1, 4, 0.6)
    told = several.messages[-1].content
    assert "same as before" in told
    assert re.search(r"`test_two \(.*` of tests/test_basket.py fails", told)
    assert "AssertionError: 20 != 30" in told


async def test_a_test_that_fails_for_another_reason_is_no_bug_here(desk: Desk) -> None:
    desk.write("basket.py", CODE.replace("max", "sum") + "\n\nRATE = 2\n")
    other = (
        "    def test_rate(self) -> None:\n        from basket import RATE\n\n"
        "        self.assertEqual(RATE, 1)\n"
    )
    desk.write("tests/test_basket.py", f"{TESTS}\n{other}")
    with pytest.raises(Refused, match="found nothing to fix"):
        await desk.fix(RIGHT)
    assert len(desk.engine.prompts) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NEVER, "you decided that no code of this project is run"),
        ("", "you have not allowed it"),
        (
            None,
            '`deskmate consent tests "{root}"` has to allow it first, for nobody could be asked',
        ),
    ],
)
async def test_nothing_is_run_without_leave(
    desk: Desk, answer: str | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[object] = []
    monkeypatch.setattr("deskmate.requests.judging.run_suite", lambda *given: ran.append(given))
    desk.answer = answer
    proposal = await desk.fix(WORSE)
    assert ran == []
    assert proposal.evidence.endswith(f"Not run: {why.format(root=desk.root)}.")
    assert proposal.figures.proof in ("read", "none")


async def test_a_project_s_files_give_no_leave(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []
    monkeypatch.setattr("deskmate.requests.judging.run_suite", lambda *given: ran.append(given))
    desk.answer = None
    desk.write(".deskmate/settings.toml", '[checks]\ntest_command = "true"\nrun = "always"\n')
    desk.write("run-consent.json", f'[{{"project": "{desk.root}", "choice": "always"}}]')
    assert "Not run" in (await desk.fix(RIGHT)).evidence
    assert ran == []


async def test_no_test_reaches_it(desk: Desk) -> None:
    (desk.root / "tests" / "test_basket.py").unlink()
    proposal = await desk.fix(RIGHT)
    assert proposal.evidence.endswith("Not run: no test reaches it.")
    assert desk.asked == []


async def test_examples_in_documentation_are_run(desk: Desk) -> None:
    (desk.root / "tests" / "test_basket.py").unlink()
    doc = '    """The sum.\n\n    >>> total([10, 20])\n    30\n    """\n'
    desk.write("basket.py", CODE.replace(DOC, doc))
    right = reply("sum(prices) * (100 - discount) // 100", doc)
    proposal = await desk.fix(reply("min(prices) * (100 - discount) // 100", doc), right)
    assert "1 example of the documentation passes, which failed before" in proposal.evidence
    assert "Expected:" in proposal.tried[0]


async def test_a_linter_s_new_findings_are_said(desk: Desk) -> None:
    (desk.root / "tests" / "test_basket.py").unlink()
    unused = RIGHT.replace("    return", "    rest = 1\n    return")
    proposal = await desk.fix(unused, tries=1)
    assert "ruff finds 1 new problem" in proposal.evidence
    assert any("line 3: F841" in warning for warning in proposal.warnings)
    assert "ruff finds nothing new" in (await desk.fix(unused, RIGHT)).evidence


async def test_an_import_that_is_left_without_a_use_is_said_and_costs_no_further_answer(
    desk: Desk,
) -> None:
    worse = CODE.replace("max(prices)", "math.floor(max(prices))")
    desk.write("basket.py", f"import math\n\n\n{worse}")
    proposal = await desk.fix(RIGHT)
    assert len(desk.engine.prompts) == 1
    assert "ruff reports what it did not before: line 1: F401" in proposal.evidence
    assert proposal.figures.proof == "fixed"


@pytest.mark.parametrize("what", ["another name", "other examples", "no named tests"])
async def test_nothing_to_fix_takes_tests_that_name_it(desk: Desk, what: str) -> None:
    fine, same = CODE.replace("max", "sum"), RIGHT
    if what == "another name":
        text = TESTS.replace("import total", "import rest").replace("total(", "rest(")
        desk.write("tests/test_basket.py", text)
        fine += "\n\ndef rest(prices: list[int]) -> int:\n    return sum(prices)\n"
    elif what == "other examples":
        (desk.root / "tests" / "test_basket.py").unlink()
        doc = '    """The sum.\n\n    >>> 1 + 1\n    2\n    """\n'
        fine, same = fine.replace(DOC, doc), same.replace(DOC, doc)
    else:
        desk.command = "true"
    desk.write("basket.py", fine)
    with pytest.raises(Refused, match="nothing was changed"):
        await desk.fix(same, same, same)


@pytest.mark.parametrize("broken", ["run_suite", "look", "find_examples", "is_concerned"])
async def test_a_judge_that_breaks_down_says_nothing(
    desk: Desk, broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(f"deskmate.requests.judging.{broken}", lambda *given: 1 // 0)
    proposal = await desk.fix(RIGHT)
    assert proposal.change is not None
    assert proposal.figures.proof != "fixed" or broken == "look"
    assert "ZeroDivisionError" in caplog.text


async def test_a_blank_command_is_none(desk: Desk) -> None:
    desk.command = "  "
    assert (await desk.fix(RIGHT)).figures.proof == "fixed"


SLOW = CODE.replace("max(prices)", "sum([price for price in prices])")
EMPTY = reply("sum(prices) * (100 - discount) // 100 if prices else None")


async def refactor(desk: Desk, *replies: str, instruction: str = "") -> Proposal:
    desk.engine = ScriptedEngine(replies)
    request = replace(desk.request("refactor"), instruction=instruction)
    return await propose(request, desk.engine)


async def test_refactored_code_does_what_it_did(desk: Desk) -> None:
    desk.write("basket.py", SLOW)
    proposal = await refactor(desk, EMPTY, RIGHT)
    assert re.search(r"Checked: \d+ inputs give the same as before; 2 tests", proposal.evidence)
    assert proposal.figures.proof == "ran"
    difference = "for `total([])` it returned 0, now it returns None"
    assert proposal.tried == (f"What the code does has changed: {difference}.",)
    first, second = desk.engine.prompts
    assert len(first.messages) == 2
    assert difference in second.messages[-1].content, "the model is told"


async def test_where_old_and_new_are_compared_several_are_asked_for_after_one_that_is_the_same(
    desk: Desk,
) -> None:
    desk.write("basket.py", SLOW)
    desk.engine = ScriptedEngine([f"```python\n{SLOW}```", EMPTY, RIGHT, EMPTY, EMPTY], answers=4)
    proposal = await propose(desk.request("refactor"), desk.engine)
    assert proposal.change is not None
    assert "sum(prices)" in proposal.change.after
    assert [one.answers for one in desk.engine.prompts] == [1, 4]
    assert re.search(r"Checked: \d+ inputs give the same", proposal.evidence)


async def test_code_that_does_something_else_is_not_proposed(desk: Desk) -> None:
    desk.write("basket.py", SLOW)
    desk.write("tests/test_basket.py", "")
    with pytest.raises(Refused, match="for `total") as refused:
        await refactor(desk, EMPTY, *[EMPTY] * 8)
    assert refused.value.failed.startswith("What the code does has changed")
    (question,) = desk.asked
    assert question.words.startswith("Run this project's code to check answers? It runs in")


@pytest.mark.parametrize("why", ["asked for", "turned off", "no leave", "another language"])
async def test_where_nothing_is_compared(
    desk: Desk, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("basket.py", SLOW)
    desk.write("tests/test_basket.py", "")
    ran: list[object] = []
    monkeypatch.setattr("deskmate.requests.judging.compare_results", lambda *args: ran.append(args))
    instruction = "give None for an empty list" if why == "asked for" else ""
    if why == "no leave":
        desk.answer = None
    if why == "turned off":
        desk.off = ("comparison",)
    if why == "another language":
        monkeypatch.setattr("deskmate.requests.judging.can_compare", lambda language: False)
    proposal = await refactor(desk, EMPTY, instruction=instruction)
    assert ran == []
    assert "the same as before" not in proposal.evidence
    no_leave = "nobody could be asked"
    assert (no_leave in proposal.evidence) == (why == "no leave")


@pytest.mark.parametrize("answer", [ALWAYS, None])
async def test_compilers_are_made_ready_only_with_leave(
    desk: Desk, answer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[object] = []

    async def note(*given: object) -> None:
        warmed.append(given)

    monkeypatch.setattr("deskmate.requests.judging.warm", note)
    monkeypatch.setattr("deskmate.requests.judging.can_warm", lambda language: True)
    desk.write("basket.py", SLOW)
    desk.answer = answer
    await refactor(desk, RIGHT)
    assert warmed == ([(desk.root, "python")] if answer else [])


@pytest.mark.parametrize("stays", [True, False])
async def test_what_is_asked_for_is_compared_only_where_what_it_does_is_to_stay(
    desk: Desk, stays: bool
) -> None:
    instruction = "flatten it" + ", without changing its behavior" * stays
    request = replace(desk.request("refactor"), instruction=instruction)
    judging = make_judging(request, lambda update: None)
    assert judging is not None
    assert await judging.compares() == stays


async def test_what_is_not_compared_is_said(desk: Desk) -> None:
    desk.write("tests/test_basket.py", "")
    head = "def total(prices: list[int], discount: int = 0) -> int:"
    code = f"{head}\n{DOC}    text = open('rate.txt').read()\n    return int(text) * sum(prices)\n"
    desk.write("basket.py", code)
    new = f"{head}\n{DOC}    return int(open('rate.txt').read()) * sum(prices)\n"
    proposal = await refactor(desk, f"```python\n{new}```")
    assert proposal.evidence.endswith("Not compared: it reads files.")
