"""What proofreading, digests and letters know of English, from `english.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def confused_words() -> tuple[frozenset[str], ...]:
    """Words that are taken for each other."""
    return tuple(frozenset(words.split()) for words in _table()["confused"])


@cache
def small_words() -> frozenset[str]:
    """Words that grammar is made of."""
    return frozenset(_table()["small"].split()).union(*confused_words())


@cache
def endings() -> tuple[tuple[str, str], ...]:
    """Endings that a word may have, each with the one that stands in its place."""
    return tuple((one, other) for one, other in _table()["endings"])


@cache
def variants() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What tells British spelling from American, and what stands for both."""
    return tuple((re.compile(pattern), plain) for pattern, plain in _table()["variants"])


@cache
def labels() -> re.Pattern[str]:
    """What models name a text that they give back."""
    return re.compile(rf"\A(?:\*\*)?{_any('labels')}\s*:(?:\*\*)?\s*", re.IGNORECASE)


@cache
def introductions() -> re.Pattern[str]:
    """A heading, or words, that lead in to a digest."""
    words = rf"\**{_any('introductions')}\b[^\n:]{{0,80}}:?\**:?\s*(?:\n|(?<=:\s)|(?<=:))"
    return re.compile(rf"\A(?:#+ .{{0,60}}\n+|{words})", re.IGNORECASE)


@cache
def nobody() -> re.Pattern[str]:
    """What stands before a colon where nobody is named."""
    return re.compile(rf"\A{_any('nobody')}:", re.IGNORECASE)


@cache
def closings() -> re.Pattern[str]:
    """The line with which a letter ends."""
    return re.compile(rf"{_any('closings')}[,.!]?\Z", re.IGNORECASE)


@cache
def sections() -> re.Pattern[str]:
    """The name of a section of documentation."""
    return re.compile(rf"{_any('sections')}:?\Z")


def _any(name: str) -> str:
    return f"(?:{'|'.join(_table()[name])})"


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "english.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
