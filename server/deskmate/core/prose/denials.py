"""Whether a rewritten text denies what the text does: by the words of `meaning.toml` that deny,
those that do so in other words, and those that may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from deskmate.core.prose.contraries import count_denied_bounds, drops_contrasts
from deskmate.core.prose.opposites import find_opposed
from deskmate.core.prose.usual_words import usualness
from deskmate.core.prose.word_forms import Forms, forms_of, meaning_table, word_set, words_of


def denies_otherwise(old: str, new: str) -> Iterator[tuple[str, bool]]:
    """What a rewritten text denies and the text does not, or the other way round, in sentences,
    each with whether that is certain.
    """
    twice = _find_twice_denied(old), _find_twice_denied(new)
    for one, other, there in ((*twice, new), (*twice[::-1], old)):
        for word, said in one.items():
            same = word in forms_of(there)
            if same and not other and not count_denials(there, "")[0]:
                yield f"“{said}” is not “{word}”: keep what the text says.", True
                return
            if word not in other:
                yield f"See whether the reply still says what “{said}” does.", False
    old, new = (_without_twice_denied(text) for text in (old, new))
    before, after = count_denials(old, new), count_denials(new, old)
    still = after[0] + after[1] + _says_only_then(new)
    if before[0] and not still + after[2]:
        told = "The text denies something, and the reply does not: keep “not” and its like."
        yield told, not (_says_opposite(old, new) or drops_contrasts(old, new, before[0]))
    elif after[0] and not sum(before):
        yield "The reply denies what the text does not deny.", True
    elif not still and not before[0] and _lost_refusal(old, new):
        yield "See whether the reply still says that it was not so.", False
    elif still < before[0] or before[0] + before[1] < after[0]:
        yield "See whether the reply still denies what the text does.", False


def _find_twice_denied(text: str) -> dict[str, str]:
    """The words with a beginning or an end that denies them, which the text denies once more, each
    with how that is said: `not useless`.
    """
    found = _TWICE.finditer(_lower(text))
    return {one[1]: one[0] for one in found if _is_denied(one[1])}


def _without_twice_denied(text: str) -> str:
    return _TWICE.sub(lambda one: " " if _is_denied(one[1]) else one[0], _lower(text))


def _lost_refusal(old: str, new: str) -> bool:
    """Whether the text has a word by which somebody did not do something, and the reply has not."""
    there, refusals = forms_of(new), _refusals()
    words = words_of(without_seeming_denials(old))
    return any(word in refusals and word not in there for word in words)


@cache
def _refusals() -> Forms:
    return Forms(word_set("refusals"))


def _says_opposite(old: str, new: str) -> bool:
    """Whether the contrary of what the text denies is what the reply says: `never leaves`, `always
    stays`.
    """
    had, has = set(words_of(old)), set(words_of(new))
    return find_opposed(had - has - word_set("denials"), has - had) is not None


def _says_only_then(text: str) -> bool:
    return re.search(rf"\b(?:{meaning_table()['only_then']})\b", text, re.IGNORECASE) is not None


@lru_cache(maxsize=16)  # the same texts are looked at from several sides
def count_denials(text: str, beside: str) -> tuple[int, int, int]:
    """How often a text denies something, how often in words that another one lacks, and how many
    more of its words may do so: `useless`, where the other says nothing of a use.
    """
    there = forms_of(beside)
    words = words_of(without_seeming_denials(text))
    plain = sum(word in word_set("denials") for word in words)
    plain = max(0, plain - count_denied_bounds(text, beside, word_set("denials")))
    own = [word for word in words if word not in there]
    other = [word in word_set("denials_in_other_words") or _denies_one(word, there) for word in own]
    maybe = sum(_is_denied(word) for word, told in zip(own, other, strict=True) if not told)
    return plain, sum(other), maybe


def _denies_one(word: str, there: Forms) -> bool:
    """Whether it is one of the other words with a beginning or an end that denies it: `unsicher`,
    `kostenlos`.
    """
    rests = {word.removeprefix(one) for one in word_set("contrary")} - {word}
    if without := _WITHOUT.fullmatch(word):
        rests.add(without[1])
    return any(len(rest) >= _STEM and rest in there for rest in rests)


def _is_denied(word: str) -> bool:
    """Whether it is a word with a beginning or an end that denies it: `illegible`, `ungültig`,
    `endless`; of some, such as `regardless`, it only seems so.
    """
    if word in word_set("no_denied"):
        return False
    if _WITHOUT.fullmatch(word) or (_ADJECTIVE.fullmatch(word) and usualness(word[2:]) > 0):
        return True
    rest = word.removeprefix("un")
    german = re.search(r"(?:ig|lich|bar|sam|isch|bar|t)(?:e[nrms]?)?\Z", rest) is not None
    german = german and not rest.startswith("ter")
    return rest != word and len(rest) >= _STEM and (usualness(rest) > 1 or german)


_STEM = 4
_WITHOUT = re.compile(r"(\w{3,}?)s?(?:less|(?:los|frei)(?:e[nrms]?)?)")
_TWICE = re.compile(
    r"(?:n't|\b(?:not|nicht|never|nie|(?:no|kein\w*)(?= un)))(?: (?:an?|at all|entirely|"
    r"completely|ganz|völlig|so|very|sehr))? "
    r"((?:un|in|im|ir|il|dis)\w{4,}|\w{3,}(?:less|los(?:e[nrms]?)?))\b"
)
"""What is denied of a word that may be denied itself."""
_ADJECTIVE = re.compile(r"(?:in|im|ir|il)\w+(?:able|ible|ent|ant|ete)")


@lru_cache(maxsize=16)
def without_seeming_denials(text: str) -> str:
    """A text, in small letters, without what looks like a denial and is none."""
    return _no_denials().sub(" ", _lower(text))


def _lower(text: str) -> str:
    return text.lower().replace("’", "'")


@cache
def _no_denials() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{one})\b" for one in meaning_table()["no_denials"]))
