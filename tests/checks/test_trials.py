"""Tests that a model has written, tried with the runners that are here: alone, and on mutants."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.checks.consent import ALWAYS, NEVER, RunQuestion
from deskmate.checks.suites import Suite, Tally
from deskmate.checks.trials import Fate, find_fate, name_failures, settle, tell_trial, tell_unknown
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.engines.scripted import ScriptedEngine
from deskmate.errors import Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.proposal import Proposal
from deskmate.requests.repair_loop import Update
from deskmate.requests.request import resolve
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.settings.sections.checks import CheckSettings

WRITE_TESTS = load_actions()[0]["write-tests"]

PYTHON = """\
def fee(total: int) -> int:
    if total < 10:
        return 2
    return 0
"""
HEAD = "import unittest\n\nfrom basket import fee\n\n\nclass TestFee(unittest.TestCase):\n"


def written(*bodies: tuple[str, str]) -> str:
    methods = "\n".join(f"    def test_{name}(self):\n        {body}\n" for name, body in bodies)
    return f"```python\n{HEAD}{methods}```"


SMALL = ("small", "self.assertEqual(fee(3), 2)")
EDGE = ("edge", "self.assertEqual(fee(10), 0)")
WRONG = ("wrong", "self.assertEqual(fee(20), 7)")
VAGUE = ("vague", "self.assertEqual(fee(3), fee(3))")
IDLE = ("idle", "print(fee(3))")


class Shop:
    """A project, what its user answers, and what the model is asked and says."""

    def __init__(self, root: Path, name: str = "basket.py", code: str = PYTHON) -> None:
        self.root, self.name = root, name
        self.answer: str | None = ALWAYS
        self.asked: list[RunQuestion] = []
        self.updates: list[str] = []
        self.command = "{interpreter} -m unittest -v {files}" if code == PYTHON else ""
        self.write(name, code)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    async def ask(self, question: RunQuestion) -> str | None:
        self.asked.append(question)
        return self.answer

    async def test(self, *replies: str, text: str = "") -> Proposal:
        """What is proposed for the file as it is, or as an editor has it."""
        text = text or (self.root / self.name).read_text(encoding="utf-8")
        document = open_document(file_uri(self.root / self.name), text)
        checks = CheckSettings(seconds=600, test_command=self.command)
        at = max(text.find("fee"), text.find("Fee"))
        made = resolve(
            WRITE_TESTS,
            document,
            Span(at, at),
            settings=Settings(checks=checks),
            project=Project(self.root, (self.root,)),
            root=self.root,
        )
        self.engine = ScriptedEngine(replies)
        return await propose(replace(made, ask_to_run=self.ask), self.engine, self.update)

    def update(self, update: Update) -> None:
        self.updates.append(str(update))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    return Shop((tmp_path / "shop").resolve())


def after(proposal: Proposal) -> str:
    assert proposal.change is not None
    return proposal.change.after


async def test_tests_that_pass_and_notice_mistakes(shop: Shop) -> None:
    proposal = await shop.test(written(SMALL, EDGE))
    assert proposal.evidence == (
        "Checked: 2 tests of test_basket.py pass, each run alone, and each fails on some of 2 "
        "changed versions of the code."
    )
    assert proposal.figures.proof == "ran"
    assert proposal.figures.attempts == 1
    assert len(shop.asked) == 1
    assert "checking by test_basket.py, test 2 of 2, at most 600 s" in shop.updates
    assert any("changed version 1 of " in one for one in shop.updates)
    assert sorted(one.name for one in shop.root.iterdir()) == ["basket.py"]


async def test_one_that_notices_nothing_stays_and_is_named(shop: Shop) -> None:
    proposal = await shop.test(written(SMALL, VAGUE))
    assert "test_vague" in after(proposal)
    assert "2 tests of test_basket.py pass, each run alone, but 1 fails on none of " in (
        proposal.evidence
    )
    assert proposal.evidence.endswith("changed versions of the code (`test_vague`).")


async def test_one_that_fails_goes_back_once_and_is_then_left_out(shop: Shop) -> None:
    proposal = await shop.test(written(SMALL, WRONG), written(SMALL, WRONG))
    assert "test_small" in after(proposal)
    assert "test_wrong" not in after(proposal)
    assert "1 test of test_basket.py passes" in proposal.evidence
    (left_out,) = (one for one in proposal.warnings if "Left out" in one)
    assert left_out == (
        "Left out `test_wrong`, which fails with the code as it is: AssertionError: 0 != 7"
    )
    _, again = shop.engine.prompts
    assert "`test_wrong` fails with the code as it is" in again.messages[-1].content
    assert "0 != 7" in again.messages[-1].content
    assert proposal.figures.attempts == 2
    assert proposal.usage.completion_tokens == 2, "both of them were written"


async def test_the_second_reply_is_taken_where_more_of_it_passes(shop: Shop) -> None:
    proposal = await shop.test(written(SMALL, WRONG), written(SMALL, EDGE))
    assert "test_edge" in after(proposal)
    assert "2 tests of test_basket.py pass" in proposal.evidence
    assert not any("Left out" in one for one in proposal.remarks)
    shop.write("basket.py", PYTHON)
    proposal = await shop.test(written(SMALL, WRONG), "I cannot do that.")
    assert "test_small" in after(proposal)


async def test_where_none_passes_nothing_is_made(shop: Shop) -> None:
    with pytest.raises(Refused, match=r"No test that the model wrote for .* passes") as refused:
        await shop.test(written(WRONG), written(WRONG))
    assert "0 != 7" in str(refused.value)
    assert "test_wrong" in refused.value.failed


async def test_one_that_passes_only_after_another_is_left_out(shop: Shop) -> None:
    shop.write("basket.py", f"SEEN = []\n\n\n{PYTHON.replace('return 0', 'return len(SEEN)')}")
    first = ("a", "import basket; basket.SEEN.append(1); self.assertEqual(fee(3), 2)")
    then = ("b", "self.assertEqual(fee(20), 1)")
    proposal = await shop.test(written(first, then), written(first, then))
    assert "test_a" in after(proposal)
    assert "test_b" not in after(proposal)


async def test_what_is_there_already_stays_and_counts_neither_way(shop: Shop) -> None:
    there = written(SMALL, WRONG).removeprefix("```python\n").removesuffix("```")
    shop.write("test_basket.py", there)
    proposal = await shop.test(written(EDGE))
    assert after(proposal).startswith(there.rstrip())
    assert "1 test of test_basket.py passes, run alone" in proposal.evidence


async def test_the_code_is_what_the_editor_has(shop: Shop) -> None:
    shop.write("basket.py", PYTHON.replace("2", "3"))
    proposal = await shop.test(written(SMALL), text=PYTHON)
    assert "1 test of test_basket.py passes, run alone, and it fails on some of" in (
        proposal.evidence
    )


@pytest.mark.parametrize("answer", [NEVER, "", None])
async def test_nothing_is_run_without_leave(
    shop: Shop, answer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[object] = []
    monkeypatch.setattr("deskmate.requests.test_trials.run_suite", lambda *one: ran.append(one))
    shop.answer = answer
    proposal = await shop.test(written(SMALL, WRONG, IDLE))
    assert ran == []
    assert "test_wrong" in after(proposal)
    assert "test_idle" not in after(proposal), "that is seen without running it"
    assert "Left out `test_idle`, which asserts nothing." in proposal.notes
    assert proposal.evidence.startswith("Not run: ")
    assert proposal.figures.proof == "none"


async def test_where_the_code_cannot_be_imported_the_tests_are_not_to_blame(shop: Shop) -> None:
    shop.write("basket.py", f"import not_installed_here\n\n\n{PYTHON}")
    proposal = await shop.test(written(SMALL))
    assert "test_small" in after(proposal)
    assert proposal.evidence.startswith("Not run: ")
    assert "not_installed_here" in proposal.evidence


async def test_a_trial_that_breaks_down_says_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("deskmate.requests.test_trials.run_suite", lambda *given: 1 // 0)
    proposal = await shop.test(written(SMALL))
    assert proposal.evidence == "Not run: the tests could not be tried (the log says why)."
    assert "ZeroDivisionError" in caplog.text


async def test_a_command_of_which_only_the_end_is_known(shop: Shop) -> None:
    shop.command = "python3 -c 'import test_basket, unittest; unittest.main(test_basket)'"
    proposal = await shop.test(written(SMALL, WRONG), written(SMALL, WRONG))
    assert "test_wrong" not in after(proposal)
    assert proposal.evidence == "Checked: 1 test of test_basket.py passes, run alone."


RUNNERS = {
    "go": (
        {"go.mod": "module shop\n\ngo 1.20\n"},
        "basket.go",
        "package shop\n\nfunc Fee(total int) int {\n\tif total < 10 {\n\t\treturn 2\n\t}\n"
        "\treturn 0\n}\n",
        'package shop\n\nimport (\n\t"fmt"\n\t"testing"\n)\n\n'
        "func TestSmall(t *testing.T) {\n\tif Fee(3) != 2 {\n\t\tt.Error(Fee(3))\n\t}\n}\n\n"
        'func TestWrong(t *testing.T) {\n\tif fmt.Sprint(Fee(20)) != "7" {\n'
        '\t\tt.Errorf("got %d, want 7", Fee(20))\n\t}\n}\n',
        "TestWrong",
        "got 0, want 7",
    ),
    "node": (
        {"package.json": '{"type": "module"}'},
        "basket.js",
        "export function fee(total) {\n  return total < 10 ? 2 : 0;\n}\n",
        'import assert from "node:assert/strict";\nimport { describe, it } from "node:test";\n'
        'import { fee } from "./basket.js";\n\ndescribe("fee", () => {\n'
        '  it("is 2 for little", () => {\n    assert.equal(fee(3), 2);\n  });\n\n'
        '  it("is wrong", () => {\n    assert.equal(fee(20), 7);\n  });\n});\n',
        "is wrong",
        "expected: 7, actual: 0",
    ),
    "cargo": (
        {"Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n'},
        "src/lib.rs",
        "pub fn fee(total: i32) -> i32 {\n    if total < 10 {\n        return 2;\n    }\n    0\n}",
        "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn is_small() {\n"
        "        assert_eq!(fee(3), 2);\n    }\n\n    #[test]\n    fn is_wrong() {\n"
        "        assert_eq!(fee(20), 7);\n    }\n}\n",
        "is_wrong",
        "left: 0, right: 7",
    ),
    "python3": (
        {"pytest.ini": "[pytest]\n"},
        "basket.py",
        f"{PYTHON}\n",
        "import pytest\n\nfrom basket import fee\n\n\n@pytest.mark.parametrize('n', [1, 9])\n"
        "def test_small(n):\n    assert fee(n) == 2\n\n\n"
        "def test_wrong():\n    assert fee(20) == 7\n",
        "test_wrong",
        "assert 0 == 7",
    ),
}


@pytest.mark.parametrize("program", RUNNERS)
async def test_a_runner_runs_what_is_left(program: str, tmp_path: Path, shop: Shop) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    files, name, code, reply, wrong, why = RUNNERS[program]
    project = Shop((tmp_path / "other").resolve(), name, code)
    for path, text in files.items():
        project.write(path, text)
    fenced = f"```{name.rpartition('.')[2]}\n{reply}```"
    proposal = await project.test(fenced, fenced)
    assert wrong not in after(proposal)
    assert "1 test of " in proposal.evidence
    assert "and it fails on some of " in proposal.evidence, proposal.evidence
    (left_out,) = (one for one in proposal.warnings if "Left out" in one)
    assert why in left_out


SUITE = Suite("pytest", "tests/test_a.py", (), ("tests/test_a.py",))
ONE = "tests/test_a.py::test_one"


@pytest.mark.parametrize(
    ("before", "tally", "status"),
    [
        (Tally({}), Tally({ONE: True}), "passes"),
        (Tally({}), Tally({f"{ONE}[a b]": True, f"{ONE}[1]": False}), "fails"),
        (Tally({"x": False}), Tally({"x": False, ONE: True}), "passes"),
        (Tally({}), Tally({"tests/test_a.py": False}), "fails"),
        (Tally({"tests/test_a.py": False}), Tally({"tests/test_a.py": False}), "unknown"),
        (Tally({}), Tally({}, problem="it did not end", cut=True), "unknown"),
        (Tally({}), Tally({}, problem="no test ran", output="tests/test_a.py:3: no"), "fails"),
        (Tally({}), Tally({}, problem="no test ran", output="no network"), "unknown"),
        (Tally({"x": True}), Tally({"x": True}), "fails"),
        (Tally({}), Tally({}, problem="pytest is not installed"), "unknown"),
    ],
)
def test_the_fate_of_a_test(before: Tally, tally: Tally, status: str) -> None:
    assert find_fate("test_one", "def test_one(n):", SUITE, before, tally).status == status


def test_one_that_does_not_end_fails_where_others_are_quick() -> None:
    endless = find_fate("b", "def b", SUITE, Tally({}), Tally({}, problem="no end", cut=True))
    passing = find_fate("test_one", "def test_one", SUITE, Tally({}), Tally({ONE: True}))
    assert [one.status for one in settle([endless])] == ["unknown"]
    assert [one.status for one in settle([endless, passing])] == ["fails", "passes"]
    assert settle([endless, replace(passing, slow=True)])[0].status == "unknown"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("a.py:6: in test_a\nE   Failed: DID NOT RAISE <class 'ValueError'>", "Failed: DID NOT"),
        ("FAIL: test_a\nAssertionError: 0 != 7", "AssertionError: 0 != 7"),
        ("  a_test.go:5: got 0, want 7", "a_test.go:5: got 0, want 7"),
        ("nothing of that kind", "nothing of that kind"),
    ],
)
def test_what_a_runner_said_is_told_in_a_line(said: str, told: str) -> None:
    (line,) = name_failures([Fate("test_a", "fails", words=said)])
    assert line.startswith(f"Left out `test_a`, which fails with the code as it is: {told}")


def test_what_is_told() -> None:
    good = [Fate("a", "passes"), Fate("b", "passes")]
    assert tell_trial("t.py", good, [], 0).evidence == "2 tests of t.py pass, each run alone"
    told = tell_trial("t.py", good, ["a", "b"], 3).evidence
    among = [replace(good[0], alone=False)]
    assert tell_trial("t.py", among, [], 0).evidence == "1 test of t.py passes"
    slow = Fate("c", "unknown", words="t.py did not end within 10 s")
    assert tell_unknown([slow]) == "1 test could not be tried (t.py did not end within 10 s)"
    assert told.endswith(", but 2 fail on none of 3 changed versions of the code (`a`, `b`)")
