"""Whether a word stands in a line as the name of somebody or something."""

from __future__ import annotations

import re

from deskmate.core.prose.near_words import count_slips
from deskmate.core.prose.usual_words import usualness
from deskmate.core.text.text import Span


def seems_name(line: str, span: Span, *, slip: bool) -> bool:
    """Whether a word with a capital is short, or stands beside another that is no usual word and is
    not so long that it is only a `slip` away from a usual one itself, or in a list with another
    that has one.
    """
    if slip and len(span) >= _NO_NAME:
        return False
    if re.search(r"\w [A-Z]\w+(?:,|,? (?:and|or|und|oder)) \Z", line[: span.start]):
        return True
    beside = (
        re.search(r"([A-Z][\w.]*)\s\Z", line[: span.start]),
        re.match(r"\s([A-Z][\w.]*)", line[span.end :]),
    )
    first = begins(line, span) and re.match(r"\s[a-z]", line[span.end :])
    shortest = _CLEAR_OF_NAMES - _LESS * bool(first)
    return len(span) < shortest or any(
        one is not None and not usualness(one[1].lower()) for one in beside
    )


def is_no_name(word: str, meant: str, *, capitals: bool) -> bool:
    """Whether a word with a capital is so near to a usual one that it is hardly a name."""
    other = len(word) == len(meant) and sorted(word) != sorted(meant)
    if capitals or other:
        return len(word) >= _NO_NAME
    return count_slips(word, meant) == 1


def begins(line: str, span: Span) -> bool:
    """Whether a sentence begins there."""
    before = line[: span.start]
    return not before.strip("*_ ") or bool(re.search(r"[.!?]\s\Z", before))


def is_somebody(line: str, span: Span) -> bool:
    """Whether a word stands where a person is named: `(by word)`, `thanks to word who`."""
    before, behind = line[: span.start], line[span.end :]
    return bool(
        (_BY.search(before) and re.match(r"[),]|\Z", behind))
        or (_AND_ALSO.search(before) and re.match(r" who\b", behind))
    )


def is_explained(line: str, span: Span) -> bool:
    """Whether a word in small letters begins a text that says what it is: `sta A mask of bits`."""
    first = line[span.start].islower() and not line[: span.start].strip()
    return first and re.match(r"\s+[A-Z]", line[span.end :]) is not None


_BY = re.compile(r"\b(?:by|via|from|thanks to|credits?:?) \Z", re.IGNORECASE)
_AND_ALSO = re.compile(r"(?:,|,? and|\bto) \Z")

_NO_NAME, _CLEAR_OF_NAMES, _LESS = 10, 8, 4
"""Letters of a word with a capital that is written like a usual one, and so is no name whatever
stands beside it, or where no name does; less where a sentence begins with it.
"""
