"""The index on disk: one database a project, in the user's cache folder.

Paths are kept in bytes, since a name need not be UTF-8. Names are kept by a hash, which is smaller:
who looks one up reads what its files say, and so leaves out what only has the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskmate.core.syntax.file_symbols import Definition, FileSymbols, Import
from deskmate.core.text.text import Span
from deskmate.files.database import Database
from deskmate.files.places import place
from deskmate.workspace.reading import Stamp

STATEMENTS = (
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        modified INTEGER NOT NULL,
        size INTEGER NOT NULL,
        package TEXT NOT NULL,
        names BLOB NOT NULL,
        symbols BLOB NOT NULL)""",
    "CREATE INDEX packages ON files (package) WHERE package <> ''",
    """CREATE TABLE defined (
        name INTEGER NOT NULL,
        file INTEGER NOT NULL,
        PRIMARY KEY (name, file)) WITHOUT ROWID""",
)
"""`names` are the hashes of the names that a file uses, `_WIDTH` bytes each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of a file, and of which state of it."""

    path: Path
    stamp: Stamp
    symbols: FileSymbols


class Store:
    """The index of one project, which lies in `folder`. Paths are absolute, below it.

    Every method raises OSError where the database cannot be read or written.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database

    def put(self, entries: Iterable[Entry]) -> None:
        """Adds files, each in place of what was known of it."""
        with self._database.write() as file:
            for entry in entries:
                path = self._key(entry.path)
                _remove(file, path)
                values = (
                    path,
                    entry.stamp.modified,
                    entry.stamp.size,
                    entry.symbols.package,
                    b"".join(sorted({_short(name) for name in entry.symbols.references})),
                    encode(entry.symbols),
                )
                row = file.execute(_ADD, values).lastrowid
                names = {_hash(one.name) for one in entry.symbols.definitions}
                file.executemany("INSERT INTO defined VALUES (?, ?)", [(n, row) for n in names])

    def remove(self, paths: Iterable[Path]) -> None:
        """Forgets files, and all that lies in a folder of such a name."""
        with self._database.write() as file:
            for path in paths:
                key = self._key(path)
                below = "SELECT path FROM files WHERE path > ? AND path < ?"
                inside = file.execute(below, (key + b"/", key + b"0")).fetchall()
                for (one,) in [(key,), *inside]:
                    _remove(file, one)

    def stamps(self) -> Mapping[Path, Stamp]:
        """Every file that is known, and which state of it."""
        with self._database.read() as file:
            rows = file.execute("SELECT path, modified, size FROM files")
            return {self._path(path): Stamp(*stamp) for path, *stamp in rows}

    def get(self, path: Path) -> Entry | None:
        """What is known of a file."""
        with self._database.read() as file:
            row = file.execute(f"{_ENTRY} WHERE path = ?", (self._key(path),)).fetchone()
            return self._entry(row) if row else None

    def defining(self, name: str) -> list[Path]:
        """The files that define a name, or one with the same hash."""
        with self._database.read() as file:
            wanted = "SELECT path FROM defined JOIN files ON file = id WHERE name = ?"
            return [self._path(path) for (path,) in file.execute(wanted, (_hash(name),))]

    def using(self, name: str) -> list[Path]:
        """The files that use a name, or one with the same hash."""
        with self._database.read() as file:
            wanted = "SELECT path FROM files WHERE instr(names, ?)"
            return [self._path(path) for (path,) in file.execute(wanted, (_short(name),))]

    def of_package(self, package: str) -> list[Path]:
        """The files that say they are part of a package."""
        with self._database.read() as file:
            rows = file.execute("SELECT path FROM files WHERE package = ?", (package,))
            return [self._path(path) for (path,) in rows]

    def close(self) -> None:
        """Closes the database; the next use opens it again."""
        self._database.close()

    def _key(self, path: Path) -> bytes:
        return os.fsencode(path.relative_to(self._folder).as_posix())

    def _path(self, key: bytes) -> Path:
        return self._folder / os.fsdecode(key)

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        path, modified, size, symbols = row
        return Entry(self._path(path), Stamp(modified, size), decode(symbols))


def open_store(folder: Path) -> Store:
    """The index of the project in `folder`; it is made when it is first used."""
    name = hashlib.blake2s(os.fsencode(folder), digest_size=10).hexdigest()
    path = place("indexes") / f"{name}.sqlite"
    return Store(folder, Database(path, STATEMENTS, is_cache=True))


def encode(symbols: FileSymbols) -> bytes:
    """The definitions, imports and package of a file, compressed."""
    definitions = [
        (
            one.kind,
            one.name,
            one.container,
            one.span.start,
            len(one.span),
            one.line,
            one.head,
            one.doc,
            one.type,
            one.types,
            one.bases,
        )
        for one in symbols.definitions
    ]
    imports = [
        (one.module, one.names, one.alias, one.passed_on, one.line) for one in symbols.imports
    ]
    text = json.dumps([symbols.package, imports, definitions], separators=(",", ":"))
    return zlib.compress(text.encode())


def decode(data: bytes) -> FileSymbols:
    """What `encode` made bytes of; the references are not among it."""
    package, imports, definitions = json.loads(zlib.decompress(data))
    return FileSymbols(
        definitions=tuple(
            Definition(
                kind,
                name,
                tuple(container),
                Span(start, start + length),
                line,
                head,
                doc,
                type_,
                tuple(types),
                tuple(bases),
            )
            for kind, name, container, start, length, line, head, doc, type_, types, bases in (
                definitions
            )
        ),
        imports=tuple(
            Import(module, tuple((name, here) for name, here in names), alias, passed_on, line)
            for module, names, alias, passed_on, line in imports
        ),
        package=package,
    )


def _remove(file: Any, path: bytes) -> None:
    row = file.execute("SELECT id, symbols FROM files WHERE path = ?", (path,)).fetchone()
    if row is None:
        return
    number, symbols = row
    names = {_hash(one[1]) for one in json.loads(zlib.decompress(symbols))[2]}
    file.executemany(
        "DELETE FROM defined WHERE name = ? AND file = ?", [(n, number) for n in names]
    )
    file.execute("DELETE FROM files WHERE id = ?", (number,))


def _hash(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def _short(name: str) -> bytes:
    return _hash(name).to_bytes(4, "big")[-_WIDTH:]


_WIDTH = 3

_ADD = "INSERT INTO files (path, modified, size, package, names, symbols) VALUES (?, ?, ?, ?, ?, ?)"
_ENTRY = "SELECT path, modified, size, symbols FROM files"
