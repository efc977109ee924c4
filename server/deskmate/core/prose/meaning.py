"""Whether a corrected or rewritten text says what it said: by the words that a sentence turns on,
its opposites, numbers, units and names, from `meaning.toml`. English and German; of other languages
it sees numbers, units and names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from deskmate.core.prose.english import is_german
from deskmate.core.prose.usual_words import usualness
from deskmate.core.prose.word_forms import is_same_word, is_word, meaning_table, stems_of


def turns(gone: Sequence[str], came: Sequence[str]) -> bool:
    """Whether a correction, of these words to those, may change what a sentence says: a word that
    it turns on comes or goes, or a word becomes another word.
    """
    old, new = _lower(gone), _lower(came)
    if len(old) == len(new) == 1:
        return _becomes_another(old[0], new[0])
    if _weigh(old) != _weigh(new):
        return True
    left, right = Counter(old), Counter(new)
    old, new = [*(left - right).elements()], [*(right - left).elements()]
    if len(old) == len(new):
        pairs = zip(old, new, strict=True)
        return any(_becomes_another(one, other) for one, other in pairs)
    if "".join(old) == "".join(new):
        return False  # written in one word, or in two
    return any(word not in _light() for word in (*old, *new))


def is_twice(word: str, following: str) -> bool:
    """Whether a word only says again what the next one does: `more` of `more better`."""
    return word.lower() in ("more", "most") and following.lower() in _set("degrees")


def _becomes_another(one: str, other: str) -> bool:
    if is_same_word(one, other):
        return False
    if _weigh([one]) != _weigh([other]):
        return is_word(one) or one in _weights() or _is_contrary(one, other)
    if _is_contrary(one, other) or _is_opposed(one, other):
        return True
    return is_word(one) and is_word(other) and not {one, other} <= _light()


def _is_opposed(one: str, other: str) -> bool:
    """Whether they, or what they come of, are opposites."""
    return any(
        _opposed().get(a, 0) & _opposed().get(b, 0) for a in stems_of(one) for b in stems_of(other)
    )


def _is_contrary(one: str, other: str) -> bool:
    """Whether one is the other with what denies it before."""
    short, long = sorted((one, other), key=len)
    beginning = long.removesuffix(short)
    return beginning != long and len(short) >= _STEM and beginning in _beginnings()


_STEM = 4


@dataclass(frozen=True, slots=True)
class Change:
    """What a rewritten text says otherwise, in a sentence for the model and the user. Where it is
    not `certain` it is only worth a look.
    """

    told: str
    certain: bool = True

    def __str__(self) -> str:
        return self.told


def changes(old: str, new: str) -> Iterator[Change]:
    """What a rewritten text says otherwise."""
    had, has = set(_words(old)), set(_words(new))
    yield from _denies_otherwise(old, new)
    if _count_denials(old, new)[0] == _count_denials(new, old)[0]:
        yield from _says_contrary(had, has)
    if had & _must() and not had & _free() and has & _free() and not has & _bound():
        yield Change("What the text says must be, the reply says may be.")
    if had & _free() and not had & _bound() and has & _must() and not has & _free():
        yield Change("What the text says may be, the reply says must be.")
    yield from map(Change, _other_units(old, new))


def _denies_otherwise(old: str, new: str) -> Iterator[Change]:
    before, after = _count_denials(old, new), _count_denials(new, old)
    if before[0] and not sum(after):
        yield Change("The text denies something, and the reply does not: keep “not” and its like.")
    elif after[0] and not sum(before):
        yield Change("The reply denies what the text does not deny.")
    elif sum(after) < before[0] or sum(before) < after[0]:
        yield Change("See whether the reply still denies what the text does.", certain=False)


def _count_denials(text: str, beside: str) -> tuple[int, int]:
    """How often a text denies something, and how often it may in words that another one lacks."""
    there = set(_words(beside))
    words = _words(_no_denials().sub(" ", text.lower().replace("’", "'")))
    plain = sum(word in _set("denials") for word in words)
    others = (word for word in words if word in _set("denials_in_other_words") or _is_denied(word))
    other = sum(not any(is_same_word(word, one) for one in there) for word in others)
    return plain, other


def _is_denied(word: str) -> bool:
    """Whether it is a word with a beginning that denies it: `unable`, `illegible`, `ungültig`."""
    if _ADJECTIVE.fullmatch(word) and usualness(word[2:]) > 0:
        return True
    rest = word.removeprefix("un")
    german = re.search(r"(?:ig|lich|bar|sam|isch|bar|t)(?:e[nrms]?)?\Z", rest) is not None
    return rest != word and len(rest) >= _STEM and (usualness(rest) > 1 or german)


_ADJECTIVE = re.compile(r"(?:in|im|ir|il)\w+(?:able|ible|ent|ant|ete)")


def _says_contrary(had: set[str], has: set[str]) -> Iterator[Change]:
    """Where the contrary of a word stands in its place."""
    for line in meaning_table()["opposites"]:
        words = set(line.split())
        if len(gone := words & had) == 1 and len(came := words & has) == 1 and gone != came:
            yield Change(f"The text says “{min(gone)}”, and the reply “{min(came)}”.")
            return
    for one in sorted(had - has):
        for other in sorted(has - had):
            if _is_contrary(one, other):
                yield Change(f"The text says “{one}”, and the reply “{other}”.")
                return


def _other_units(old: str, new: str) -> Iterator[str]:
    before, after = _measured(old), _measured(new)
    for number, units in before.items():
        if number in after and units and after[number] and units.isdisjoint(after[number]):
            yield f"The unit of {number} is another in the reply."


def _measured(text: str) -> dict[str, set[int]]:
    """The units that stand behind each number."""
    found: dict[str, set[int]] = {}
    for number, unit in re.findall(r"(\d[\d.,]*\d|\d)\s?(°?[^\W\d_]+|[%€$])", text):
        if (known := _units().get(unit.lower())) is not None:
            found.setdefault(number, set()).add(known)
    return found


def names_in(text: str) -> set[str]:
    """The words of a text that are somebody's or something's name: with a capital where no sentence
    begins, or beside another name, and none that English usually has.
    """
    found, german = set(), is_german(text)
    for match in _NAME.finditer(text):
        before = text[: match.start()]
        begins = _BEGINS.search(before)
        beside = (_BESIDE_GERMAN if german else _BESIDE).match(text, match.end())
        if match[0].lower() in _set("greetings"):
            continue
        nearest = _LAST.search(before[-_LONGEST:]) if german else None
        if nearest and nearest[0].lower() in _set("articles"):
            continue
        if not usualness(match.group().lower()) and (not begins or beside):
            found.add(match.group())
    return found


_NAME = re.compile(r"(?<![\w`./@-])[A-Z][a-zà-ÿ]+(?![\w`/@])")
_BESIDE = re.compile(r"\s+(?:(?:and|und|&)\s+)?[A-Z]")
_BESIDE_GERMAN = re.compile(r"\s+(?:und|&)\s+[A-Z]")  # where each noun has a capital
_LAST, _LONGEST = re.compile(r"\w+(?=\s+\Z)"), 8  # the word before: an article is short
_BEGINS = re.compile(r"(?:\A|[.!?:…\n]|\W[\"“(*_-])\s*\Z")


def numbers_in(text: str) -> dict[str, str]:
    """The numbers of a text, by the digits that they have without what parts thousands in its
    language, each as it is written; those that are words, too.
    """
    sign = "." if is_german(text) else ","
    parts = re.compile(rf"{re.escape(sign)}(?=\d{{3}}(?:\D|\Z))")
    found = {parts.sub("", one): one for one in _NUMBER.findall(text)}
    return {**{_numbers()[word]: word for word in _words(text) if word in _numbers()}, **found}


_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


@cache
def _numbers() -> Mapping[str, str]:
    lines = (line.split() for line in re.split(r"[|\n]", meaning_table()["numbers"]))
    return {word: digits for digits, *words in filter(None, lines) for word in words}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower())


def _lower(words: Sequence[str]) -> list[str]:
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


@cache
def _opposed() -> Mapping[str, int]:
    found: dict[str, int] = {}
    table = meaning_table()
    for number, line in enumerate((*table["opposites"], *table["directions"])):
        for word in line.split():
            found[word] = found.get(word, 0) | 1 << number
    return found


@cache
def _units() -> Mapping[str, int]:
    lines = enumerate(meaning_table()["units"])
    return {word: number for number, line in lines for word in line.split()}


@cache
def _no_denials() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{one})\b" for one in meaning_table()["no_denials"]))


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(meaning_table()[name].split())


def _light() -> frozenset[str]:
    return _set("light")


def _beginnings() -> frozenset[str]:
    return _set("contrary")


def _bound() -> frozenset[str]:
    return _set("bound")


def _must() -> frozenset[str]:
    return _bound() - {"have", "has", "need", "needs"}


def _free() -> frozenset[str]:
    return _set("free")
