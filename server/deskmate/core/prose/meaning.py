"""Whether a rewritten text says what it said: by the words that a sentence turns on, its opposites
and units, from `meaning.toml`. English and German; of other languages it sees units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from deskmate.core.prose.contraries import (
    contrasts,
    lost_saying,
    lost_words,
    other_amount,
    other_duty,
    turned_bounds,
    turned_comparison,
    turned_words,
    undenied,
)
from deskmate.core.prose.denials import (
    count_denials,
    denies_otherwise,
    without_seeming_denials,
)
from deskmate.core.prose.facts import other_units
from deskmate.core.prose.opposites import find_opposed, is_contrary
from deskmate.core.prose.roles import exchanged, lost_member
from deskmate.core.prose.word_forms import meaning_table, word_set, words_of


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
    had, has = (set(words_of(_may_not().sub(" ", text))) for text in (old, new))
    for told, certain in denies_otherwise(old, new):
        yield Change(told, certain)
    if count_denials(old, new)[0] == count_denials(new, old)[0]:
        yield from _says_contrary(
            *(set(words_of(without_seeming_denials(text))) for text in (old, new))
        )
        yield from _turns_round(old, new)
    denials = word_set("denials", "refusals")
    if number := turned_bounds(old, new, denials):
        yield Change(f"What the text says is at most or at least {number}, the reply turns round.")
    if duty := other_duty(old, new):
        yield Change(f"The text says “{duty[0]}”, and the reply “{duty[1]}”.")
    if said := lost_saying(old, new) or lost_member(old, new) or lost_words(old, new):
        yield Change(f"See whether the reply still says “{said}”.", certain=False)
    if pair := exchanged(old, new):
        told = f"See whether “{pair[0]}” and “{pair[1]}” have changed their parts."
        yield Change(told, certain=False)
    if pair := other_amount(old, new):
        yield Change(f"The text says “{pair[0]}”, and the reply “{pair[1]}”.", certain=False)
    advised = word_set("advised")
    if had & advised and not had & _free() and has & _free() and not has & (advised | _bound()):
        yield Change("See whether what the text says should be, now may be.", certain=False)
    if had & _must() and not had & _free() and has & _free() and not has & _bound():
        yield Change("What the text says must be, the reply says may be.")
    for one, other in (("must", "should"), ("should", "must")):
        if _says(had, one) and not _says(had, other) and _says(has, other) and not _says(has, one):
            yield Change(f"What the text says {one} be, the reply says {other} be.")
    if had & _free() and not had & _bound() and has & _must() and not has & _free():
        yield Change("What the text says may be, the reply says must be.")
    for number in other_units(old, new):
        yield Change(f"The unit of {number} is another in the reply.")


def _turns_round(old: str, new: str) -> Iterator[Change]:
    """What is said the other way round in as many denials."""
    if compared := turned_comparison(old, new):
        yield Change(f"The text compares “{compared}” the other way round.")
    if words := turned_words(old, new):
        told = f"The text says “{words[0]}”, and the reply “{words[1]}”."
        yield Change(told, certain=False)
    plain = without_seeming_denials(old)
    if word := undenied(plain, new, word_set("denials"), word_set("denials_in_other_words")):
        yield Change(f"See whether the reply still denies “{word}”.", certain=False)
    if contrasts(old) != contrasts(new) and (_denied_plainly(old) or _denied_plainly(new)):
        yield Change("See whether the reply denies the same thing.", certain=False)


def _denied_plainly(text: str) -> int:
    return sum(word in word_set("denials") for word in words_of(text))


def _says_contrary(had: set[str], has: set[str]) -> Iterator[Change]:
    """Where the contrary of a word stands in its place."""
    lines = sorted({at for word in had for at in _opposites_of().get(word, ())})
    for words in map(_opposites().__getitem__, lines):
        if len(gone := words & had) == 1 and len(came := words & has) == 1 and gone != came:
            yield Change(f"The text says “{min(gone)}”, and the reply “{min(came)}”.")
            return
    for one in sorted(had - has):
        for other in sorted(has - had):
            if is_contrary(one, other):
                yield Change(f"The text says “{one}”, and the reply “{other}”.")
                return
    if pair := find_opposed(had - has, has - had):
        yield Change(f"The text says “{pair[0]}”, and the reply “{pair[1]}”.", certain=False)


@cache
def _opposites() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split()) for line in meaning_table()["opposites"])


@cache
def _opposites_of() -> dict[str, tuple[int, ...]]:
    """The places of the opposites that a word is one of."""
    found: dict[str, tuple[int, ...]] = {}
    for at, words in enumerate(_opposites()):
        found |= {word: (*found.get(word, ()), at) for word in words}
    return found


@cache
def _may_not() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{meaning_table()['may_not']})\b", re.IGNORECASE)


def _bound() -> frozenset[str]:
    return word_set("bound")


def _says(words: set[str], modal: str) -> bool:
    return not words.isdisjoint(_must() if modal == "must" else word_set("advised"))


def _must() -> frozenset[str]:
    return _bound() - {"have", "has", "need", "needs"}


def _free() -> frozenset[str]:
    return word_set("free")
