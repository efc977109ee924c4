"""Text, positions in it and edits of it.

Offsets are indexes into a `str` (code points). LSP positions are lines and code units of the
negotiated encoding. Lines end at `\\n`, `\\r\\n` and `\\r` only, as in LSP: a form feed or U+2028
is a character like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
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
        if "\r" in text:
            self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        else:
            pieces = text.split("\n")
            self._starts = [0, *accumulate(len(piece) + 1 for piece in pieces[:-1])]

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
        line = self._text[start:end]
        wanted = max(0, position.character)
        if encoding == "utf-32" or line.isascii():
            return min(start + wanted, end)
        units = 0
        for index, character in enumerate(line):
            units += _width(character, encoding)
            if units > wanted:
                return start + index
        return end

    def position(self, offset: int, encoding: Encoding) -> Position:
        """The position of an offset; one in the middle of a `\\r\\n` is the line's end."""
        offset = max(0, min(offset, len(self._text)))
        line = self.line_at(offset)
        start = self._starts[line]
        before = self._text[start : min(offset, self.end(line))]
        if encoding == "utf-32" or before.isascii():
            return Position(line, len(before))
        return Position(line, sum(_width(character, encoding) for character in before))


def _width(character: str, encoding: Encoding) -> int:
    """How many code units a character takes; a lone surrogate is one of UTF-16, three of UTF-8."""
    code = ord(character)
    if encoding == "utf-16":
        return 2 if code > 0xFFFF else 1
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


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


def minimal_edits(old: str, new: str, at: int = 0) -> tuple[Edit, ...]:
    """The small edits that make `new` of `old`, which stands at offset `at`.

    Unchanged lines are not touched; where as many lines come as go, neither is what each line
    begins and ends with. So cursor, folds and marks survive around a change.
    """
    a, b = _lines(old), _lines(new)
    edits: list[Edit] = []
    starts = [0, *accumulate(map(len, a))]
    for tag, i, j, k, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if tag == "replace" and j - i == n - k:
            pairs = zip(starts[i:j], a[i:j], b[k:n], strict=True)
            edits += [_trimmed(at + start, x, y) for start, x, y in pairs if x != y]
        else:
            edits.append(_trimmed(at + starts[i], "".join(a[i:j]), "".join(b[k:n])))
    return tuple(_joined(edits))


def _trimmed(at: int, old: str, new: str) -> Edit:
    """One edit, without what both texts begin and end with; a `\\r\\n` is never split."""
    shortest = min(len(old), len(new))
    head = next((i for i in range(shortest) if old[i] != new[i]), shortest)
    if head and old[head - 1] == "\r" and "\n" in (old[head : head + 1], new[head : head + 1]):
        head -= 1
    rest = shortest - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    if tail and old[-tail] == "\n" and "\r" in (_at(old, -tail - 1), _at(new, -tail - 1)):
        tail -= 1
    return Edit(Span(at + head, at + len(old) - tail), new[head : len(new) - tail])


def _at(text: str, index: int) -> str:
    return text[index] if -len(text) <= index else ""


def _joined(edits: list[Edit]) -> Iterable[Edit]:
    """Edits that touch become one: clients disagree about the order of edits at one place."""
    last: Edit | None = None
    for edit in edits:
        if last is not None and last.span.end == edit.span.start:
            last = Edit(Span(last.span.start, edit.span.end), last.text + edit.text)
            continue
        if last is not None:
            yield last
        last = edit
    if last is not None:
        yield last


def _lines(text: str) -> list[str]:
    """The lines of a text with their line ends."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def line_end(text: str) -> str:
    """The line end that the text itself uses most; `\\n` where it has none."""
    crlf = text.count("\r\n")
    counts = {
        "\n": text.count("\n") - crlf,
        "\r\n": crlf,
        "\r": text.count("\r") - crlf,
    }
    return max(counts, key=lambda end: counts[end])


_LINE_END = re.compile(r"\r\n|\r|\n")
