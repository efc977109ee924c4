"""What a batch has done, kept on disk so that it can go on after it was killed.

An item's result is written here before it is written to the user's file, so one of three things is
true of it whenever the process ends: nothing is known (it is done again), the result is known and
the file is as it was (it is written now), or the file has the result already (nothing is left).

What several items wait for is written together, in one transaction and off the event loop.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from deskmate.errors import ActionError
from deskmate.files.database import Damaged, Database
from deskmate.files.places import place

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
    completion_tokens: int = 0


class Journal:
    """The journal of a batch that is told from others by `key`: what it does, and where. One that
    is damaged is begun `anew`, or else ActionError is raised.
    """

    def __init__(self, key: Sequence[str], *, anew: bool = False) -> None:
        name = hashlib.sha256("\0".join(key).encode("utf-8", "surrogateescape")).hexdigest()[:24]
        self.path = place("batches") / f"{name}.sqlite"
        self._database = Database(self.path, (_TABLE,), durable=True, exclusive=True, wait=0)
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        try:
            damaged = self._is_damaged()  # which opens it: from now on it is this process's alone
        except BlockingIOError as error:
            raise ActionError("The same batch is under way in another process.") from error
        if damaged and not anew:
            raise ActionError(
                f"What this batch has done cannot be read: {self.path} is damaged. Your files are "
                "whole, each as it was or done; --restart starts over with all of them."
            )
        if damaged:
            self._database.clear()

    def _is_damaged(self) -> bool:
        """Whether not all of it can be read, in which case it is closed. Raises OSError."""
        try:
            with self._database.read() as file:
                sound = file.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
                entries = map(_unpack, file.execute("SELECT * FROM items"))
                if sound and all(one.status in ("ready", *FINISHED) for one in entries):
                    return False
        except (Damaged, UnicodeDecodeError):
            pass
        self._database.close()
        return True

    def __len__(self) -> int:
        with self._database.read() as file:
            return int(file.execute("SELECT count(*) FROM items").fetchone()[0])

    def get(self, name: str) -> Entry | None:
        """What is known of an item."""
        with self._database.read() as file:
            row = file.execute("SELECT * FROM items WHERE name = ?", (_pack(name),)).fetchone()
        return _unpack(row) if row else None

    def put(self, entry: Entry) -> asyncio.Future[None]:
        """Keeps this, in place of what was known before; it is on disk when the future is done,
        which raises OSError where it cannot be. Whoever does not wait for it calls `flush`.
        """
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[None] = loop.create_future()
        self._waiting.append((entry, kept))
        if self._writing is None:
            self._writing = loop.create_task(self._write())
        return kept

    async def flush(self) -> None:
        """Waits until everything is on disk. Raises OSError."""
        while self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await asyncio.to_thread(self._put_all, [entry for entry, _ in group])
                for _, kept in group:
                    if not kept.done():
                        kept.set_result(None)
        except BaseException as error:
            for _, kept in (*group, *self._waiting):
                if not kept.done():
                    kept.set_exception(error if isinstance(error, OSError) else OSError(str(error)))
            raise
        finally:
            self._writing = None

    def _put_all(self, entries: Sequence[Entry]) -> None:
        rows = [[_pack(getattr(entry, name)) for name in Entry.__slots__] for entry in entries]
        with self._database.write() as file:
            file.executemany(f"INSERT OR REPLACE INTO items VALUES ({','.join('?' * 8)})", rows)

    def forget(self, *statuses: Status) -> None:
        """Forgets the items of these, so that they are done again."""
        with self._database.write() as file:
            file.executemany("DELETE FROM items WHERE status = ?", [(one,) for one in statuses])

    def statuses(self) -> dict[Status, int]:
        """How many items ended how."""
        with self._database.read() as file:
            rows = file.execute("SELECT status, count(*) FROM items GROUP BY status").fetchall()
        return dict(rows)

    def close(self, *, delete: bool = False) -> None:
        """Ends it; with `delete` nothing is kept."""
        self._database.close()
        if delete:
            self.path.unlink(missing_ok=True)


def _pack(value: object) -> object:
    """A value as the file can have it: the name of a file that is no UTF-8 as its bytes."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogateescape")
    return value


def _unpack(row: Sequence[Any]) -> Entry:
    given: list[Any] = [
        one.decode("utf-8", "surrogateescape") if isinstance(one, bytes) else one for one in row
    ]
    return Entry(*given)


_TABLE = """
CREATE TABLE IF NOT EXISTS items (
  name TEXT PRIMARY KEY, status TEXT, before TEXT, output TEXT, after TEXT, reason TEXT,
  seconds REAL, completion_tokens INTEGER
)
"""


def fingerprint(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
