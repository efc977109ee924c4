"""Fills the index: every source file of a project that is not in it as it is on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.file_symbols import find_symbols
from deskmate.settings.project import Project
from deskmate.workspace.index.store import Entry, Store
from deskmate.workspace.reading import read_text_file
from deskmate.workspace.walk import walk_project


def index_all(store: Store, project: Project) -> None:
    """Brings the whole index up to date at once."""
    for _ in build(store, project):
        pass


def build(store: Store, project: Project) -> Iterator[tuple[int, int]]:
    """Brings the index up to date in slices, and says behind each how many files are done, and of
    how many. Raises OSError where it cannot be written.
    """
    known = dict(store.stamps())
    changed: list[Path] = []
    for found in walk_project(project):
        if found is None:
            yield 0, len(changed)
            continue
        path, stamp = found
        if known.pop(path, None) != stamp:
            changed.append(path)
    store.remove(known)
    entries: list[Entry] = []
    for done, path in enumerate(changed, 1):
        entry = read_entry(path)
        entries += [entry] if entry else []
        if len(entries) == _SLICE or done == len(changed):
            store.put(entries)
            entries.clear()
        yield done, len(changed)


def read_entry(path: Path) -> Entry | None:
    """What a source file has for the index; None where it cannot be read."""
    file = read_text_file(path)
    if file is None:
        return None
    document = open_document(path.as_uri(), file.text)
    return Entry(path, file.stamp, find_symbols(document))


_SLICE = 20
"""Files that are written at once."""
