"""The process that keeps an index: what it is told, what it survives, and what it never reads."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskmate.files.guarded import LARGEST
from deskmate.settings.project import Project, project_of
from deskmate.workspace.index.build import build, index_all, read_entry, update
from deskmate.workspace.index.client import Indexing
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import Store, open_store, store_path
from deskmate.workspace.reading import Stamp, read_text_file, stamp_of
from deskmate.workspace.walk import walk_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    found = project_of(folder / "x", folder)
    assert found is not None
    return found


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    store = open_store(project.folder)
    yield store
    store.close()


def write(project: Project, name: str, text: str) -> Path:
    path = project.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(store: Store) -> set[str]:
    return {path.name for path in store.stamps()}


def defined(store: Store, project: Project, name: str) -> list[str]:
    index = ProjectIndex(project, {}, store)
    return list(dict.fromkeys(found.path.name for found in index.find(name)))


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


async def test_it_reads_the_project_and_what_changes_in_it(project: Project, store: Store) -> None:
    for number in range(30):
        write(project, f"part{number % 3}/module_{number}.py", f"def make_{number}(): pass\n")
    reports: list[tuple[int, int]] = []
    process = Indexing(project.folder, lambda *report: reports.append(report))
    try:
        process.open(write(project, "main.py", "from part1.module_1 import make_1\n"))
        await until(lambda: len(store.stamps()) == 31 and (0, 0) in reports)
        assert defined(store, project, "make_17") == ["module_17.py"]

        changed = write(project, "part1/module_1.py", "def make_more(): pass\n")
        process.changed([changed])
        await until(lambda: defined(store, project, "make_more"))
        assert not defined(store, project, "make_1")

        moved = changed.rename(project.folder / "moved.py")
        process.changed([changed, moved])
        await until(lambda: "moved.py" in names(store))
        assert "module_1.py" not in names(store)

        write(project, ".gitignore", "part2/\n")
        process.changed([project.folder / ".gitignore"])
        await until(lambda: "module_2.py" not in names(store))

        many = [write(project, f"new/file_{number}.py", "x = 1\n") for number in range(150)]
        process.changed(many)
        await until(lambda: "file_149.py" in names(store))
    finally:
        await process.aclose()


async def test_while_somebody_waits_for_an_answer_nothing_else_is_read(
    project: Project, store: Store
) -> None:
    process = Indexing(project.folder, lambda *_: None)
    try:
        first = write(project, "first.py", "x = 1\n")
        process.open(first)
        await until(lambda: "first.py" in names(store))
        process.pause(True)
        process.open(write(project, "second.py", "x = 1\n"))
        third = write(project, "third.py", "x = 1\n")
        process.changed([third])
        await until(lambda: "third.py" in names(store))
        assert "second.py" not in names(store)
        process.pause(False)
        await until(lambda: "second.py" in names(store))
    finally:
        await process.aclose()


async def test_two_editors_share_an_index(project: Project, store: Store) -> None:
    path = write(project, "one.py", "def one(): pass\n")
    processes = [Indexing(project.folder, lambda *_: None) for _ in range(2)]
    try:
        for process in processes:
            process.open(path)
        await until(lambda: "one.py" in names(store))
        for number, process in enumerate(processes):
            process.changed([write(project, f"from_{number}.py", "x = 1\n")])
        await until(lambda: {"from_0.py", "from_1.py"} <= names(store))
    finally:
        for process in processes:
            await process.aclose()


async def test_killed_while_it_writes(project: Project, store: Store) -> None:
    for number in range(400):
        write(project, f"module_{number}.py", f"def make_{number}(): pass\n" * 20)
    process = Indexing(project.folder, lambda *_: None)
    process.open(project.folder / "module_0.py")
    await until(lambda: len(store.stamps()) > 20)
    await process.aclose()
    for path in store.stamps():
        assert defined(store, project, path.stem.replace("module", "make")) == [path.name]
    index_all(store, project)
    assert len(store.stamps()) == 400


def test_what_happened_meanwhile_is_found_by_its_times(project: Project, store: Store) -> None:
    kept = write(project, "kept.py", "def kept(): pass\n")
    gone = write(project, "gone.py", "def gone(): pass\n")
    changed = write(project, "changed.py", "def before(): pass\n")
    index_all(store, project)
    gone.unlink()
    write(project, "changed.py", "def after(): pass\n")
    os.utime(changed, ns=(1, 1))
    known = stamp_of(kept)
    assert [done for done in build(store, project) if done[1]] == [(1, 1)]
    assert names(store) == {"kept.py", "changed.py"}
    assert store.stamp(kept) == known
    assert defined(store, project, "after") == ["changed.py"]


def test_a_broken_index_is_built_anew(project: Project) -> None:
    write(project, "one.py", "def one(): pass\n")
    path = store_path(project.folder)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all " * 1000)
    store = open_store(project.folder)
    assert defined(store, project, "one") == []
    index_all(store, project)
    assert defined(store, project, "one") == ["one.py"]
    store.close()


def test_a_damaged_page_is_no_trouble(project: Project) -> None:
    for number in range(50):
        write(project, f"m{number}.py", f"def make_{number}(): pass\n" * 30)
    store = open_store(project.folder)
    index_all(store, project)
    store.close()
    path = store_path(project.folder)
    with path.open("r+b") as file:
        file.seek(16384)
        file.write(b"\xff" * 16384 * 4)
    again = open_store(project.folder)
    index = ProjectIndex(project, {}, again)
    index.find("make_3")
    assert index.symbols(project.folder / "m3.py").definitions[0].name == "make_3"
    for _ in range(2):
        try:
            index_all(again, project)
        except OSError:
            continue
    assert defined(again, project, "make_7") == ["m7.py"]
    again.close()


def test_what_files_have_alike_is_kept_once(project: Project, store: Store) -> None:
    def add(count: int) -> int:
        index_all(store, project)
        before = store_path(project.folder).stat().st_size
        body = "".join(f"class Thing{n}(Base):\n    limit: int = {n}\n" for n in range(40))
        for number in range(count):
            write(project, f"m{count}_{number}.py", f"{body}def make_{number}(): pass\n")
        index_all(store, project)
        return (store_path(project.folder).stat().st_size - before) // count

    first, then = add(9), add(40)
    assert then < first / 2
    for path, stamp in store.stamps().items():
        known, read = store.get(path), read_entry(path, stamp)
        assert known is not None
        assert known.symbols.definitions == read.symbols.definitions


def test_a_full_disk_keeps_what_was_there(project: Project, store: Store) -> None:
    write(project, "one.py", "def one(): pass\n")
    index_all(store, project)
    file = sqlite3.connect(store_path(project.folder))
    pages = file.execute("PRAGMA page_count").fetchone()[0]
    file.close()
    with store._database.read() as connection:  # the connection whose disk is full
        connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(200):
        write(project, f"many_{number}.py", f"def make_{number}(): pass\n" * 50)
    with pytest.raises(OSError, match="full"):
        index_all(store, project)
    assert defined(store, project, "one") == ["one.py"]


def test_a_file_that_changes_while_it_is_read_is_read_again(project: Project, store: Store) -> None:
    path = write(project, "one.py", "def before(): pass\n")
    stamp = stamp_of(path)
    assert stamp is not None
    entry = read_entry(path, stamp)
    write(project, "one.py", "def afterwards(): pass\n")
    store.put([entry])
    assert defined(store, project, "before") == []
    index = ProjectIndex(project, {}, store)
    assert index.symbols(path).definitions[0].name == "afterwards"
    update(store, project, [path])
    assert defined(store, project, "afterwards") == ["one.py"]


def test_links_that_go_in_circles_and_out_of_the_project(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("SECRET = 1\n")
    main = write(project, "main.py", "from outside import SECRET\nfrom loop import LOOP\n")
    (project.folder / "outside.py").symlink_to(outside)
    (project.folder / "loop.py").symlink_to(project.folder / "loop.py")
    (project.folder / "again").symlink_to(project.folder)
    (project.folder / "far").symlink_to(tmp_path)
    assert [found[0].name for found in walk_project(project) if found] == ["main.py"]
    index = ProjectIndex(project, {})
    assert index.lookup(main, "SECRET") == ()
    assert index.lookup(main, "LOOP") == ()


def test_no_pipe_is_waited_for(project: Project) -> None:
    os.mkfifo(project.folder / "pipe.py")
    main = write(project, "main.py", "from pipe import THING\n")
    assert ProjectIndex(project, {}).lookup(main, "THING") == ()
    assert read_text_file(project.folder / "pipe.py", None) is None


@pytest.mark.skipif(sys.platform != "linux", reason="names are any bytes on Linux only")
def test_a_name_that_is_no_utf8(project: Project, store: Store) -> None:
    path = project.folder / os.fsdecode(b"caf\xe9.py")
    path.write_text("def brew(): pass\n")
    index_all(store, project)
    (found,) = ProjectIndex(project, {}, store).find("brew")
    assert found.path == path


def test_what_is_no_text_or_large_or_written_by_a_program(project: Project, store: Store) -> None:
    write(project, "large.py", "x = 1\n" * LARGEST)
    write(project, "packed.js", "function packed() { return [" + "1," * 20_000 + "]; }")
    (project.folder / "binary.py").write_bytes(b"x = 1\n\0\0\0")
    (project.folder / "latin.py").write_bytes("# Grüße\ndef gruss(): pass\n".encode("latin-1"))
    index_all(store, project)
    assert names(store) == {"packed.js", "binary.py", "latin.py"}
    assert not defined(store, project, "packed")
    assert defined(store, project, "gruss") == ["latin.py"]


def test_what_is_installed_or_made_is_not_walked(project: Project) -> None:
    for folder in ("node_modules/a", ".venv/lib", "target/debug", "dist", "src", "src/build"):
        write(project, f"{folder}/one.py", "x = 1\n")
    write(project, "secrets.env", "x = 1\n")
    write(project, ".gitignore", "*_pb2.py\n!kept_pb2.py\n")
    write(project, "src/made_pb2.py", "x = 1\n")
    write(project, "src/kept_pb2.py", "x = 1\n")
    found = [one[0].relative_to(project.folder) for one in walk_project(project) if one]
    assert [str(path) for path in found] == ["src/kept_pb2.py", "src/one.py"]


def test_a_folder_of_many_files_is_walked_in_slices(project: Project) -> None:
    (project.folder / "many").mkdir()
    for number in range(1000):
        (project.folder / "many" / f"f{number}.py").touch()
    longest = run = 0
    for found in walk_project(project):
        run = 0 if found is None else run + 1
        longest = max(longest, run)
    assert longest <= 200


def test_four_times_as_much_takes_four_times_as_many_steps(project: Project, store: Store) -> None:
    """Steps of the database: none looks at all of what there is so far."""

    def steps(folder: str, files: int) -> int:
        paths = [
            write(project, f"{folder}/m{n}.py", f"def make_{n}(): pass\n") for n in range(files)
        ]
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        with store._database.read() as connection:
            connection.set_progress_handler(count, 1)
            store.put([read_entry(path, Stamp(0, 0)) for path in paths])
            store.put([read_entry(path, Stamp(0, 1)) for path in paths])
            connection.set_progress_handler(None, 0)
        return counted

    once, more = steps("few", 50), steps("many", 200)
    assert more <= 4 * once * 1.1
