"""The facts of a text: its names, its numbers and their units, by `meaning.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from deskmate.core.prose.english import is_german
from deskmate.core.prose.usual_words import usualness
from deskmate.core.prose.word_forms import meaning_table, word_set, words_of


def other_units(old: str, new: str) -> Iterator[str]:
    """The numbers whose unit is another one."""
    before, after = _measured(old), _measured(new)
    for number, units in before.items():
        if number in after and units and after[number] and units.isdisjoint(after[number]):
            yield number


def is_other_unit(one: str, other: str) -> bool:
    """Whether both are units, and not names of the same."""
    units = _units()
    return one in units and other in units and units[one] != units[other]


def _measured(text: str) -> dict[str, set[int]]:
    """The units that stand behind each number."""
    found: dict[str, set[int]] = {}
    for number, unit in _MEASURED.findall(text):
        if (known := _units().get(unit.lower())) is not None:
            found.setdefault(number, set()).add(known)
    return found


_MEASURED = re.compile(r"(\d(?<!\d\d)(?<!\d[.,]\d)(?:[\d.,]*\d)?)\s?(°?[^\W\d_]+|[%€$])")
"""A number from its beginning on: else one of many digits is read once for each of them. What is no
digit is passed over at once, which it is not where a pattern begins by looking back.
"""


def names_in(text: str) -> set[str]:
    """The words of a text that are somebody's or something's name: with a capital where no sentence
    begins, or beside another name, and none that English usually has.
    """
    found, german = set(), is_german(text)
    for match in _NAME.finditer(text):
        begins = begins_sentence(text, match.start())
        beside = (_BESIDE_GERMAN if german else _BESIDE).match(text, match.end())
        if match[0].lower() in word_set("greetings", "titles", "address"):
            continue
        near = max(match.start() - _LONGEST, 0)
        nearest = _LAST.search(text, near, match.start()) if german else None
        if nearest and nearest[0].lower() in word_set("articles"):
            continue
        if german and match[0].endswith(_noun_endings()):
            continue
        if not usualness(match.group().lower()) and (not begins or beside):
            found.add(match.group())
    return found


_NAME = re.compile(r"(?<![\w`./@-])[A-Z][a-zà-ÿ]+(?![\w`/@])")
_BESIDE = re.compile(r"\s+(?:(?:and|und|&)\s+)?[A-Z]")
_BESIDE_GERMAN = re.compile(r"\s+(?:und|&)\s+[A-Z]")  # where each noun has a capital
_LAST, _LONGEST = re.compile(r"\w+(?=\s+\Z)"), 8  # the word before: an article is short


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word that begins there begins a sentence, a line, or what is quoted. It looks back
    to the word before and no farther: there may be as many names as words.
    """
    end = start
    while end and text[end - 1].isspace():
        end -= 1
    if not end or "\n" in text[end:start] or text[end - 1] in ".!?:…":
        return True
    opens = end > 1 and text[end - 1] in '"“(*_-'
    return opens and not (text[end - 2].isalnum() or text[end - 2] == "_")


@lru_cache(maxsize=64)
def numbers_in(text: str) -> Mapping[str, str]:
    """The numbers of a text, by the digits that they have without what parts thousands in its
    language, each as it is written; those that are words, too.
    """
    sign = "." if is_german(text) else ","
    parts = re.compile(rf"{re.escape(sign)}(?=\d{{3}}(?:\D|\Z))")
    found = {parts.sub("", one): one for one in _NUMBER.findall(text)}
    return {**{_numbers()[word]: word for word in words_of(text) if word in _numbers()}, **found}


def digits_of(word: str) -> str:
    """The digits that say the same as a word, in small letters; "" where it is no number."""
    return _numbers().get(word, "")


_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


@cache
def _numbers() -> Mapping[str, str]:
    lines = (line.split() for line in re.split(r"[|\n]", meaning_table()["numbers"]))
    return {word: digits for digits, *words in filter(None, lines) for word in words}


@cache
def _noun_endings() -> tuple[str, ...]:
    return tuple(word_set("noun_endings"))


@cache
def _units() -> Mapping[str, int]:
    lines = enumerate(meaning_table()["units"])
    return {word: number for number, line in lines for word in line.split()}
