"""The index on disk: one database a project, in the user's cache folder.

Paths are kept in bytes, since a name need not be UTF-8. Names are kept by a hash, which is smaller:
who looks one up reads what its files say, and so leaves out what only has the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, get_args

from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import Definition, DefinitionKind, FileSymbols
from deskmate.core.syntax.language import fingerprint
from deskmate.core.text.text import Span
from deskmate.files.database import Connection, Database
from deskmate.files.places import place
from deskmate.workspace.reading import Stamp

STATEMENTS = (
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        place INTEGER NOT NULL UNIQUE,
        path BLOB NOT NULL,
        modified INTEGER NOT NULL,
        size INTEGER NOT NULL,
        package TEXT NOT NULL,
        symbols BLOB NOT NULL)""",
    "CREATE INDEX packages ON files (package) WHERE package <> ''",
    "CREATE TABLE defined (file INTEGER PRIMARY KEY, names BLOB NOT NULL)",
    "CREATE TABLE used (file INTEGER PRIMARY KEY, names BLOB NOT NULL)",
    "CREATE TABLE shared (text BLOB NOT NULL)",
)
"""`place` is a hash of the path, which is shorter. `names` are the hashes of the names in a file,
`_WIDTH` bytes each: to look through all of them for one takes a millisecond in a million lines, and
they take a tenth of the room of a row a name. What is `shared` is what files of the project have
alike, beside which each of them is compressed: a fifth less for all of them.
"""


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
        added = [(entry, encode(entry.symbols)) for entry in entries]
        with self._database.write() as file:
            shared = _shared(file, [text for _, text in added])
            for entry, text in added:
                path = self._key(entry.path)
                _remove(file, path)
                symbols = entry.symbols
                stamp = (entry.stamp.modified, entry.stamp.size)
                packed = _pack(text, shared)
                row = file.execute(
                    _ADD, (_place(path), path, *stamp, symbols.package, packed)
                ).lastrowid
                defined = _hashes(one.name for one in symbols.definitions)
                file.execute("INSERT INTO defined VALUES (?, ?)", (row, defined))
                file.execute("INSERT INTO used VALUES (?, ?)", (row, _hashes(symbols.references)))

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

    def stamp(self, path: Path) -> Stamp | None:
        """Which state of a file is known; None for none."""
        with self._database.read() as file:
            wanted = "SELECT modified, size FROM files WHERE place = ?"
            row = file.execute(wanted, (_place(self._key(path)),)).fetchone()
            return Stamp(*row) if row else None

    def get(self, path: Path) -> Entry | None:
        """What is known of a file."""
        with self._database.read() as file:
            row = file.execute(f"{_ENTRY} WHERE place = ?", (_place(self._key(path)),)).fetchone()
            return self._entry(row) if row else None

    def defining(self, name: str, near: Path | None = None, most: int | None = None) -> list[Path]:
        """The files that define a name, or one with the same hash, those near `near` first; at most
        so many.
        """
        return self._near("defined", name, near, most)

    def using(self, name: str, near: Path | None = None, most: int | None = None) -> list[Path]:
        """The files that use a name, or one with the same hash, likewise."""
        return self._near("used", name, near, most)

    def of_package(self, package: str) -> list[Path]:
        """The files that say they are part of a package."""
        with self._database.read() as file:
            rows = file.execute("SELECT path FROM files WHERE package = ?", (package,))
            return [self._path(path) for (path,) in rows]

    def settle(self) -> None:
        """Has the database take in what was written ahead of it, so that it is as small as it can
        be.
        """
        with self._database.read() as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Closes the database; the next use opens it again."""
        self._database.close()

    def _near(self, table: str, name: str, near: Path | None, most: int | None) -> list[Path]:
        # The hash may also be found across two others; who reads the file then leaves it out.
        wanted = f"SELECT path FROM {table} CROSS JOIN files ON file = id WHERE instr(names, ?)"
        wanted += f" LIMIT {_COMMON}"
        with self._database.read() as file:
            paths = [path for (path,) in file.execute(wanted, (_hash(name),))]
        if near is not None and near.is_relative_to(self._folder):
            paths.sort(key=partial(_folders_between, self._key(near)))
        return [self._path(path) for path in paths[:most]]

    def _key(self, path: Path) -> bytes:
        return os.fsencode(path.relative_to(self._folder).as_posix())

    def _path(self, key: bytes) -> Path:
        return self._folder / os.fsdecode(key)

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        path, modified, size, packed, shared = row
        return Entry(self._path(path), Stamp(modified, size), decode(_unpack(packed, shared)))


def open_store(folder: Path) -> Store:
    """The index of the project in `folder`; it is made when it is first used."""
    return Store(folder, Database(store_path(folder), STATEMENTS, is_cache=True, page=_PAGE))


def store_path(folder: Path) -> Path:
    """Where the index of the project in `folder` is kept: another one for each way to read files,
    so that none has what an older Deskmate did not find.
    """
    name = hashlib.blake2s(os.fsencode(folder), key=fingerprint(), digest_size=10).hexdigest()
    return place("indexes") / f"{name}.sqlite"


def forget_stores(older: float = 60 * 24 * 3600.0) -> None:
    """Deletes the indexes that nobody has used for so many seconds."""
    for path in place("indexes").glob("*.sqlite*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime >= older:
                path.unlink()


def encode(symbols: FileSymbols) -> bytes:
    """The definitions, imports and package of a file: what is alike stands together."""
    rows = symbols.definitions
    columns = [
        [_KINDS.index(one.kind) for one in rows],
        [one.name for one in rows],
        [" ".join(one.container) for one in rows],
        _differences(one.span.start for one in rows),
        [len(one.span) for one in rows],
        _differences(one.line for one in rows),
        [one.head.replace(one.name, _NAME, 1) for one in rows],
        [one.doc for one in rows],
        [one.type for one in rows],
        [" ".join(one.types) for one in rows],
        [" ".join(one.bases) for one in rows],
    ]
    imports = [
        (one.module, one.names, one.alias, one.passed_on, one.line) for one in symbols.imports
    ]
    whole = [columns, symbols.package, imports]
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> FileSymbols:
    """What `encode` made bytes of; the references are not among it."""
    columns, package, imports = json.loads(data.decode("utf-8", "surrogatepass"))
    kinds, names, containers, starts, lengths, lines, heads, docs, types, typed, bases = columns
    return FileSymbols(
        definitions=tuple(
            Definition(
                _KINDS[kind],
                name,
                tuple(container.split()),
                Span(start, start + length),
                line,
                head.replace(_NAME, name, 1),
                doc,
                type_,
                tuple(words.split()),
                tuple(derived.split()),
            )
            for kind, name, container, start, length, line, head, doc, type_, words, derived in zip(
                kinds,
                names,
                containers,
                accumulate(starts),
                lengths,
                accumulate(lines),
                heads,
                docs,
                types,
                typed,
                bases,
                strict=True,
            )
        ),
        imports=tuple(
            Import(module, tuple((name, here) for name, here in names), alias, passed_on, line)
            for module, names, alias, passed_on, line in imports
        ),
        package=package,
    )


def _shared(file: Connection, texts: Sequence[bytes]) -> bytes:
    """What is shared, which the first slice of files is made to be."""
    row = file.execute("SELECT text FROM shared").fetchone()
    if row is None and len(texts) >= _ENOUGH:
        row = (b"".join(texts)[-_SHARED:],)
        file.execute("INSERT INTO shared VALUES (?)", row)
    return row[0] if row else b""


def _pack(text: bytes, shared: bytes) -> bytes:
    packing = zlib.compressobj(zdict=shared)
    return packing.compress(text) + packing.flush()


def _unpack(data: bytes, shared: bytes | None) -> bytes:
    """The text again; what was packed before there was anything shared needs none."""
    return zlib.decompressobj(zdict=shared or b"").decompress(data)


def _differences(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before: small ones, which are alike."""
    return [after - before for before, after in pairwise([0, *numbers])]


