"""Whether a correction may change what a sentence says: by the words that it turns on, and which
words may stand for each other, from `meaning.toml`. English and German.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from deskmate.core.prose.coined import is_prefixed
from deskmate.core.prose.english import is_usual_german
from deskmate.core.prose.facts import digits_of, is_other_unit
from deskmate.core.prose.opposites import begins_alike, is_contrary, is_opposed
from deskmate.core.prose.word_alignment import is_apart
from deskmate.core.prose.word_forms import is_same_word, is_word, meaning_table, word_set


def turns(gone: Sequence[str], came: Sequence[str]) -> bool:
    """Whether a correction, of these words to those, may change what a sentence says: a word that
    it turns on comes or goes, or a word becomes another word.
    """
    old, new = _lower(gone), _lower(came)
    if len(old) == len(new) == 1:
        return _becomes_another(old[0], new[0])
    joined = "".join(old).replace("-", "") == "".join(new).replace("-", "")  # one word, or two
    if len(old) == 1 and not is_word(old[0]) and is_apart(old[0], new):
        return False
    if _weigh(old) != _weigh(new):
        return not joined or all(map(is_word, (*old, *new)))
    left, right = Counter(old), Counter(new)
    old, new = [*(left - right).elements()], [*(right - left).elements()]
    if len(old) == len(new):
        pairs = zip(old, new, strict=True)
        return any(_becomes_another(one, other) for one, other in pairs)
    return not joined and any(word not in word_set("light") for word in (*old, *new))


def turns_there(
    gone: Sequence[str], came: Sequence[str], before: str, behind: Iterable[str]
) -> bool:
    """Whether words come or go that say something else where they stand: `by` before a number, `a`
    before `few`. `behind` is the next word as it was and as it is.
    """
    old, new = Counter(_lower(gone)), Counter(_lower(came))
    changed = (old - new).keys() | (new - old).keys()
    following = [digits_of(word) or word for word in map(str.lower, behind)]
    return any(
        not changed.isdisjoint(words)
        and lead.fullmatch(before.lower())
        and any(map(rest.fullmatch, following))
        for lead, words, rest in _turning()
    )


@cache
def _turning() -> tuple[tuple[re.Pattern[str], frozenset[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(lead), frozenset(words.split()), re.compile(rest))
        for lead, words, rest in meaning_table()["turning"]
    )


def is_twice(word: str, following: str) -> bool:
    """Whether a word only says again what the next one does: `more` of `more better`."""
    return word.lower() in ("more", "most") and following.lower() in word_set("degrees")


def _becomes_another(one: str, other: str) -> bool:
    if _differs_in_umlauts(one, other):
        return not (is_usual_german(other) and not is_usual_german(one))
    if is_same_word(one, other) or (not is_word(one) and begins_alike(one, other)):
        return False
    if is_other_unit(one, other):
        return True
    if _weigh([one]) != _weigh([other]):
        return is_word(one) or one in _weights() or is_contrary(one, other)
    if is_contrary(one, other) or is_opposed(one, other):
        return True
    return _may_be_meant(one) and _may_be_meant(other) and not {one, other} <= word_set("light")


def _differs_in_umlauts(one: str, other: str) -> bool:
    """Whether only their umlauts differ, which makes of a German word another: `Zahlung`,
    `Zählung`.
    """
    return one != other and one.translate(_UMLAUTS) == other.translate(_UMLAUTS)


_UMLAUTS = str.maketrans("äöü", "aou")


def _may_be_meant(word: str) -> bool:
    return is_word(word) or is_prefixed(word)


def _lower(words: Iterable[str]) -> list[str]:
    return [word.lower().replace("’", "'") for word in words if word[:1].isalnum()]


def _weigh(words: Sequence[str]) -> Counter[int]:
    return Counter(weight for word in words for weight in _weights().get(word, ()))


@cache
def _weights() -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(meaning_table()["weighty"]):
        for word in line.split():
            found[word] = (*found.get(word, ()), number)
    return found
