"""The suites of `deskmate eval`: a name, and what gives its tasks.

To add one: a function that gives its tasks, each with its judge, and a row here.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from deskmate.errors import ActionError
from deskmate.evaluation.deskbench import PARTS, deskbench
from deskmate.evaluation.humanevalpack import humanevalpack
from deskmate.evaluation.projects import project_tasks
from deskmate.evaluation.questions import question_tasks
from deskmate.evaluation.route import route_tasks
from deskmate.evaluation.tasks import Task

Found = tuple[list[Task], list[str]]
"""Tasks, and sentences on what there is none of, and how there would be."""

SUITES: Mapping[str, Callable[[Path | None], Found]] = (
    {
        name: partial(humanevalpack, name)
        for name in ("fix", "generate", "tests", "docstring", "refactor")
    }
    | {name: partial(deskbench, name) for name in (*PARTS, "deskbench")}
    | {"questions": question_tasks, "projects": project_tasks, "route": route_tasks}
)
"""What gives the tasks of each suite, from the folder of `--data` where one is named."""


def find_tasks(names: Sequence[str], data: Path | None, *, run_code: bool) -> Found:
    """The tasks of these suites, or of all, that can be run here, and what is left out, in a
    sentence each. Raises ActionError where there is no such suite, or nothing that can be run.
    """
    for name in names:
        if name not in SUITES:
            raise ActionError(f"There is no suite {name}. There are {', '.join(SUITES)}.")
    tasks, left_out = list[Task](), list[str]()
    for name in dict.fromkeys(names or SUITES):
        found, missing = SUITES[name](data)
        known = {(task.suite, task.id) for task in tasks}
        tasks += [task for task in found if (task.suite, task.id) not in known]
        left_out += missing
    if not run_code and (code := [task for task in tasks if task.runs_code]):
        tasks = [task for task in tasks if not task.runs_code]
        left_out.append(
            f"{_told(code)}: what the model writes would be run, in a process of its own, with "
            "limits on time, memory, files and processes, without network on Linux. Say --run-code "
            "if it may."
        )
    for need in dict.fromkeys(need for task in tasks for need in task.needs):
        if not _is_there(need):
            lacking = [task for task in tasks if need in task.needs]
            tasks = [task for task in tasks if need not in task.needs]
            left_out.append(f"{_told(lacking)}: {_fixed(need)}")
    left_out = list(dict.fromkeys(left_out))
    if not tasks:
        raise ActionError(" ".join(("No task can be run.", *left_out)))
    return tasks, left_out


def _told(tasks: Sequence[Task]) -> str:
    count = "1 task" if len(tasks) == 1 else f"{len(tasks)} tasks"
    return f"{count} of {', '.join(dict.fromkeys(task.suite for task in tasks))}"


def _fixed(need: str) -> str:
    kind, _, name = need.rpartition(":")
    if kind == "module":
        return f"`{sys.executable} -m pip install {name}` includes them."
    return f"`{name}` is not installed, which would include them."


def _is_there(need: str) -> bool:
    kind, _, name = need.rpartition(":")
    return find_spec(name) is not None if kind == "module" else shutil.which(name) is not None
