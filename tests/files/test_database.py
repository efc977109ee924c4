"""Databases of ours, with several processes that write at the same time."""

from __future__ import annotations

import errno
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from deskmate.errors import explain_os_error
from deskmate.files import database as module
from deskmate.files.database import Damaged, Database, _fingerprint, shared_database

NOTES = ("CREATE TABLE notes (text)",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "notes.sqlite"


def add(database: Database, text: str = "a") -> None:
    with database.write() as file:
        file.execute("INSERT INTO notes VALUES (?)", (text,))


def notes(database: Database) -> list[str]:
    with database.read() as file:
        return [text for (text,) in file.execute("SELECT text FROM notes ORDER BY rowid")]


PROCESS = """
import sys
from pathlib import Path
from deskmate.files.database import Database
print("ready", flush=True)
sys.stdin.readline()
for number in range(50):
    database = Database(Path(sys.argv[1]), ("CREATE TABLE notes (text)",), durable=True)
    for _ in range(2):
        with database.write() as file:
            file.execute("INSERT INTO notes VALUES (?)", (number,))
    database.close()
"""


def test_several_processes_lose_nothing(path: Path) -> None:
    """They all make it, fill it, leave it and open it again, as many as there are at once."""
    command = [sys.executable, "-c", PROCESS, str(path)]
    pipe = subprocess.PIPE
    writing = [subprocess.Popen(command, stdin=pipe, stdout=pipe) for _ in range(4)]
    for one in writing:
        assert one.stdout and one.stdout.readline() == b"ready\n"
    for one in writing:
        assert one.stdin and one.stdout
        one.stdin.close()
    for one in writing:
        assert one.wait() == 0
        assert one.stdout
        one.stdout.close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM notes").fetchone() == (400,)


def test_several_threads_share_a_connection(path: Path) -> None:
    database = shared_database(path, NOTES)
    assert shared_database(path, NOTES) is database

    def many() -> None:
        for _ in range(50):
            add(database)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notes(database)) == 200


def test_a_transaction_is_whole_or_nothing(path: Path) -> None:
    database = Database(path, NOTES)

    def fails() -> None:
        with database.write() as file:
            file.execute("INSERT INTO notes VALUES ('half')")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert notes(database) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's folders apart itself")
def test_nobody_else_may_read_it(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)  # an older Deskmate's
    database = Database(path, NOTES)
    add(database)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert set(modes) == {"notes.sqlite", "notes.sqlite-wal", "notes.sqlite-shm"}
    assert set(modes.values()) == {0o600}


def test_one_of_before_versions_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE notes (text)")
        file.execute("INSERT INTO notes VALUES ('old')")
    database = Database(
        path,
        (
            "CREATE TABLE IF NOT EXISTS notes (text)",
            "ALTER TABLE notes ADD COLUMN day",
        ),
    )
    with database.read() as file:
        assert file.execute("SELECT text, day FROM notes").fetchall() == [("old", None)]


def test_what_a_newer_one_wrote_is_left_alone(path: Path) -> None:
    newer = Database(path, (*NOTES, "ALTER TABLE notes ADD COLUMN day"))
    with newer.write() as file:
        file.execute("INSERT INTO notes VALUES ('new', 'today')")
    with pytest.raises(OSError, match="newer Deskmate"):
        notes(Database(path, NOTES))
    assert notes(newer) == ["new"]


def test_a_cache_of_another_making_starts_anew(path: Path) -> None:
    add(Database(path, NOTES, is_cache=True))
    other = Database(path, ("CREATE TABLE other (key)", "CREATE INDEX keys ON other (key)"))
    cache = Database(path, other._statements, is_cache=True)
    with cache.read() as file:
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert tables == [("other",)]


def test_a_damaged_cache_starts_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    cache = Database(path, NOTES, is_cache=True)
    add(cache)
    assert notes(cache) == ["a"]


