"""Which passages of some texts are most like what stands around a cursor: how it was done there is
often how it goes on here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A few lines of a text; `at` says of which of several, and `span` where in it."""

    at: int
    span: Span
    text: str


def find_alike(
    texts: Sequence[str], around: str, size: int, without: Sequence[Span] = ()
) -> list[Passage]:
    """The passages that have most of the rarer words of what stands `around` a cursor, a few at
    least, in `size` characters, in the order in which they stand; none that overlaps those
    `without` of the first text. It takes as long as the texts are.
    """
    wanted = frozenset(_words(around))
    passages = [one for at, text in enumerate(texts) for one in _cut(at, text)]
    often = Counter(word for one in passages for word in one.words)
    alike = [one for one in passages if len(one.words & wanted) >= _SHARED]
    room, found = size, list[Passage]()
    for one in sorted(alike, key=lambda one: _weigh(one, wanted, often), reverse=True):
        passage = one.passage
        taken = [other.span for other in found if other.at == passage.at]
        outside = [*taken, *(without if passage.at == 0 else ())]
        if len(passage.text) <= room and not any(map(passage.span.overlaps, outside)):
            room -= len(passage.text)
            found.append(passage)
        if room < _SHORTEST:
            break
    return sorted(found, key=lambda one: (one.at, one.span.start))


@dataclass(frozen=True, slots=True)
class _Words:
    """A passage and the words it begins with: what follows them is how it went on there."""

    passage: Passage
    words: frozenset[str]


def _cut(at: int, text: str) -> Iterator[_Words]:
    """A text in passages of some lines, each of which begins a little further down."""
    lines = text.splitlines(keepends=True)
    words = [frozenset(_words(line)) for line in lines]
    starts = list(accumulate(map(len, lines), initial=0))
    for first in range(0, len(lines), _STEP):
        last = min(first + _LINES, len(lines))
        span = Span(starts[first], starts[last])
        passage = Passage(at, span, "".join(lines[first:last]).strip("\r\n"))
        yield _Words(passage, frozenset().union(*words[first : first + _HEAD]))


def _weigh(one: _Words, wanted: frozenset[str], often: Counter[str]) -> float:
    """How much of what is wanted it has: a word counts less the more passages have it, and a long
    passage has to have more of them.
    """
    shared = sum(1 / often[word] for word in sorted(one.words & wanted))
    return shared / math.sqrt(1 + len(one.words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


_WORD = re.compile(r"[^\W\d]\w+")
_LINES, _HEAD, _STEP = 8, 5, 2
_SHARED = 3
"""Words that a passage has to have in common with what it is to be like."""
_SHORTEST = 80
"""Characters of room for which nothing more is looked for."""
