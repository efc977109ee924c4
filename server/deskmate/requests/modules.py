"""Which other files of its project a piece of code uses, by what its file imports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import imports
from deskmate.core.text.text import Span
from deskmate.workspace.index.index import ProjectIndex


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the project, as it is called there, and the names that an import brings of it."""

    path: str
    names: frozenset[str]


def find_modules(index: ProjectIndex, path: Path) -> tuple[Module, ...]:
    """The files of the project that the one at `path` imports. It reads files, so it belongs in a
    thread.
    """
    found: dict[Path, set[str]] = {}
    for name, files in index.imported(path).items():
        for file in files:
            names = _names_of(index, file) if name == "*" else {name}
            found.setdefault(file, set()).update(names)
    found.pop(path, None)
    return tuple(Module(index.title(file), frozenset(names)) for file, names in found.items())


def _names_of(index: ProjectIndex, file: Path) -> set[str]:
    """What code that imports everything of a file may call by name: what it defines, and itself."""
    return {file.stem, *(one.name for one in index.symbols(file).definitions if not one.container)}


def modules_used(modules: Iterable[Module], document: Document, span: Span) -> tuple[str, ...]:
    """The paths of those `modules` of a document that `span` uses, outside of its imports."""
    text = document.slice(span)
    for place in imports(document):
        text = text.replace(document.slice(place), "", 1)
    words = set(re.findall(r"\w+", text))
    return tuple(one.path for one in modules if not words.isdisjoint(one.names))
