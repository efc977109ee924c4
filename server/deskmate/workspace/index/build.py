"""Fills the index: every source file of a project that is not in it as it is on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.file_symbols import FileSymbols, find_symbols
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import Project
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import Entry, Store
from deskmate.workspace.reading import Stamp, read_text_file, stamp_of
from deskmate.workspace.walk import is_source, walk_project


def index_all(store: Store, project: Project) -> None:
    """Brings the whole index up to date at once. Raises OSError where it cannot be written."""
    for _ in build(store, project):
        pass


def build(store: Store, project: Project, near: Path | None = None) -> Iterator[tuple[int, int]]:
    """Brings the index up to date in slices, the files around `near` first, and says behind each
    how many files are done, and of how many. Raises OSError where it cannot be written.
    """
    known = dict(store.stamps())
    changed: list[tuple[Path, Stamp]] = []
    for found in walk_project(project):
        if found is None:
            yield 0, 0
        elif known.pop(found[0], None) != found[1]:
            changed.append(found)
    if known:
        store.remove(known)
    if near is not None and near.is_relative_to(project.folder):
        around = near.parents
        changed.sort(key=lambda one: next(n for n, it in enumerate(around) if it in one[0].parents))
    entries: list[Entry] = []
    for done, (path, stamp) in enumerate(changed, 1):
        entries.append(read_entry(path, stamp))
        if len(entries) == _SLICE or done == len(changed):
            store.put(entries)
            entries.clear()
        yield done, len(changed)
    if changed:
        store.settle()


def update(store: Store, project: Project, paths: Iterable[Path]) -> None:
    """Brings what the index says of some files up to date, whatever has become of them. Raises
    OSError where it cannot be written.
    """
    entries: list[Entry] = []
    gone: list[Path] = []
    for path in dict.fromkeys(paths):
        if not path.is_relative_to(project.folder) or path == project.folder:
            continue
        stamp = stamp_of(path) if is_source(path, project) else None
        if stamp is None:
            gone.append(path)
        elif store.stamp(path) != stamp:
            entries.append(read_entry(path, stamp))
    if gone:
        store.remove(gone)
    if entries:
        store.put(entries)


def update_around(store: Store, project: Project, path: Path) -> Iterator[None]:
    """Brings up to date a file, what it imports, and what it sees without an import, in slices."""
    index = ProjectIndex(project, {}, store)
    update(store, project, [path])
    yield
    for imported in index.symbols(path).imports:
        update(store, project, index.resolve(path, imported))
        yield
    for beside in index.beside(path):
        update(store, project, [beside])
        yield


def read_entry(path: Path, stamp: Stamp) -> Entry:
    """What a source file has for the index: nothing where it cannot be read, or where a program
    wrote it for another; `stamp` is that of before, so that a file that changes meanwhile is read
    again.
    """
    file = read_text_file(path, path.parent)
    if file is None or len(file.text) > _WIDE * (file.text.count("\n") + 10):
        return Entry(path, file.stamp if file else stamp, FileSymbols())
    document = open_document(file_uri(path), file.text)
    return Entry(path, file.stamp, find_symbols(document))


_SLICE = 20
"""Files that are written at once."""

_WIDE = 300
"""Characters that a line has on average where nobody reads it."""
