"""The user's decisions about what a project brings: whether its code is run, and its actions used.
They are in a file of their state folder that they alone can read; a project's files have no say in
it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any, Literal, get_args

from filelock import FileLock

from deskmate.errors import DeskmateError
from deskmate.files.disk import exists
from deskmate.files.guarded import read_contents
from deskmate.files.places import place
from deskmate.files.replace import replace_file

Choice = Literal["always", "never"]

What = Literal["tests", "actions"]
"""What was decided about: running its code, or using its actions."""


@dataclass(frozen=True, slots=True)
class RunDecision:
    """What was decided for the project in a folder, on which day (ISO 8601), and what the system
    lacked then to keep code where it belongs: `always` holds where it lacks no more than that.
    """

    project: str
    choice: Choice
    date: str
    missing: tuple[str, ...] = ()
    what: What = "tests"


def read_run_decisions() -> tuple[RunDecision, ...]:
    """Every decision. Raises DeskmateError where the file cannot be read: what nobody can read
    might say never.
    """
    path = place("runs")
    try:
        given = json.loads(read_contents(path, None).data) if exists(path) else []
        return tuple(_read(one) for one in given)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DeskmateError(
            f"Your answers about a project's code and actions cannot be read from {path}: {error}. "
            "None of either is used until you fix the file or delete it."
        ) from error


def find_run_decision(folder: PurePath, missing: tuple[str, ...]) -> Choice | None:
    """What holds for the project in `folder` on a system that lacks this: `never` in the folders
    below its own, too. Raises DeskmateError.
    """
    known = [one for one in read_run_decisions() if one.what == "tests"]
    if any(one.choice == "never" and folder.is_relative_to(one.project) for one in known):
        return "never"
    agreed = (one for one in known if one.choice == "always" and PurePath(one.project) == folder)
    return "always" if any(set(missing) <= set(one.missing) for one in agreed) else None


def decide_run(folder: Path, choice: Choice, missing: tuple[str, ...]) -> None:
    """Keeps a decision in place of the one before. Raises DeskmateError, OSError."""
    _decide(RunDecision(str(folder), choice, _today(), missing))


def find_actions_decision(folder: PurePath) -> Choice | None:
    """Whether the actions of the project in `folder` may be used: `never` holds in the folders
    below its own, too. Raises DeskmateError.
    """
    known = [one for one in read_run_decisions() if one.what == "actions"]
    if any(one.choice == "never" and folder.is_relative_to(one.project) for one in known):
        return "never"
    return "always" if any(PurePath(one.project) == folder for one in known) else None


def decide_actions(folder: PurePath, choice: Choice) -> None:
    """Keeps a decision in place of the one before. Raises DeskmateError, OSError."""
    _decide(RunDecision(str(folder), choice, _today(), what="actions"))


def revoke_run(folder: PurePath | None) -> int:
    """Forgets the decision for a folder, or all of them for None; how many those were. Raises
    DeskmateError, OSError.
    """
    if before := len(read_run_decisions()):
        _change(lambda known: tuple(one for one in known if folder and one.project != str(folder)))
    return before - len(read_run_decisions())


def _read(given: Any) -> RunDecision:
    decision = RunDecision(**given | {"missing": tuple(given["missing"])})
    if decision.choice not in get_args(Choice) or decision.what not in get_args(What):
        raise ValueError("an entry says neither always nor never, or of nothing that is known")
    if not decision.project:
        raise ValueError("an entry names no project")
    return decision


def _decide(new: RunDecision) -> None:
    key = (new.project, new.what)
    _change(lambda known: (*(one for one in known if (one.project, one.what) != key), new))


def _today() -> str:
    return datetime.date.today().isoformat()


def _change(change: Callable[[tuple[RunDecision, ...]], tuple[RunDecision, ...]]) -> None:
    path = place("runs")
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=10):
        text = json.dumps([asdict(one) for one in change(read_run_decisions())], indent=2) + "\n"
        replace_file(path, text.encode("utf-8"), private=True)
