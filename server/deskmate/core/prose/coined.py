"""Whether a word that no dictionary has is made of ones that are: `unsandboxed`, `hookable`,
`filesystem`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.core.prose.english import affixes, particles, unchanging
from deskmate.core.prose.slips import is_doubled
from deskmate.core.prose.usual_words import usualness
from deskmate.core.prose.word_forms import word_set


def is_coined(word: str, meant: str, *, slip: bool = False) -> bool:
    """Whether a word, in small letters, is likelier coined than written for `meant`: it has the
    parts of words that are, and is not `meant` with a letter doubled or single. A long one that is
    only a `slip` away from a usual word is not made of two others by chance, nor is one that takes
    no endings.
    """
    if _ACTED_ON.search(word) and not _ACTED_ON.search(meant):
        return True
    if is_doubled(word, meant):
        return False
    if slip and meant in word_set("light") | unchanging():
        return False
    if slip and len(word) >= _LONG and sorted(word) == sorted(meant):
        return False
    if len(word) - len(meant) > 1 and (word.startswith(meant) or word.endswith(meant)):
        return True
    if (
        word in (f"{meant}s", f"{meant}d", f"{meant}ed", f"{meant}y", f"{meant[:-1]}y")
        or word[1:] == meant
    ):
        return True
    if any(_ends(one) for one in _doubled(word)):
        return True
    return is_prefixed(word) or _ends(word) or (_joins(word) and not (slip and len(word) >= _LONG))


_ACTED_ON = re.compile(r"[^e]ees?\Z")  # `delegatee`, `followees`

_LONG = 7
"""Letters of a word that is one slip away from a usual one, and seldom two others in one."""


def _doubled(word: str) -> Iterator[str]:
    """The words that a coined one with a letter too few may be: `brandles`."""
    return (word[:at] + word[at - 1] + word[at:] for at in range(_PART, len(word) + 1))


def is_prefixed(word: str) -> bool:
    """Whether a word, in small letters, is another one with a beginning: `reassigned`."""
    return any(
        word.startswith(one) and _is_word(word[len(one) :].lstrip("-")) for one in affixes()[0]
    )


def _ends(word: str) -> bool:
    return any(
        word.endswith(one) and any(map(_is_word, _stems(word[: -len(one)], one)))
        for one in affixes()[1]
    )


def _stems(stem: str, ending: str) -> tuple[str, ...]:
    """What a word with that ending may come of: `trac|ing` of `trace`, not `cache|ing`."""
    if ending[0] not in "aeio":
        return (stem,)
    single = re.sub(r"([^aeiou])\1\Z", r"\1", stem)  # `inferr|er`
    return (f"{stem}e", f"{stem}ate", single, *(() if stem.endswith("e") else (stem,)))


def _joins(word: str) -> bool:
    """Whether it is two words in one, of which one may be as small as `in`."""
    halves = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
    return any(_is_part(one) and _is_part(other) for one, other in halves)


def _is_part(word: str) -> bool:
    return _is_word(word) or (
        word in particles() or (usualness(word) > 1 and word not in word_set("light"))
    )


def _is_word(word: str) -> bool:
    return len(word) >= _PART and usualness(word) > 0


_PART = 4
"""Letters of the shortest word that a coined one has in it; shorter ones stand everywhere."""
