"""What a rewritten text turns round without a word that comes or goes: bounds, comparisons, what is
denied; by the `contraries`, `bounds` and `sayings` of `meaning.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from deskmate.core.prose.facts import digits_of, numbers_in
from deskmate.core.prose.word_forms import Forms, meaning_table, word_set, words_of


def turned_bounds(old: str, new: str, denials: frozenset[str]) -> str:
    """A number that is the most in one text and the least in the other, or "". Beside one of the
    `denials` a bound says the contrary, so it is compared with none that has no denial beside it.
    """
    before, after = (_find_bounds(text, denials) for text in (old, new))
    turned = ((number, (not most, denied)) for number, (most, denied) in before - after)
    return next((one[0] for one in turned if one in after - before), "")


def turned_words(old: str, new: str) -> tuple[str, str] | None:
    """What the one text says, and the contrary that only the other says."""
    if not _any_contrary().search(old):
        return None
    for one, other in _contraries():
        for a, b in ((one, other), (other, one)):
            had, has = a.search(old), b.search(new)
            if had and has and not b.search(old) and not a.search(new):
                return had[0], has[0]
    return None


def turned_comparison(old: str, new: str) -> str:
    """What was compared with another thing, and is what that is compared with now; or ""."""
    before, after = _COMPARED.search(old), _COMPARED.search(new)
    if not before or not after or before[0].lower() != after[0].lower():
        return ""
    left, right = _find_sides(old, before)
    now_left, now_right = _find_sides(new, after)
    came = now_right & left - right
    return min(came) if came and right & now_left else ""


def _find_sides(text: str, compared: re.Match[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The words of its clause before a comparison and behind it."""
    left = text[max(0, compared.start() - _CLAUSE) : compared.start()]
    right = text[compared.end() : compared.end() + _CLAUSE]
    return _words(_STOP.split(left)[-1]), _words(_STOP.split(right)[0])


def undenied(old: str, new: str, denials: frozenset[str], also: frozenset[str]) -> str:
    """A word that the one text denies, by one of the `denials`, and the other has in no clause with
    one of them, or of those that deny `also`; or "".
    """
    denied = [
        word
        for clause in _split_clauses(old)
        for at, one in enumerate(clause)
        for word in (clause[at + 1 : at + 4] if one in denials else ())
        if len(word) > _SHORT
    ]
    both = denials | also
    still = {
        word for clause in _split_clauses(new) if not both.isdisjoint(clause) for word in clause
    }
    there, denied_still = Forms(_words(new)), Forms(still)
    lost = (word for word in dict.fromkeys(denied) if word in there and word not in denied_still)
    return next(lost, "")


def _split_clauses(text: str) -> list[list[str]]:
    """The words of each clause."""
    clauses = re.split(r"[.,;:!?()]|\b(?:and|but|or|und|aber|oder)\b", text.lower())
    return [re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", clause.replace("’", "'")) for clause in clauses]


def contrasts(text: str) -> bool:
    """Whether what a text denies is a thing beside another: “Tom, not me”."""
    return _CONTRAST.search(text) is not None


def drops_contrasts(old: str, new: str, denials: int) -> bool:
    """Whether all that a text denies, so often, is what it says beside another thing, and of that
    nothing is said any more: `at 2, and not at 3`, `at 2`.
    """
    found = [*_CONTRAST.finditer(old)]
    there = _tokens(new)
    for one in found:
        end = _STOP_SENTENCE.search(old, one.end())
        denied = _TOKEN.findall(old[one.end() - 1 : end.start() if end else len(old)].lower())
        known = word_set("articles", "places") | _tokens(old[: one.start()])
        own = next((word for word in denied if word not in known), "")
        if not own or own in there:
            return False
    return bool(found) and len(found) >= denials


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.lower()))


_TOKEN = re.compile(r"\w+(?:[.,:]\d+)*")
_STOP_SENTENCE = re.compile(r"[.;!?](?=\s|$)")


def lost_saying(old: str, new: str) -> str:
    """What the text says of `sayings` and the other one neither so nor in other words; or ""."""
    told = "".join(one for one in _SENTENCE.findall(old) if not one.endswith("?"))
    for says, otherwise in _sayings():
        if (had := says.search(told)) and not says.search(new) and not otherwise.search(new):
            return had[0].strip()
    return ""


_SENTENCE = re.compile(r"[^.!?]*[.!?]?")


@cache
def _sayings() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    flags = re.IGNORECASE
    return tuple(
        (
            re.compile(rf"\b(?:{says})(?:(?<=\s)|(?!\w))", flags),
            re.compile(rf"(?<!\w)(?:{otherwise or '(?!)'})(?:(?<=\s)|(?!\w))", flags),
        )
        for says, otherwise in meaning_table()["sayings"]
    )


