"""Secrets in the columns of tables: the name stands once, in the first row, for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from deskmate.cloud.found import Found
from deskmate.cloud.harmless import is_harmless, says_its_name
from deskmate.cloud.secret_names import is_password_name
from deskmate.core.text.text import Span


class _Head(NamedTuple):
    """The row that names the columns: the sign between its cells, how many there are, and the
    numbers of those below which secrets stand.
    """

    sign: str = ""
    columns: int = 0
    secret: frozenset[int] = frozenset()


def find_tabled(text: str) -> Iterator[Found]:
    """What stands below `password` in a table, with lines around it or one sign between cells."""
    at, head, above = 0, _Head(), ""
    for line, below in pairwise([*text.splitlines(keepends=True), ""]):
        if not _RULE.fullmatch(line):
            cells = _split_cells(line, head.sign)
            if not cells or len(cells) != head.columns:
                head = _read_head(line, above, below)
            elif head.secret:
                yield from _find_in_row(cells, head.secret, at)
        at, above = at + len(line), line


def _read_head(line: str, above: str, below: str) -> _Head:
    sign = next((one for one in "|\t;," if one in line), "")
    cells = _split_cells(line, sign) if len(line) <= _WIDEST else []
    names = [cell.strip(" \"'`*\r\n") for cell in cells]
    framed = (
        sign == "|"
        and line.strip()[0] == "|"
        and (line.strip()[-1] == "|" or _RULE.fullmatch(above) is not None)
    )
    tight = " " not in line or sign in "\t;"
    ruled = sign == "|" and _RULE.fullmatch(below) is not None
    heads = framed or (len(list(filter(None, names))) > 1 and (tight or ruled))
    heads = heads and all(re.fullmatch(r"[\w -]{0,40}", name) for name in names)
    secret = (number for number, name in enumerate(names) if heads and _is_secret_column(name))
    return _Head(sign, len(cells), frozenset(secret)) if len(cells) > 1 else _Head()


def _is_secret_column(name: str) -> bool:
    return is_password_name(name.replace(" ", "_"))


def _find_in_row(cells: list[str], secret: frozenset[int], start: int) -> Iterator[Found]:
    """The secrets of a row that starts there."""
    for number, cell in enumerate(cells):
        found = _CELL.fullmatch(cell.rstrip("\r\n")) if number in secret else None
        if found and not is_harmless(found["value"]) and not says_its_name(found["value"]):
            begin, end = found.span("value")
            yield Found(Span(start + begin, start + end), "PASSWORD")
        start += len(cell) + 1


def _split_cells(line: str, sign: str) -> list[str]:
    """What stands between the signs of a line, in CSV but for those in quotes."""
    if sign and sign != "|":
        line = _IN_QUOTES.sub(lambda one: one[0].replace(sign, "\0"), line)
    return line.split(sign) if sign else []


_IN_QUOTES = re.compile(r'"[^"\n]*"')

_RULE = re.compile(r"[ \t]*[|+:=-][|+:= \t-]+[\r\n]*")
"""A line between the rows of a table."""

_WIDEST = 2_000
"""Characters of a line that may name the columns of a table."""

_CELL = re.compile(
    r"[ \t]*[\"'`*]{0,2}(?P<value>[^\s\"'`*<>{}()$:=-][^\s\"'`<>{}()$,;]{3,80}?)[\"'`*]{0,2}[ \t]*"
)
