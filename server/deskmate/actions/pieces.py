"""What is worth showing to a model beside the code it works on, fitted to a budget of tokens.

Pieces stand in the order in which they change least from one request to the next, so that the
engine finds its prefix in the cache. What did not fit is named, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from deskmate.core.text.fence import fenced

DENSITY = 1 / 3
"""Tokens a byte where nobody counts them, on the high side: code is 3 to 4 bytes of UTF-8 a token
with the vocabularies of today's coding models.
"""


class Worth(IntEnum):
    """What a piece is worth to the model, the most first: what does not fit is of the last."""

    RULES = 0
    POINTED_AT = 1
    OWN = 2
    USED = 3
    REST_OF_OWN = 4
    IMPORTS = 5
    TYPES = 6
    REST = 7
    SAID = 8
    LIKELY = 9
    LIKE_IT = 10


class Place(IntEnum):
    """Where a piece stands: what changes least from one request to the next comes first."""

    RULES = 0
    IMPORTS = 1
    PROJECT = 2
    FILE = 3
    OWN = 4
    LIKE_IT = 5
    POINTED_AT = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing worth showing: `name` in words, its text, and the `title` under which it stands
    with others. `least` is the part of the text that is worth so much, where the rest is worth
    less. `file` is what its own file is called in a comment above it, and `uri` that file, where
    it is another than the target's.
    """

    name: str
    title: str
    text: str
    fence: str
    worth: Worth
    place: Place
    file: str = ""
    uri: str = ""
    least: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The pieces that fitted, as Markdown, and the names of those that did not."""

    text: str
    left_out: tuple[str, ...]


def fit_pieces(
    pieces: Iterable[Piece], budget: int, density: float = DENSITY, rest: int | None = None
) -> Context:
    """As many of the pieces as `budget` tokens hold, of which there are `density` a byte; of those
    that have a least, that where there is no room for the whole or `rest` tokens are shown by then.
    """
    parts = [(piece.worth, piece, piece.least or piece.text) for piece in pieces]
    parts += [(_REST.get(one.worth, one.worth), one, one.text) for _, one, _ in parts if one.least]
    kept: dict[Piece, str] = {}
    titles: set[str] = set()
    kept_free = 0 if rest is None else max(0, budget - rest)
    for _, piece, text in sorted(parts, key=lambda part: (part[0], len(part[2]))):
        above = {piece.title, piece.file} - titles
        cost = estimate_tokens(f"{text}\n{' '.join(above)}", density) + 4 * len(above)
        if piece in kept:
            cost -= estimate_tokens(kept[piece], density)
        elif piece.least and text is not piece.least:
            continue
        if cost <= budget - (kept_free if piece in kept else 0):
            budget -= cost
            titles |= above
            kept[piece] = text
    left_out = tuple(piece.name for _, piece, text in parts if piece not in kept)
    shown = sorted(kept, key=lambda piece: (piece.place, piece.title, piece.file))
    blocks = groupby(shown, key=lambda piece: (piece.place, piece.title, piece.fence))
    whole = "\n".join(_render(title, fence, ones, kept) for (_, title, fence), ones in blocks)
    return Context(whole, tuple(dict.fromkeys(left_out)))


def estimate_tokens(text: str, density: float = DENSITY) -> int:
    """About how many tokens `text` is, at `density` tokens a byte of UTF-8."""
    return int(len(text.encode("utf-8", "surrogatepass")) * density) + 1


def _render(title: str, fence: str, pieces: Iterable[Piece], texts: Mapping[Piece, str]) -> str:
    lines: list[str] = []
    for file, ones in groupby(pieces, key=lambda piece: piece.file):
        lines += [*([file] if file else []), *(texts[one] for one in ones)]
    text = "\n".join(lines)
    return f"{title}:\n{fenced(text, fence)}\n"


_REST = {Worth.OWN: Worth.REST_OF_OWN, Worth.USED: Worth.REST, Worth.TYPES: Worth.REST}
"""What the rest of a piece is worth."""