def test_what_is_no_cache_is_never_thrown_away(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    database = Database(path, NOTES)
    with pytest.raises(OSError, match="not a database"):
        add(database)
    assert path.read_bytes() == b"no database" * 1000
    database.clear()
    add(database)
    assert notes(database) == ["a"]


def test_nothing_is_left_of_what_was_cleared(path: Path) -> None:
    mine, another = Database(path, NOTES), Database(path, NOTES)
    add(mine, "secret " * 100)
    add(another, "secret " * 100)
    mine.clear()
    assert not any(b"secret" in one.read_bytes() for one in path.parent.iterdir())
    add(another, "b")  # whoever has it open works with the same one
    assert notes(mine) == ["b"]


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be deleted there")
def test_one_that_was_deleted_is_made_anew(path: Path) -> None:
    database = Database(path, NOTES)
    add(database)
    for one in path.parent.iterdir():
        one.unlink()
    add(database, "b")
    assert notes(Database(path, NOTES)) == ["b"]


def test_one_that_is_another_process_s_alone(path: Path) -> None:
    mine = Database(path, NOTES, exclusive=True, wait=0)
    add(mine)
    with pytest.raises(BlockingIOError, match="in use by another process"):
        add(Database(path, NOTES, exclusive=True, wait=0))
    mine.close()
    assert notes(Database(path, NOTES, exclusive=True, wait=0)) == ["a"]


def test_as_many_as_there_are_no_more_than_a_few_stay_open(tmp_path: Path) -> None:
    databases = [shared_database(tmp_path / f"{number}", NOTES) for number in range(20)]
    for database in databases:
        add(database)
    assert len(module._SHARED) == module._MOST
    assert [notes(database) for database in databases] == [["a"]] * 20


FOREIGN = [
    "CREATE TABLE items (other)",
    "CREATE TABLE other (items)",
    "CREATE VIEW items AS SELECT 1 AS name",
    'CREATE TABLE "od""d" (x); CREATE VIEW items AS SELECT * FROM "od""d"',
]


@pytest.mark.parametrize("version", ["ours", 0, 7])
@pytest.mark.parametrize("schema", FOREIGN)
def test_a_cache_that_holds_something_else_heals(
    tmp_path: Path, schema: str, version: object
) -> None:
    path = tmp_path / "cache.sqlite"
    statements = ("CREATE TABLE items (name, value)",)
    with closing(sqlite3.connect(path)) as file:
        file.executescript(schema)
        ours = _fingerprint(statements) if version == "ours" else version
        file.execute(f"PRAGMA user_version = {ours}")
        file.commit()
    database = Database(path, statements, is_cache=True)
    with suppress(OSError), database.write() as file:  # one may be lost: it is a cache
        file.execute("INSERT INTO items VALUES (?, ?)", ("a", 1))
    with database.write() as file:
        file.execute("INSERT INTO items VALUES (?, ?)", ("b", 2))
    with database.read() as file:
        assert ("b", 2) in file.execute("SELECT * FROM items").fetchall()
    database.close()


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("schema", FOREIGN)
def test_what_the_user_keeps_is_left_alone_until_it_is_cleared(
    tmp_path: Path, schema: str, version: int
) -> None:
    path = tmp_path / "kept.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.executescript(schema)
        file.execute(f"PRAGMA user_version = {version}")
        file.commit()
    database = Database(path, ("CREATE TABLE items (name, value)",))
    try:
        with database.write() as file:
            file.execute("INSERT INTO items VALUES (?, ?)", ("a", 1))
    except Damaged:
        database.clear()
        with database.write() as file:
            file.execute("INSERT INTO items VALUES (?, ?)", ("a", 1))
    with database.read() as file:
        assert file.execute("SELECT * FROM items").fetchall() == [("a", 1)]
    database.close()


def test_a_full_disk_is_no_damage(tmp_path: Path) -> None:
    database = Database(tmp_path / "kept.sqlite", ("CREATE TABLE items (name, value)",))
    with database.write() as file:
        file.execute("PRAGMA max_page_count = 1")  # as if there were no room for more
    with pytest.raises(OSError) as raised, database.write() as file:
        for _ in range(10_000):
            file.execute("INSERT INTO items VALUES (?, ?)", ("a" * 100, 1))
    assert not isinstance(raised.value, Damaged)
    assert raised.value.errno == errno.ENOSPC
    told = explain_os_error(raised.value)
    assert told.startswith("There is no room left on the disk to write ")
    assert "Errno" not in told
    database.close()
