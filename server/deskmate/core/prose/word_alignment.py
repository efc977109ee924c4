"""The words of a text and of the one that it was corrected to, each beside what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import itemgetter

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


def join_tokens(tokens: Sequence[Token]) -> str:
    """Words and signs as they stand in a text."""
    return "".join(
        (" " if at and token.spaced else "") + token.text for at, token in enumerate(tokens)
    )


def align(gone: Sequence[Token], came: Sequence[Token]) -> Iterator[Part]:
    """A difference word by word, so that one bad word costs only itself: which word became which
    is what makes them most alike. What is written in one word, or in two, is one part.
    """
    rows, columns = len(gone), len(came)
    if rows * columns > _MANY or (rows != columns and _letters(gone) == _letters(came)):
        yield gone, came
        return
    cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(rows + 1):
        for column in range(columns + 1):
            if row or column:
                cost[row][column], steps[row, column] = min(
                    (
                        (cost[row - one][column - other] + more, (one, other))
                        for one, other, more in _list_steps(gone[:row], came[:column])
                    ),
                    key=itemgetter(0),
                )
    parts: list[Part] = []
    row, column = rows, columns
    while row or column:
        one, other = steps[row, column]
        parts.append((gone[row - one : row], came[column - other : column]))
        row, column = row - one, column - other
    yield from _joined(reversed(parts))


def _list_steps(gone: Sequence[Token], came: Sequence[Token]) -> Iterator[tuple[int, int, float]]:
    """How many of the last words may be one part, and what that costs."""
    if gone and came:
        yield 1, 1, 2 * _unlike(gone[-1], came[-1])
    one, other = ([token.text.lower() for token in tokens[-2:]] for tokens in (gone, came))
    if one and len(other) == 2 and is_apart(one[-1], other):
        yield 1, 2, _APART
    if other and len(one) == 2 and is_apart(other[-1], one):
        yield 2, 1, _APART
    if gone:
        yield 1, 0, 1.0
    if came:
        yield 0, 1, 1.0


_APART = 0.2


def is_apart(word: str, words: Sequence[str]) -> bool:
    """Whether a word is those in one, but for a slip. `few` is none of `a few`, nor is a word that
    one of them is the same as in another form.
    """
    one, other = word.replace("-", ""), "".join(words).replace("-", "")
    if one == other:
        return True
    ends = one[:1] == other[:1] and one[-1:] == other[-1:]
    return (
        ends
        and not any(is_same_word(word, part) for part in words)
        and SequenceMatcher(None, one, other).ratio() >= _ALIKE
    )


_ALIKE = 0.85


def _letters(tokens: Sequence[Token]) -> str:
    """What is written, but for blanks, hyphens and capitals."""
    return "".join(token.text.lower() for token in tokens).replace("-", "")


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
