"""What names mean: the questions that a project, or a document by itself, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deskmate.core.lazy import lazy
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import Definition, FileSymbols, Found, find_symbols

CLASSES = ("class", "type")
"""The kinds of definitions that may have members."""


class Names(Protocol):
    """What names mean in a project: `workspace.index.ProjectIndex`, or `OneFile`."""

    def symbols(self, path: Path) -> FileSymbols:
        """What a file defines and imports."""
        ...

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """What a name in the file at `path` means."""
        ...

    def members(self, found: Found) -> tuple[Found, ...]:
        """The fields and functions of a class."""
        ...

    def imported(self, path: Path) -> Mapping[str, tuple[Path, ...]]:
        """The names that a file imports, with the files of the project that they are from."""
        ...

    def declared(self, path: Path, name: str) -> tuple[tuple[Path, str], ...]:
        """How other files declare what the one at `path` defines, as headers do: each with all of
        the declaration, its documentation first.
        """
        ...

    def title(self, path: Path) -> str:
        """What a file is called in the project."""
        ...


class WholeNames(Names, Protocol):
    """The same, and what it takes to say that there is no such name."""

    def imports(self, path: Path) -> tuple[Import, ...]:
        """What a file imports, and what some file imports for it."""
        ...

    def resolve(self, path: Path, imported: Import) -> tuple[Path, ...]:
        """The files of the project that an import in the file at `path` means."""
        ...

    def document(self, path: Path) -> Document | None:
        """A file as a document; None where it may not be read."""
        ...

    def derived(self, found: Found) -> tuple[Found, ...] | None:
        """The classes that are derived from one; None where that cannot be told."""
        ...

    def is_set(self, name: str, near: Path) -> bool:
        """Whether some other file sets a member of that name on something, or may."""
        ...

    def is_defined(self, name: str) -> bool:
        """Whether anything in the project is called so."""
        ...


@dataclass(frozen=True)
class OneFile:
    """The names of a document that is in no project, whatever it is asked for."""

    one: Document

    @lazy
    def _symbols(self) -> FileSymbols:
        return find_symbols(self.one)  # it looks through all of the file

    def symbols(self, path: Path) -> FileSymbols:
        """Those of the document."""
        return self._symbols

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """Its definition in the document."""
        definitions = self.symbols(path).definitions
        return tuple(Found(path, one) for one in definitions if full_name(one) == name)

    def members(self, found: Found) -> tuple[Found, ...]:
        """Those that the document defines."""
        definitions = self.symbols(found.path).definitions
        return tuple(Found(found.path, one) for one in definitions if _is_in(one, found.definition))

    def imported(self, path: Path) -> Mapping[str, tuple[Path, ...]]:
        """None that could be found."""
        return {}

    def declared(self, path: Path, name: str) -> tuple[tuple[Path, str], ...]:
        """None does."""
        return ()

    def title(self, path: Path) -> str:
        """Its name."""
        return path.name

    def imports(self, path: Path) -> tuple[Import, ...]:
        """Those of the document."""
        return self._symbols.imports

    def resolve(self, path: Path, imported: Import) -> tuple[Path, ...]:
        """None."""
        return ()

    def document(self, path: Path) -> Document | None:
        """The document."""
        return self.one

    def derived(self, found: Found) -> tuple[Found, ...] | None:
        """Those in the document."""
        return tuple(derived_in(found.definition.name, found.path, self._symbols))

    def is_set(self, name: str, near: Path) -> bool:
        """There is no other file."""
        return False

    def is_defined(self, name: str) -> bool:
        """Whether anything in the document is."""
        return any(one.name == name for one in self._symbols.definitions)


def derived_in(name: str, path: Path, symbols: FileSymbols) -> list[Found]:
    """The classes of a file that say they are derived from one of that name."""
    return [Found(path, one) for one in symbols.definitions if name in one.bases]


def full_name(definition: Definition) -> str:
    """Its name with those of what it stands in before it."""
    return ".".join((*definition.container, definition.name))


def _is_in(one: Definition, owner: Definition) -> bool:
    return one.container == (*owner.container, owner.name)
