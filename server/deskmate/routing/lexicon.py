"""What the words of an instruction, and the names of libraries, say: the data beside this file."""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Group:
    """Words that say the same of a request; `over` so many tokens, where that is set. See
    `words.toml`.
    """

    signal: str
    weight: float
    reason: str
    over: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Library:
    """A library that is younger than what the models know; see `libraries.toml`."""

    name: re.Pattern[str]
    imports: frozenset[str]
    since: datetime.date


@cache
def groups() -> tuple[Group, ...]:
    """Every group of words."""
    given = _read("words.toml")["group"]
    return tuple(
        Group(one["signal"], one["weight"], one["reason"], one["over"], _any(one["patterns"]))
        for one in ({"over": 0, **group} for group in given)
    )


@cache
def conditions() -> re.Pattern[str]:
    """What a clause has in it that puts a condition."""
    return _any(_read("words.toml")["conditions"]["patterns"])


@cache
def pictures_seen() -> re.Pattern[str]:
    """What speaks of a picture that has to be seen, not of its file or its size."""
    return _any(_read("words.toml")["pictures"]["patterns"])


@cache
def rare_names() -> re.Pattern[str]:
    """Names of what models have hardly seen."""
    return re.compile(rf"\b(?:{'|'.join(_read('words.toml')['rare']['names'])})(?!\w)")


@cache
def new_libraries() -> tuple[Library, ...]:
    """The libraries that came after what the models know."""
    given = _read("libraries.toml")
    return tuple(
        Library(_any([rf"\b(?:{one['name']})(?!\w)"]), frozenset(one["imports"]), one["since"])
        for one in given["library"]
        if one["since"] > given["knowledge"]
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE | re.DOTALL)


def _read(name: str) -> dict[str, Any]:
    file = resources.files(__package__) / name
    return tomllib.loads(file.read_text(encoding="utf-8"))
