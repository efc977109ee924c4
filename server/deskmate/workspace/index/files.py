"""The files of a project, and what each defines and uses: by the documents that are open, by the
index on disk, and by the files themselves where the index does not have them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Self

from deskmate.core.lazy import lazy
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import (
    FileSymbols,
    Found,
    Reference,
    find_symbols,
)
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.lookup import derived_in
from deskmate.core.syntax.module_convention import ModuleConvention
from deskmate.core.syntax.references import find_references
from deskmate.core.text.uri import file_uri
from deskmate.files.disk import asks
from deskmate.settings.project import Project
from deskmate.workspace.index.store import Store
from deskmate.workspace.reading import Stamp, read_project_file, stamp_of
from deskmate.workspace.resolve import find_given, resolve_import
from deskmate.workspace.walk import source_language, walk_project

BESIDE = 200
"""Files of a folder that are looked at for what one of them sees without an import."""


class ProjectFiles:
    """The files of a project as they are now. `documents` are the open ones by their path: they
    count in place of their files. Without a `store` everything is found that imports lead to, and
    nothing else.

    Everything here reads files and may take some milliseconds for each, so it belongs in a thread.
    Nothing raises: what cannot be read is not there.
    """

    def __init__(
        self, project: Project, documents: Mapping[Path, Document], store: Store | None = None
    ) -> None:
        self.project = project
        self._documents = documents
        self._store = store
        self._known: dict[Path, FileSymbols] = {}
        self._texts: dict[Path, str] = {}
        self._resolved: dict[tuple[Path, Import], tuple[Path, ...]] = {}
        self._stored: dict[Path, bool] = {}
        self._given: dict[Path, tuple[Import, ...]] = {}

    def having(self, path: Path, document: Document) -> Self:
        """The same project, with one document as it is given; its other files are as they were."""
        same = type(self)(self.project, {**self._documents, path: document}, self._store)
        same._known = {place: found for place, found in self._known.items() if place != path}
        same._texts = {place: text for place, text in self._texts.items() if place != path}
        same._resolved, same._given = self._resolved, self._given
        same._stored = {place: stored for place, stored in self._stored.items() if place != path}
        return same

    @property
    def opened(self) -> tuple[Path, ...]:
        """The files that are open."""
        return tuple(self._documents)

    def document(self, path: Path) -> Document | None:
        """A file of the project as a document; None where it may not be read."""
        opened = self._documents.get(path)
        if opened is not None:
            return opened
        file = read_project_file(path, self.project)
        return open_document(file_uri(path), file.text) if file else None

    def symbols(self, path: Path) -> FileSymbols:
        """What a file defines and imports; its references are only there for an open document."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._symbols(path)
        return found

    def imports(self, path: Path) -> tuple[Import, ...]:
        """What a file imports, and what some file imports for all of its folder and those below."""
        own = self.symbols(path).imports
        language = self.language(path)
        rules = language.modules if language else None
        if rules is None or not (rules.shared or rules.given):
            return own
        above = [one for one in path.parents if one.is_relative_to(self.project.top)]
        shared = (folder / name for folder in above for name in rules.shared)
        given = (one for folder in above if rules.given for one in self._find_given(folder, rules))
        return (*own, *(one for file in shared for one in self.symbols(file).imports), *given)

    def _find_given(self, folder: Path, rules: ModuleConvention) -> tuple[Import, ...]:
        """What a file in a folder that is no source imports for all sources below."""
        if folder not in self._given:
            self._given[folder] = find_given(folder, rules, self.project.top)
        return self._given[folder]

    def resolve(self, path: Path, imported: Import) -> tuple[Path, ...]:
        """The files of the project that an import in the file at `path` means."""
        found = self._resolved.get((path, imported))  # each name that is looked up asks for all
        if found is None:
            found = self._resolved[path, imported] = self._resolve(path, imported)
        return found

    def _resolve(self, path: Path, imported: Import) -> tuple[Path, ...]:
        language = self.language(path)
        if language is None:
            return ()
        rules = language.modules
        if rules and rules.visible in ("package", "namespace"):
            found = [one for one in self.stored("of_package", imported.module) if one != path]
            names = {theirs for theirs, _ in imported.names}
            if found and "*" not in names:
                defining = {one for name in names for one in self.stored("defining", name)}
                found = [one for one in found if one in defining]
            if found:
                return tuple(found)
        files = resolve_import(path, language, imported, self.project.top)
        if not files and rules and rules.whole and imported.module[:1].isupper():
            return self._class_files(path, imported.module, rules)
        return files

    def _class_files(self, path: Path, name: str, rules: ModuleConvention) -> tuple[Path, ...]:
        """The files that are all of a class of that name."""
        known = [one.path for one in self.find(name, near=path) if one.definition.kind == "type"]
        if self._store is None:
            says = re.compile(rf"(?m)^\s*{rules.whole}\s+{re.escape(name)}\b")
            known += [one for one in self._sources if says.search(self._text(one))]
        return tuple(one for one in dict.fromkeys(known) if one != path)

    def language(self, path: Path) -> Language | None:
        """The language of a file; None where it has none of ours."""
        opened = self._documents.get(path)
        return opened.language if opened is not None else source_language(path.name)

    def find(self, name: str, near: Path | None = None, most: int = 20) -> tuple[Found, ...]:
        """The definitions of that name in all of the project, as far as the index has come; those
        in files near `near` first.
        """
        found: list[Found] = []
        known = self.stored("defining", name, near, most + len(self._documents))
        for path in dict.fromkeys((*known, *self._documents)):
            definitions = self.symbols(path).definitions
            found += (Found(path, one) for one in definitions if one.name == name)
            if len(found) >= most:
                break
        return tuple(found[:most])

    def search(self, name: str, most: int = 20) -> tuple[Found, ...]:
        """The definitions of that name where no index on disk could find them: the project's files
        are read, as many as there is time for.
        """
        if self._store is not None:
            return ()
        named = (path for path in self._sources if self._mentions(path, name))
        everywhere = (Found(path, one) for path in named for one in self.symbols(path).definitions)
        return tuple(islice((one for one in everywhere if one.definition.name == name), most))

    def named(self, file_name: str) -> tuple[Path, ...]:
        """The project's source files of that name where no index on disk could tell them."""
        if self._store is not None:
            return ()
        return tuple(path for path in self._sources if path.name == file_name)

    def references(self, name: str, near: Path | None = None, most: int = 20) -> list[Reference]:
        """Where a name is used, as far as the index has come; where it is defined is none of them.
        The files near `near` come first.
        """
        found: list[Reference] = []
        for path in self.stored("using", name, near, most):
            document = self.document(path)
            if document is not None:
                spans = find_references(document, name)
                found += (
                    Reference(path, document.lines.line_at(span.start), span) for span in spans
                )
            if len(found) >= most:
                break
        return found[:most]

    def using(self, name: str, near: Path, most: int) -> tuple[Path, ...]:
        """Files that may use a name: those that are open, those that the index has, near ones
        first, and of those that it has not yet, or not as they are, as many as there is time for.
        """
        opened = [path for path, one in self._documents.items() if name in one.text]
        stored = self.stored("using", name, near, most)
        stamps = self._stamps()
        unread = (one for one in self._sources if stamps.get(one) != stamp_of(one))
        rest = (one for one in unread if self._mentions(one, name))
        return tuple(islice(dict.fromkeys((*opened, *stored, *islice(rest, most))), most))

    def mentions(self, name: str, apart: Path) -> bool:
        """Whether a name stands in any source file of the project but the one at `apart`, or there
        are too many that the index does not have as they are.
        """
        named = (one for one in self.find(name, apart) if one.path != apart)
        if any(named):
            return True
        places = (one for one in self.using(name, apart, _DERIVED) if one != apart)
        if any(self._mentions(one, name) for one in places):
            return True
        return len(self._sources) == _LOOKED_THROUGH and len(self._stamps()) < _LOOKED_THROUGH

    def _stamps(self) -> Mapping[Path, Stamp]:
        try:
            return self._store.stamps() if self._store is not None else {}
        except OSError:
            return {}

    def importing(self, name: str, near: Path, most: int) -> tuple[Path, ...]:
        """Files that use a name, as far as the index has come, in which an import brings it."""
        open_ones = [path for path, one in self._documents.items() if name in one.text]
        found = dict.fromkeys((*self.stored("using", name, near, most), *open_ones))
        return tuple(
            path
            for path in found
            if any(name in one.local_names for one in self.symbols(path).imports)
        )

    def derived(self, found: Found) -> tuple[Found, ...] | None:
        """The classes of the project that say they are derived from one of that name; None where
        there are too many files to look at, or there is no index of them.
        """
        if self._store is None:
            return None
        name = found.definition.name
        paths = self.stored("using", name, found.path, _DERIVED)
        if len(paths) >= _DERIVED:
            return None
        every = dict.fromkeys((*paths, *self._documents))
        return tuple(one for path in every for one in derived_in(name, path, self.symbols(path)))

    def is_set(self, name: str, near: Path) -> bool:
        """Whether some other file sets a member of that name on something, as far as the index has
        come, or there are too many files to look at.
        """
        paths = self.stored("using", name, near, _DERIVED)
        setting = re.compile(rf"(?:\.|->|(?=@))\s*{re.escape(name)}\s*(?::[^=\n]+)?=(?!=)")
        others = (self.document(one) for one in paths if one != near)
        return len(paths) >= _DERIVED or any(one and setting.search(one.text) for one in others)

    def is_defined(self, name: str) -> bool:
        """Whether anything in the project is called so, as far as the index has come."""
        return bool(self.find(name, most=1))

    def nearest(self, path: Path) -> tuple[Path, ...]:
        """The files in the folder of one that are open, or that the index has as they are."""
        beside = [one for one in find_in_folder(path.parent, path.suffix) if one != path]
        return tuple(one for one in beside if one in self._documents or self._is_stored(one))

    def defining(self, paths: Sequence[Path], name: str) -> list[Path]:
        """Those of some files that may define a name, without reading each of many closely."""
        if len(paths) <= _FEW:
            return list(paths)
        known = set(self.stored("defining", name))
        return [
            one
            for one in paths
            if one in known or (not self._is_stored(one) and self._mentions(one, name))
        ]

    def mentioning(self, paths: Sequence[Path], name: str) -> list[Path]:
        """Those of some files that may say something of a name: what the index does not have is
        read closely only where the name stands in it.
        """
        return [one for one in paths if self._is_stored(one) or self._mentions(one, name)]

    def stored(self, question: str, *arguments: object) -> list[Path]:
        """The answer of the index on disk; nothing where there is none, or it is broken."""
        if self._store is None:
            return []
        try:
            found: list[Path] = getattr(self._store, question)(*arguments)
        except OSError:
            return []
        return found

    def title(self, path: Path) -> str:
        """What a file is called in the project."""
        return self.project.name(path)

    def _symbols(self, path: Path) -> FileSymbols:
        opened = self._documents.get(path)
        if opened is not None:
            return find_symbols(opened)
        stamp = stamp_of(path)
        if stamp is None:
            return FileSymbols()
        stored = self._stored_symbols(path, stamp)
        return stored or _read(path, stamp, self.project)

    def _stored_symbols(self, path: Path, stamp: Stamp) -> FileSymbols | None:
        if self._store is None or not path.is_relative_to(self.project.folder):
            return None
        try:
            entry = self._store.get(path)
        except OSError:
            return None
        return entry.symbols if entry and entry.stamp == stamp else None

    @lazy
    def _sources(self) -> tuple[Path, ...]:
        """The first of the project's source files."""
        found = (one[0] for one in walk_project(self.project) if one is not None)
        return tuple(islice(found, _LOOKED_THROUGH))

    def _is_stored(self, path: Path) -> bool:
        """Whether the index has a file as it is."""
        if self._store is None or path in self._documents:
            return False
        stored = self._stored.get(path)
        if stored is None:
            stamp = stamp_of(path)
            stored = stamp is not None and self._stored_symbols(path, stamp) is not None
            self._stored[path] = stored
        return stored

    def _mentions(self, path: Path, name: str) -> bool:
        """Whether a name stands in a file at all, so that it is worth to be looked at closely."""
        return name in self._text(path)

    def _text(self, path: Path) -> str:
        text = self._texts.get(path)
        if text is None:
            opened = self._documents.get(path)
            file = read_project_file(path, self.project) if opened is None else opened
            text = self._texts[path] = file.text if file else ""
        return text


@lru_cache(maxsize=BESIDE)  # as many as are looked at in a folder: with fewer each is read anew
def _read(path: Path, stamp: Stamp, project: Project) -> FileSymbols:
    """The symbols of a file that the index does not have, or not as it is now (`stamp`)."""
    file = read_project_file(path, project)
    if file is None:
        return FileSymbols()
    return find_symbols(open_document(file_uri(path), file.text), references=False)


@asks(())
def find_in_folder(folder: Path, suffix: str) -> Sequence[Path]:
    """The source files in a folder with names that end like this, `BESIDE` at most."""
    try:
        found = (one for one in folder.iterdir() if one.suffix == suffix)
        return sorted(one for one in found if source_language(one.name))[:BESIDE]
    except OSError:
        return []


_DERIVED = 60
"""Files with a name that are looked through for classes derived from it, or for where it is set."""
_FEW = 3
_LOOKED_THROUGH = 3000
"""Source files of a project without an index that are searched for a name: some seconds' worth."""
