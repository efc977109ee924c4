"""How requests ended and what they took: figures alone, by day, and on this machine alone.

No code, no file names, no times of day. Nothing here ever fails or delays a request: where nothing
can be written, nothing is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from deskmate.files.database import Damaged, Database, shared_database
from deskmate.files.places import place
from deskmate.requests.figures import Figures

Fate = Literal["", "kept", "edited", "undone"]
"""What has become of an edit that was applied."""

Ended = tuple[str, str, Figures]
"""An action as it ended: its name, its status and what it took."""

log = logging.getLogger(__name__)

KEPT = 400
"""Days for which they are kept."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One request as it ended on a `day` (ISO 8601), and what it took. `fate` is what became of its
    edit, "" where nobody knows, and `problems` how many others found in it that were not there
    before, None where nobody has looked.
    """

    day: str
    action: str
    status: str
    figures: Figures
    fate: Fate = ""
    problems: int | None = None


def count(action: str, status: str, figures: Figures) -> int | None:
    """Keeps one more, as of today, in the row that it gives; None where that cannot be. It waits
    for others who write: not for an event loop.
    """
    return count_all([(action, status, figures)])


def count_all(several: Sequence[Ended]) -> int | None:
    """Keeps several at once, as `count` does; the row of the last."""
    today = date.today()
    added = None
    try:
        with _database().write() as file:
            for action, status, figures in several:
                row = (today.isoformat(), action, status, *astuple(figures))
                added = file.execute(_ADD, row).lastrowid
            file.execute(_FORGET, ((today - timedelta(days=KEPT)).isoformat(),))
            return added
    except OSError as error:
        log.warning("%d requests are not counted: %s", len(several), error)
        return None


def note(row: int, *, fate: Fate | None = None, problems: int | None = None) -> None:
    """Keeps what has become of the edit of a request. It waits as `count` does."""
    try:
        with _database().write() as file:
            file.execute(_NOTE, (fate, problems, row))
    except OSError as error:
        log.warning("What became of an edit is not counted: %s", error)


def read() -> list[Counted]:
    """All that are kept, the oldest first. Raises OSError where they cannot be read."""
    if not stats_path().exists():
        return []
    try:
        with _database().read() as file:
            return [
                Counted(row[0], row[1], row[2], Figures(*row[3:-2]), *row[-2:])
                for row in file.execute(_ALL)
            ]
    except Damaged as error:
        raise OSError(
            f"The statistics cannot be read ({error}). `deskmate stats --reset` resets them."
        ) from error


def reset() -> None:
    """Begins at nothing. Raises OSError."""
    _database().clear()


def stats_path() -> Path:
    """Where the counts are kept."""
    return place("statistics")


def _database() -> Database:
    return shared_database(stats_path(), _STATEMENTS)


_COLUMNS = ["day", "action", "status", *(one.name for one in fields(Figures))]

_STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS requests
    (action, status, model, elsewhere, attempts, read, written, seconds, day)""",
    "CREATE INDEX IF NOT EXISTS days ON requests (day)",
    "ALTER TABLE requests RENAME COLUMN read TO prompt_tokens",
    "ALTER TABLE requests RENAME COLUMN written TO completion_tokens",
    "ALTER TABLE requests ADD COLUMN proof NOT NULL DEFAULT ''",
    "ALTER TABLE requests ADD COLUMN judges NOT NULL DEFAULT ''",
    "ALTER TABLE requests ADD COLUMN fate NOT NULL DEFAULT ''",
    "ALTER TABLE requests ADD COLUMN problems",
)

_ALL = f"SELECT {', '.join(_COLUMNS)}, fate, problems FROM requests ORDER BY day, rowid"

_ADD = f"INSERT INTO requests ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"

_NOTE = """UPDATE requests
    SET fate = coalesce(?, fate), problems = coalesce(?, problems) WHERE rowid = ?"""

_FORGET = "DELETE FROM requests WHERE day < ?"
