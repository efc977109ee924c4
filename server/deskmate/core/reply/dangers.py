"""Commands in an answer that destroy what cannot be brought back: `dangers.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class _Danger:
    """What runs, what it does, and whether it counts in code only."""

    runs: re.Pattern[str]
    does: str
    in_code: bool


def find_dangers(text: str) -> tuple[str, ...]:
    """A sentence in Markdown for each kind of dangerous command in a text, the first of its kind
    named: “`git reset --hard` throws away …”. One that only shows what it would do is none.
    """
    return tuple(_find(text))


def _find(text: str) -> Iterator[str]:
    text = _GAP.sub(" ", text)
    code = [one.span() for one in _CODE.finditer(text)]
    seen = bytearray(len(text))
    for danger in _dangers():
        where = code if danger.in_code else [(0, len(text))]
        found = [
            one
            for span in where
            for one in danger.runs.finditer(text, *span)
            if 1 not in seen[one.start() : one.end()] and not _SHOWS.match(text, one.start())
        ]
        for one in found:
            seen[one.start() : one.end()] = b"\1" * len(one[0])
        if found:
            command = " ".join(found[0][0].strip(" `\"'").split())
            yield f"`{command}` {danger.does}."


@cache
def _dangers() -> tuple[_Danger, ...]:
    text = (resources.files(__package__) / "dangers.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    words: dict[str, str] = {}
    for name, any_of in data["words"].items():
        words[name] = _spell_out(f"(?:{'|'.join(any_of)})", words)
    return tuple(
        _Danger(_compile(one["runs"], words), one["does"], one.get("in_code", False))
        for one in data["danger"]
    )


def _compile(runs: list[str], words: dict[str, str]) -> re.Pattern[str]:
    options = rf"(?:-\S+ (?:[^-\s]\S* )?){{0,{_OPTIONS}}}"
    any_of = options.join(_spell_out("|".join(runs), words).split("… "))
    return re.compile(rf"(?<![\w./-]){_FOLDER}(?:{any_of})[\w-]*")


def _spell_out(pattern: str, words: dict[str, str]) -> str:
    """A pattern with what its `<name>`s stand for."""
    return re.sub(r"<(\w+)>", lambda one: words[one[1]], pattern)


_GAP = re.compile(r"(?<=\S)(?:[ \t]|\\\r?\n)+(?=\S)")
"""Blanks within a line, and where a command goes on in the next."""
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_SHOWS = re.compile(
    r"[^\n`;&|]{0,200}(?<= )(?:--(?:dry-?run|help|simulate|what-?if|no-act|noop|check)|-WhatIf)"
    r"(?=[\s=`;&|:]|\Z)"
)
"""A command that only says what it would do."""
_OPTIONS = 20
"""Options that a command may have before what it does: without an end to them the value of one
could be the next command, up to the end of the text, from each again.
"""
_FOLDER = r"(?:(?:/usr(?:/local)?)?/?s?bin/)?"
"""Where programs lie, when they are called by that."""
