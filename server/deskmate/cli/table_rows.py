"""The rows of a table on disk, one at a time, in the encoding that it has: CSV, TSV, JSON Lines."""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from deskmate.core.data.raw_rows import Delimited, Row, read_delimited_rows, read_json_rows
from deskmate.core.data.tables import SAMPLE, find_dialect
from deskmate.errors import ActionError
from deskmate.files.replace import replacing

JSON_LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv", *JSON_LINES)
"""How the names of such files end."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's text is written, and the mark that it begins with."""

    name: str
    mark: bytes = b""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file that hold data. Raises ActionError where one cannot be read, OSError."""
    yield from (row for row in _read_all(path, find_encoding(path)) if row.is_data)


def write_rows(
    source: Path, goal: Path, column: str, result: Callable[[int, Row], str | None]
) -> list[int]:
    """Writes the table `source` to `goal` with what `result` gives for each row's number (from 1)
    in `column`, which is added where there is none; None leaves a row as it is. All of it is
    written or, where anything fails, nothing. The numbers of rows whose results the file's encoding
    has not the characters for, and which are as they were.
    """
    encoding, left = find_encoding(source), list[int]()
    mode = stat.S_IMODE(source.stat().st_mode)
    is_new = not goal.exists()
    with replacing(goal) as binary:
        binary.write(encoding.mark)
        number = 0
        for row in _read_all(source, encoding):
            number += row.is_data
            adds = isinstance(row, Delimited) and bool(row.names) and column not in row.names
            if row.is_data:
                text = result(number, row)
                drafts = [row.with_cell(column, "") if adds else str(row)]
                drafts += [row.with_cell(column, text)] if text is not None else []
            else:
                drafts = [row.with_cell(column, column) if adds and str(row).strip() else str(row)]
            try:
                binary.write(drafts[-1].encode(encoding.name))
            except UnicodeEncodeError:
                left.append(number)
                binary.write(drafts[0].encode(encoding.name))
    if is_new:
        goal.chmod(mode)
    return left


def find_encoding(path: Path) -> Encoding:
    """How a file is written: by its mark; else as UTF-8 or UTF-16, or as Windows has it in Western
    Europe, where it is neither. Raises ActionError where it is none, or UTF-8 with a fault.
    """
    with path.open("rb") as file:
        start = file.read(4096)
        for name, mark in _MARKS:
            if start.startswith(mark):
                return Encoding(name, mark)
        if start.count(0) * 4 > len(start):
            return Encoding(
                "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
            )
        fault = _find_fault(file, "utf-8")
        if fault is None:
            return Encoding("utf-8")
        if _find_fault(file, "cp1252") is None and not _is_nearly_utf_8(file):
            return Encoding("cp1252")
    raise ActionError(
        f"{path} is neither UTF-8 (see byte {fault}), UTF-16 nor Windows-1252. Save it as UTF-8."
    )


def _find_fault(file: BinaryIO, encoding: str) -> int | None:
    """The first byte of a file that is none of this encoding."""
    decoder, read = codecs.getincrementaldecoder(encoding)(), 0
    file.seek(0)
    try:
        while data := file.read(_PIECE):
            read += len(data)
            decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return read - len(error.object) + error.start
    return None


def _is_nearly_utf_8(file: BinaryIO) -> bool:
    """Whether most bytes beyond ASCII would be characters in UTF-8: few are in Windows-1252."""
    file.seek(0)
    high = pairs = 0
    while data := file.read(_PIECE):
        high += len(data) - len(_HIGH.sub(b"", data))
        pairs += len(b"".join(_PAIR.findall(data)))
    return pairs * 2 > high


_PIECE = 1 << 20
_HIGH = re.compile(rb"[\x80-\xff]+")
_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""What is one character in UTF-8, and several in Windows-1252."""


_MARKS = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-32-le", codecs.BOM_UTF32_LE),
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)


@contextmanager
def open_table(path: Path, encoding: Encoding) -> Iterator[TextIO]:
    """The text of a file behind its mark, with the line ends that it has."""
    with path.open("rb") as file:
        file.seek(len(encoding.mark))
        yield TextIOWrapper(file, encoding=encoding.name, newline="")


def _read_all(path: Path, encoding: Encoding) -> Iterator[Row]:
    """Every row, with those that hold no data."""
    with open_table(path, encoding) as file:
        sample = file.read(SAMPLE)
    with open_table(path, encoding) as file:
        try:
            if path.suffix.lower() in JSON_LINES:
                yield from read_json_rows(file)
            else:
                tabs = path.suffix.lower() == ".tsv"
                yield from read_delimited_rows(file, find_dialect(sample, "\t" if tabs else ""))
        except ActionError as error:
            raise ActionError(f"{path.name}: {error}") from None
