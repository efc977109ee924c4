"""Figures about code, from its tokens, so that its layout does not matter: which are the less the
simpler it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from deskmate.core.syntax.document import Document
from deskmate.evaluation.documentation import code_tokens

Measure = Literal["branches", "length", "repeated lines"]


def measure(what: Measure, document: Document, name: str) -> int:
    """The figure of a whole document, but for comments and for what documents function `name`."""
    return _MEASURES[what](document, name)


def _branches(document: Document, name: str) -> int:
    """Where the code may go one way or another."""
    return sum(token in _BRANCHES for token in code_tokens(document, name))


_BRANCHES = frozenset(
    ("if", "elif", "for", "while", "case", "catch", "except", "?", "&&", "||", "and", "or")
)


def _length(document: Document, name: str) -> int:
    """Words and signs."""
    return len(code_tokens(document, name))


def _repeated(document: Document, name: str) -> int:
    """Lines that stand there again, but for those that every code has, such as a lone bracket."""
    lines = (" ".join(line.split()) for line in document.text.splitlines())
    counted = Counter(line for line in lines if sum(map(str.isalnum, line)) >= _WORTH)
    return sum(count - 1 for count in counted.values())


_WORTH = 12  # letters and digits of a line that is worth not being said twice

_MEASURES: dict[Measure, Callable[[Document, str], int]] = {
    "branches": _branches,
    "length": _length,
    "repeated lines": _repeated,
}
