"""Text, positions in it and edits of it.

Offsets are indexes into a `str` (code points). LSP positions are lines and code units of the
negotiated encoding. Lines end at `\\n`, `\\r\\n` and `\\r` only, as in LSP: a form feed or U+2028
is a character like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate
from typing import Literal, NamedTuple

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
        return Position(line, _units(before, encoding))


def split_lines(text: str) -> list[str]:
    """The lines with their ends, which this way are LSP's; `str.splitlines` knows too many."""
    return list(StringIO(text, newline=""))


def column(line: str, units: int, encoding: Encoding) -> int:
    """How many characters so many code units are, of a line that has no more characters."""
    if encoding == "utf-32" or line.isascii():
        return len(line)
    for start in range(0, len(line), _BLOCK):
        block = line[start : start + _BLOCK]
        taken = _units(block, encoding)
        if taken > units:
            lengths = range(len(block) + 1)
            found = bisect_right(lengths, units, key=lambda n: _units(block[:n], encoding))
            return start + found - 1
        units -= taken
    return len(line)


_BLOCK = 256
"""Characters that are counted at once."""


def _units(text: str, encoding: Encoding) -> int:
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


def minimal_edits(old: str, new: str, at: int = 0) -> tuple[Edit, ...]:
    """The small edits that make `new` of `old`, which stands at offset `at`.

    As many lines stay untouched as can; where as many come as go, so does what each of them
    begins and ends with, and the words of a long one that stay. So cursor, folds and marks
    survive around a change. A `\\r\\n` is never split.
    """
    edits: list[Edit] = []
    for start, gone, come in _differences(split_lines(old), split_lines(new)):
        if len(gone) != len(come):
            gone, come = ["".join(gone)], ["".join(come)]
        for before, after in zip(gone, come, strict=True):
            edits += _edits_in_line(at + start, before, after)
            start += len(before)
    return tuple(_joined(edits))


def _edits_in_line(at: int, old: str, new: str) -> Iterator[Edit]:
    """The words that differ, where most of a long line stays; else one edit."""
    if min(len(old), len(new)) > _LONG:
        words = list(_differences(_WORD.findall(old), _WORD.findall(new)))
        if 2 * sum(len("".join(gone)) for _, gone, _ in words) < len(old):
            for start, gone, come in words:
                yield _trimmed(at + start, "".join(gone), "".join(come))
            return
    yield _trimmed(at, old, new)


def _trimmed(at: int, old: str, new: str) -> Edit:
    """One edit, without what both texts begin and end with."""
    head = _common(old, new)
    while _splits(old, head) or _splits(new, head):
        head -= 1
    tail = _common(old[head:][::-1], new[head:][::-1])
    while _splits(old, len(old) - tail) or _splits(new, len(new) - tail):
        tail -= 1
    return Edit(Span(at + head, at + len(old) - tail), new[head : len(new) - tail])


def _splits(text: str, at: int) -> bool:
    """Whether a cut there parts a `\\r\\n`, or what is one character in UTF-16."""
    return _PAIR.fullmatch(text, max(at - 1, 0), at + 1) is not None


def common_items(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Which items stand in both, in the same order, as many as can: pairs of indexes. What both
    begin and end with costs nothing.
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = _kept(old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        *((at, at) for at in range(head)),
        *((i + head, j + head) for i, j in middle),
        *((len(old) - at, len(new) - at) for at in range(tail, 0, -1)),
    ]


def replaced_blocks(pairs: Sequence[tuple[int, int]], old: int, new: int) -> Iterator[Block]:
    """Where `common_items` of so many items leave a hole: items of the one for items of the
    other, in order; one of the two may be empty.
    """
    i = j = 0
    for x, y in [*pairs, (old, new)]:
        if i < x or j < y:
            yield Block(range(i, x), range(j, y))
        i, j = x + 1, y + 1


class Block(NamedTuple):
    """The indexes of items that went, and of those that came in their place."""

    old: range
    new: range


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Where two texts, given in pieces, differ, with as many pieces kept as can be: the offset in
    `old`, the pieces that go and those that come.
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    start = len("".join(old[:head]))
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    i = j = 0
    for x, y in [*_kept(old, new), (len(old), len(new))]:
        if i < x or j < y:
            yield start, old[i:x], new[j:y]
        start += len("".join(old[i : x + 1]))
        i, j = x + 1, y + 1


def _common(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """How many items both begin with, by halving: comparing slices is fast."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _kept(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """A longest common subsequence, as pairs of indexes; none where the texts are huge.

    One row of the usual table, as the bits of one number, for each item of `new`: bit `i` is 0
    where `old[i]` makes the sequence longer (Hyyrö 2004). 2,000 lines take a few milliseconds.
    """
    if len(old) * len(new) > _HUGE:
        return []
    places: defaultdict[Hashable, int] = defaultdict(int)
    for i, item in enumerate(old):
        places[item] |= 1 << i
    every = row = (1 << len(old)) - 1
    rows = []
    for item in new:
        if hits := row & places.get(item, 0):
            row = (row + hits | row - hits) & every
        rows.append(row)
    kept: list[tuple[int, int]] = []
    i, j = len(old) - 1, len(new) - 1
    while i >= 0 and j >= 0:
        if rows[j] >> i & 1:
            i -= 1
        elif j and not rows[j - 1] >> i & 1:
            j -= 1
        else:
            kept.append((i, j))
            i, j = i - 1, j - 1
    return kept[::-1]


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


def line_end(text: str) -> str:
    """The line end that the text itself uses most; `\\n` where it has none."""
    crlf = text.count("\r\n")
    counts = {
        "\n": text.count("\n") - crlf,
        "\r\n": crlf,
        "\r": text.count("\r") - crlf,
    }
    return max(counts, key=lambda end: counts[end])


_PAIR = re.compile("\r\n|[\ud800-\udbff][\udc00-\udfff]")
_WORD = re.compile(rf"{_PAIR.pattern}|\w+[^\S\r\n]*|[\s\S]")
"""A word with the blanks behind it, or a single other character."""

_LONG = 120
"""Characters from which on a line is compared word by word."""
_HUGE = 10_000 * 10_000
"""Lines times lines above which a change is one edit: the table takes a bit for each."""
