"""A reply's code in the shape of what it replaces: indentation, line ends, blanks at its ends.

Lines that the reply has as they were shown get back every byte. What changed follows them: it was
shown without the margin of the target, so it gets that; what is inside a string gets it where the
lines of that string were shown without it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from deskmate.core.reply.lost_indentation import as_original, by_brackets, is_flat
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import (
    at_margin,
    directive_lines,
    flat,
    indent_unit,
    margin_at,
    reindent,
    restore,
    split_lines,
    tab_width,
    width,
)
from deskmate.core.syntax.queries import problems
from deskmate.core.syntax.strings import LongString, lines_inside
from deskmate.core.target import Target
from deskmate.core.text.differences import common_items, replaced_blocks
from deskmate.core.text.text import Edit, Span, line_end


def place(code: str, target: Target) -> str:
    """The code as it goes in place of the target's text."""
    document, span, old = target.document, target.span, target.original
    lead, trail = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
    inner = Span(span.start + len(lead), max(span.start + len(lead), span.end - len(trail)))
    end = line_end(document.text)
    if target.wanted == "text":
        return lead + restore(code.strip(), document.slice(inner), end, prose=True) + trail
    code = code.strip("\n").rstrip()
    inside, inside_old = strings_in(code, target), lines_inside(document, inner)
    alone = Document(document.uri, None, code, document.language)
    directives = directive_lines(alone)
    unit = indent_unit(document, inner)
    if is_flat(code, inside.keys() | directives):
        code = as_original(code, flat(document, inner)) or by_brackets(alone, unit) or code
    raw, shown = split_lines(document.slice(inner)), flat(document, inner).split("\n")
    stripped = frozenset(inside_old[at] for at in inside_old if raw[at] != shown[at])
    there = _There(raw, shown, inside_old, stripped, margin_at(document, inner.start), unit)
    lines = _moved(code.split("\n"), inside, directives, at_margin(alone), there)
    moved = "\n".join(lines).lstrip(" \t")
    fixed = inside_old.keys() | directive_lines(document, inner)
    placed = restore(moved, document.slice(inner), end, inside.keys() | directives, fixed)
    return lead + placed + trail


def strings_in(code: str, target: Target) -> dict[int, LongString]:
    """The lines of a reply's code that begin inside a string: read in place of the target, as a
    method parses in its class and PHP behind its tag only, or else by itself.
    """
    document, span = target.document, target.span
    alone = Document(document.uri, None, code, document.language)
    margin = margin_at(document, span.start)
    text = code.lstrip(" \t").replace("\n", "\n" + margin)
    placed = document.changed(Edit(span, text))
    if problems(placed) and not problems(alone):
        return lines_inside(alone, Span(0, len(code)))
    return lines_inside(placed, Span(span.start, span.start + len(text)))


@dataclass(frozen=True, slots=True)
class _There:
    """What stands at the target now: `raw` is each line as it is, `shown` as the model saw it;
    `stripped` are the strings that were shown without the margin.
    """

    raw: list[str]
    shown: list[str]
    inside: Mapping[int, LongString]
    stripped: frozenset[LongString]
    margin: str
    unit: str


_Mode = Literal["shown", "raw", "other"]
"""How the reply's lines are indented: as they were shown, as they stand, or in its own way."""


def _moved(
    lines: list[str],
    inside: Mapping[int, LongString],
    directives: Collection[int],
    fixed: Collection[int],
    there: _There,
) -> list[str]:
    """The reply's lines, each as far in as it belongs. `inside` are those that begin in a string,
    `directives` those that a preprocessor reads, which may stand anywhere, `fixed` those of them at
    the left margin, which stay there.
    """
    same, instead = _twins(lines, inside, there)
    mode = _mode(lines, inside, same, there)
    base, margin = (_blanks(lines[0]), there.margin) if mode == "shown" else ("", "")
    tab = tab_width(there.shown[1:], there.unit)
    out = list(lines)
    if mode == "other":
        known = "\n".join(_untabbed(line, tab) for line in there.shown)
        stay = inside.keys() | fixed
        out = reindent("\n".join(lines), there.margin, there.unit, known, stay).split("\n")
    there_is = there.shown if mode == "shown" else there.raw
    style = _Style(there_is, there, same, margin, tab)
    for at, line in enumerate(lines):
        twin = same.get(at)
        if not at or at in inside or not line.strip():
            continue
        own = _blanks(out[at]).removeprefix(base)
        if twin and (at in directives or width(own, tab) == width(there_is[twin], tab)):
            out[at] = there.raw[twin]
        elif at not in fixed:
            out[at] = style.like_neighbours(at, own) + line.lstrip()
    for string, here in _by_string(inside).items():
        for at, line in _string_lines(here, string, lines, same, instead, mode, there):
            out[at] = line
    return out


