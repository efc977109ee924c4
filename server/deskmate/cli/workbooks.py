"""The rows of a workbook of Excel, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from deskmate.core.data.streams import Source
from deskmate.core.data.tables import Line, find_columns
from deskmate.errors import ActionError

_READ = (".xlsx", ".xlsm")
WORKBOOKS = (*_READ, ".xls", ".xlsb", ".ods")
"""How the names of workbooks end."""


def open_workbook(path: Path, sheet: str) -> Source:
    """The rows of a sheet as values, not as they are shown: 12.5 % is 0.125 and an amount its
    number; dates are as ISO 8601 has them, of formulas what Excel found last. A format of zeros
    (`00000`) makes text of a number, for it is none. A merged cell counts for each row that it
    covers. Raises ActionError where openpyxl is not installed, or it is not said which sheet is
    meant.
    """
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE or path.suffix.lower() not in _READ:
            raise ActionError(
                f"{path.name} has a password, or a format that is not read. Save it as CSV, or as "
                ".xlsx without a password."
            )
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
    merged = _find_merged(path, table)
    columns = find_columns(Line(["" if one.value is None else str(one.value) for one in header], 1))

    def read() -> Iterator[dict[str, Any]]:
        covering: dict[int, Any] = {}
        pairs = zip(_read_sheet(path, table), _read_sheet(path, behind), strict=True)
        for number, (row, written) in islice(enumerate(pairs, 1), 1, None):
            if any(map(_is_unknown, row, written)):
                raise ActionError(
                    f"Row {number} has a formula whose result is not in the file. Open it in a "
                    "spreadsheet program, save it, and convert it then."
                )
            values = [_read_value(cell) for cell in row]
            for column, first, last in merged:
                if first == number and column < len(values):
                    covering[column] = values[column]
                elif first < number <= last and column in covering:
                    values += [None] * (column + 1 - len(values))
                    values[column] = covering[column]
            if any(value is not None for value in values[len(columns.names) :]):
                raise ActionError(f"Row {number} has a cell in a column without a name.")
            if any(value is not None for value in values):
                values = values[: len(columns.names)]
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


def _find_merged(path: Path, table: Any) -> tuple[tuple[int, int, int], ...]:
    """The columns, from 0, of merged cells, with the first and the last row that they cover."""
    found = []
    with ZipFile(path) as archive, archive.open(table._worksheet_path) as sheet:
        behind = b""
        while piece := sheet.read(_PIECE):
            text = behind + piece
            found += _MERGED.findall(text)
            behind = text[text.rfind(b"<") :] if b"<" in text else b""
    return tuple(
        (_number(column.decode()), int(first), int(last))
        for column, first, last in dict.fromkeys(found)
    )


def _number(column: str) -> int:
    """A column's place, from 0, by its letters."""
    number = 0
    for letter in column:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _read_value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value % 1 == 0 <= value:
        mask = _CODE.fullmatch(cell.number_format or "")
        return _fill(mask[0], str(int(value))) if mask else value
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _fill(mask: str, digits: str) -> str:
    """A number in a mask such as `000-00-0000`."""
    mask = re.sub(r"\\(.)|\"([^\"]*)\"", r"\1\2", mask)
    digits = digits.zfill(mask.count("0"))
    left = iter(digits[len(digits) - mask.count("0") :])
    return digits[: len(digits) - mask.count("0")] + "".join(
        next(left) if one == "0" else one for one in mask
    )


_CODE = re.compile(r"(?:[-() /]|\\.|\"[^\"0]*\")*0(?:0|[-() /]|\\.|\"[^\"0]*\")*0")
"""Formats of numbers that are codes: zeros, and what stands between them."""
_OLE = b"\xd0\xcf\x11\xe0"
"""What a file of Microsoft's older container begins with."""
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell [^>]*ref=\"\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?(\d+)\"[^>]*>"
)
_PIECE = 1 << 20
