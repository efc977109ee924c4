"""Which word is meant by one that no dictionary has: how far others are from it, and whether it can
only be one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_

from deskmate.core.prose.english import small_words
from deskmate.core.prose.slips import is_slip
from deskmate.core.prose.usual_words import usual_near, usualness
from deskmate.core.prose.vocabulary import is_term


def rank_meanings(
    word: str, suggestions: Iterable[str], known: Counter[str]
) -> list[tuple[float, str]]:
    """What may be meant by a word, the likeliest first: what is written almost the same, rather in
    the words of the document.
    """
    near = 1 if len(word) <= SHORT else 2
    meant: dict[str, float] = {
        one: count_slips(word, one) + (0 if one.isalpha() else _SPLIT) for one in suggestions if one
    }
    for one in {*known, *usual_near(word)}:
        if abs(len(one) - len(word)) > near or not _may_be_near(word, one, near):
            continue
        if (steps := count_slips(word, one)) <= near:
            meant[one] = steps
    ranked = []
    for one, far in meant.items():
        if far <= near + _SPLIT:
            bonus = _OWN + min(known[one], _OFTEN) * 0.01 if one in known else 0
            bonus += _SWAPPED if sorted(one) == sorted(word) else 0
            bonus += _BEGINS if one[0] == word[0] else 0
            bonus += _DOUBLED if _undoubled(one) == _undoubled(word) else 0
            bonus += usualness(one) * _COMMON
            ranked.append((far - bonus, one))
    return sorted(ranked)[:_SHOWN]


def count_slips(word: str, meant: str) -> int:
    """How far two words are from each other: letters that are doubled, or in another order between
    the first and the last, are one slip.
    """
    order = sorted(word) == sorted(meant) and word[0] + word[-1] == meant[0] + meant[-1]
    return 1 if order or _undoubled(word) == _undoubled(meant) else distance(word, meant)


def _may_be_near(word: str, meant: str, near: int) -> bool:
    """Whether so few letters stand in one word only that they may be `near`: told at once, where
    their distance takes a while.
    """
    return (_letters(word) ^ _letters(meant)).bit_count() <= 2 * near


@lru_cache(maxsize=65536)
def _letters(word: str) -> int:
    """A bit for each letter that a word has."""
    return reduce(or_, (1 << ord(letter) % 64 for letter in word), 0)


def _swaps(word: str) -> Iterator[str]:
    """The words that it is with two letters swapped."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _undoubled(word: str) -> str:
    """The word with letters, and syllables, only once that stand there twice: `updadates`."""
    return re.sub(r"(.{1,3})\1+", r"\1", word)


def _sound(word: str) -> str:
    """The first letter and the consonants of a word: what two slips of one who writes it as it is
    spoken leave as they are.
    """
    return word[0] + re.sub(r"[aeiouy]", "", _undoubled(word[1:]))


def is_certain(word: str, ranked: Sequence[tuple[float, str]], known: Counter[str]) -> bool:
    """Whether the first of what may be meant by a word, as ranked, is meant."""
    first = ranked[0][1]
    steps = count_slips(word, first)
    near = steps == 1 or (len(word) > _LONG and _sound(first) == _sound(word))
    swapped = sorted(word) == sorted(first)
    clear = (len(word) > _LONG + 1 and steps == 1) or (swapped and len(word) > _MIDDLE)
    least = 0 if clear else 1
    usual = first in known or usualness(first) > least or is_term(first)
    if len(word) <= SHORT and not swapped:
        longer = len(first) > len(word)  # a letter is missing; not so in `ccid`, `conn`
        if len(word) < SHORT or not (longer or (first in known and len(first) == len(word))):
            return False
    if len(word) <= SHORT and word[:-1] in small_words():
        return False  # a letter too many is as likely: `ist`
    if len(word) - len(first) > 1 and _undoubled(word) != _undoubled(first):
        return False  # two letters more than a word has are seldom a slip: `unsetenv`
    for _, one in ranked[1:]:
        if count_slips(word, one) > 1 or not usualness(one):
            continue
        other = len(word) == len(first) == len(one) and one[0] == word[0] and not swapped
        if other and is_slip(word, one) and (first not in known or one in known):
            return False  # another letter makes another word: `disperate`
        if usualness(one) > 1:
            if len(first) < len(word) < len(one):
                return False  # a letter is rather left out than put in: `anway`
            if first[0] != word[0] == one[0]:
                return False  # and the first one right: `appers`
    if _may_be_contrary(word, first) or any(is_term(one) for one in _swaps(word) if one != first):
        return False
    return (
        near
        and is_slip(word, first)
        and usual
        and first.isalpha()
        and (len(ranked) == 1 or round(ranked[1][0] - ranked[0][0], 3) >= _CLEAR)
    )


def _may_be_contrary(word: str, meant: str) -> bool:
    """Whether it is as near to what is meant with a beginning that denies it, or without one."""
    for one, other in ((word, meant), (meant, word)):
        for lead in ("un", "dis", "non"):
            bare = one.removeprefix(lead)
            leads = bare != one and not other.startswith(lead)
            if leads and distance(bare, other) <= count_slips(word, meant):
                return True
    return False


SHORT = 4
"""Letters of a word in which one difference is much."""
_MIDDLE = 6  # of one that some other words are like
_LONG = 8  # and of one in which two are little
_SHOWN = 3

# How much likelier it makes a word, in letters that differ: found by trying.
_OWN, _OFTEN, _SWAPPED, _DOUBLED, _BEGINS = 0.5, 25, 0.5, 0.5, 0.2
_COMMON, _SPLIT, _CLEAR = 0.1, 0.6, 0.2


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> int:
    """How many letters differ: those to add, leave out, change, or swap with the next (optimal
    string alignment; Damerau 1964).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                steps = min(steps, above[j - 2] + 1)
            row.append(steps)
    return row[-1]
