"""Commands in an answer that destroy what cannot be brought back: `dangers.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources


def find_dangers(text: str) -> tuple[str, ...]:
    """A sentence in Markdown for each kind of dangerous command in a text, the first of its kind
    named: “`git reset --hard` throws away …”.
    """
    return tuple(_find(text))


def _find(text: str) -> Iterator[str]:
    text = _GAP.sub(" ", text)
    seen: list[tuple[int, int]] = []
    for runs, does in _dangers():
        found = [one for one in runs.finditer(text) if not _is_inside(one.span(), seen)]
        seen += [one.span() for one in found]
        if found:
            command = " ".join(found[0][0].strip(" `\"'").split())
            yield f"`{command}` {does}."


def _is_inside(span: tuple[int, int], seen: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in seen)


@cache
def _dangers() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = (resources.files(__package__) / "dangers.toml").read_text(encoding="utf-8")
    return tuple((_compile(one["runs"]), one["does"]) for one in tomllib.loads(text)["danger"])


def _compile(runs: list[str]) -> re.Pattern[str]:
    options = rf"(?:-\S+ (?:[^-\s]\S* )?){{0,{_OPTIONS}}}"
    any_of = options.join("|".join(runs).split("… "))
    return re.compile(rf"(?<![\w./-]){_FOLDER}(?:{any_of})[\w-]*")


_GAP = re.compile(r"(?<=\S)(?:[ \t]|\\\r?\n)+(?=\S)")
"""Blanks within a line, and where a command goes on in the next."""
_OPTIONS = 20
"""Options that a command may have before what it does: without an end to them the value of one
could be the next command, up to the end of the text, from each again.
"""
_FOLDER = r"(?:(?:/usr(?:/local)?)?/?s?bin/)?"
"""Where programs lie, when they are called by that."""
