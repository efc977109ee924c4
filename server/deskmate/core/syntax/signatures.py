"""Signatures, compared without what formatters change, and kept where that is safe."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language_tables import Words
from deskmate.core.syntax.queries import Scope
from deskmate.core.syntax.tokens import texts


def signature(document: Document, scope: Scope) -> list[str]:
    """The tokens of a scope's head, without the choice of quotes, trailing commas and `;`."""
    words = [word.replace("'", '"') for word in texts(document, scope.head, comments=False)]
    begin = document.language.words.begin if document.language else frozenset()
    depth = 0
    for at, word in enumerate(words if begin else ()):
        depth += (word in _OPENING) - (word in _CLOSING)
        if depth == 0 and word in begin and words[at - 1] in (")", "noexcept", "const"):
            words = words[:at]
            break
    return [
        word
        for word, following in pairwise([*words, ""])
        if word != ";" and not (word == "," and following in _CLOSING)
    ]


def differs_in_types(was: Sequence[str], now: Sequence[str], words: Words) -> bool:
    """Whether one signature says the same as the other and only more of types, decorators and
    visibility: then a body for the one is a body for the other. `words` are their language's.
    """
    less, more = sorted((was, now), key=len)
    extra: list[str] = []
    rest = iter(less)
    wanted = next(rest, None)
    for word in more:
        if word == wanted:
            wanted = next(rest, None)
        else:
            extra.append(word)
    meant = _SIGNS | words.receivers | words.modifiers
    return wanted is None and not set(extra) & meant and _count(was) == _count(now)


def _count(words: Sequence[str]) -> int:
    """How many commas stand in round brackets and in no others: one less than the parameters."""
    brackets: list[str] = []
    count = 0
    for word in words:
        if word in _OPENING:
            brackets.append(word)
        elif word in _CLOSING and brackets:
            brackets.pop()
        count += word == "," and brackets == ["("]
    return count


_OPENING = frozenset("([{<")
_CLOSING = frozenset(")]}>")
_SIGNS = frozenset(("=", "*", "**", "..."))
"""Signs that make another function of it."""
