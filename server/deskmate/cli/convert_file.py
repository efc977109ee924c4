"""Converts a table that is a workbook, or too large to be held in memory, a row at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import cast, get_args

from deskmate.cli.progress import Progress, say
from deskmate.cli.table_rows import JSON_LINES, TABLES, Encoding, find_encoding, open_table
from deskmate.cli.workbooks import WORKBOOKS, open_workbook
from deskmate.core.data.formats import SUFFIXES, TITLES
from deskmate.core.data.streams import (
    RowGoal,
    Source,
    check_stream,
    find_delimited,
    find_json_lines,
    write_stream,
)
from deskmate.core.data.tables import SAMPLE, find_dialect
from deskmate.core.syntax.unsuitable import LARGEST
from deskmate.errors import ActionError
from deskmate.files.leftovers import passing
from deskmate.files.replace import move_into_place
from deskmate.requests.workers.files import find_free

LARGE = LARGEST
"""Bytes of a table from which on it is converted a row at a time: what is read as a whole ends."""


def is_for_rows(path: Path) -> bool:
    """Whether a file is a workbook, or a table that is too large for the usual way or not UTF-8."""
    suffix = path.suffix.lower()
    if suffix not in (*TABLES, *WORKBOOKS) or not path.is_file():
        return False
    large = suffix in WORKBOOKS or path.stat().st_size >= LARGE
    return large or find_encoding(path).name != "utf-8"


def convert_file(path: Path, title: str, sheet: str, *, write: bool) -> None:
    """Converts a table to the format of that title, into a file beside it, and reads what was
    written again; without `write` its first rows are printed. `sheet` names one of a workbook.
    Raises ActionError where it cannot be, OSError.
    """
    form = next(one for one, name in TITLES.items() if name == title)
    if form not in get_args(RowGoal):
        raise ActionError(
            f"{title} cannot be written a row at a time, as a table is that is large or not UTF-8. "
            f"Convert {path.name} to CSV first."
        )
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
    with passing(end.parent) as half:
        with half.open("x", encoding="utf-8", newline="") as file:
            for number, piece in enumerate(write_stream(source, goal)):
                file.write(piece)
                if number % _STEP == 0:
                    progress.show(f"{number} rows written")
        with half.open(encoding="utf-8", newline="") as file:
            progress.show("comparing")
            count = check_stream(source, _split(file) if goal in ("json", "jsonl") else file, goal)
        move_into_place(half, end)
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
        return open_workbook(path, sheet)
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
