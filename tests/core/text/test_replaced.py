"""Many edits in one message: a long line is held in pieces, and comes out as if it were not."""

from __future__ import annotations

import random

import pytest

from deskmate.core.text import replaced
from deskmate.core.text.replaced import replace_ranges
from deskmate.core.text.text import Edit, Encoding, LineIndex, Position, Span, apply_edits

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_as_one_edit_after_the_other(encoding: Encoding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaced, "_PIECE", 3)
    monkeypatch.setattr(replaced, "_LONG", 8)
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    for _ in range(300):
        text = make_text(chance, 60)
        edits = [
            (make_place(chance), make_place(chance), make_text(chance, 5))
            for _ in range(chance.randrange(1, 12))
        ]
        expected = text
        for start, end, new in edits:
            expected = edit_alone(expected, start, end, new, encoding)
        assert replace_ranges(text, edits, encoding) == expected, (seed, text, edits)


def make_text(chance: random.Random, longest: int) -> str:
    signs = ("a", "b", "ü", "𝒜", "a", " ") * 4 + ("\n", "\r\n", "\r")
    return "".join(chance.choice(signs) for _ in range(chance.randrange(longest)))


def make_place(chance: random.Random) -> Position:
    return Position(chance.choice((0, 0, 0, 1, 2, 9)), chance.randrange(-1, 60))


def edit_alone(text: str, start: Position, end: Position, new: str, encoding: Encoding) -> str:
    lines = LineIndex(text)
    first, last = sorted(lines.offset(one, encoding) for one in (start, end))
    return apply_edits(text, [Edit(Span(first, last), new)])
