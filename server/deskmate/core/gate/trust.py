"""What a user has to look at before it is used: what new text does that nothing there did, and text
that speaks to the model. `trust.toml` says what that looks like.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any


def find_risks(known: str, after: str) -> Iterator[str]:
    """A sentence for each thing that a document `after` some edits would do and nothing of what is
    `known` did (the document before, what the user said): run a program, evaluate text, delete
    files, reach a host.
    """
    there = {line.strip() for line in known.splitlines()}
    new = [line for line in after.splitlines() if line.strip() not in there]
    risks: dict[str, list[str]] = {}
    for kind in _table()["kind"]:
        pattern = _pattern(tuple(kind["patterns"]))
        found = ((line, match) for line in new if (match := pattern.search(line)))
        line = next((line for line, match in found if match[0] not in known), "")
        if line:
            risks.setdefault(line, []).append(kind["does"])
    for line, does in risks.items():
        yield f"New here, look at it before you use it: it {_listed(does)}, `{_shortly(line)}`."


def find_orders(text: str) -> Iterator[str]:
    """A sentence where a text that the model is shown speaks to it."""
    if found := _pattern(tuple(_table()["orders"]["patterns"]), re.IGNORECASE).search(text):
        said = _shortly(found[0])
        yield f"The text speaks to the model, “{said}”: look at what the model made of that."


@cache
def _table() -> dict[str, Any]:
    file = resources.files(__package__) / "trust.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _pattern(patterns: tuple[str, ...], flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _shortly(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"


_LONG = 80
"""Characters of a line that a warning quotes."""
