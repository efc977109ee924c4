"""Our tasks on projects of several files: what is right is found right, and what the task begins
with is not. What is not Python is a few samples here; this file run as a script does all of them.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import PurePosixPath

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.actions.targets import find_target
from deskmate.checks.sandbox import Limits
from deskmate.core.syntax.document import open_document
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.evaluation.projects import ProjectRow, judge, project_rows, project_tasks
from deskmate.evaluation.running import Arm, run_task
from deskmate.evaluation.tasks import Outcome, chosen
from deskmate.evaluation.typescript import as_javascript

ACTIONS, _ = load_actions()
ROWS = {one.row["id"]: one for one in project_rows()}
LIMITS = Limits(seconds=60)


def _suffix(one: ProjectRow) -> str:
    return PurePosixPath(one.file).suffix


QUICK = [name for name, one in ROWS.items() if one.how is None or _suffix(one) == ".py"]
SAMPLES = ["board-move-time", "board-tests-days", "hikes-hours", "bank-interest", "stock-reserve"]


def test_they_are_many_in_both_halves_and_of_each_kind() -> None:
    tasks, _ = project_tasks()
    assert len(tasks) == len(ROWS) >= 60
    for half in ("tuned", "unseen"):
        found = chosen(tasks, half, 0, 1)
        assert len(found) >= 25
        assert set(Counter(one.language for one in found)) == {"py", "ts", "java", "go"}
        assert set(Counter(one.action for one in found)) == {
            *("generate", "fix-bug", "write-tests", "add-docstring", "refactor")
        }


@pytest.mark.parametrize("name", ROWS)
def test_the_action_applies_there_and_what_changes_is_said_once(name: str) -> None:
    (task,) = [one for one in project_tasks()[0] if one.id == name]
    document = open_document(f"file:///{task.document}", task.text)
    assert find_target(ACTIONS[task.action], document, task.span) is not None
    for given, right in ROWS[name].row.get("change", ()):
        assert task.text.count(given) == ROWS[name].right.count(right) == 1


@pytest.mark.parametrize("name", [*QUICK, *SAMPLES])
async def test_what_is_right_is_found_right_and_what_is_there_is_not(name: str) -> None:
    one = ROWS[name]
    for need in one.how.get("needs", ()) if one.how else ():
        if not need.startswith("module:") and not shutil.which(need):
            pytest.skip(f"there is no {need}")
    assert await faults(one) == []


async def faults(one: ProjectRow) -> list[str]:
    """What is wrong with a task: nothing."""
    made = {one.row["makes"]: one.row["made"].lstrip()} if "makes" in one.row else {}
    verdict = await judge(one, Outcome(one.right, made), LIMITS)
    found = [f"What is right: {verdict.reason}"] if verdict.reason else []
    # Another line end at the end, so that it is not for being what it was.
    untouched = Outcome(one.text + "\n", dict.fromkeys(made, "# nothing\n"))
    if not (await judge(one, untouched, LIMITS)).reason:
        found.append("What is there is found right.")
    return found


async def test_alone_the_model_is_shown_nothing_but_the_file() -> None:
    [task] = [one for one in project_tasks()[0] if one.id == "mail-bulky"]
    arms: tuple[Arm, ...] = ("deskmate", "alone")
    shown = {}
    for arm in arms:
        engine = ScriptedEngine([Reply("I cannot.", again=True)])
        await run_task(task, arm, engine, ACTIONS, LIMITS)
        shown[arm] = "".join(one.content for one in engine.prompts[0].messages)
    others = {line for text in task.files.values() for line in text.splitlines() if len(line) > 20}
    assert [arm for arm in shown if any(line in shown[arm] for line in others)] == ["deskmate"]


TYPESCRIPT = """
import test, { type Card, Lane as L } from "./cards";
import type { X } from "./y.js";
import * as all from "node:fs";
export const Lane = { W: "w" } as const;
export interface A { x: number }
export class F extends Error implements G { private readonly m = new Map<string, A>(); }
export async function f<T>(a: T, b?: number): Promise<T> { return (a as unknown as T)!; }
export { f as g };
"""

JAVASCRIPT = """
const test = require("./cards.ts"); const { Card, Lane: L } = require("./cards.ts");

const all = require("node:fs");
 const Lane = { W: "w" }  ;

 class F extends Error  {   m = new Map(); }
 async function f(a, b) { return (a    ); }


exports.Lane = Lane;
exports.F = F;
exports.f = f;
exports.g = f;"""


def test_typescript_runs_without_its_types() -> None:
    assert as_javascript(TYPESCRIPT) == JAVASCRIPT


if __name__ == "__main__":
    for name, one in ROWS.items():
        print(name, *asyncio.run(faults(one)) or ["is as it should be."])
