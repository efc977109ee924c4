"""Tables of any size from one format to another, a row at a time, and the proof that each row is
there: what comes is what `formats` makes of a small one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from deskmate.core.data.json_text import parse_json, read_line
from deskmate.core.data.tables import (
    Dialect,
    Types,
    find_columns,
    read_cells,
    write_row,
)
from deskmate.core.data.values import check_numbers, check_text, write_cell
from deskmate.core.data.yaml_text import read_yaml, write_yaml
from deskmate.errors import ActionError

RowGoal = Literal["json", "jsonl", "yaml", "csv", "tsv"]
"""What rows can be written in one after the other."""

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """A table that can be read from its beginning as often as that is needed: its columns, and what
    has to be said of them.
    """

    columns: tuple[str, ...]
    read: Callable[[], Rows]
    notes: tuple[str, ...] = ()


def find_delimited(lines: Callable[[], Iterable[str]], dialect: Dialect) -> Source:
    """The table in delimited lines, which are read once to know what each column holds. Raises
    ActionError that says in which line something is wrong.
    """
    rows = read_cells(lines(), dialect)
    first = next(rows, None)
    if first is None:
        raise ActionError("A table needs a line with names and at least one below it.")
    columns = find_columns(first)
    types = Types(len(columns.names))
    for row in rows:
        types.look(columns.cells(row))

    def read() -> Rows:
        again = read_cells(lines(), dialect)
        next(again)
        for row in again:
            yield dict(zip(columns.names, types.read(columns.cells(row)), strict=True))

    return Source(columns.names, read, columns.notes)


def find_json_lines(lines: Callable[[], Iterable[str]]) -> Source:
    """The table in JSON Lines, which are read once to know the names of all columns. Raises
    ActionError.
    """

    def read() -> Rows:
        for number, line in enumerate(lines(), 1):
            if line.strip():
                row = read_line(line, number)
                if not isinstance(row, dict):
                    raise ActionError(f"Line {number} is not a JSON object.")
                yield row

    columns = dict.fromkeys(name for row in read() for name in row)
    return Source(tuple(columns), read)


def write_stream(source: Source, goal: RowGoal) -> Iterator[str]:
    """The text of the table, piece by piece. Raises ActionError where the format cannot hold it, or
    there is no row.
    """
    if goal in ("csv", "tsv"):
        yield write_row(source.columns, _DELIMITERS[goal]) + "\n"
    between = "[\n" if goal == "json" else ""
    is_empty = True
    for row in source.read():
        is_empty = False
        check_text(row)
        check_numbers(row, "JSON" if goal.startswith("json") else goal.upper())
        yield between + _write(row, source.columns, goal)
        between = ",\n" if goal == "json" else ""
    if is_empty:
        raise ActionError("There is no row in this, so nothing was converted.")
    if goal == "json":
        yield "\n]\n"


def check_stream(source: Source, lines: Iterable[str], goal: RowGoal) -> int:
    """How many rows there are. Raises ActionError where what was written is read as another row."""
    count = 0
    written = _READERS[goal](lines)
    for row in source.read():
        count += 1
        expected: Any = row
        if goal in ("csv", "tsv"):
            expected = [write_cell(row.get(column)) for column in source.columns]
        if next(written, None) != expected:
            raise ActionError(f"Row {count} cannot be written without loss; nothing was converted.")
    if next(written, None) is not None:
        raise ActionError("There would be more rows than there are; nothing was converted.")
    return count


_DELIMITERS = {"csv": ",", "tsv": "\t"}


def _write(row: dict[str, Any], columns: tuple[str, ...], goal: RowGoal) -> str:
    if goal == "json":
        return "  " + json.dumps(row, indent=2, ensure_ascii=False).replace("\n", "\n  ")
    if goal == "jsonl":
        return json.dumps(row, ensure_ascii=False) + "\n"
    if goal == "yaml":
        return write_yaml([row])
    return write_row([write_cell(row.get(one)) for one in columns], _DELIMITERS[goal]) + "\n"


def _read_json(lines: Iterable[str]) -> Iterator[Any]:
    record = ""
    for line in lines:
        if line.startswith("  "):
            record += line
            if line.rstrip("\n") in ("  }", "  },", "  {}", "  {},"):
                yield parse_json(record.rstrip().removesuffix(","))
                record = ""


def _read_yaml(lines: Iterable[str]) -> Iterator[Any]:
    record = ""
    for line in lines:
        if line.startswith("- ") and record:
            yield read_yaml(record).value[0]
            record = ""
        record += line
    if record:
        yield read_yaml(record).value[0]


def _read_cells(lines: Iterable[str], delimiter: str) -> Iterator[Any]:
    rows = read_cells(lines, Dialect(delimiter))
    next(rows, None)
    return (row.cells for row in rows)


_READERS: dict[RowGoal, Callable[[Iterable[str]], Iterator[Any]]] = {
    "json": _read_json,
    "jsonl": lambda lines: (parse_json(line) for line in lines),
    "yaml": _read_yaml,
    "csv": lambda lines: _read_cells(lines, ","),
    "tsv": lambda lines: _read_cells(lines, "\t"),
}
