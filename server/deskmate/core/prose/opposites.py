"""Which words say the contrary of each other, by `meaning.toml` and the antonyms of WordNet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

from deskmate.core.prose.word_forms import german_stems, meaning_table, stems_of, word_set


def is_opposed(one: str, other: str) -> bool:
    """Whether they, or what they come of, are opposites, or the two sides of one deal: `lessor`,
    `lessee`.
    """
    if _SIDE.sub("", one) == _SIDE.sub("", other) and _is_other(one) != _is_other(other):
        return True
    theirs = _all_stems(other)
    return any(
        not theirs.isdisjoint((*_opposed().get(stem, ()), *_begun_otherwise(stem)))
        for stem in _all_stems(one)
    )


_SIDE = re.compile(r"(?<=\w{3})(?:[eo]r|ee)s?\Z")


def _is_other(word: str) -> bool:
    """Whether it is the one that something is done to: `payee`."""
    return word.removesuffix("s").endswith("ee")


def is_contrary(one: str, other: str) -> bool:
    """Whether one is the other with what denies it before: `geladen`, `entladen` too."""
    short, long = sorted((one, other), key=len)
    return any(
        (beginning := long.removesuffix(stem)) != long
        and len(stem) >= _STEM
        and beginning in word_set("contrary")
        for stem in {short, short.removeprefix("ge")}
    )


_STEM = 4


def begins_alike(one: str, other: str) -> bool:
    """Whether both are one word with what denies it before: `unpossible`, `impossible`."""
    stems = (
        {word.removeprefix(beginning) for beginning in word_set("contrary")} - {word}
        for word in (one, other)
    )
    return any(len(stem) >= _STEM for stem in set.intersection(*stems))


def find_opposed(gone: Iterable[str], came: Iterable[str]) -> tuple[str, str] | None:
    """A word of those that are gone, with one of those that came that may be its opposite."""
    there: dict[str, str] = {}
    for word in sorted(came):
        for stem in _all_stems(word):
            there.setdefault(stem, word)
    for word in sorted(gone):
        for stem in sorted(_all_stems(word)):
            for opposite in (*_opposed().get(stem, ()), *_begun_otherwise(stem)):
                if opposite in there:
                    return word, there[opposite]
    return None


def _all_stems(word: str) -> frozenset[str]:
    return stems_of(word) | german_stems(word)


def _begun_otherwise(word: str) -> Iterator[str]:
    """A word with the contrary of what it begins with: `einschalten`, `ausschalten`."""
    for one, other in _beginnings():
        rest = word.removeprefix(one)
        if rest != word and len(rest) >= _STEM:
            yield other + rest


@cache
def _beginnings() -> tuple[tuple[str, str], ...]:
    pairs = [pair.split() for pair in meaning_table()["opposed_beginnings"].split("|")]
    return tuple(pair for one, other in pairs for pair in ((one, other), (other, one)))


@cache
def _opposed() -> Mapping[str, frozenset[str]]:
    """The opposites of a word."""
    found = defaultdict[str, set[str]](set)
    table = meaning_table()
    text = (resources.files(__package__) / "antonyms.txt").read_text(encoding="utf-8")
    pairs = (line for line in text.splitlines() if line and not line.startswith("#"))
    for line in (*table["opposites"], *table["directions"], *pairs):
        words = set(line.split())
        stems = {word: {word, *german_stems(word)} for word in words}
        for word in words:
            for stem in stems[word]:
                found[stem] |= set().union(*(stems[one] for one in words if one != word))
    return {word: frozenset(words) for word, words in found.items()}
