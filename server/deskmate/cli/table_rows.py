"""The rows of a table on disk, one at a time: CSV, TSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from deskmate.errors import ActionError
from deskmate.files.replace import replacing

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson")
"""How the names of such files end."""

Row = dict[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file. Raises ActionError where one cannot be read, OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix in (".jsonl", ".ndjson"):
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _object(line, number)
            return
        reader = csv.DictReader(file, delimiter=_delimiter(path), strict=True)
        try:
            for number, row in enumerate(reader, 1):
                if None in row or None in row.values():
                    raise ActionError(
                        f"{path.name}: row {number} has more or fewer cells than there are columns."
                    )
                yield row
        except csv.Error as error:
            raise ActionError(f"{path.name} cannot be read: {error}.") from None


def write_rows(source: Path, goal: Path, changed: Callable[[int, Row], Row]) -> None:
    """Writes the rows of `source` to `goal`, each as `changed` makes it of its number (from 1) and
    itself: all of them or, where anything fails, nothing. The new columns are those of the first.
    """
    rows = (changed(number, row) for number, row in enumerate(read_rows(source), 1))
    with replacing(goal) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        if source.suffix in (".jsonl", ".ndjson"):
            for row in rows:
                text.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            _write_csv(text, rows, _delimiter(source))
        text.detach()


def _write_csv(file: Any, rows: Iterator[Row], delimiter: str) -> None:
    first = next(rows, None)
    if first is None:
        return
    writer = csv.DictWriter(file, list(first), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerow(first)
    writer.writerows(rows)


def _delimiter(path: Path) -> str:
    if path.suffix == ".tsv":
        return "\t"
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline()
    return max(",;|\t", key=first.count)


def _object(line: str, number: int) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ActionError(f"Line {number} is not JSON: {error}.") from None
    if not isinstance(row, dict):
        raise ActionError(f"Line {number} is not a JSON object.")
    return row
