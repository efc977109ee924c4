"""Tables whose cells are set apart by commas, semicolons, tabs or bars, row by row."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import Any

from deskmate.core.data.json_text import DIGITS
from deskmate.core.data.markdown_cells import escape_cell, unescape_cell
from deskmate.core.data.values import Data, rows_of, write_cell
from deskmate.errors import ActionError

DELIMITERS = ",;\t|"

SAMPLE = 20_000
"""Characters that tell how a table is written."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written. `padded` says that a blank before a cell is no part of it; `told`,
    that its first line names the delimiter, as Excel understands it (`sep=;`).
    """

    delimiter: str = ","
    padded: bool = False
    told: bool = False


def find_dialect(sample: str, delimiter: str = "") -> Dialect:
    """How the table is written that begins with `sample`: by the delimiter that cuts its lines into
    the same number of cells, where none is given.
    """
    told = _SEP.match(sample)
    if told:
        return replace(find_dialect(sample[told.end() :], told[1]), told=True)
    first = next((line for line in _lines(sample) if line.strip()), "")
    found = delimiter or max(DELIMITERS, key=lambda one: _fit(sample, first, one))
    mark = re.escape(found)
    names, outside = _QUOTED.sub('""', first), _QUOTED.sub('""', sample)
    blanks = len(re.findall(f"{mark} +(?=\\S)", names))
    padded = 0 < names.count(found) == blanks or bool(re.search(f'{mark} +"', outside))
    return Dialect(found, padded=padded)


_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEP = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\n|\r)', re.IGNORECASE)


def _fit(sample: str, first: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter cuts: the share of lines with as many cells as the first, and how many
    these are.
    """
    try:
        rows = [row for row in islice(csv.reader(_lines(sample), delimiter=delimiter), 100) if row]
    except csv.Error:
        return 0.0, 0
    cells = len(rows[0]) if rows else 0
    if cells < 2:
        return 0.0, 0
    whole = rows[:-1] or rows  # the last may be cut off
    return sum(len(row) == cells for row in whole) / len(whole), cells


def _lines(text: str) -> StringIO:
    return StringIO(text, newline="")


@dataclass(frozen=True, slots=True)
class Line:
    """A row's cells, as text, and the number of the line that it ends in."""

    cells: list[str]
    number: int


def read_cells(lines: Iterable[str], dialect: Dialect) -> Iterator[Line]:
    """The rows of a table, that of its names first; empty lines are none. Raises ActionError that
    says in which line something is wrong.
    """
    reader = csv.reader(
        lines, delimiter=dialect.delimiter, strict=True, skipinitialspace=dialect.padded
    )
    csv.field_size_limit(LONGEST)
    if dialect.told:
        next(reader, None)
    begun = reader.line_num + 1
    try:
        for cells in reader:
            if cells and (len(cells) > 1 or cells[0].strip() or not cells[0]):
                yield Line(cells, reader.line_num)
            begun = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error) or "end of data" in str(error):
            raise ActionError(tell_open(begun)) from None
        raise ActionError(f"Line {reader.line_num} cannot be read: {error}.") from None


LONGEST = 10_000_000
"""Characters of a cell; where there are more, the end of a quote is missing."""


def tell_open(number: int) -> str:
    """That a quote in the row that begins in this line goes on and on."""
    return f"A quote that begins in line {number} has no end."


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a table's columns, where each stands, and what was done to get them."""

    names: tuple[str, ...]
    width: int
    notes: tuple[str, ...] = ()

    def cells(self, line: Line) -> list[str]:
        """A row's cells. Raises ActionError where it has not as many as there are names."""
        cells = line.cells
        if len(cells) == self.width or (
            len(cells) == self.width + 1 and not cells[-1].strip()  # a delimiter at the end
        ):
            if any(cell.strip() for cell in cells[len(self.names) :]):
                raise ActionError(f"Line {line.number} has a cell in a column without a name.")
            return cells[: len(self.names)]
        raise ActionError(tell_width(line.number, len(cells), self.width))


def tell_width(number: int, cells: int, names: int) -> str:
    """That a row, in line `number`, has not as many cells as there are names."""
    more = "more" if cells > names else "fewer"
    return f"Line {number} has {more} cells than there are names above: {cells}, not {names}."


def find_columns(line: Line) -> Columns:
    """The columns that the first row names. Raises ActionError where one has no name, but for the
    first, which is the index that pandas writes, or the last ones where they are empty.
    """
    names, notes = [name.strip() for name in line.cells], list[str]()
    width = len(names)
    while len(names) > 1 and not names[-1]:
        names.pop()  # there are delimiters at the end of each line
    if names and not names[0] and len(names) > 1:
        names[0] = "index" if "index" not in names else "Unnamed: 0"
        notes.append(f"The first column has no name; it is called `{names[0]}`.")
    seen = set[str]()
    for at, name in enumerate(names):
        if not name:
            raise ActionError(f"Column {at + 1} has no name in line {line.number}.")
        if name in seen:
            raise ActionError(
                f"Two columns are called `{name}` in line {line.number}; one of them would be lost."
            )
        seen.add(name)
    return Columns(tuple(names), width, tuple(notes))