def _twins(
    lines: list[str], inside: Mapping[int, LongString], there: _There
) -> tuple[dict[int, int], dict[int, int]]:
    """Which line that stands there each line of the reply is, blanks aside; and which it stands
    for, where as many lines changed as there were.
    """
    a = [at for at, line in enumerate(there.raw) if line.strip() or at in there.inside]
    b = [at for at, line in enumerate(lines) if line.strip() or at in inside]
    pairs = common_items([there.raw[at].strip() for at in a], [lines[at].strip() for at in b])
    same = {b[j]: a[i] for i, j in pairs if (a[i] in there.inside) == (b[j] in inside)}
    instead: dict[int, int] = {}
    for old, new in replaced_blocks(pairs, len(a), len(b)):
        if len(old) == len(new):
            instead |= {b[j]: a[i] for i, j in zip(old, new, strict=True)}
    return same, instead


def _mode(
    lines: list[str], inside: Mapping[int, LongString], same: Mapping[int, int], there: _There
) -> _Mode:
    free = [at for at, line in enumerate(lines) if at and line.strip() and at not in inside]
    pairs = [(at, same[at]) for at in free if same.get(at)]
    base = _blanks(lines[0])
    told: dict[_Mode, list[int]] = {
        mode: [old for at, old in pairs if _blanks(lines[at]) == _as_said(old, mode, base, there)]
        for mode in ("shown", "raw")
    }
    nearest = min((len(_blanks(lines[at])) for at in free), default=0)
    there_nearest = min((len(_blanks(there.raw[twin])) for _, twin in pairs), default=0)
    if nearest < there_nearest:
        told["raw"] = []  # a block put around the code looks like the margin, but for its head
    best: _Mode = "raw" if len(told["raw"]) > len(told["shown"]) else "shown"
    agreed = told[best]
    enough = 2 * len(agreed) >= min(len(free), _ENOUGH) and any(
        _blanks(there.shown[old]) for old in agreed
    )
    stood = there.shown if best == "shown" else there.raw
    margin = len(base) if best == "shown" else 0
    old = [line for at, line in enumerate(stood) if at and at not in there.inside]
    steps = _nearest([lines[at] for at in free], margin), _nearest(old, 0)
    by_chance = len(agreed) < _ENOUGH and all(steps) and steps[0] != steps[1]
    most = _MOST if best == "shown" else 1
    return best if enough and not by_chance and len(agreed) >= most * len(pairs) else "other"


def _nearest(lines: Iterable[str], margin: int) -> int:
    """How far in the line is that is least so, of those that are; 0 where none is."""
    far = (len(_blanks(line)) - margin for line in lines if line.strip())
    return min((one for one in far if one > 0), default=0)


_ENOUGH = 8
"""Twice the unchanged lines that tell how a longer reply is indented."""
_MOST = 0.7
"""The share of unchanged lines from which on a reply is indented as the code was."""


def _as_said(old: int, mode: _Mode, base: str, there: _There) -> str:
    """The blanks before a line that stands there, as a reply of that mode has them."""
    return base + _blanks(there.shown[old]) if mode == "shown" else _blanks(there.raw[old])


def _by_string(inside: Mapping[int, LongString]) -> dict[LongString, list[int]]:
    """The lines of each string."""
    found: defaultdict[LongString, list[int]] = defaultdict(list)
    for at, string in inside.items():
        found[string].append(at)
    return found