def lost_words(old: str, new: str) -> str:
    """Words in a row that say something, of which the new text has none and nothing in their place:
    it is shorter by as many; or "".
    """
    had, has = ([*_tell(text)] for text in (old, new))
    fewer = len(had) - len(has)
    said = numbers_in(new)
    there = Forms(word.lower() for word, _, _ in has)
    runs: list[list[tuple[str, int, int]]] = [[]]
    for one in had if fewer >= _PAIR else ():
        last = runs[-1][-1][2] if runs[-1] else one[1]
        if re.search(r"[.!?:;]", old[last : one[1]]):
            runs.append([])
        small = one[0].lower()
        if digits_of(small) in said or small in there:
            runs.append([])
        else:
            runs[-1].append(one)
    longest = max(runs, key=len)
    return old[longest[0][1] : longest[-1][2]] if _PAIR <= len(longest) <= fewer else ""


def _tell(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text that say something, each with its place."""
    small = _small()
    for one in re.finditer(r"[^\W\d_]{2,}", text):
        if one[0].lower() not in small:
            yield one[0], one.start(), one.end()


_PAIR = 2


@cache
def _small() -> frozenset[str]:
    return word_set("light", "places", "fillers") | _modals()


@cache
def _modals() -> frozenset[str]:
    """What other checks look at: words that deny, bind, allow or join."""
    sets = ("denials", "denials_in_other_words", "bound", "free", "advised")
    weighty = (line.split() for line in meaning_table()["weighty"])
    return frozenset().union(*weighty, *map(word_set, sets))


def other_duty(old: str, new: str) -> tuple[str, str] | None:
    """What one need not do in the one text, and must not in the other, or the other way round."""
    may, must_not = _duties()
    for one, other in ((may, must_not), (must_not, may)):
        if (had := one.search(old)) is None or (has := other.search(new)) is None:
            continue
        if not one.search(new) and not other.search(old):
            return had[0], has[0]
    return None


@cache
def _duties() -> tuple[re.Pattern[str], ...]:
    duties = meaning_table()["duties"]
    return tuple(re.compile(rf"\b(?:{one})(?!\w)", re.IGNORECASE) for one in duties)


def other_amount(old: str, new: str) -> tuple[str, str] | None:
    """How much or how often something is in the one text and in the other, where that differs."""
    had, has = (
        {at: word for word in words_of(text) for at in _amounts().get(word, ())}
        for text in (old, new)
    )
    if had and has and had.keys().isdisjoint(has):
        return min(had.items())[1], min(has.items())[1]
    return None


@cache
def _amounts() -> dict[str, tuple[int, ...]]:
    lines = enumerate(meaning_table()["amounts"])
    return {word: (at,) for at, line in lines for word in line.split()}


def count_denied_bounds(text: str, beside: str, denials: frozenset[str]) -> int:
    """How many of a text's bounds are denied, where the other has the contrary and denies nothing
    there: `must not use more than 3` beside `at most 3`.
    """
    there = _find_bounds(beside, denials)
    found = _find_bounds(text, denials)
    return sum(denied and (number, (not most, False)) in there for number, (most, denied) in found)


@lru_cache(maxsize=16)
def _find_bounds(text: str, denials: frozenset[str]) -> frozenset[tuple[str, tuple[bool, bool]]]:
    """The numbers that something is at most (True) or at least (False), each with whether its
    clause denies something.
    """
    found = set()
    for clause in re.split(r"[.!?;,](?=\s|$)|\n", text):
        for number in re.finditer(r"\d+(?:[.,]\d+)*", clause):
            before = clause[max(0, number.start() - _NEAR) : number.start()]
            most, least = (bound.search(before) for bound in _bounds())
            said = min(filter(None, (most, least)), key=re.Match.start, default=None)
            if said is not None:
                rest = clause.replace(said[0], " ").lower().replace("’", "'")
                words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", rest)
                found.add((number[0], (said is most, not denials.isdisjoint(words))))
    return frozenset(found)


@cache
def _bounds() -> tuple[re.Pattern[str], ...]:
    bounds = meaning_table()["bounds"]
    return tuple(re.compile(rf"(?:{one})\s*$", re.IGNORECASE) for one in bounds)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{3,}", text.lower()))


@cache
def _contraries() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    pairs = meaning_table()["contraries"]
    one, other = (
        [re.compile(rf"\b(?:{pair[at]})", re.IGNORECASE) for pair in pairs] for at in (0, 1)
    )
    return tuple(zip(one, other, strict=True))


@cache
def _any_contrary() -> re.Pattern[str]:
    pairs = meaning_table()["contraries"]
    words = "|".join(word for pair in pairs for word in pair)
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


_COMPARED = re.compile(
    r"\b(?:(?:more|less|fewer|mehr|weniger)(?: \w+)?|\w+er|worse|besser)\s+(?:than|als)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?;:,\n]")
_CLAUSE = 100
"""Characters on one side of a comparison that are looked at."""
_CONTRAST = re.compile(
    r"(?:,|\band|\bbut|\bund|\baber)\s+(?:not|nicht) (?!only\b|nur\b)\w", re.IGNORECASE
)
_NEAR = 30
"""Characters before a number in which its bound stands."""
_SHORT = 4
