"""What a batch has done, kept on disk so that it can go on after it was killed.

An item's result is written here before it is written to the user's file, so one of three things is
true of it whenever the process ends: nothing is known (it is done again), the result is known and
the file is as it was (it is written now), or the file has the result already (nothing is left).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from deskmate.errors import ActionError

Status = Literal["ready", "done", "unchanged", "refused", "failed", "skipped"]

FINISHED: tuple[Status, ...] = ("done", "unchanged", "refused", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one item. `name` is its path, or its row's number; `before` tells the text
    that it had; `output` is the file that `after` goes to.
    """

    name: str
    status: Status
    before: str = ""
    output: str = ""
    after: str = ""
    reason: str = ""
    seconds: float = 0.0
    tokens: int = 0


class Journal:
    """The journal of a batch that is told from others by `key`: what it does, and where."""

    def __init__(self, key: Sequence[str]) -> None:
        name = hashlib.sha256("\0".join(key).encode("utf-8", "replace")).hexdigest()[:24]
        folder = Path(platformdirs.user_state_dir("deskmate", appauthor=False)) / "batch"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.sqlite"
        self._file = sqlite3.connect(self.path, isolation_level=None, timeout=0)
        try:
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute(_TABLE)
            self._file.execute("BEGIN EXCLUSIVE")
            self._file.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise ActionError("The same batch is under way in another process.") from error
        except sqlite3.DatabaseError as error:
            raise ActionError(f"The journal {self.path} is broken; delete it.") from error

    def __len__(self) -> int:
        return int(self._file.execute("SELECT count(*) FROM items").fetchone()[0])

    def get(self, name: str) -> Entry | None:
        """What is known of an item."""
        row = self._file.execute("SELECT * FROM items WHERE name = ?", (name,)).fetchone()
        return Entry(*row) if row else None

    def put(self, entry: Entry) -> None:
        """Keeps this, in place of what was known before; it is on disk when this returns."""
        values = [getattr(entry, name) for name in Entry.__slots__]
        self._file.execute(f"INSERT OR REPLACE INTO items VALUES ({','.join('?' * 8)})", values)

    def forget(self, *statuses: Status) -> None:
        """Forgets the items of these, so that they are done again."""
        self._file.executemany("DELETE FROM items WHERE status = ?", [(one,) for one in statuses])

    def entries(self) -> Iterator[Entry]:
        """Everything, in the order in which it was begun."""
        for row in self._file.execute("SELECT * FROM items ORDER BY rowid"):
            yield Entry(*row)

    def close(self, *, delete: bool = False) -> None:
        """Ends it; with `delete` nothing is kept."""
        self._file.close()
        if delete:
            self.path.unlink(missing_ok=True)


_TABLE = """
CREATE TABLE IF NOT EXISTS items (
  name TEXT PRIMARY KEY, status TEXT, before TEXT, output TEXT, after TEXT, reason TEXT,
  seconds REAL, tokens INTEGER
)
"""


def fingerprint(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
