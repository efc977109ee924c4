"""Which words are forms of one word, and which are written for each other, from `meaning.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache, reduce
from importlib import resources
from operator import or_
from typing import Any

from deskmate.core.prose.usual_words import usualness


@cache
def meaning_table() -> dict[str, Any]:
    """What `meaning.toml` says."""
    text = (resources.files(__package__) / "meaning.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def word_set(*names: str) -> frozenset[str]:
    """The words of one of the sets of `meaning.toml`, or of several."""
    return frozenset(word for name in names for word in meaning_table()[name].split())


@lru_cache(maxsize=16)  # the same texts are looked at from many sides
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in order, in small letters: `don't` is one."""
    return tuple(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower()))


def is_word(word: str) -> bool:
    """Whether a word, in small letters, is one that English usually has, or one of the tables."""
    if usualness(word) > 0 or word in _formed() or word in _confused():
        return True
    return word in word_set("light") or word in word_set("calendar")


def is_same_word(one: str, other: str) -> bool:
    """Whether two words, in small letters, are forms of one, or are written for each other."""
    if one == other or not stems_of(one).isdisjoint(stems_of(other)):
        return True
    if not german_stems(one).isdisjoint(german_stems(other)):
        return True
    (confused, formed), (too, also) = _lines_of(one), _lines_of(other)
    return bool(confused & too or formed & also)


class Forms:
    """Some words; `in` says whether one of them `is_same_word` as another, in one look."""

    def __init__(self, words: Iterable[str]) -> None:
        self._stems: set[str] = set()
        self._german: set[str] = set()
        self._confused = self._formed = 0
        for word in set(words):
            self._stems |= stems_of(word)
            self._german |= german_stems(word)
            confused, formed = _lines_of(word)
            self._confused |= confused
            self._formed |= formed

    def __contains__(self, word: str) -> bool:
        confused, formed = _lines_of(word)
        return (
            not self._stems.isdisjoint(stems_of(word))
            or not self._german.isdisjoint(german_stems(word))
            or bool(self._confused & confused or self._formed & formed)
        )


@lru_cache(maxsize=16)
def forms_of(text: str) -> Forms:
    """The words of a text."""
    return Forms(words_of(text))


@lru_cache(maxsize=4096)
def _lines_of(word: str) -> tuple[int, int]:
    """The bits of the lines of `confused` and of `forms` that a word, or what it may come of, is
    in.
    """
    known = {word, *stems_of(word)}
    tables = _confused(), _formed()
    confused, formed = (reduce(or_, (table.get(one, 0) for one in known)) for table in tables)
    return confused, formed


@lru_cache(maxsize=4096)
def stems_of(word: str) -> frozenset[str]:
    """What a word may come of by a regular ending."""
    return frozenset(_find_stems(re.sub(r"['’]s?\Z", "", word)))


def _find_stems(word: str) -> Iterator[str]:
    yield word
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _STEM:
            continue
        yield stem
        if ending[0] in "ei":
            yield f"{stem}e"
            yield re.sub(r"(.)\1\Z", r"\1", stem)
            yield re.sub(r"i\Z", "y", stem)
        if ending == "ly":
            yield f"{stem}le"
            yield re.sub(r"i\Z", "y", stem)


_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "est", "ly")
_STEM = 2


@lru_cache(maxsize=4096)
def german_stems(word: str) -> frozenset[str]:
    """What a word that English has not may come of in German: `gehört` of `hör`."""
    if usualness(word):
        return frozenset()
    bare = (word, word[2:]) if word.startswith("ge") and word.endswith(("t", "en")) else (word,)
    stems = {one.removesuffix(ending) for one in bare for ending in ("", *_GERMAN_ENDINGS)}
    return frozenset(stem for stem in stems if len(stem) >= _GERMAN_STEM)


_GERMAN_ENDINGS = ("e", "en", "n", "t", "st", "te", "ten", "et", "er", "es", "em", "s")
_GERMAN_STEM = 4


@cache
def _formed() -> Mapping[str, int]:
    """The bits of the lines that a word is in: those with a bit in common are forms of one."""
    lines = [line for line in re.split(r"[|\n]", meaning_table()["forms"]) if line.strip()]
    found = dict(_bits(iter(lines)))
    for line in lines:
        base = line.split()[0]
        for form in _made_regularly(base):
            found[form] = found.get(form, 0) | found[base]
    return found


def form_number(word: str) -> int:
    """The place of a form among those of its word: the past stands before the participle."""
    lines = (line.split() for line in re.split(r"[|\n]", meaning_table()["forms"]))
    return next((line.index(word) for line in lines if word in line), 0)


def _made_regularly(verb: str) -> Iterator[str]:
    """What one who takes a verb of German for a regular one makes of it: `gehte`, `gegeht`."""
    stem = verb.removesuffix("en")
    if stem != verb and len(stem) > _STEM:
        yield from (stem + ending for ending in ("te", "ten", "test", "tet"))
        yield f"ge{stem}t"


@cache
def _confused() -> Mapping[str, int]:
    return _bits(iter(meaning_table()["confused"]))


def _bits(lines: Iterator[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(lines):
        for word in line.split():
            found[word] = found.get(word, 0) | 1 << number
    return found
