"""The user's decisions about sending, in a file of their state folder that they alone can read."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath

from filelock import FileLock

from deskmate.cloud.consent import (
    Choice,
    Decision,
    add_decision,
    drop_decisions,
    from_json,
    to_json,
)
from deskmate.errors import DeskmateError
from deskmate.files.places import place
from deskmate.files.replace import replace_file


def read_decisions() -> tuple[Decision, ...]:
    """Every decision. Raises DeskmateError where the file cannot be read: what nobody can read
    might say never.
    """
    path = consents_path()
    try:
        return from_json(path.read_text(encoding="utf-8")) if path.exists() else ()
    except (OSError, ValueError) as error:
        raise DeskmateError(
            f"Your permanent answers about sending cannot be read from {path}: {error}. Nothing is "
            "sent until you fix the file or delete it."
        ) from error


def decide(project: Path, choice: Choice, provider: str) -> None:
    """Keeps a decision. Raises DeskmateError, OSError."""
    today = datetime.date.today().isoformat()
    whom = provider if choice == "always" else ""
    _change(lambda known: add_decision(known, Decision(str(project), choice, whom, today)))


def revoke(project: PurePath | None) -> int:
    """Forgets the decisions for a folder, or all of them for None; how many those were. Raises
    DeskmateError, OSError.
    """
    before = len(read_decisions())
    _change(lambda known: drop_decisions(known, project) if project is not None else ())
    return before - len(read_decisions())


def consents_path() -> Path:
    """Where they are kept."""
    return place("decisions")


def _change(change: Callable[[tuple[Decision, ...]], Iterable[Decision]]) -> None:
    """Writes the file anew, whole: another session may read it at any moment, or change it."""
    path = consents_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=10):
        text = to_json(change(read_decisions()))
        replace_file(path, text.encode("utf-8"), private=True)