class Types:
    """Which columns hold nothing but numbers and truth values that are written again as they stand:
    `look` at each row, then `read` each.
    """

    def __init__(self, columns: int) -> None:
        self._texts = [False] * columns
        self._filled = [False] * columns

    def look(self, cells: Sequence[str]) -> None:
        """Takes one more row into account."""
        for at, cell in enumerate(cells):
            if cell and not self._texts[at]:
                self._filled[at] = True
                self._texts[at] = _typed(cell) is _TEXT

    def read(self, cells: Sequence[str]) -> list[Any]:
        """The values of a row."""
        return [
            cell if text or not filled else (_typed(cell) if cell else None)
            for cell, text, filled in zip(cells, self._texts, self._filled, strict=True)
        ]


_TEXT = object()
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false")


def _typed(cell: str) -> Any:
    if len(cell) > DIGITS or not _NUMBER.fullmatch(cell):
        return _TEXT
    value = json.loads(cell)
    return value if json.dumps(value) == cell else _TEXT


def read_delimited(text: str, delimiter: str = "") -> Data:
    """The rows of a table. A number in a column of it is one only where each cell of it is, written
    as JSON would write it: `007` and `1.10` stay text. Raises ActionError.
    """
    dialect = find_dialect(text[:SAMPLE], delimiter)
    data = _records(read_cells(_lines(text), dialect))
    told = ("The line `sep=` is left out.",) if dialect.told else ()
    return Data(data.value, (*data.notes, *told))


def _records(lines: Iterable[Line]) -> Data:
    rows = iter(lines)
    first = next(rows, None)
    columns = find_columns(first) if first else None
    cells = [columns.cells(line) for line in rows] if columns else []
    if not columns or not cells:
        raise ActionError("A table needs a line with names and at least one below it.")
    types = Types(len(columns.names))
    for row in cells:
        types.look(row)
    value = [dict(zip(columns.names, types.read(row), strict=True)) for row in cells]
    return Data(value, columns.notes)


def write_delimited(value: Any, delimiter: str = ",") -> str:
    """A value as a table, what is nested as JSON in its cells. Raises ActionError."""
    columns, rows = _filled(value)
    lines = [columns, *([write_cell(row.get(column)) for column in columns] for row in rows)]
    return "".join(write_row(line, delimiter) + "\n" for line in lines)


def _filled(value: Any) -> tuple[list[str], list[dict[str, Any]]]:
    columns, rows = rows_of(value)
    if not columns:
        raise ActionError("There is nothing in this that a table could have a column for.")
    if len(columns) * len(rows) > max(_CELLS, _EMPTY * sum(map(len, rows))):
        raise ActionError(
            f"As a table this would have {len(columns):,} columns and {len(rows):,} rows, nearly "
            "all of it empty."
        )
    return columns, rows


_CELLS, _EMPTY = 1_000_000, 20
"""Cells that a table may have in any case, and how many of them for each that has a value."""


def write_row(cells: Sequence[str], delimiter: str) -> str:
    """A line of a table, as RFC 4180 has it: csv.writer leaves `\r` without quotes."""
    return delimiter.join(quote(cell, delimiter) for cell in cells) or '""'


def quote(cell: str, delimiter: str) -> str:
    """A cell as it is written, in quotes where it needs them."""
    if cell.isalnum() or not re.search(f'[\r\n"{re.escape(delimiter)}]|^\\s|\\s$', cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def read_table(text: str) -> Data:
    """The rows of a Markdown table, with bars at the ends of its lines or without. Raises
    ActionError.
    """
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", text.strip())]
    rule = lines[1] if len(lines) > 1 else ""
    if (
        not re.fullmatch(r"\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?", rule)
        or "|" not in lines[0] + rule
    ):
        raise ActionError("This is not a Markdown table: its second line must be of `|` and `---`.")
    names = _cells(lines[0])
    if len(_cells(rule)) != len(names):
        raise ActionError("The line of `---` has not as many cells as the one above it.")
    rows = []
    for number, line in enumerate(lines[2:], 3):
        if not line:
            raise ActionError(f"Line {number} is empty, and so ends the table. Select one table.")
        cells = _cells(line)
        if len(cells) < len(names):  # GitHub's Markdown lets the last ones go
            cells += [""] * (len(names) - len(cells))
        rows.append(Line(cells, number))
    return _records([Line(names, 1), *rows])


def _cells(line: str) -> list[str]:
    inner = re.sub(r"(?<!\\)\|\Z", "", line.removeprefix("|"))
    return [unescape_cell(cell) for cell in re.split(r"(?<!\\)\|", inner)]


def write_table(value: Any) -> str:
    """A value as a Markdown table, its columns aligned. Raises ActionError."""
    columns, rows = _filled(value)
    cells = [[escape_cell(write_cell(row.get(column))) for column in columns] for row in rows]
    names = [escape_cell(column) for column in columns]
    numbers = [
        all(type(row.get(column)) in (int, float, type(None)) for row in rows)
        and any(row.get(column) is not None for row in rows)
        for column in columns
    ]
    widths = [max(3, *(len(line[at]) for line in [names, *cells])) for at in range(len(names))]

    def line(row: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        ]
        return f"| {' | '.join(padded)} |\n"

    rule = [
        "-" * (width - 1) + ":" if number else "-" * width
        for width, number in zip(widths, numbers, strict=True)
    ]
    return line(names) + f"| {' | '.join(rule)} |\n" + "".join(map(line, cells))
