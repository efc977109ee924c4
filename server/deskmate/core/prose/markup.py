"""How texts and comments are marked, from `markup.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Markup:
    """What the lines of a format begin with, as regular expressions; see `markup.toml`."""

    heading: str
    item: str
    skip: str
    code: str
    ends: str
    opens: bool = False


@cache
def marked() -> dict[str, Markup]:
    """The formats of which each line tells what it is, by the name that a language gives them."""
    return {name: Markup(**table) for name, table in _table()["marked"].items()}


@cache
def admonitions() -> frozenset[str]:
    """The directives of reStructuredText whose text is prose."""
    return frozenset(_table()["rst"]["admonitions"].split())


@cache
def latex_environments() -> frozenset[str]:
    """The environments of LaTeX without prose."""
    return frozenset(_table()["latex"]["set_otherwise"].split())


@cache
def latex_headings() -> re.Pattern[str]:
    """A line that is a heading in LaTeX; its first group is the title."""
    named = rf"\\{_table()['latex']['headings']}\*?(?:\[[^\]]*\])?"
    return re.compile(named + r"\{((?:[^{}]|\{[^{}]*\})+)\}(?:\s*\\label\{[^}]*\})?\Z")


@cache
def latex_words() -> re.Pattern[str]:
    """A command of LaTeX that a line of text may begin with."""
    return re.compile(rf"\\{_table()['latex']['in_text']}\b")


@cache
def comment_marks() -> re.Pattern[str]:
    """What stands before the words of an item, a field, a parameter or a note."""
    return re.compile("|".join(_table()["comments"]["marks"]))


@cache
def commented_code() -> re.Pattern[str]:
    """Code that is commented out."""
    return re.compile("|".join(_table()["comments"]["code"]))


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "markup.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