def _blanks(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


class _Style:
    """How the lines around a new one are indented: in tabs, in blanks or in both. `lines` are
    those that stand there as the reply has them, before it gets the margin.
    """

    def __init__(
        self, lines: Sequence[str], there: _There, same: Mapping[int, int], margin: str, tab: int
    ) -> None:
        pairs = list(zip(map(_blanks, lines), map(_blanks, there.raw), lines, strict=True))[1:]
        self._known = {said: raw for said, raw, line in reversed(pairs) if line.strip()}
        self._signs = set("".join(self._known)) or {there.unit[0]}
        self._unit, self._margin, self._tab = there.unit, margin, tab
        self._by_width: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for at, twin in same.items():
            if twin and lines[twin].strip():
                at_width = self._by_width[width(lines[twin], tab)]
                at_width.append((at, _blanks(there.raw[twin])))

    def like_neighbours(self, at: int, blanks: str) -> str:
        """The indentation of a line of the reply in the signs of the lines around: as one that
        begins to the letter as it does, or the nearest that is as far in.
        """
        if blanks in self._known:
            return self._known[blanks]
        if " " not in self._signs and " " in blanks:
            steps, rest = divmod(width(blanks, _TAB), _TAB)
            return self._margin + self._unit * steps + " " * rest
        if "\t" not in self._signs:
            return self._margin + blanks.replace("\t", self._unit)
        if alike := self._by_width.get(width(blanks, self._tab)):
            after = bisect_left(alike, (at, ""))
            near = alike[max(0, after - 1) : after + 1]
            return min(near, key=lambda one: abs(one[0] - at))[1]
        swallowed = blanks[:1] == "\t" not in self._margin  # by a tab that goes beyond it
        return blanks if swallowed else self._margin + blanks


_TAB = 4
"""Blanks that models write for a tab."""


def _untabbed(line: str, tab: int) -> str:
    return " " * width(line, tab) + line.lstrip()


def _string_lines(
    here: list[int],
    string: LongString,
    lines: list[str],
    same: Mapping[int, int],
    instead: Mapping[int, int],
    mode: _Mode,
    there: _There,
) -> Iterator[tuple[int, str]]:
    """The lines of a string of the reply as they stand in the file."""
    base = _blanks(lines[0])
    twins = {at: same[at] for at in here if same.get(at) in there.inside}
    olds = [*twins.values(), *(instead[at] for at in here if instead.get(at) in there.inside)]
    was = there.inside[olds[0]] if olds else None
    given = there.margin if was is None or was in there.stripped else ""
    if was is None and not string.dedented:
        given = ""
    ways = {  # what the reply has before each line of a string, and what the file gets instead
        "shown": ("", given, there.shown),
        "moved": (base, given, [base + line for line in there.shown]),
        "raw": ("", "", there.raw),
    }
    told = [at for at in twins if lines[at].strip()]
    counts = {
        way: sum(_blanks(lines[at]) == _blanks(as_way[twins[at]]) for at in told)
        for way, (_, _, as_way) in ways.items()
    }
    order = ("raw", "shown", "moved") if mode == "raw" else ("shown", "moved", "raw")
    best = max(order, key=lambda way: counts[way])
    gone, given, as_way = ways[best]
    trusted = not told or (mode != "other" and 2 * counts[best] > len(told))
    for at in here:
        line, twin = lines[at], twins.get(at)
        moved = given + line.removeprefix(gone) if line.strip() else line
        if twin is not None and (not trusted or _blanks(line) == _blanks(as_way[twin])):
            yield at, there.raw[twin]
        elif trusted or not line.strip():
            yield at, moved
        else:
            yield at, _like_neighbour(at, lines, twins, there)


def _like_neighbour(at: int, lines: list[str], twins: Mapping[int, int], there: _There) -> str:
    """A new line of a string that the reply moved, moved back as the nearest known line was."""
    nearest = min((other for other in twins if lines[other].strip()), key=lambda o: abs(o - at))
    was, now = _blanks(there.raw[twins[nearest]]), _blanks(lines[nearest])
    own = lines[at]
    return was + (own.removeprefix(now) if own.startswith(now) else own.lstrip())
