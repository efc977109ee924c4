"""What two texts or lists have in common, as a reader would say, in a time that grows with them.

`difflib` finds the longest stretches first, which reads best; where items repeat, it takes as long
as there are pairs of equal ones, for every stretch anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from deskmate.core.text.differences import Block, common_items, replaced_blocks

Tag = Literal["replace", "delete", "insert", "equal"]
Opcode = tuple[Tag, int, int, int, int]


def opcodes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Opcode]:
    """As `difflib.SequenceMatcher.get_opcodes` gives them: what is done to `old[i:j]`, which
    `new[k:n]` becomes. Of many items that repeat, as many are kept as can be.
    """
    here, there = Counter(old), Counter(new)
    if sum(count * there[item] for item, count in here.items()) > _MANY:
        return list(_done(common_items(old, new), len(old), len(new)))
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def likeness(old: str, new: str) -> float:
    """The share of their characters that two texts have in common, from 0 to 1; of long ones word
    by word, and letter by letter where they differ.
    """
    if len(old) * len(new) <= _SHORT:
        return SequenceMatcher(None, old, new, autojunk=False).ratio()
    a, b = _PIECE.findall(old), _PIECE.findall(new)
    same = 0.0
    for tag, i, j, k, n in opcodes(a, b):
        one, other = "".join(a[i:j]), "".join(b[k:n])
        if tag == "equal":
            same += len(one)
        elif len(one) * len(other) <= _SHORT:
            alike = SequenceMatcher(None, one, other, autojunk=False).ratio()
            same += alike * (len(one) + len(other)) / 2
    return 2 * same / (len(old) + len(new))


def _done(pairs: Sequence[tuple[int, int]], old: int, new: int) -> Iterator[Opcode]:
    """What is done where these are the same ones of so many items."""
    i = k = 0
    for block in (*replaced_blocks(pairs, old, new), Block(range(old, old), range(new, new))):
        (j, after), (n, behind) = ((one.start, one.stop) for one in block)
        if i < j:
            yield "equal", i, j, k, n
        if j < after or n < behind:
            tag: Tag = "insert" if j == after else "delete" if n == behind else "replace"
            yield tag, j, after, n, behind
        i, k = after, behind


_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
_MANY = 20_000
"""Pairs of equal items."""
_SHORT = 90_000
"""Characters times characters that are compared letter by letter."""
