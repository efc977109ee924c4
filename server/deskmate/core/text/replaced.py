"""Many edits one after the other, as when an editor replaces a word everywhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from deskmate.core.text.text import Encoding, Position, column, count_units, split_lines


def replace_ranges(
    text: str, edits: Iterable[tuple[Position, Position, str]], encoding: Encoding
) -> str:
    """`text` after the edits: from a position to another a new text, each against what the one
    before it left. An edit costs its own lines, not the text; in a long line, its part of that.
    """
    lines, long = _split(text), dict[int, _LongLine]()
    for start, end, new in edits:
        if start.line == end.line and not ("\n" in new or "\r" in new):
            if start.line not in long and 0 <= start.line < len(lines):
                line = lines[start.line]
                if len(line) > _LONG:
                    long[start.line] = _LongLine(line, encoding)
            if start.line in long and long[start.line].replace(start.character, end.character, new):
                continue
        for number, held in long.items():
            lines[number] = held.text
        long.clear()
        first, at = _find(lines, start, encoding)
        last, to = _find(lines, end, encoding)
        if (last, to) < (first, at):
            (first, at), (last, to) = (last, to), (first, at)
        in_line = first == last and "\n" not in new and "\r" not in new
        new = lines[first][:at] + new + lines[last][to:]
        if in_line and not new.startswith("\n"):
            lines[first] = new
            continue
        if first and new.startswith("\n") and lines[first - 1].endswith("\r"):
            first -= 1
            new = lines[first] + new
        if last + 1 < len(lines) and new.endswith("\r") and lines[last + 1].startswith("\n"):
            last += 1
            new += lines[last]
        ends = last + 1 == len(lines)
        lines[first : last + 1] = _split(new) if ends else split_lines(new)
    for number, held in long.items():
        lines[number] = held.text
    return "".join(lines)


class _LongLine:
    """A line in pieces, so that an edit costs no more than one of them, and how many code units
    each takes.
    """

    def __init__(self, line: str, encoding: Encoding) -> None:
        content = line.rstrip("\r\n")
        self._encoding: Encoding = encoding
        self._end = line[len(content) :]
        self._pieces = [content[at : at + _PIECE] for at in range(0, len(content), _PIECE)]
        self._units = [count_units(one, encoding) for one in self._pieces]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join([*self._pieces, self._end])

    def replace(self, start: int, end: int, new: str) -> bool:
        """Puts a text between two places, in code units; false where nothing but the line's end
        would be left, which may belong to the one before.
        """
        start, end = sorted((max(0, start), max(0, end)))
        ends = list(accumulate(self._units))
        (first, at), (last, to) = self._find(start, ends), self._find(end, ends)
        piece = self._pieces[first][:at] + new + self._pieces[last][to:]
        if not piece and not any(self._pieces[:first] + self._pieces[last + 1 :]):
            return False
        pieces = [piece[at : at + _PIECE] for at in range(0, len(piece), _PIECE)] or [""]
        if len(piece) <= 2 * _PIECE:  # it would be cut anew at each edit
            pieces = [piece]
        self._pieces[first : last + 1] = pieces
        self._units[first : last + 1] = [count_units(one, self._encoding) for one in pieces]
        return True

    def _find(self, units: int, ends: list[int]) -> tuple[int, int]:
        """The piece and the character in it, as `_find` below; the end of the line at most."""
        found = bisect_left(ends, units)
        if found == len(ends):
            return found - 1, len(self._pieces[-1])
        left = units - (ends[found] - self._units[found])
        return found, column(self._pieces[found][:left], left, self._encoding)


_PIECE = 8192
"""Characters."""
_LONG = 4 * _PIECE


def _split(text: str) -> list[str]:
    """The lines of a text with their ends; the last one has none, and may be empty."""
    return [*split_lines(text), *([""] if not text or text.endswith(("\n", "\r")) else ())]


def _find(lines: list[str], position: Position, encoding: Encoding) -> tuple[int, int]:
    """The line and the character in it that a position means; see `LineIndex.offset`."""
    if position.line < 0:
        return 0, 0
    if position.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    units = max(0, position.character)
    line = lines[position.line]
    end = len(line) - (2 if line.endswith("\r\n") else line.endswith(("\r", "\n")))
    return position.line, column(line[: min(units, end)], units, encoding)
