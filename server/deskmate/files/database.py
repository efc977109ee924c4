"""Databases of ours: SQLite files that several processes read and write at the same time.

A connection is kept open by each process, with a write-ahead log, so that readers and a writer do
not wait for each other; who has to wait for another writer waits long enough for a busy machine.
Calls block: on an event loop they belong in a thread.
"""

from __future__ import annotations

import atexit
import errno
import os
import sqlite3
import stat
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from deskmate.errors import DiskSilent
from deskmate.files.disk import ask, find_silent

WAIT = 120.0
"""Seconds to wait for other writers where nothing may be lost."""

CACHE_WAIT = 1.0
"""Seconds to wait for other writers where what is kept can be made again."""

Connection = sqlite3.Connection


class Database:
    """The database in the file at `path`, which nobody but the user may read. It is made when it
    is first used; threads may share it.

    Each of `statements` takes it from one version to the next, so a change of what is kept is one
    more statement behind those that there are. With `is_cache` they say all that it has instead:
    where they are others than those it was made with, or the file is damaged, it starts anew.
    `durable` has what was written survive a power failure, not just the process.
    """

    def __init__(
        self,
        path: Path,
        statements: Sequence[str],
        *,
        is_cache: bool = False,
        durable: bool = False,
        exclusive: bool = False,
        wait: float | None = None,
        page: int | None = None,
    ) -> None:
        self.path = path
        self._statements = tuple(statements)
        self._is_cache = is_cache
        self._durable = durable
        self._exclusive = exclusive
        self._page = page
        self._wait = wait if wait is not None else CACHE_WAIT if is_cache else WAIT
        self._lock = threading.RLock()
        self._file: Connection | None = None
        self._opened: tuple[int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """The database for statements that change nothing. Raises OSError, which is
        BlockingIOError where another process held it for too long, and DiskSilent.
        """
        there = self._identify()
        with self._lock, self._explained():
            yield self._connected(there)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The database for one transaction: all of the block, or nothing where it raises. Raises
        OSError, which is BlockingIOError where another process held it for too long; DiskSilent.
        """
        there = self._identify()
        with self._lock, self._explained():
            file = self._connected(there)
            with _transaction(file):
                yield file

    def clear(self) -> None:
        """Makes it anew, so that nothing of what it held is left in its files; one that is damaged,
        or holds something else, is deleted. Raises OSError.
        """
        if (there := self._identify()) is None:
            return
        with self._lock:
            try:
                with self._explained():
                    file = self._connected(there)
                    with _transaction(file):
                        _drop_all(file)
                        file.execute("PRAGMA user_version = 0")
                    self._prepare(file)
                    file.execute("VACUUM")
                    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except Damaged:
                self._delete()

    def close(self) -> None:
        """Closes the connection; the next use opens another. It is left to a disk that does not
        answer.
        """
        with self._lock:
            file, self._file = self._file, None
            if file is not None:
                with suppress(DiskSilent):
                    ask(file.close, self.path)

    def close_at_end(self) -> None:
        """The same while the process ends, when no thread may begin."""
        if self._file is not None and find_silent(self.path) is None:
            self._file.close()

    def _identify(self) -> tuple[int, int] | None:
        """Which file is there now. To be asked first: SQLite would wait for ever for a disk that is
        silent, and everybody else for the lock. Raises DiskSilent.
        """
        return ask(partial(_identity, self.path), self.path)

    def _connected(self, there: tuple[int, int] | None) -> Connection:
        """The connection, to the file that is at `path` now: somebody may have deleted it."""
        if self._file is None or there != self._opened:
            self.close()
            try:
                self._file = self._open()
            except sqlite3.DatabaseError as error:
                if not (self._is_cache and _is_damage(error)):
                    raise
                self._delete()
                self._file = self._open()
            self._opened = self._identify()
        return self._file

    def _open(self) -> Connection:
        ask(self._make, self.path)
        file = sqlite3.connect(
            self.path, timeout=self._wait, isolation_level=None, check_same_thread=False
        )
        try:
            if self._exclusive:
                file.execute("PRAGMA locking_mode = EXCLUSIVE")
            if self._page is not None:  # heeded by a file that is still empty
                file.execute(f"PRAGMA page_size = {self._page}")
            self._log_ahead(file)
            file.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
            self._prepare(file)
        except BaseException:
            file.close()
            raise
        return file

    def _make(self) -> None:
        """An empty file that nobody else may read, unless it is there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with suppress(OSError):  # an older Deskmate made some that others may read
            if os.name == "posix" and stat.S_IMODE(self.path.stat().st_mode) != 0o600:
                self.path.chmod(0o600)

    def _log_ahead(self, file: Connection) -> None:
        """Switches to a write-ahead log, where the file system can have one. SQLite does not wait
        by itself where several do that at the same time.
        """
        until = time.monotonic() + self._wait
        while True:
            try:
                file.execute("PRAGMA journal_mode = WAL").fetchone()
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    return  # a network's file system, or nothing may be written: it goes without
                if time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE)

    def _prepare(self, file: Connection) -> None:
        """Makes the tables, or brings older ones up to date."""
        wanted = _fingerprint(self._statements) if self._is_cache else len(self._statements)
        if _version(file) == wanted and not self._exclusive:
            return
        with _transaction(file):
            there = _version(file)  # another process may have done it meanwhile
            if there != wanted and self._is_cache:
                _drop_all(file)
                there = 0
            elif there > wanted:
                raise OSError(
                    f"{self.path} was written by a newer Deskmate than this one. Update Deskmate"
                )
            elif there == wanted:
                return
            for statement in self._statements[there:]:
                file.execute(statement)
            file.execute(f"PRAGMA user_version = {wanted}")

    def _delete(self) -> None:
        """Deletes the file, with what SQLite keeps beside it."""
        self.close()
        for ending in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Errors of SQLite as errors of the file."""
        try:
            yield
        except sqlite3.Error as error:
            if isinstance(error, sqlite3.DatabaseError) and _is_damage(error):
                self.close()
                if self._is_cache:
                    self._delete()
                raise Damaged(f"{self.path}: {error}") from error
            if _is_busy(error):
                raise BlockingIOError(f"{self.path} is in use by another process") from error
            if _code(error) == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, str(error), str(self.path)) from error
            raise OSError(f"{self.path}: {error}") from error


class Damaged(OSError):
    """The file is no database, not a whole one, or holds something else than it should."""


_SHARED: dict[Path, Database] = {}
_MOST = 8
_sharing = threading.Lock()


def shared_database(
    path: Path,
    statements: Sequence[str],
    *,
    is_cache: bool = False,
    durable: bool = False,
) -> Database:
    """The database at `path`, one for the whole process; see `Database`. It is closed when the
    process ends.
    """
    with _sharing:
        found = _SHARED.pop(path, None) or Database(
            path, statements, is_cache=is_cache, durable=durable
        )
        _SHARED[path] = found
        while len(_SHARED) > _MOST:  # who still works with it opens it again
            _SHARED.pop(next(iter(_SHARED))).close()
        return found


@atexit.register
def _close_shared() -> None:
    for database in _SHARED.values():
        database.close_at_end()


@contextmanager
def _transaction(file: Connection) -> Iterator[None]:
    """Begins by writing: who reads first and writes then may be told at once that it is busy."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
        file.execute("COMMIT")
    except BaseException:
        if file.in_transaction:
            file.execute("ROLLBACK")
        raise


def _drop_all(file: Connection) -> None:
    known = """SELECT type, name FROM sqlite_master
        WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"""
    for kind, name in file.execute(known).fetchall():
        quoted = name.replace('"', '""')
        file.execute(f'DROP {kind} "{quoted}"')


def _version(file: Connection) -> int:
    return int(file.execute("PRAGMA user_version").fetchone()[0])


def _fingerprint(statements: Sequence[str]) -> int:
    """What tells these statements from others, as a number that SQLite can keep."""
    return zlib.crc32("\0".join(statements).encode()) & 0x7FFFFFFF or 1


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return _code(error) in _DAMAGE or str(error).startswith("Could not decode")


def _is_busy(error: sqlite3.Error) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def _code(error: sqlite3.Error) -> int:
    """SQLite's own primary code of an error, without its details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,  # there is no such table, or none that is made like this
    sqlite3.SQLITE_MISMATCH,
)
_PAUSE = 0.02  # seconds
