"""Whether a correction of a verb says that something is at another time, where nothing else in the
text says when it is; by the `forms`, `tenses` and `times` of `meaning.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from deskmate.core.prose.usual_words import usualness
from deskmate.core.prose.word_forms import meaning_table, stems_of, word_set


def changes_tense(gone: Sequence[str], came: Sequence[str], text: str) -> bool:
    """Whether one form of a verb, in a text that says nothing else of a time, becomes one of
    another: `They sell it`, `They sold it`; not `Yesterday they sell it`.
    """
    if len(gone) != 1 or len(came) != 1:
        return False
    one, other = gone[0].lower(), came[0].lower()
    if frozenset((one, other)) in _pairs():
        return not _says_when(text, one)
    present, past = (one, other) if _is_past(other) else (other, one)
    if _is_past(present) or not _is_past(past) or present.endswith("ing"):
        return False
    return not stems_of(present).isdisjoint(_bases(past)) and not _says_when(text, one)


def _says_when(text: str, word: str) -> bool:
    """Whether another word of a text says when something is, or asks for a form of the verb."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower().replace("’", "'"))
    others = [one for one in words if one != word]
    return any(one in word_set("times") or _is_past(one) for one in others)


def _is_past(word: str) -> bool:
    if word.endswith("eed"):  # `exceed` is none, and `agreed` one of `agree`
        return usualness(word[:-1]) > 0
    return word in _past_forms() or (word.endswith("ed") and len(word) > _SHORT)


_SHORT = 4


def _bases(word: str) -> frozenset[str]:
    """What a form of the past may come of."""
    if word in _past_forms():
        return frozenset((_past_forms()[word],))
    return stems_of(word) - {word}


@cache
def _past_forms() -> Mapping[str, str]:
    """The forms of the past of English verbs that no ending makes, with what they come of."""
    verbs = meaning_table()["forms"].strip().split("\n")[0].split("|")
    return {
        form: base
        for base, *forms in (line.split() for line in verbs)
        for form in forms
        if form != base and not form.endswith(("s", "ing"))
    }


@cache
def _pairs() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split()) for pair in meaning_table()["tenses"])
