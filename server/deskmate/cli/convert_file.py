"""Converts a table that is a workbook, or too large to be held in memory, a row at a time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, cast, get_args

from deskmate.cli.run import Progress, say
from deskmate.cli.table_rows import JSON_LINES, TABLES, Encoding, find_encoding, open_table
from deskmate.core.data.formats import SUFFIXES, TITLES
from deskmate.core.data.streams import (
    RowGoal,
    Source,
    check_stream,
    find_delimited,
    find_json_lines,
    write_stream,
)
from deskmate.core.data.tables import SAMPLE, Line, find_columns, find_dialect
from deskmate.core.syntax.unsuitable import LARGEST
from deskmate.errors import ActionError
from deskmate.files.replace import move_into_place
from deskmate.requests.workers.files import find_free

LARGE = LARGEST
"""Bytes of a table from which on it is converted a row at a time: what is read as a whole ends."""

WORKBOOKS = (".xlsx", ".xlsm")
"""How the names of workbooks end."""


def is_for_rows(path: Path) -> bool:
    """Whether a file is a workbook, or a table that is too large for the usual way."""
    suffix = path.suffix.lower()
    large = suffix in TABLES and path.is_file() and path.stat().st_size >= LARGE
    return large or (suffix in WORKBOOKS and path.is_file())


def convert_file(path: Path, title: str, sheet: str, *, write: bool) -> None:
    """Converts a table to the format of that title, into a file beside it, and reads what was
    written again; without `write` its first rows are printed. `sheet` names one of a workbook.
    Raises ActionError where it cannot be, OSError.
    """
    form = next(one for one, name in TITLES.items() if name == title)
    if form not in get_args(RowGoal):
        raise ActionError(f"{title} cannot be written a row at a time. Convert {path.name} to CSV.")
    goal = cast(RowGoal, form)
    progress = Progress(f"Convert to {title}")
    try:
        source = _find_source(path, sheet, progress)
        if not write:
            print("".join(islice(write_stream(source, goal), _SHOWN)), end="")
            say(f"The first rows of {path.name}; --write makes the file.")
        else:
            name, count = _write(path, source, goal, progress)
            progress.clear()
            say(f"Wrote {count} rows to {name}; each was read again and compared.")
    finally:
        progress.clear()
    for note in source.notes:
        say(note)


_SHOWN = 10  # pieces, about as many rows
_STEP = 5000  # rows between two words of progress


def _write(path: Path, source: Source, goal: RowGoal, progress: Progress) -> tuple[Path, int]:
    end = find_free(path, SUFFIXES[goal])
    half = end.with_name(f".deskmate-{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with half.open("x", encoding="utf-8", newline="") as file:
            for number, piece in enumerate(write_stream(source, goal)):
                file.write(piece)
                if number % _STEP == 0:
                    progress.show(f"{number} rows written")
        with half.open(encoding="utf-8", newline="") as file:
            progress.show("comparing")
            count = check_stream(source, _split(file) if goal in ("json", "jsonl") else file, goal)
        move_into_place(half, end)
    finally:
        with suppress(FileNotFoundError):
            half.unlink()
    return end, count


def _split(file: Iterator[str]) -> Iterator[str]:
    """Lines that end with a line feed alone."""
    begun = ""
    for line in file:
        begun += line
        if begun.endswith("\n"):
            yield begun
            begun = ""
    if begun:
        yield begun


def _find_source(path: Path, sheet: str, progress: Progress) -> Source:
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return _open_workbook(path, sheet)
    encoding = find_encoding(path)

    def lines() -> Iterator[str]:
        return _read_lines(path, encoding, progress)

    if suffix in JSON_LINES:
        return find_json_lines(lines)
    with open_table(path, encoding) as file:
        sample = file.read(SAMPLE)
    return find_delimited(lines, find_dialect(sample, "\t" if suffix == ".tsv" else ""))


def _read_lines(path: Path, encoding: Encoding, progress: Progress) -> Iterator[str]:
    size, read = path.stat().st_size, len(encoding.mark)
    with open_table(path, encoding) as file:
        for number, line in enumerate(file):
            read += len(line)
            if number % _STEP == 0:
                progress.show(f"reading, about {min(99, 100 * read // max(1, size))} %")
            yield line


def _open_workbook(path: Path, sheet: str) -> Source:
    """The rows of a sheet, dates as ISO 8601 has them, of formulas what Excel found last. Raises
    ActionError where openpyxl is not installed, or it is not said which sheet is meant.
    """
    try:
        import openpyxl
    except ImportError:
        raise ActionError(
            "Workbooks are read by openpyxl, which is not installed: pip install 'deskmate[xlsx]'. "
            "Or save the sheet as CSV."
        ) from None
    try:
        book, formulas = (
            openpyxl.load_workbook(path, read_only=True, data_only=found) for found in (True, False)
        )
    except Exception as error:  # whatever a broken file makes of it
        raise ActionError(f"{path.name} is not a workbook that can be read: {error}.") from None
    names = [one.title for one in book.worksheets]
    if sheet not in names and (sheet or len(names) != 1):
        raise ActionError(
            f"{path.name} has the sheets {', '.join(names)}: say which with --instruction NAME."
        )
    table = book[sheet or names[0]]
    behind = formulas[table.title]
    header = next(_read_sheet(path, table), None)
    if header is None:
        raise ActionError(f"The sheet {table.title} is empty.")
    columns = find_columns(Line(["" if one.value is None else str(one.value) for one in header], 1))

    def read() -> Iterator[dict[str, Any]]:
        pairs = zip(_read_sheet(path, table), _read_sheet(path, behind), strict=True)
        for number, (row, written) in islice(enumerate(pairs, 1), 1, None):
            if any(map(_is_unknown, row, written)):
                raise ActionError(
                    f"Row {number} has a formula whose result is not in the file. Open it in a "
                    "spreadsheet program, save it, and convert it then."
                )
            values = [cell.value for cell in row]
            if any(value is not None for value in values[len(columns.names) :]):
                raise ActionError(f"Row {number} has a cell in a column without a name.")
            if any(value is not None for value in values):
                values = [_plain(value) for value in values[: len(columns.names)]]
                values += [None] * (len(columns.names) - len(values))
                yield dict(zip(columns.names, values, strict=True))

    return Source(columns.names, read, columns.notes)


def _read_sheet(path: Path, table: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet. Raises ActionError where the file is broken."""
    table.reset_dimensions()  # a file may say that it has fewer rows than it has
    try:
        yield from table.iter_rows()
    except Exception as error:  # as above; what is thrown in by whoever reads does not come here
        raise ActionError(f"{path.name} is broken in {table.title}: {error}.") from None


def _is_unknown(cell: Any, written: Any) -> bool:
    """Whether a cell is a formula that no program has computed; one that gave "" has a type."""
    return cell.value is None and cell.data_type == "n" and written.value is not None


def _plain(cell: object) -> Any:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    return cell if isinstance(cell, (str, int, float, bool, type(None))) else str(cell)
