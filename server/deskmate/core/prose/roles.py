"""Who does what to whom, in which order, and who is of a list: what a rewritten text can turn or
lose without a word that denies; by the `places` and `titles` of `meaning.toml`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from deskmate.core.prose.english import is_german
from deskmate.core.prose.word_forms import Forms, is_same_word, word_set


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that says something, and the small one before it that says what part it has."""

    text: str
    place: str


def exchanged(old: str, new: str) -> tuple[str, str] | None:
    """Two words of which each has in the new text the part that the other had: `Ana asked Ben`,
    `from Rome to Oslo`, `first stop, then copy`.
    """
    before, after = [*_clauses(old)], [*_clauses(new)]
    had, has = ({one for clause in text for one in clause} for text in (before, after))
    gone, came = _group(had - has), _group(has - had)
    for here, there in combinations(sorted(gone.keys() | came.keys()), 2):
        one, other = gone[here] & came[there], gone[there] & came[here]
        if one and other:
            return min(one), min(other)
    turned = (_turned_about(*pair) for pair in _alike(before, after))
    told = next(filter(None, turned), None)
    return told or _led_otherwise(before, after) or _in_other_order(old, new)


def _in_other_order(old: str, new: str) -> tuple[str, str] | None:
    """A word of what is done first, and one of what is done then, where the new text has it the
    other way round: `klopfen Sie erst, treten Sie dann ein`.
    """
    (first, then), (now_first, now_then) = _find_steps(old), _find_steps(new)
    late, early = (first - then) & (now_then - now_first), (then - first) & (now_first - now_then)
    return (min(late), min(early)) if late and early else None


def _find_steps(text: str) -> tuple[set[str], set[str]]:
    """The words of the clauses that say what is first, and of those that say what is then."""
    first, then = set[str](), set[str]()
    small = word_set("light", "places", "titles")
    for clause in _STOP.split(text.lower()):
        words = _WORD.findall(clause)
        step = next((step for step, at in ((first, _FIRST), (then, _THEN)) if at & {*words}), set())
        step.update(word for word in words if word not in small)
    return first, then


_FIRST = frozenset(("first", "erst", "zuerst", "zunächst"))
_THEN = frozenset(("then", "next", "afterwards", "dann", "danach", "anschließend"))


def _led_otherwise(
    before: Sequence[Sequence[_Word]], after: Sequence[Sequence[_Word]]
) -> tuple[str, str] | None:
    """Two numbers of which each stands behind the word that the other stood behind: `starts on 3,
    ends on 9`.
    """
    had, has = (dict(_find_leads(text)) for text in (before, after))
    moved: dict[tuple[str, str], str] = {}
    for one, lead in had.items():
        now = has.get(one, lead)
        if now != lead and (other := moved.get((now, lead))):
            return min(one, other), max(one, other)
        moved.setdefault((lead, now), one)
    return None


def _find_leads(clauses: Sequence[Sequence[_Word]]) -> Iterator[tuple[str, str]]:
    """Each number with the last word before it."""
    for clause in clauses:
        lead = ""
        for one in clause:
            if not one.text.isdigit():
                lead = one.text
            elif lead:
                yield one.text, lead


def _group(words: Iterable[_Word]) -> defaultdict[str, set[str]]:
    """The words that have each part."""
    found = defaultdict[str, set[str]](set)
    for one in words:
        found[one.place].add(one.text)
    return found


def _alike(
    before: Sequence[Sequence[_Word]], after: Sequence[Sequence[_Word]]
) -> Iterator[tuple[Sequence[_Word], Sequence[_Word]]]:
    """Each clause with the one of the new text that has the most of its words."""
    places = defaultdict[str, list[int]](list)
    for number, clause in enumerate(after):
        for one in clause:
            places[one.text].append(number)
    for clause in before:
        shared = Counter(number for one in clause for number in places[one.text][:_OFTEN])
        for number, count in shared.most_common(1):
            if count > 1 and max(len(clause), len(after[number])) <= _CLAUSE:
                yield clause, after[number]


