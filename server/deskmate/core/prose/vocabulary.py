"""Which words are right whatever a rule checker says: terms of computing, and what a document, its
project and its user call their things.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from deskmate.core.prose.english import foreign_words


def _knows_nothing(word: str) -> bool:
    return False


@dataclass(frozen=True)
class Vocabulary:
    """The words of one document. `text` is all of it, with its code, and `prose` what is prose of
    it; `knows` says whether a word, in small letters, is one of the project's or the user's.
    """

    text: str = ""
    prose: tuple[str, ...] = ()
    knows: Callable[[str], bool] = _knows_nothing
    counts: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        words = Counter(word.lower() for word in _WORD.findall(self.text))
        object.__setattr__(self, "counts", words)

    def is_right(self, word: str) -> bool:
        """Whether a word is a term, of a foreign phrase, or one that is known here."""
        small = word.lower()
        return is_term(small) or small in foreign_words() or self.knows(small)

    def comes_again(self, word: str) -> bool:
        """Whether a word stands in the document more than once."""
        return self.counts[word.lower()] > 1


def is_term(word: str) -> bool:
    """Whether a word is a term of computing, with the endings that one may have."""
    small = word.lower()
    stem = _ENDING.sub("", small)
    forms = {small, stem, stem + "e", _DOUBLED.sub(r"\1", stem)} if stem != small else {small}
    return not forms.isdisjoint(_listed("terms.txt"))


def is_rare(word: str) -> bool:
    """Whether a word, in small letters, is one of English that few dictionaries have."""
    return word in _listed("rare.txt")


def is_name(word: str) -> bool:
    """Whether packages are called by a word, in small letters."""
    return word in _listed("names.txt")


_WORD = re.compile(r"[^\W\d_]+")
_ENDING = re.compile(r"(?:['’]?s|ed|ing|able)\Z")
_DOUBLED = re.compile(r"([^\W\d_])\1\Z")


@cache
def _listed(name: str) -> frozenset[str]:
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
