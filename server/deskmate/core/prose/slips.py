"""Whether a word that no dictionary has is a usual one with a slip, or as far from it as names are:
by which letter is one too many, missing, or another.
"""

from __future__ import annotations

import re

from deskmate.core.prose.word_forms import word_set


def is_slip(word: str, meant: str) -> bool:
    """Whether one who means the one word, in small letters, may write the other: letters in another
    order, doubled, missing, or another of its kind or beside it on the keyboard. What begins or
    ends with another letter is rather a name: `deezer`, `fasta`, `vertica`.
    """
    if word.endswith("s") and not meant.endswith("s"):
        return False  # `prios`, of several
    if sorted(word) == sorted(meant):
        known = len(word) > _SHORTEST or meant in word_set("light")
        return known and (len(word) > _LONG or _is_swapped(word, meant))
    if word[0] != meant[0] or (word.startswith("py") and meant[1:2] != "y"):
        return False
    if is_doubled(word, meant):
        clear = len(word) < len(meant) or len(word) > _SHORT
        return meant in word_set("light") or (word[0] != word[1] and clear)
    if len(word) == len(meant) + 1:
        return meant in word_set("light") or (len(word) > _SHORT and word[:-1] != meant)
    if len(word) == len(meant) - 1:
        return meant[:-1] != word or word[-1] not in _VOWELS
    differ = [at for at in range(len(word)) if word[at] != meant[at : at + 1]]
    if len(word) != len(meant) or len(differ) > 1:
        return True
    return _may_stand_for(word, meant, differ[0])


def _is_swapped(word: str, meant: str) -> bool:
    """Whether two letters beside each other have changed places, and no others: not `fanstatic`."""
    differ = [at for at, (one, other) in enumerate(zip(word, meant, strict=True)) if one != other]
    return len(differ) == 2 and differ[1] == differ[0] + 1


def is_doubled(word: str, meant: str) -> bool:
    """Whether two words differ in letters that are double in one of them; not `preseed`, `pressed`,
    where each has one.
    """
    one, other = (re.sub(r"(.)\1+", r"\1", each) for each in (word, meant))
    return one == other and len(word) != len(meant)


def _may_stand_for(word: str, meant: str, at: int) -> bool:
    """Whether the letter in which two words differ is one that is put for the other."""
    one, other = word[at], meant[at]
    if one in _VOWELS and other in _VOWELS:
        of_ending = word[at + 1 :] in ("", "s")  # `disciplinas`, `voici`
        return not of_ending
    beside = other in _keys_beside(one) or {one, other} in _ALIKE
    return beside or len(word) >= _LONG


def _keys_beside(letter: str) -> str:
    """The keys around one; none for a letter that English keyboards do not have."""
    for row, keys in enumerate(_KEYS):
        if (at := keys.find(letter)) >= 0:
            rows = _KEYS[max(0, row - 1) : row + 2]
            return "".join(one[max(0, at - 1) : at + 2] for one in rows)
    return ""


_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiouy"
_ALIKE = (set("dt"), set("sz"), set("ck"), set("sc"), set("gj"), set("fv"))
_SHORTEST, _SHORT, _LONG = 3, 5, 9
"""Letters of a word in which any slip is much, in which one letter more is, and of one in which any
other letter is a slip.
"""
