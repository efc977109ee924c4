"""How random a text looks: whether a person made it up of words, or a machine drew it.

Two models of letter pairs are compared: of what programmers write, and of what keys are made of.
They are data, `letter_pairs.txt`, which `tests/bench/letter_pairs.py` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise

SYMBOLS = "abcdefghijklmnopqrstuvwxyz0^-"
"""What a text is folded to: letters, any digit, a capital after a small letter, anything else."""


def random_parts(token: str) -> Iterator[tuple[int, int]]:
    """Where in a token without spaces something random stands, from start to end; as a rule once,
    and most often nowhere. One pass: a part ends where the evidence has fallen by `EVIDENCE`.
    """
    odds = _odds()
    start = end = 0
    total = best = 0.0
    for at, pair in enumerate(pairwise(folded(token)), 1):
        # Alphabets and test data count up.
        total += -1.0 if _counts_up(token[at - 1], token[at]) else odds[pair]
        if total > best:
            best, end = total, at + 1
        if total <= 0 or total < best - EVIDENCE:
            if best >= EVIDENCE and end - start >= SHORTEST:
                yield start, end
            start, total, best = at, 0.0, 0.0
    if best >= EVIDENCE and end - start >= SHORTEST:
        yield start, end


def is_random(text: str) -> bool:
    """Whether something random is in it."""
    return next(random_parts(text), None) is not None


SHORTEST = 14
"""Characters that a random text has at least; in fewer, names and abbreviations look like it."""

EVIDENCE = 8.0
"""The natural logarithm of the odds from which on a text counts as random."""


def folded(text: str) -> str:
    """A text in `SYMBOLS`, as many as it has characters. A capital that begins a word in the middle
    of another is a `^`, since which letter it is says less than that it is there.
    """
    found = []
    before = ""
    for one in text:
        if one.isdigit():
            found.append("0")
        elif "A" <= one <= "Z":
            found.append("^" if before.islower() else one.lower())
        else:
            found.append(one if "a" <= one <= "z" else "-")
        before = one
    return "".join(found)


def _counts_up(one: str, other: str) -> bool:
    return ord(other) - ord(one) in (0, 1)


@cache
def _odds() -> dict[tuple[str, str], float]:
    """The evidence of each pair for randomness, in natural logarithms."""
    text = (files(__package__) / "letter_pairs.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if not re.match(r"#|$", line)]
    return {
        (row[0], second): int(number) / 10
        for row in rows
        for second, number in zip(SYMBOLS, row[1:], strict=True)
    }
