"""What models say in English around code and instead of it, from `english.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def refusals() -> re.Pattern[str]:
    """How an answer begins that is none."""
    return re.compile(rf"(?:{'|'.join(_words('refusals'))})\b", re.IGNORECASE)


@cache
def remarks() -> re.Pattern[str]:
    """How a comment begins that says what was changed."""
    return re.compile(rf"\W*(?:{'|'.join(_words('remarks'))})\b", re.IGNORECASE)


@cache
def _words(name: str) -> list[str]:
    text = (resources.files(__package__) / "english.toml").read_text(encoding="utf-8")
    found: list[str] = tomllib.loads(text)[name]
    return found
