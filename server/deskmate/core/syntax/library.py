"""What a language has by itself and what its own library has, from files in its folder: names that
need no import, how others are imported, names of modules, members and bases of classes. Nothing of
it is imported to know it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from deskmate.core.syntax.language import Language, language_file
from deskmate.core.syntax.language_tables import Standard


@dataclass(frozen=True, slots=True)
class LibraryClass:
    """The public members of a class, and the full names of its bases; it may have any more where it
    is `open`.
    """

    bases: tuple[str, ...]
    members: frozenset[str]
    open: bool


@dataclass(frozen=True, slots=True)
class Library:
    """The public names of modules and the classes of a library, by their full names; a module or
    class that may have any name beside them is `open`. `aliases` are classes that are called
    otherwise where they are defined.
    """

    modules: Mapping[str, frozenset[str]]
    classes: Mapping[str, LibraryClass]
    aliases: Mapping[str, str]
    open: frozenset[str]

    def find_class(self, name: str) -> str:
        """The full name under which a class is known; "" where it is not."""
        name = self.aliases.get(name, name)
        return name if name in self.classes else ""


@cache
def find_library(language: Language) -> Library | None:
    """The library of a language; None where nothing is known of it."""
    text = language_file(language, "library.txt")
    if text is None:
        return None
    modules: dict[str, frozenset[str]] = {}
    classes: dict[str, LibraryClass] = {}
    aliases: dict[str, str] = {}
    for line in text.splitlines():
        head, *words = line.split(" ")
        if head == "=":
            aliases.update(word.split("=") for word in words)  # type: ignore[misc]
        elif head.endswith(")") or "(" in line.partition(":")[0]:
            name, _, rest = line.partition("(")
            bases, _, members = rest.partition("):")
            found = frozenset(members.split())
            classes[name] = LibraryClass(tuple(bases.split()), found - {"*"}, "*" in found)
        else:
            modules[head.removesuffix(":")] = frozenset(words)
    opened = frozenset(name for name, names in modules.items() if "*" in names)
    return Library(modules, classes, aliases, opened)


@cache
def names_of(language: Language, module: str) -> frozenset[str] | None:
    """All that a module of the library gives whoever imports all of it; None where that is not
    known.
    """
    library, rules = find_library(language), language.modules
    found: set[str] = set()
    for name in library.classes if library else ():
        within, _, last = name.rpartition(".")
        if within == module:
            found.add(last)
    for way in rules.ways if rules else ():
        statement = way.statement.replace("{module}", module)
        for row in standard(language):
            if row.statement == statement:
                found |= {one.partition(".")[0] for one in (*row.names, *row.members)}
    return frozenset(found) or None


@cache
def builtins(language: Language) -> frozenset[str] | None:
    """The functions and types that it has by itself, from `builtins.txt`; None where it does not
    say, or where names come from elsewhere without an import.
    """
    text = language_file(language, "builtins.txt")
    return None if text is None else frozenset(text.split())


@cache
def standard(language: Language) -> tuple[Standard, ...]:
    """How names of its library are imported, from `standard.toml`; empty where it does not say."""
    text = language_file(language, "standard.toml")
    rows = tomllib.loads(text)["standard"] if text else ()
    return tuple(
        Standard(
            row["statement"],
            tuple(row.get("names", "").split()),
            tuple(row.get("members", "").split()),
            row.get("where", ""),
            row.get("asked", ""),
        )
        for row in rows
    )


@cache
def standard_members(language: Language) -> frozenset[str]:
    """What names of its library are asked for that they have only where it is imported."""
    return frozenset(name for row in standard(language) for name in row.members if "." in name)
