"""Questions with known answers: what is right is told from what is not, as the user gets it."""

from __future__ import annotations

from collections import Counter

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.checks.sandbox import Limits
from deskmate.engines.scripted import ScriptedEngine
from deskmate.evaluation.questions import question_tasks, rows
from deskmate.evaluation.running import Arm, Result, run_task

ACTIONS, _ = load_actions()
TASKS = {task.instruction: task for task in question_tasks()[0]}


async def run(question: str, says: str, arm: Arm) -> Result:
    return await run_task(TASKS[question], arm, ScriptedEngine([says]), ACTIONS, Limits(seconds=20))


def test_they_are_thirty_of_three_kinds() -> None:
    assert Counter(row["kind"] for row in rows()) == {"right": 12, "admitted": 9, "warned": 9}
    assert len(TASKS) == 30


@pytest.mark.parametrize("row", [*rows()], ids=lambda row: row["id"])
async def test_an_answer_that_is_right_is_found_right(row: dict[str, str]) -> None:
    says = row.get("answer", "It is Rosalind Okafor, 0176.")
    result = await run(row["question"], says, "deskmate")
    assert (result.right, result.status) == (True, "applied"), result.reason


@pytest.mark.parametrize("row", [*rows()], ids=lambda row: row["id"])
async def test_one_that_is_not_is_found_wrong(row: dict[str, str]) -> None:
    wrong = "I would say so." if row["kind"] == "right" else row.get("answer", "It is Ana, 31.")
    assert not (await run(row["question"], wrong, "bare")).right
