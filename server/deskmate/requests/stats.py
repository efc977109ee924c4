"""How requests ended and what they took: figures alone, by day, and on this machine alone.

No code, no file names, no times of day. Nothing here ever fails or delays a request: where nothing
can be written, nothing is counted.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path

import platformdirs

log = logging.getLogger(__name__)

KEPT = 400
"""Days for which they are kept."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One request as it ended on a `day` (ISO 8601), after so many replies of a model (`attempts`).
    `model` is "" where none answered, `elsewhere` the provider of one that is not on this machine;
    `read` and `written` are tokens, `seconds` the time to the answer.
    """

    action: str
    status: str
    model: str = ""
    elsewhere: str = ""
    attempts: int = 0
    read: int = 0
    written: int = 0
    seconds: float = 0.0
    day: str = ""


def count(one: Counted) -> None:
    """Keeps one more, as of today."""
    today = date.today()
    try:
        with _open() as file, file:
            file.execute(_ADD, astuple(replace(one, day=today.isoformat())))
            file.execute(_FORGET, ((today - timedelta(days=KEPT)).isoformat(),))
    except (OSError, sqlite3.Error) as error:
        log.info("Nothing is counted in %s: %s", stats_path(), error)


def read() -> list[Counted]:
    """All that are kept, the oldest first. Raises OSError where they cannot be read."""
    if not stats_path().exists():
        return []
    try:
        with _open() as file:
            return [Counted(*row) for row in file.execute(_ALL)]
    except sqlite3.Error as error:
        raise OSError(
            f"The counts in {stats_path()} cannot be read: {error}. `deskmate stats --reset` "
            "begins at nothing."
        ) from error


def reset() -> None:
    """Begins at nothing. Raises OSError."""
    stats_path().unlink(missing_ok=True)


def stats_path() -> Path:
    """Where the counts are kept."""
    return Path(platformdirs.user_state_dir("deskmate", appauthor=False)) / "stats.sqlite"


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    stats_path().parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(stats_path(), timeout=1)) as file:
        file.execute(_TABLE)
        file.execute("CREATE INDEX IF NOT EXISTS days ON requests (day)")
        yield file


_COLUMNS = [one.name for one in fields(Counted)]

_TABLE = f"CREATE TABLE IF NOT EXISTS requests ({', '.join(_COLUMNS)})"

_ALL = f"SELECT {', '.join(_COLUMNS)} FROM requests ORDER BY day, rowid"

_ADD = f"INSERT INTO requests VALUES ({', '.join('?' * len(_COLUMNS))})"

_FORGET = "DELETE FROM requests WHERE day < ?"