def _folders_between(one: bytes, other: bytes) -> int:
    """How many folders are on the way from one file to another."""
    shared = len(os.path.commonprefix((one, other)))  # noqa: RUF071 - only "/" behind it counts
    return one.count(b"/", shared) + other.count(b"/", shared)


def _remove(file: Connection, path: bytes) -> None:
    row = file.execute("SELECT id FROM files WHERE place = ?", (_place(path),)).fetchone()
    if row is not None:
        for statement in _REMOVE:
            file.execute(statement, row)


def _place(path: bytes) -> int:
    return int.from_bytes(hashlib.blake2s(path, digest_size=8).digest(), "big", signed=True)


def _hashes(names: Iterable[str]) -> bytes:
    return b"".join(sorted(set(map(_hash, names))))


def _hash(name: str) -> bytes:
    number = zlib.crc32(name.encode("utf-8", "surrogatepass"))
    return number.to_bytes(4, "big")[-_WIDTH:]


_KINDS: tuple[DefinitionKind, ...] = get_args(DefinitionKind)
_NAME = "\x01"
"""Stands for the name of a definition in its head."""
_PAGE = 16384
"""Bytes of a page: a file's row is some thousand, and pages of few rows have much room left."""
_COMMON = 200
"""Files with a name in them, of which more say nothing: a lookup has to be quick for `get`, too."""
_WIDTH = 3
_ENOUGH = 10
"""Files that tell what those of a project have alike."""
_SHARED = 32_768
"""Bytes, of which zlib looks at no more."""

_ADD = "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?)"
_REMOVE = (
    "DELETE FROM defined WHERE file = ?",
    "DELETE FROM used WHERE file = ?",
    "DELETE FROM files WHERE id = ?",
)
_ENTRY = "SELECT path, modified, size, symbols, (SELECT text FROM shared) FROM files"
