"""The words of a text and of the one that it was corrected to, each beside what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from deskmate.core.prose.english import small_words
from deskmate.core.prose.units import protected
from deskmate.core.prose.word_forms import is_same_word
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Token:
    """A word, what is kept whole, or a sign; `spaced` says that a blank stands before it."""

    text: str
    span: Span
    kept: bool
    spaced: bool


Part = tuple[Sequence[Token], Sequence[Token]]
"""Words that are gone, and those that came in their place."""


def read_tokens(text: str) -> list[Token]:
    """The words and signs of a text, and what in it is kept whole."""
    found: list[Token] = []
    at = 0
    for piece in protected(text):
        start = text.index(piece, at)
        found += _plain_tokens(text, at, start)
        found.append(Token(piece, Span(start, start + len(piece)), True, _spaced(text, start)))
        at = start + len(piece)
    return found + list(_plain_tokens(text, at, len(text)))


def _plain_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    for match in re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]").finditer(text, start, end):
        yield Token(match.group(), Span(*match.span()), False, _spaced(text, match.start()))


def _spaced(text: str, at: int) -> bool:
    return at > 0 and text[at - 1].isspace()


def has_words(tokens: Sequence[Token]) -> bool:
    """Whether one of them is a word."""
    return any(token.text[0].isalnum() or token.text[0] == "_" for token in tokens)


def align(gone: Sequence[Token], came: Sequence[Token]) -> Iterator[Part]:
    """A difference word by word, so that one bad word costs only itself: which word became which
    is what makes them most alike.
    """
    rows, columns = len(gone), len(came)
    one, other = ("".join(token.text.lower() for token in tokens) for tokens in (gone, came))
    apart = one == other and rows != columns  # written in one word, or in two
    if apart or rows * columns > _MANY:
        yield gone, came
        return
    cost = [[float(row + column) for column in range(columns + 1)] for row in range(rows + 1)]
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            cost[row][column] = min(
                cost[row - 1][column] + 1,
                cost[row][column - 1] + 1,
                cost[row - 1][column - 1] + 2 * _unlike(gone[row - 1], came[column - 1]),
            )
    parts: list[Part] = []
    row, column = rows, columns
    while row or column:
        here = cost[row][column]
        if (
            row
            and column
            and here == cost[row - 1][column - 1] + 2 * _unlike(gone[row - 1], came[column - 1])
        ):
            row, column = row - 1, column - 1
            parts.append((gone[row : row + 1], came[column : column + 1]))
        elif row and here == cost[row - 1][column] + 1:
            row -= 1
            parts.append((gone[row : row + 1], ()))
        else:
            column -= 1
            parts.append(((), came[column : column + 1]))
    yield from _joined(reversed(parts))


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """What is put in, or left out, at one place is one change."""
    gone: list[Token] = []
    came: list[Token] = []
    for part in parts:
        if gone and (part[1] or not part[0]):
            yield gone, ()
            gone = []
        if came and part[0]:
            yield (), came
            came = []
        if not part[0]:
            came += part[1]
        elif not part[1]:
            gone += part[0]
        else:
            yield part
    if gone:
        yield gone, ()
    if came:
        yield (), came


_MANY = 2500  # cells of the table; a difference of more words is no correction


def _unlike(one: Token, other: Token) -> float:
    if one.kept != other.kept or bool(has_words([one])) != bool(has_words([other])):
        return 1.1
    a, b = one.text.lower(), other.text.lower()
    if a in small_words() and b in small_words():
        return 0.5
    if is_same_word(a, b):
        return 0.3
    return 1 - SequenceMatcher(None, a, b).ratio()
