"""Code from a reply in the shape of where it goes: its indentation, line ends and blank lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import gcd

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import common
from deskmate.core.syntax.strings import lines_inside
from deskmate.core.text.differences import common_items, replaced_blocks
from deskmate.core.text.text import Span


def reindent(
    code: str,
    margin: str,
    unit: str,
    original: str = "",
    fixed: Collection[int] = (),
    *,
    within: bool = False,
) -> str:
    """`code` with every line but the first moved to `margin`, one step of it being `unit`.

    `original` is what stands there now, or what the code stands somewhere `within`: of the ways to
    read the code's own indentation the one is taken that has most lines as they were, and fewest
    new ones where no step would have them. The lines `fixed` begin inside a string, where blanks
    are content; they stay as they are.
    """
    lines = code.split("\n")
    free = [at for at, line in enumerate(lines) if line.strip() and at not in fixed]
    if not free:
        return code
    step = len(unit) if "\t" not in unit else _TAB
    known = Counter(_columns(line, step) for line in original.split("\n"))
    best, most = [width(line, step) for line in lines], (-len(code), 0)
    for tab in dict.fromkeys((step, 4, 8)) if "\t" in code else (step,):
        for reading in _readings(lines, [width(line, tab) for line in lines], free, step):
            rows = [(reading[at], lines[at].strip()) for at in free]
            likeness = _likeness(rows, known, step, within=within)
            if likeness > most:
                best, most = reading, likeness
    for at in free:
        steps, rest = divmod(best[at], step)
        indent = unit * steps + " " * rest
        lines[at] = (margin if at else "") + indent + lines[at].lstrip()
    return "\n".join(lines)


def _likeness(
    rows: list[tuple[int, str]], known: Counter[tuple[int, str]], step: int, *, within: bool
) -> tuple[int, int]:
    """How many lines are as they were, without the steps that are odd and the new lines that are
    between two steps; and how few steps are odd.
    """
    if within:
        places = defaultdict[str, list[int]](list)
        for there, text in known:
            places[text].append(there)
        shifts = Counter(there - here for here, text in rows for there in places.get(text, ()))
        shift = shifts.most_common(1)[0][0] if shifts else 0
        rows = [(here + shift, text) for here, text in rows]
    odd = sum(b - a not in (0, step) for (a, _), (b, _) in pairwise(rows) if b > a)
    between = sum(row[0] % step != 0 for row in rows if row not in known)
    same = (Counter(rows) & known).total()
    return same - between - odd, -odd


def _columns(line: str, tab: int) -> tuple[int, str]:
    return width(line, tab), line.strip()


def flat(document: Document, span: Span) -> str:
    """The text of `span` as it would stand at the left margin, with `\\n` line ends. What is inside
    a string is moved as one: not at all where one of its lines is less far in.
    """
    margin = margin_at(document, span.start)
    lines = split_lines(document.slice(span))
    if not margin or len(lines) == 1:
        return "\n".join(lines)
    inside = lines_inside(document, span)
    stay = {
        string
        for at, string in inside.items()
        if lines[at].strip() and not lines[at].startswith(margin)
    }
    return "\n".join(
        line.removeprefix(margin) if at and inside.get(at) not in stay else line
        for at, line in enumerate(lines)
    )


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends."""
    return re.split(r"\r\n|\r|\n", text)


def restore(
    new: str,
    old: str,
    end: str = "\n",
    inside_new: Collection[int] = (),
    inside_old: Collection[int] = (),
    prose: bool = False,
) -> str:
    """`new`, with `\n` line ends, with every line that says what a line of `old` says exactly as
    it is there: trailing blanks, line ends and the blank lines above included. No other line ends
    in a blank, but for the line breaks of `prose`, and each ends with `end`.

    `inside_new` and `inside_old` are the lines that begin inside a string: blank ones are content.
    """
    a, b = _rows(old, inside_old), _rows(new, inside_new)
    twins = _twins([row.key for row in a], [row.key for row in b])
    out: list[str] = []
    for at, row in enumerate(b):
        twin = twins.get(at)
        if at and twin is not None and twins.get(at - 1) == twin - 1:
            out += a[twin].gap
        elif at:
            out += [end] * min(len(row.gap), 2)
        if twin is not None and a[twin].key == row.key:
            out += [a[twin].text, a[twin].end or end]
        else:
            breaks = prose and row.text.endswith("  ")
            kept = row.key[0] or breaks
            out += [row.text if kept else row.text.rstrip(), end]
    return "".join(out[:-1])


def directive_lines(document: Document, span: Span | None = None) -> frozenset[int]:
    """The lines, from the first of `span`, that a preprocessor reads."""
    mark = document.language.preprocessor if document.language else ""
    text = document.slice(span) if span is not None else document.text
    found: set[int] = set()
    goes_on = False
    for at, line in enumerate(text.split("\n") if mark else ()):
        if goes_on or line.lstrip().startswith(mark):
            found.add(at)
            goes_on = line.rstrip().endswith("\\")
    return frozenset(found)


