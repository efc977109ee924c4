"""Rows of tables as they are written, so that one cell of a row changes and nothing else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from deskmate.core.data.tables import LONGEST, Dialect, tell_open, tell_width
from deskmate.core.data.tables import quote as quote_cell
from deskmate.errors import ActionError


class Row(Protocol):
    """One row: whether it is the one of `names`, and its cells by name."""

    @property
    def is_data(self) -> bool:
        """Whether it is none of names, of a delimiter, or empty."""
        ...

    def columns(self) -> tuple[str, ...]:
        """The names that it has a cell for."""
        ...

    def get(self, column: str) -> str:
        """The text of a cell; "" for none."""
        ...

    def with_cell(self, column: str, text: str) -> str:
        """The row as written, with this text in the cell, which is added where there is none."""
        ...

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Delimited:
    """A row of CSV. `cells` are as they are written, `end` is what its line ends with."""

    cells: tuple[str, ...]
    end: str
    delimiter: str
    names: tuple[str, ...]
    is_data: bool = True

    def columns(self) -> tuple[str, ...]:
        """The names above."""
        return self.names

    def get(self, column: str) -> str:
        """The text of a cell."""
        return _text(self.cells[self.names.index(column)])

    def with_cell(self, column: str, text: str) -> str:
        """The row with another cell, in quotes where the old one was or it needs them."""
        if column not in self.names:
            added = quote_cell(text, self.delimiter)
            return self.delimiter.join((*self.cells, added)) + self.end
        at = self.names.index(column)
        old = self.cells[at]
        blank = old[: len(old) - len(old.lstrip(" "))]
        if '"' not in old:  # then it is a part of the text, which needs no quotes for that
            rest = text.removeprefix(blank)
            bare = text.startswith(blank) and quote_cell(rest, self.delimiter) == rest
            blank, text = (blank, rest) if bare else ("", text)
        new = quote_cell(text, self.delimiter)
        if old.lstrip(" ").startswith('"') and not new.startswith('"'):
            new = f'"{new}"'
        cells = (*self.cells[:at], blank + new, *self.cells[at + 1 :])
        return self.delimiter.join(cells) + self.end

    def __str__(self) -> str:
        return self.delimiter.join(self.cells) + self.end


def read_delimited_rows(lines: Iterable[str], dialect: Dialect) -> Iterator[Delimited]:
    """Every row, that of the names first, of lines with their ends. Raises ActionError that says in
    which line something is wrong.
    """
    names: tuple[str, ...] = ()
    told = dialect.told
    for number, cells, end in _split(lines, dialect):
        if told or cells == ("",):
            told = False
            yield Delimited(cells, end, dialect.delimiter, names, is_data=False)
        elif not names:
            names = tuple(_text(cell).strip() for cell in cells)
            if twice := next((name for name in names if name and names.count(name) > 1), None):
                raise ActionError(f"Two columns are called `{twice}` in line {number}.")
            yield Delimited(cells, end, dialect.delimiter, names, is_data=False)
        elif len(cells) != len(names):
            raise ActionError(tell_width(number, len(cells), len(names)))
        else:
            yield Delimited(cells, end, dialect.delimiter, names)


def _split(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """The number of the line that each row begins in, its cells as written, its line's end."""
    mark = re.escape(dialect.delimiter)
    blank = " *" if dialect.padded else ""
    cell = re.compile(rf'({blank}"(?:[^"]|"")*"|(?!{blank}")[^{mark}\r\n]*)({mark}|\r\n|\n|\r|\Z)')
    cells, begun, first, length = list[str](), list[str](), 1, 0
    for number, line in enumerate(lines, 1):
        begun.append(line)
        length += len(line)
        if length > LONGEST:
            break
        if len(begun) > 1 and _INSIDE.fullmatch(line):
            continue
        text = "".join(begun)
        at, end = 0, ""
        while found := cell.match(text, at):
            cells.append(found[1])
            at, end = found.end(), found[2]
            if end != dialect.delimiter:
                break
        if found is None and _OPEN.match(text, at):
            begun = [text[at:]]  # it goes on in the next line
            continue
        if found is None:
            raise ActionError(f"Line {number} cannot be read: there is text behind a quoted cell.")
        yield first, tuple(cells), end
        cells, begun, first, length = [], [], number + 1, 0
    if begun:
        raise ActionError(tell_open(first))


_OPEN = re.compile(r' *"(?:[^"]|"")*\Z')
_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')
"""A line after which a cell that was open before it still is."""


def _text(cell: str) -> str:
    bare = cell.lstrip(" ")
    return bare[1:-1].replace('""', '"') if bare[:1] == '"' and bare[-1:] == '"' else cell


@dataclass(frozen=True, slots=True)
class JsonLine:
    """A row of JSON Lines; `spans` are where the value of each key stands."""

    line: str
    value: dict[str, Any]
    spans: dict[str, tuple[int, int]]
    is_data: bool = True

    def columns(self) -> tuple[str, ...]:
        """Its keys."""
        return tuple(self.value)

    def get(self, column: str) -> str:
        """The text of a value."""
        value = self.value.get(column)
        return value if isinstance(value, str) else "" if value is None else json.dumps(value)

    def with_cell(self, column: str, text: str) -> str:
        """The line with another value, or one more key."""
        new = json.dumps(text, ensure_ascii=self.line.isascii())
        if column in self.spans:
            start, end = self.spans[column]
            return self.line[:start] + new + self.line[end:]
        at = self.line.rindex("}")
        end = len(self.line[:at].rstrip())
        gap = " " if re.search(r'"\s*: ', self.line) or not self.spans else ""
        more = f"{json.dumps(column)}:{gap}{new}"
        return f"{self.line[:end]}{',' + gap if self.spans else ''}{more}{self.line[end:]}"

    def __str__(self) -> str:
        return self.line


def read_json_rows(lines: Iterable[str]) -> Iterator[JsonLine]:
    """Every row of JSON Lines. Raises ActionError that says which is no object."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            yield JsonLine(line, {}, {}, is_data=False)
            continue
        try:
            value = json.loads(line)
            if not isinstance(value, dict):
                raise ActionError(f"Line {number} is not a JSON object.")
            yield JsonLine(line, value, dict(_find_values(line)))
        except (ValueError, RecursionError) as error:
            raise ActionError(f"Line {number} is not JSON: {error}.") from None


def _find_values(line: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The keys of an object, and where their values stand."""
    decoder, at = json.JSONDecoder(), line.index("{") + 1
    while key := _KEY.match(line, at):
        _, end = decoder.raw_decode(line, key.end())
        yield json.loads(key[1]), (key.end(), end)
        at = end


_KEY = re.compile(r'[\s,]*("(?:\\.|[^"\\])*")\s*:\s*')
