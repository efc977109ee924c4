"""How often edits were applied, repaired and refused: counts alone, and on this machine alone.

No code, no file names, no times of day. Nothing here ever fails or delays a request: where nothing
can be written, nothing is counted.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import platformdirs

log = logging.getLogger(__name__)

COLUMNS = ("applied", "shown", "repaired", "refused", "stale", "cancelled", "failed")
"""What is counted. `repaired` are those of the applied and shown that took more than one reply."""

Row = tuple[str, str, dict[str, int]]
"""An action, the model that answered ("" where none did), and its counts by column."""


def count(action: str, model: str, status: str, attempts: int) -> None:
    """Counts one more outcome of an action."""
    found = {status, "repaired"} if attempts > 1 and status in ("applied", "shown") else {status}
    rows = [(action, model, column) for column in found if column in COLUMNS]
    try:
        with closing(_open()) as file, file:
            file.executemany(_ADD, rows)
    except (OSError, sqlite3.Error) as error:
        log.info("Nothing is counted in %s: %s", stats_path(), error)


def read() -> list[Row]:
    """Every action and model with its counts. Raises OSError where they cannot be read."""
    if not stats_path().exists():
        return []
    found: dict[tuple[str, str], dict[str, int]] = {}
    try:
        with closing(_open()) as file:
            for action, model, column, times in file.execute(_ALL):
                found.setdefault((action, model), dict.fromkeys(COLUMNS, 0))[column] = times
    except sqlite3.Error as error:
        raise OSError(
            f"The counts in {stats_path()} cannot be read: {error}. `deskmate stats --reset` "
            "begins at nothing."
        ) from error
    return [(action, model, counts) for (action, model), counts in found.items()]


def reset() -> None:
    """Begins at nothing. Raises OSError."""
    stats_path().unlink(missing_ok=True)


def table(rows: Iterable[Row]) -> str:
    """The counts for people to read, with the share of each action's answers that was refused."""
    lines: list[Sequence[str]] = [("action", *COLUMNS, "refused of all answers", "model")]
    for action, model, counts in rows:
        answers = counts["applied"] + counts["shown"] + counts["refused"]
        share = f"{counts['refused'] / answers:.0%}" if answers else ""
        lines.append((action, *(str(counts[column]) for column in COLUMNS), share, model))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in (0, len(line) - 1) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def stats_path() -> Path:
    """Where the counts are kept."""
    return Path(platformdirs.user_state_dir("deskmate", appauthor=False)) / "stats.sqlite"


def _open() -> sqlite3.Connection:
    stats_path().parent.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(stats_path(), timeout=1)
    file.execute(_TABLE)
    return file


_TABLE = """
CREATE TABLE IF NOT EXISTS outcomes
  (action TEXT, model TEXT, outcome TEXT, times INTEGER, PRIMARY KEY (action, model, outcome))
"""

_ALL = "SELECT * FROM outcomes ORDER BY 1, 2"

_ADD = """
INSERT INTO outcomes VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1
"""