def at_margin(document: Document) -> frozenset[int]:
    """The lines that a preprocessor reads and that stand at the left margin: they stay there."""
    lines = document.text.split("\n")
    return frozenset(at for at in directive_lines(document) if not lines[at][:1].isspace())


def margin_at(document: Document, offset: int) -> str:
    """The blanks that the line of `offset` begins with."""
    start = document.lines.start(document.lines.line_at(offset))
    line = document.text[start:offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


def indent_unit(document: Document, span: Span) -> str:
    """One step of indentation as it is used in `span`, or else in the document, or else in the
    language.
    """
    default = document.language.indent if document.language else "    "
    return _unit(flat(document, span)) or _unit(document.text) or default


def _unit(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if any(line.startswith("\t") for line in lines):
        tabs = sum(line.startswith("\t") for line in lines)
        return "\t" if 2 * tabs >= sum(line[0] in " \t" for line in lines) else ""
    widths = [width(line, 4) for line in lines]
    step = _step(widths)
    if step and 2 * sum(width % step != 0 for width in widths) >= sum(map(bool, widths)):
        step = gcd(*widths)
    return " " * step if step in (2, 3, 4, 8) else ""


def width(line: str, tab: int) -> int:
    """How far in a line is, with tabs that wide."""
    return len(line[: len(line) - len(line.lstrip())].expandtabs(tab))


def tab_width(lines: list[str], unit: str) -> int:
    """How wide a tab is in lines that may have blanks as well: as it makes most steps regular."""
    step = _TAB if "\t" in unit else len(unit)
    used = [line for line in lines if line.strip()]

    def odd(tab: int) -> int:
        steps = ((width(b, tab) - width(a, tab), a, b) for a, b in pairwise(used))
        return sum(
            more not in (step, tab) if more > 0 else _goes_in(above, below)
            for more, above, below in steps
        )

    return min(dict.fromkeys((step, 8, 4)), key=odd)


def _goes_in(above: str, below: str) -> bool:
    """Whether a line opens what the one below is inside of."""
    return above.rstrip().endswith(("{", "(", "[", ":")) and below.lstrip()[:1] not in "})]#"


_TAB = 4
"""Blanks that a tab is taken for where nothing says how wide it is."""


def _step(widths: list[int]) -> int:
    """The commonest step inwards from one line to the next; 0 where there is none."""
    steps = Counter(b - a for a, b in pairwise(widths) if b - a > 1)
    return max(steps, key=lambda step: (steps[step], -step), default=0)


def _readings(
    lines: list[str], widths: list[int], free: list[int], tab: int
) -> Iterator[list[int]]:
    """How far in each line may have been meant to be, likeliest first."""
    rest = [widths[at] for at in free if at]
    lowest = min(rest, default=0)
    base = widths[free[0]] if free[0] == 0 else lowest
    shifts = [base] if lowest >= base else [0, lowest]
    if base == 0 and lowest > 0:
        hanging = lowest if _closes_first(lines, free[-1]) else lowest - tab
        shifts = [hanging, 0, lowest - (_step(rest) or tab), lowest]
    for shift in dict.fromkeys(shift for shift in shifts if shift >= 0):
        moved = [0 if at == 0 else max(0, width - shift) for at, width in enumerate(widths)]
        used = [moved[at] for at in free]
        for step in dict.fromkeys((_step(used), gcd(*used))):
            if step > 1 and step != tab and all(width % step == 0 for width in used):
                yield [width // step * tab for width in moved]
        yield moved


def _closes_first(lines: list[str], last: int) -> bool:
    """Whether the last line ends what the first one opens."""
    word = re.match(r"\w*", lines[last].lstrip())
    if word and word[0] in common()["closers"]:
        return True
    opened: list[int] = []
    for at, line in enumerate(lines[: last + 1]):
        for character in line:
            if character in "([{":
                opened.append(at)
            elif character in ")]}" and opened:
                opener = opened.pop()
                if at == last:
                    return opener == 0
    return False


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that is not blank, its line end, the blank lines above, and what it is compared by."""

    key: tuple[bool, str]
    gap: list[str]
    text: str
    end: str


def _rows(text: str, inside: Collection[int]) -> list[_Row]:
    rows: list[_Row] = []
    gap: list[str] = []
    for at, match in enumerate(_LINE.finditer(text)):
        line, end = match.groups()
        if at in inside:
            rows.append(_Row((True, line.rstrip()), gap, line, end))
        elif line.strip():
            rows.append(_Row((False, line.rstrip()), gap, line, end))
        else:
            gap.append(line + end)
            continue
        gap = []
    return rows


def _twins(a: list[tuple[bool, str]], b: list[tuple[bool, str]]) -> dict[int, int]:
    """Which row of `b` is which of `a`, or stands for it where as many changed as there were."""
    pairs = common_items(a, b)
    twins = {j: i for i, j in pairs}
    for old, new in replaced_blocks(pairs, len(a), len(b)):
        if len(old) == len(new):
            twins.update(zip(new, old, strict=True))
    return twins


_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
