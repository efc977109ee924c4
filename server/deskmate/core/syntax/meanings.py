"""What names, types and members that are written somewhere mean: which class a value is of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from deskmate.core.syntax.classes import find_members, library_name
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.library import find_library
from deskmate.core.syntax.lookup import WholeNames
from deskmate.core.syntax.written_types import WrittenType, read_type


@dataclass(frozen=True, slots=True)
class Value:
    """A value: an object of a class, the class itself, a module, or a function. It is `found` in
    the project, or has a name in the language's `library`; a module of the project is `files`.
    `arguments` are those of its type as they are written in the file at `path`.
    """

    kind: Literal["object", "class", "module", "function"]
    found: Found | None = None
    library: str = ""
    files: tuple[Path, ...] = ()
    arguments: tuple[WrittenType, ...] = ()
    path: Path | None = None


class Meanings:
    """What is meant in the file at `path` among `names`."""

    def __init__(self, path: Path, names: WholeNames, language: Language) -> None:
        self._path, self._names, self._language = path, names, language

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """What a name surely means in the file at `path`: nothing where it is imported from what is
        not in the project, and no class that stands in another one elsewhere.
        """
        found = self._names.lookup(path, name)
        first, _, rest = name.partition(".")
        brought = [
            one
            for one in self._names.imports(path)
            if one.alias == first or any(here == first for _, here in one.names)
        ]
        if brought and not any(self._names.resolve(path, one) for one in brought):
            return tuple(one for one in found if one.path == path)
        rules = self._language.modules
        if rest or brought or (rules and rules.visible == "project"):
            return found
        return tuple(one for one in found if one.path == path or not one.definition.container)

    def of_type(self, text: str, path: Path) -> Value | None:
        """An object of a type as it is written in the file at `path`."""
        written = read_type(text)
        return self.of_written(written, path) if written else None

    def of_written(self, written: WrittenType, path: Path) -> Value | None:
        """An object of a written type."""
        if not written.name:
            return None
        found = self.lookup(path, written.name) if written.name != "[]" else ()
        if found:
            classes = tuple(one for one in found if one.definition.kind in ("class", "type"))
            value = self.of_found(classes)
            if value is None or value.kind != "class":
                return None
            return replace(value, kind="object", arguments=written.arguments, path=path)
        library = find_library(self._language)
        full = library_name(written.name, path, self._names, self._language)
        full = library.find_class(full) if library else ""
        if full or written.name.rpartition(".")[2] in (*self._language.members.containers, "[]"):
            return self._sure(Value("object", None, full, (), written.arguments, path))
        return None

    def of_found(self, found: tuple[Found, ...]) -> Value | None:
        """What a definition stands for, where there is one alone."""
        if len(found) != 1:
            return None
        definition = found[0].definition
        if definition.kind == "class":
            return Value("class", found[0])
        if definition.kind == "function":
            return Value("function", found[0])
        return self.of_type(definition.type, found[0].path) if definition.type else None

    def of_library(self, name: str) -> Value | None:
        """What a name means of the language's library."""
        library = find_library(self._language)
        if library is None:
            return None
        full = library_name(name, self._path, self._names, self._language)
        if full in library.modules:
            return Value("module", library=full)
        known = library.find_class(full)
        return self._sure(Value("class", library=known)) if known else None

    def _sure(self, value: Value) -> Value | None:
        none = self._language.members.none
        return None if none and re.fullmatch(none, value.library) else value

    def of_module(self, name: str) -> Value | None:
        """The module of the project that a name means."""
        means = [
            one
            for one in self._names.imports(self._path)
            if one.alias == name
            or (not one.names and not one.alias and name in one.module_names)
            or any(here == name for _, here in one.names)
        ]
        (one,) = means if len(means) == 1 else (Import(""),)
        files = self._names.resolve(self._path, one)
        named = [theirs for theirs, here in one.names if here == name]
        if named:  # it may be something of that file instead, above all where that is called so
            if re.split(r"\W+", one.module)[-1] == named[0]:
                return None
            files = tuple(file for file in files if named[0] in (file.stem, file.parent.name))
        if not files or (len(files) > 1 and not self._are_package(files, one)):
            return None
        library = find_library(self._language)
        if library is not None and one.module.partition(".")[0] in library.modules:
            return None  # a file beside that is called like a module of the library
        return Value("module", files=files)

    def member(self, owner: Value | None, name: str, *, called: bool | None = None) -> Value | None:
        """What a value gives for a member, which is `called` or not, where that can be told."""
        if owner is None or owner.kind == "function":
            return None
        if owner.kind == "module":
            if owner.files:
                return self.of_found(
                    tuple(
                        Found(file, one)
                        for file in owner.files
                        for one in self._names.symbols(file).definitions
                        if one.name == name and not one.container
                    )
                )
            library, full = find_library(self._language), f"{owner.library}.{name}"
            if library is None:
                return None
            if full in library.modules:
                return Value("module", library=full)
            known_class = library.find_class(full)
            return self._sure(Value("class", library=known_class)) if known_class else None
        if owner.found is None:
            return None
        members = find_members(owner.found, self._names, self._language)
        found = members.defined.get(name, []) if members else []
        found = [one for one in found if (one.definition.kind == "function") is called] or found
        if not found:
            return None
        definition = found[0].definition
        same = [one for one in found if one.definition.container == definition.container]
        if len(same) > 1 and (
            definition.kind != "function"
            or any(self._returned(one) != self._returned(found[0]) for one in same)
        ):
            return None
        rules = self._language.members
        if (
            definition.kind == "function"
            and rules.reads
            and re.search(rules.reads, definition.head)
        ):
            return self._returned(found[0])
        return self.of_found((found[0],))

    def _are_package(self, files: tuple[Path, ...], imported: Import) -> bool:
        """Whether several files are one module, which is called as it says itself or is imported:
        no more of them than are looked at.
        """
        packages = {self._names.symbols(one).package for one in files}
        known = imported.alias or imported.module_names[-1] in packages
        return len(files) < _MANY and len(packages) == 1 and "" not in packages and bool(known)

    def called(self, called: Value | None) -> Value | None:
        """What a call gives."""
        if called is None or called.kind in ("object", "module"):
            return None
        if called.kind == "class":
            if (
                called.found is not None
                and find_members(called.found, self._names, self._language) is None
            ):
                return None
            return replace(called, kind="object")
        return self._returned(called.found) if called.found else None

    def _returned(self, found: Found) -> Value | None:
        rules, definition = self._language.members, found.definition
        if not rules.returns or (rules.changed and re.search(rules.changed, definition.head)):
            return None
        written = re.search(
            rules.returns.replace("{name}", re.escape(definition.name)), definition.head
        )
        return self.of_type(written[1], found.path) if written else None

    def element(self, many: Value | None, which: int) -> Value | None:
        """One of the values that another holds: by going through them (0), or by an index (-1)."""
        if many is None or many.kind != "object" or many.path is None or not many.arguments:
            return None
        if many.found is not None:
            return None  # a class of the project may mean anything by its arguments
        return self.of_written(many.arguments[which], many.path)


_MANY = 100
"""Files of one module of which there may be more than an import is followed to."""
