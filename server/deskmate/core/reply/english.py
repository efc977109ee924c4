"""What models say in English around code and instead of it, from `english.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def introductions() -> re.Pattern[str]:
    """How a reply begins that does not go on from what was written for it."""
    return re.compile(rf"\s*(?:{_any('introductions')}|i )\b", re.IGNORECASE)


@cache
def lead_ins() -> re.Pattern[str]:
    """A first line that only says that an answer follows."""
    return re.compile(rf"\A{_any('introductions')}\b[^\n]*[:!.][ \t]*\n+", re.IGNORECASE)


@cache
def documentation_lead_ins() -> re.Pattern[str]:
    """A first line that only says that documentation follows."""
    said = f"(?:{_any('introductions')}|{_any('documentation')})"
    return re.compile(rf"\A{said}\b[^\n]*:[ \t]*\n+", re.IGNORECASE)


@cache
def corrections() -> re.Pattern[str]:
    """How a model says that what it wrote before is not its answer."""
    return re.compile(rf"\W*{_any('corrections')}\b", re.IGNORECASE)


@cache
def prose() -> re.Pattern[str]:
    """How a line begins that is about code, and none: by its words, or as an item or a heading."""
    marks = r"\*\*|\d+\.\s+[A-Z*]|[-*] [A-Z*`]|#{1,6} [A-Z].*[a-z]$"
    return re.compile(f"(?:{_any('prose')}|{marks})", re.IGNORECASE)


@cache
def remarks() -> re.Pattern[str]:
    """How a comment begins that says what was changed."""
    return re.compile(rf"\W*{_any('remarks')}\b", re.IGNORECASE)


@cache
def elisions() -> re.Pattern[str]:
    """What a comment says that stands where code was left out."""
    return re.compile(_any("elisions"), re.IGNORECASE)


def _any(name: str) -> str:
    return f"(?:{'|'.join(_words()[name])})"


@cache
def _words() -> dict[str, list[str]]:
    text = (resources.files(__package__) / "english.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
