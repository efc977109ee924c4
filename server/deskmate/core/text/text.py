"""Text, positions in it and edits of it.

Offsets are indexes into a `str` (code points). LSP positions are lines and code units of the
negotiated encoding. Lines end at `\\n`, `\\r\\n` and `\\r` only, as in LSP: a form feed or U+2028
is a character like any other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place as LSP names it: line and code unit in it, both from 0."""

    line: int
    character: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open: from `start` up to, not including, `end`, in offsets."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether they share a character; an empty span overlaps what it lies in or touches."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end

    def union(self, other: Span) -> Span:
        """The smallest that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def shifted(self, by: int) -> Span:
        """The same span, `by` characters further on."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` takes the place of `span`."""

    span: Span
    text: str


class LineIndex:
    """Where the lines of a text begin, and positions in it as offsets and back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *accumulate(map(len, split_lines(text)))]
        if text and not text.endswith(("\n", "\r")):
            self._starts.pop()

    def __len__(self) -> int:
        return len(self._starts)

    def line_at(self, offset: int) -> int:
        """The line, from 0, that `offset` is in; a line end belongs to the line it ends."""
        return bisect_right(self._starts, offset) - 1

    def start(self, line: int) -> int:
        """The offset of the line's first character."""
        return self._starts[line]

    def end(self, line: int) -> int:
        """The offset behind the line's last character, before its line end."""
        if line + 1 == len(self._starts):
            return len(self._text)
        end = self._starts[line + 1] - 1
        if self._text[end] == "\n" and end > self._starts[line] and self._text[end - 1] == "\r":
            end -= 1
        return end

    def offset(self, position: Position, encoding: Encoding) -> int:
        """The offset of a position. As in LSP, one behind the line's end means its end, and one
        behind the last line the end of the text; one inside a character means its start.
        """
        if position.line < 0:
            return 0
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self.start(position.line), self.end(position.line)
        wanted = max(0, position.character)
        return start + column(self._text[start : min(start + wanted, end)], wanted, encoding)

    def position(self, offset: int, encoding: Encoding) -> Position:
        """The position of an offset; one in the middle of a `\\r\\n` is the line's end."""
        offset = max(0, min(offset, len(self._text)))
        line = self.line_at(offset)
        before = self._text[self._starts[line] : min(offset, self.end(line))]
        return Position(line, count_units(before, encoding))


def split_lines(text: str) -> list[str]:
    """The lines with their ends, which this way are LSP's; `str.splitlines` knows too many."""
    return list(StringIO(text, newline=""))


def column(line: str, units: int, encoding: Encoding) -> int:
    """How many characters so many code units are, of a line that has no more characters."""
    if encoding == "utf-32" or line.isascii():
        return len(line)
    for start in range(0, len(line), _BLOCK):
        block = line[start : start + _BLOCK]
        taken = count_units(block, encoding)
        if taken > units:
            lengths = range(len(block) + 1)
            found = bisect_right(lengths, units, key=lambda n: count_units(block[:n], encoding))
            return start + found - 1
        units -= taken
    return len(line)


_BLOCK = 256
"""Characters that are counted at once."""


def count_units(text: str, encoding: Encoding) -> int:
    """How many code units a text takes; a lone surrogate is one of UTF-16, three of UTF-8."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all the edits made at once: their spans are those of `text`.

    Raises ValueError where they overlap or reach beyond the text.
    """
    pieces, last = [], 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not last <= edit.span.start <= edit.span.end <= len(text):
            raise ValueError(f"{edit} overlaps another edit, or the text ends before it.")
        pieces += [text[last : edit.span.start], edit.text]
        last = edit.span.end
    return "".join([*pieces, text[last:]])


def line_end(text: str) -> str:
    """The line end that the text itself uses most; `\\n` where it has none."""
    crlf = text.count("\r\n")
    counts = {
        "\n": text.count("\n") - crlf,
        "\r\n": crlf,
        "\r": text.count("\r") - crlf,
    }
    return max(counts, key=lambda end: counts[end])
