"""Why a change of a few words, by whoever corrected a text, is a correction and not another way to
say it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from deskmate.core.prose.english import (
    confused_words,
    endings,
    is_german,
    small_words,
    variants,
)
from deskmate.core.prose.word_alignment import Token, has_words, join_tokens
from deskmate.core.prose.word_forms import is_same_word, is_word


def find_reason(
    text: str,
    old: Sequence[Token],
    rest: Sequence[Token],
    at: int,
    gone: Sequence[Token],
    came: Sequence[Token],
    stops: bool,
) -> str:
    """Why a change at token `at` is a correction; "" where it is none. `rest` stays as it is."""
    before, after = join_tokens(gone), join_tokens(came)
    if before == after or any(c.isdigit() for c in before + after):
        return ""
    if not has_words(gone) and not has_words(came):
        is_end = not rest and at + len(gone) >= len(old)
        ends = stops and not gone and after == "."
        if is_end and old and not ends and not _FULL_STOP.search(text[: old[-1].span.start]):
            return ""  # a heading, an item of a list: whether it ends in a stop is style
        signs = set(before + after) <= _SIGNS and len(before) <= 2 and len(after) <= 2
        return "punctuation" if signs else ""
    if not came:
        return _removed(old, rest, at, gone)
    if not gone:
        small = all(one.text.lower() in small_words() or not has_words([one]) for one in came)
        return "missing word" if small and len(came) <= _FEW else ""
    within = _is_name(old, at)
    named = within and before.lower() != after.lower()
    german = named and is_german(text)
    inflected = german and is_same_word(before.lower(), after.lower())
    slip = inflected or _is_slip(before.lower(), after.lower(), german)
    if _is_code(before) or (named and not slip):
        return ""
    if before.lower() == after.lower():
        small = stops and within and before.istitle() and after in small_words()
        beside = [*old[at + len(gone) :], *rest[:1]][:1]
        small = small and not any(one.text[:1].isupper() for one in beside)  # The Hague
        return "capital" if after[:1].isupper() or small else ""
    if _variant(before) == _variant(after):
        return ""
    one, other = before.lower(), after.lower()
    if any(one in words and other in words for words in confused_words()):
        return "grammar"
    if len(gone) == len(came) == 1 and is_same_word(one, other):
        return "grammar"
    if one in small_words() and other in small_words():
        return ""
    if sorted(re.sub(r"\W", "", one)) == sorted(re.sub(r"\W", "", other)):
        return "spelling"
    near = SequenceMatcher(None, one, other).ratio()
    if len(gone) == 1 and len(came) <= 2 and near >= _NEAR and one[0] == other[0]:
        return "grammar" if _same_stem(one, other) else "spelling"
    if len(gone) == len(came) == 1 and near >= _NEARER:
        return "spelling"
    if max(len(gone), len(came)) <= 3 and near >= _NEAREST:
        return "grammar"
    return ""


REPEATED = "repeated word"
"""Why a word goes that stands there twice."""

_SIGNS = frozenset(" .,;:!?'’…-–—()")
"""Punctuation that a proofreader touches; anything else may be markup."""

_FULL_STOP = re.compile(r"[.!?]\s")
_FEW = 2  # words that may be missing at one place
_NEAR, _NEARER, _NEAREST = 0.7, 0.75, 0.6


def _removed(old: Sequence[Token], rest: Sequence[Token], at: int, gone: Sequence[Token]) -> str:
    """Why words may go: one that stands there twice, or a small one too many."""
    word = join_tokens(gone).lower()
    around = [old[at - 1].text.lower()] if at else []
    if at + len(gone) == len(old) and rest:
        around.append(rest[0].text.lower())
    if len(gone) == 1 and word in around:
        return REPEATED
    return "extra word" if word in small_words() else ""


def _is_code(word: str) -> bool:
    return bool(re.search(r"_|[a-z][A-Z]|\A[A-Z]{2,}\Z|[/\\.]\w", word))


def _is_slip(word: str, meant: str, german: bool) -> bool:
    """Whether a word with a capital is no name but a usual word with a slip, or German's noun."""
    near = SequenceMatcher(None, word.replace("ß", "ss"), meant).ratio() >= _SLIP
    unknown = german or (not is_word(word) and is_word(meant))
    return unknown and near and len(word) >= _LONG


_SLIP, _LONG = 0.85, 6


def _is_name(old: Sequence[Token], at: int) -> bool:
    """Whether a word begins with a capital where no sentence begins."""
    if not old[at].text[:1].isupper() or at == 0 or old[at].text == "I":
        return False
    return old[at - 1].text not in (".", "!", "?", ":", "…", '"', "“", "(")


def _variant(word: str) -> str:
    """A word without what tells British spelling from American."""
    word = word.lower()
    for pattern, plain in variants():
        word = pattern.sub(plain, word)
    return word


def _same_stem(one: str, other: str) -> bool:
    """Whether they differ in an ending only."""
    return any(
        one.removesuffix(a) == other.removesuffix(b) and one.endswith(a) and other.endswith(b)
        for pair in endings()
        for a, b in (pair, pair[::-1])
    )
