"""A text cut into what a model is asked about at once: paragraphs, items of lists, rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text, what it stands below, how many lines are before it, and of how many
    records it may be.
    """

    text: str
    heading: str
    line: int
    records: int


def cut_into_parts(text: str, room: int) -> Iterator[Part]:
    """The paragraphs of a text, or their lines where each is a sentence, an item or a row, of at
    most `room` characters: a small model asked about several records at once mixes up their values.
    Rows come below the names of their columns; a line that sums up rows is none.
    """
    heading, paragraph, summing = "", list[str](), False
    for at, line in enumerate([*text.splitlines(), ""]):
        title = re.match(r"#{1,6}\s+(.*)", line)
        if line.strip() and not title:
            paragraph.append(line)
            continue
        if paragraph:
            start = at - len(paragraph)
            if not (summing and all(_is_total(one) or _is_rule(one) for one in paragraph)):
                yield from _cut(paragraph, heading, start, room)
            summing = any(rows for _, rows in _runs(paragraph)) or (
                summing and all(_is_total(one) or _is_rule(one) for one in paragraph)
            )
        paragraph = []
        heading, summing = (title[1].strip(), False) if title else (heading, summing)


def _cut(paragraph: list[str], heading: str, at: int, room: int) -> Iterator[Part]:
    names = ""
    for lines, rows in _runs(paragraph):
        if rows:
            above = "\n".join(filter(None, (heading, names)))
            for number, line in enumerate(lines, at):
                if not _is_total(line) and not _is_rule(line):
                    yield Part(line, above, number, 1)
        elif _is_head(lines):
            names = lines[0]
        else:
            yield from _cut_prose(lines, heading, at, room)
        at += len(lines)


def _cut_prose(lines: list[str], heading: str, at: int, room: int) -> Iterator[Part]:
    items = all(_ITEM.match(line) or line[:1] in " \t" for line in lines)
    single = items or all(re.search(r"[.!?;]\s*$", line) or _ITEM.match(line) for line in lines)
    part, start = "", at
    for number, line in enumerate(lines, at):
        begins = single and (not items or _ITEM.match(line))
        if part and (begins or len(part) + len(line) > room):
            yield Part(part, heading, start, part.count("\n") + 2)
            part, start = "", number
        part += f"\n{line}" if part else line
    if part:
        yield Part(part, heading, start, part.count("\n") + 2)


_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s")
"""How an item of a list begins."""


def _runs(paragraph: list[str]) -> list[tuple[list[str], bool]]:
    """The lines in order, those together that are rows of a table, two at least, or the names above
    one with the line between, or neither.
    """
    kinds = [_is_row(line) for line in paragraph]
    for at, line in enumerate(paragraph):
        if _is_rule(line) and at > 0 and at + 1 < len(paragraph):
            kinds[at] = kinds[at + 1]
    runs = [
        ([paragraph[at] for at in group], rows)
        for rows, group in (
            (rows, [*group]) for rows, group in groupby(range(len(kinds)), kinds.__getitem__)
        )
    ]
    found: list[tuple[list[str], bool]] = []
    for lines, rows in runs:
        real = rows and sum(not _is_rule(line) for line in lines) > 1
        if real and found and not found[-1][1] and _is_head(found[-1][0][-1:]):
            others = found.pop()[0]
            found += [(others[:-1], False)] if others[:-1] else []
            found.append((others[-1:], False))
        if found and not real and not found[-1][1] and not rows:
            found[-1] = (found[-1][0] + lines, False)
        else:
            found.append((lines, real))
    return found


def _cells(line: str) -> list[str]:
    return [cell for cell in re.split(r"\s*\|\s*|\t+|\s{2,}|;\s*", line.strip()) if cell]


def _is_row(line: str) -> bool:
    cells = _cells(line)
    return len(cells) > 1 and any(re.search(r"\d", cell) for cell in cells)


def _is_head(lines: list[str]) -> bool:
    return len(lines) == 1 and len(_cells(lines[0])) > 1 and not re.search(r"\d", lines[0])


def _is_rule(line: str) -> bool:
    return bool(re.fullmatch(r"[\s|:=_+-]*[-=_]{2,}[\s|:=_+-]*", line))


def _is_total(line: str) -> bool:
    first = re.sub(r"^[\W\d_]+", "", line.lower())
    summed = any(re.match(rf"{re.escape(word)}(?!\w)", first) for word in _totals())
    return summed and bool(re.search(r"\d", line))


@cache
def _totals() -> tuple[str, ...]:
    text = files(__package__).joinpath("totals.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
