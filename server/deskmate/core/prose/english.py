"""What proofreading, digests and letters know of English, from `english.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any


@cache
def confused_words() -> tuple[frozenset[str], ...]:
    """Words that are taken for each other."""
    return tuple(frozenset(words.split()) for words in _table()["confused"])


@cache
def small_words() -> frozenset[str]:
    """Words that grammar is made of."""
    return frozenset(_table()["small"].split()).union(*confused_words())


@cache
def endings() -> tuple[tuple[str, str], ...]:
    """Endings that a word may have, each with the one that stands in its place."""
    return tuple((one, other) for one, other in _table()["endings"])


@cache
def affixes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What new words are made with: before a word, and behind it."""
    return tuple(_table()["prefixes"].split()), tuple(_table()["suffixes"].split())


@cache
def particles() -> frozenset[str]:
    """Small words that other words are made with."""
    return frozenset(_table()["particles"].split())


@cache
def unchanging() -> frozenset[str]:
    """Words that take no endings, and those that grammar is made of."""
    return small_words().union(_table()["unchanging"].split())


@cache
def stressed_words() -> frozenset[str]:
    """Words of which a second one makes the first one stronger: `very very`."""
    return frozenset(_table()["stressed"].split())


@cache
def foreign_words() -> frozenset[str]:
    """Words of phrases that English has from other languages: `a priori`."""
    return frozenset(_table()["foreign"].split())


def holds_between(rule: str, before: str, behind: str) -> bool:
    """Whether a rule of the checker holds of what stands in a line between these two parts."""
    conditions = zip(_conditions(rule), (before, behind), strict=True)
    return all(pattern.search(text) for pattern, text in conditions)


@cache
def _conditions(rule: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    before, behind = _table()["conditions"].get(rule, ("", ""))
    return re.compile(rf"(?:{before})\Z", re.IGNORECASE), re.compile(rf"\A(?:{behind})")


def also_written(word: str) -> tuple[str, ...]:
    """Other ways of writing a word that are right, if few dictionaries have them."""
    return tuple(
        word.removesuffix(one) + other
        for one, other in _table()["also_written"]
        if word.endswith(one)
    )


@cache
def variants() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What tells British spelling from American, and what stands for both."""
    return tuple((re.compile(pattern), plain) for pattern, plain in _table()["variants"])


@cache
def certain_rules() -> dict[str, str]:
    """The rules of the checker that hold, each with what it mends."""
    rules = _table()["rules"]
    return {rule: reason for reason, names in rules.items() for rule in names.split()}


@cache
def doubted_rules() -> frozenset[str]:
    """The rules of the checker that were wrong of documents that are right."""
    return frozenset(_table()["doubted"].split())


def is_english(text: str) -> bool:
    """Whether enough words of a text are such as English is full of, and no other language has; of
    a short one that cannot be told.
    """
    words = re.findall(r"[a-z]+", text.lower())
    return len(words) < _SHORT or sum(word in _usual() for word in words) >= len(words) * _SOME


def is_mixed(text: str) -> bool:
    """Whether a text has more of the usual words of another language than of those of English."""
    *_, (_, name) = _count_usual(text)
    return name != "english"


@lru_cache(maxsize=16)
def is_german(text: str) -> bool:
    """Whether a text has more of the words that German is full of than of those of English."""
    words = re.findall(r"[a-zäöüß]+", text.lower())
    german = sum(word in _usual_german() for word in words)
    return german > sum(word in _usual() for word in words)


def find_language(text: str) -> str:
    """Whose usual words a text has the most of: `english`, `german`, `french` or `spanish`."""
    return next(name for _, name in reversed(_count_usual(text)) if name)


def find_clear_language(text: str) -> str:
    """The same, where it is three such words at least, and three times as many as of any other; ""
    of a text where that cannot be told.
    """
    *_, (second, _), (most, name) = _count_usual(text)
    return name if most >= max(_CLEAR, _CLEAR * second) else ""


_CLEAR = 3


@lru_cache(maxsize=16)
def _count_usual(text: str) -> tuple[tuple[int, str], ...]:
    """How many usual words of each language a text has, the most last; English before others, and
    all other languages as ""."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    counted = [
        (_count_words(words, usual, _OWN_LETTERS.get(name)), name)
        for name, usual in _usual_by_language().items()
    ]
    return tuple(sorted(counted, key=lambda one: (one[0], one[1] == "english")))


def _count_words(
    words: Sequence[str], usual: frozenset[str], letters: re.Pattern[str] | None
) -> int:
    """The usual words, and as many again at most of those with letters that speak for the language:
    without a usual word they may be of any other one.
    """
    found = sum(word in usual for word in words)
    if not found or letters is None:
        return found
    return found + min(found, sum(letters.search(word) is not None for word in words))


_OWN_LETTERS = {
    "german": re.compile(r"[äöüß]"),
    "french": re.compile(r"[àâçèêëîôùûœ]"),
    "spanish": re.compile(r"[ñ]|[áíóú]"),
}
"""Letters that of these languages only one is written with."""


@cache
def _usual_by_language() -> dict[str, frozenset[str]]:
    others = ("german", "french", "spanish")
    return {
        "": frozenset(_table()["usual_others"].split()),
        "english": _usual(),
        **{name: frozenset(_table()[f"usual_{name}"].split()) for name in others},
    }


def is_usual_german(word: str) -> bool:
    """Whether a word, in small letters, is one that German is full of."""
    return word in _usual_german()


@cache
def german_too() -> frozenset[str]:
    """Words that are usual in English, and that German has as well."""
    return frozenset(_table()["german_too"].split())


@cache
def _usual_german() -> frozenset[str]:
    return frozenset(_table()["usual_german"].split())


_SHORT, _SOME = 6, 0.08


@cache
def _usual() -> frozenset[str]:
    return frozenset(_table()["usual"].split())


@cache
def labels() -> re.Pattern[str]:
    """What models name a text that they give back."""
    return re.compile(rf"\A(?:\*\*)?{_any('labels')}\s*:(?:\*\*)?\s*", re.IGNORECASE)


@cache
def introductions() -> re.Pattern[str]:
    """A heading, or words, that lead in to a digest."""
    words = rf"\**{_any('introductions')}\b[^\n:]{{0,80}}:?\**:?\s*(?:\n|(?<=:\s)|(?<=:))"
    return re.compile(rf"\A(?:#+ .{{0,60}}\n+|{words})", re.IGNORECASE)


def minutes_words(language: str) -> dict[str, str]:
    """What minutes say where there is nothing (`none`), nobody (`open`) and `no date`."""
    return dict(_table()["minutes"][language])


@cache
def minutes_pattern(name: str) -> re.Pattern[str]:
    """What a sentence of notes or minutes has that is `decided`, `undecided`, …"""
    return re.compile(rf"\b(?:{'|'.join(_table()['minutes']['words'][name])})", re.IGNORECASE)


@cache
def closings() -> re.Pattern[str]:
    """The line with which a letter ends."""
    return re.compile(rf"{_any('closings')}[,.!]?\Z", re.IGNORECASE)


@cache
def sections() -> re.Pattern[str]:
    """The name of a section of documentation."""
    return re.compile(rf"{_any('sections')}:?\Z")


def _any(name: str) -> str:
    return f"(?:{'|'.join(_table()[name])})"


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "english.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