_OFTEN = 20
"""Clauses with one word that are looked at: what stands everywhere tells none from the other."""


_CLAUSE = 60
"""Words of a clause: what has more is none, and each would be held against each."""


def _turned_about(clause: Sequence[_Word], now: Sequence[_Word]) -> tuple[str, str] | None:
    """Two words that stand on the other side each of a third one, which is no passive of it."""
    if any(one.place in _BY for one in clause) != any(one.place in _BY for one in now):
        return None
    for at, middle in enumerate(clause):
        for place, same in enumerate(now):
            if is_same_word(middle.text, same.text):
                left = _crossed(clause[:at], now[place + 1 :])
                right = _crossed(clause[at + 1 :], now[:place])
                if left and right and left != right:
                    return left, right
    return None


_BY = frozenset(("by", "von", "vom", "durch"))


def _crossed(here: Sequence[_Word], there: Sequence[_Word]) -> str:
    """A word of both that no small word gives the part that it had; or ""."""
    parts = {one.text: one.place for one in there}
    found = (
        one.text
        for one in here
        if one.text in parts
        and not one.text.isdigit()
        and not (one.place and one.place == parts[one.text])
    )
    return next(found, "")


def _clauses(text: str) -> Iterator[list[_Word]]:
    """The words of each clause that say something."""
    small, german = word_set("light", "titles"), is_german(text)
    for clause in _STOP.split(_MARK_IN_NUMBER.sub("", text)):
        found: list[_Word] = []
        place, used = "", False
        for written in _WORD.findall(clause):
            word = written.lower()
            if word in word_set("places"):
                place, used = word, False
            elif word in small:
                place = "" if used else place
            else:
                found.append(_Word(word, place))
                used = True
                if german and written[0].isupper():  # what follows a noun is no part of its place
                    place = ""
        yield found


_STOP = re.compile(r"[.!?;:,()\n]|\b(?:and|or|but|und|oder|aber)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_MARK_IN_NUMBER = re.compile(r"(?<=\d)[.,:](?=\d)")


def lost_member(old: str, new: str) -> str:
    """A member of a list of three or more that the new text lacks, where it has others of it and no
    list that is as long; or "".
    """
    there = Forms(_WORD.findall(new.lower()))
    longest = max(map(len, _lists(new)), default=0)
    for members in _lists(old):
        if len(members) <= max(longest, _PAIR):
            continue
        kept = [any(word in there for word in words) for words in members]
        if any(kept) and not all(kept):
            return " ".join(members[kept.index(False)])
    return ""


def _lists(text: str) -> Iterator[list[list[str]]]:
    """The members of each list, in words that say something: of the first, with what leads in to
    it, only the last word, and of the last one, with what follows, the first two.
    """
    for sentence in re.split(r"[.!?;:()\n]+(?:\s|\Z)", text.lower()):
        members: list[list[str]] = []
        for part in re.split(r",\s+", sentence):
            *before, last = (_WORD.findall(one) for one in _AND.split(part, maxsplit=1))
            for one in filter(None, before or [last]):
                lead = [] if one[0] in _WHO else [one]
                if len(one) > _LONG or not lead:
                    members = []
                members += lead
            if before:
                members.append(last)
                break
        else:
            continue
        said = [[word for word in one if word not in word_set("light")] for one in members]
        if all(said):
            yield [said[0][-1:], *said[1:-1], said[-1][:2]]


_AND = re.compile(r"(?:\A(?:and|or)|\s+(?:and|or|und|oder|sowie))\s+")  # German has no comma there
_WHO = frozenset(("which", "who", "that", "where", "dass", "weil", "obwohl"))
_PAIR = 2
_LONG = 4
"""Words of a member; what has more is a clause that leads in to a list."""
