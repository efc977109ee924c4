"""What differs between two texts, and the small edits that make one of the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from deskmate.core.text.text import Edit, Span, split_lines


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
    head = count_common(old, new)
    while _splits(old, head) or _splits(new, head):
        head -= 1
    tail = count_common(old[head:][::-1], new[head:][::-1])
    while _splits(old, len(old) - tail) or _splits(new, len(new) - tail):
        tail -= 1
    return Edit(Span(at + head, at + len(old) - tail), new[head : len(new) - tail])


def _splits(text: str, at: int) -> bool:
    """Whether a cut there parts a `\\r\\n`, or what is one character in UTF-16."""
    return _PAIR.fullmatch(text, max(at - 1, 0), at + 1) is not None


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


def common_items(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Which items stand in both, in the same order, as many as can: pairs of indexes. What both
    begin and end with costs nothing.
    """
    head = count_common(old, new)
    tail = count_common(old[head:][::-1], new[head:][::-1])
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
    head = count_common(old, new)
    tail = count_common(old[head:][::-1], new[head:][::-1])
    start = len("".join(old[:head]))
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    i = j = 0
    for x, y in [*_kept(old, new), (len(old), len(new))]:
        if i < x or j < y:
            yield start, old[i:x], new[j:y]
        start += len("".join(old[i : x + 1]))
        i, j = x + 1, y + 1


def count_common(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
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


_PAIR = re.compile("\r\n|[\ud800-\udbff][\udc00-\udfff]")
_WORD = re.compile(rf"{_PAIR.pattern}|\w+[^\S\r\n]*|[\s\S]")
"""A word with the blanks behind it, or a single other character."""
_LONG = 120
"""Characters from which on a line is compared word by word."""
_HUGE = 10_000 * 10_000
"""Lines times lines above which a change is one edit: the table takes a bit for each."""
