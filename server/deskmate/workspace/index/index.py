"""What a project defines and uses, for whoever asks: from the documents that are open, from the
index on disk, and from the files themselves where the index does not have them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

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
from deskmate.core.syntax.language_tables import ModuleConvention
from deskmate.core.syntax.lookup import derived_in
from deskmate.core.syntax.references import find_references
from deskmate.core.text.uri import file_path, file_uri
from deskmate.settings.project import Project, placed_in
from deskmate.workspace.ignore import may_be_read
from deskmate.workspace.index.store import Store, open_store, store_path
from deskmate.workspace.reading import Stamp, read_project_file, stamp_of
from deskmate.workspace.resolve import resolve_import
from deskmate.workspace.walk import source_language, walk_project


def open_index(
    project: Project, documents: Iterable[Document] = (), own: Iterable[Document] = ()
) -> ProjectIndex:
    """A project as it is now, with those of these documents open that may be read, and the user's
    `own` ones in any case, by the index on disk if an editor's server has made one. Nothing is
    built here.
    """
    places = [(file_path(one.uri), one) for one in documents]
    readable = [(path, one) for path, one in places if path and may_be_read(path, project)]
    placed = (*readable, *((file_path(one.uri), one) for one in own))
    store = open_store(project.folder) if store_path(project.folder).exists() else None
    return ProjectIndex(project, {placed_in(path): one for path, one in placed if path}, store)


class ProjectIndex:
    """A project as it is now. `documents` are the open ones by their path: they count in place of
    their files. Without a `store` everything is found that imports lead to, and nothing else.

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
        self._meanings: dict[tuple[Path, str], tuple[Found, ...]] = {}

    def having(self, path: Path, document: Document) -> ProjectIndex:
        """The same project, with one document as it is given."""
        return ProjectIndex(self.project, {**self._documents, path: document}, self._store)

    def derived(self, found: Found) -> tuple[Found, ...] | None:
        """The classes of the project that say they are derived from one of that name; None where
        there are too many files to look at, or there is no index of them.
        """
        if self._store is None:
            return None
        name = found.definition.name
        paths = self._stored("using", name, found.path, _DERIVED)
        if len(paths) >= _DERIVED:
            return None
        every = dict.fromkeys((*paths, *self._documents))
        return tuple(one for path in every for one in derived_in(name, path, self.symbols(path)))

    def is_set(self, name: str, near: Path) -> bool:
        """Whether some other file sets a member of that name on something, as far as the index has
        come, or there are too many files to look at.
        """
        paths = self._stored("using", name, near, _DERIVED)
        setting = re.compile(rf"\.\s*{re.escape(name)}\s*(?::[^=\n]+)?=(?!=)")
        others = (self.document(one) for one in paths if one != near)
        return len(paths) >= _DERIVED or any(one and setting.search(one.text) for one in others)

    def symbols(self, path: Path) -> FileSymbols:
        """What a file defines and imports; its references are only there for an open document."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._symbols(path)
        return found

    def imports(self, path: Path) -> tuple[Import, ...]:
        """What a file imports, and what some file imports for all of its folder and those below."""
        own = self.symbols(path).imports
        language = self._language(path)
        names = language.modules.shared if language and language.modules else ()
        if not names:
            return own
        above = [one for one in path.parents if one.is_relative_to(self.project.top)]
        shared = (folder / name for folder in above for name in names)
        return (*own, *(one for file in shared for one in self.symbols(file).imports))

    def resolve(self, path: Path, imported: Import) -> tuple[Path, ...]:
        """The files of the project that an import in the file at `path` means."""
        language = self._language(path)
        if language is None:
            return ()
        rules = language.modules
        if rules and rules.visible in ("package", "namespace"):
            found = [one for one in self._stored("of_package", imported.module) if one != path]
            names = {theirs for theirs, _ in imported.names}
            if found and "*" not in names:
                defining = {one for name in names for one in self._stored("defining", name)}
                found = [one for one in found if one in defining]
            if found:
                return tuple(found)
        return resolve_import(path, language, imported, self.project.top)

    def find(self, name: str, near: Path | None = None, most: int = 20) -> tuple[Found, ...]:
        """The definitions of that name in all of the project, as far as the index has come; those
        in files near `near` first.
        """
        found: list[Found] = []
        known = self._stored("defining", name, near, most + len(self._documents))
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

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """What a name in the file at `path` means: a definition of the file itself or of one that
        it imports, also as `module.name` or `Class.member`; or one that is seen without an import.
        Several where it cannot be told, or where a file declares and another defines it.
        """
        found = self._meanings.get((path, name))
        if found is None:
            found = self._meanings[path, name] = self._lookup(path, name)
        return found

    def _lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        name = _SEPARATORS.sub(".", name)
        first, *rest = name.split(".")
        found = (
            self._imported(path, first)
            or self._in_file(path, first)
            or self._imported(path, first, everything=True)
            or self.visible(path, first)
        )
        while rest and found:
            first, *rest = rest
            found = tuple(self._members(found, first))
        if not found and "." in name:
            return self._in_module(path, name)
        return found

    def imported(self, path: Path) -> Mapping[str, tuple[Path, ...]]:
        """The names that the imports of a file bring into it, each with the files that the import
        means; "*" for those of which everything is.
        """
        brought: dict[str, tuple[Path, ...]] = {}
        for one in self.imports(path):
            files = self.resolve(path, one)
            for name in _local_names(one):
                if files:
                    brought[name] = tuple(dict.fromkeys((*brought.get(name, ()), *files)))
        return brought

    def neighbours(self, path: Path) -> tuple[Path, ...]:
        """The files whose definitions the file at `path` sees without an import."""
        return tuple(one for one in self.beside(path) if self._sees(path, one))

    def nearest(self, path: Path) -> tuple[Path, ...]:
        """The files in the folder of one that are open, or that the index has as they are."""
        beside = [one for one in _in_folder(path.parent, path.suffix) if one != path]
        return tuple(one for one in beside if one in self._documents or self._is_stored(one))

    def references(self, name: str, near: Path | None = None, most: int = 20) -> list[Reference]:
        """Where a name is used, as far as the index has come; where it is defined is none of them.
        The files near `near` come first.
        """
        found: list[Reference] = []
        for path in self._stored("using", name, near, most):
            document = self.document(path)
            if document is not None:
                spans = find_references(document, name)
                found += (
                    Reference(path, document.lines.line_at(span.start), span) for span in spans
                )
            if len(found) >= most:
                break
        return found[:most]

    def importing(self, name: str, near: Path, most: int) -> tuple[Path, ...]:
        """Files that use a name, as far as the index has come, in which an import brings it."""
        open_ones = [path for path, one in self._documents.items() if name in one.text]
        found = dict.fromkeys((*self._stored("using", name, near, most), *open_ones))
        return tuple(
            path
            for path in found
            if any(name in _local_names(one) for one in self.symbols(path).imports)
        )

    def title(self, path: Path) -> str:
        """What a file is called in the project."""
        return self.project.name(path)

    def document(self, path: Path) -> Document | None:
        """A file of the project as a document; None where it may not be read."""
        opened = self._documents.get(path)
        if opened is not None:
            return opened
        file = read_project_file(path, self.project)
        return open_document(file_uri(path), file.text) if file else None

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

    def _stored(self, question: str, *arguments: object) -> list[Path]:
        """The answer of the index on disk; nothing where there is none, or it is broken."""
        if self._store is None:
            return []
        try:
            found: list[Path] = getattr(self._store, question)(*arguments)
        except OSError:
            return []
        return found

    def _language(self, path: Path) -> Language | None:
        opened = self._documents.get(path)
        return opened.language if opened is not None else source_language(path.name)

    def members(self, found: Found) -> tuple[Found, ...]:
        """The fields and functions of a class, as its own file defines them, and those that other
        files of its folder do where the language lets them.
        """
        definition = found.definition
        inside = (*definition.container, definition.name)
        paths = [found.path]
        language = self._language(found.path)
        if language and language.modules and language.modules.visible == "folder":
            paths += self.neighbours(found.path)
        return tuple(
            Found(path, one)
            for path in paths
            for one in self.symbols(path).definitions
            if one.container == inside
        )

    def _in_file(self, path: Path, name: str) -> tuple[Found, ...]:
        """The definitions of a name that stand in nothing else, or else the classes of that name
        and, where a language says so, what members are.
        """
        named = [one for one in self.symbols(path).definitions if one.name == name]
        found = [one for one in named if not one.container]
        found = found or [one for one in named if one.kind in ("class", "type")]
        language = self._language(path)
        if not found and language is not None and language.bare_members:
            found = [one for one in named if one.name not in one.container]  # no constructor
        return tuple(Found(path, one) for one in found)

    def _imported(self, path: Path, name: str, *, everything: bool = False) -> tuple[Found, ...]:
        """The definitions of a name that is imported by itself, or with everything."""
        told = [(one, _original(one, name, everything=everything)) for one in self.imports(path)]
        return self._through([(path, one, original) for one, original in told if original])

    def _through(self, wanted: Sequence[tuple[Path, Import, str]]) -> tuple[Found, ...]:
        """The definitions of names in the files of imports, or some imports further on, where the
        nearest are; each with the file whose import it is. No file is asked twice: headers include
        each other.
        """
        asked: dict[tuple[Path, str], Import] = {}
        level = list(wanted)
        for _ in range(_STEPS):
            passing: list[tuple[Path, str]] = []
            for path, imported, name in level:
                files = [one for one in self.resolve(path, imported) if (one, name) not in asked]
                asked.update({(one, name): imported for one in files})
                found = [
                    one for file in self._defining(files, name) for one in self._in_file(file, name)
                ]
                if found:
                    return tuple(found)
                passing += [(file, name) for file in files[:_PASSED]]
            if len(asked) > _ASKED:
                break
            level = [
                (file, one, original)
                for file, name in passing
                for one in self.symbols(file).imports
                if one.passed_on
                and (original := _original(one, name) or _original(one, name, everything=True))
            ]
        # What a module's own table has, or a class whose members are imported.
        others = [
            (imported, Found(file, one))
            for (file, name), imported in asked.items()
            for one in self.symbols(file).definitions
            if one.name == name and (one.kind != "field" or imported.alias)
        ]
        return tuple(found for imported, found in others if imported is others[0][0])

    def _defining(self, paths: Sequence[Path], name: str) -> list[Path]:
        """Those of some files that may define a name, without reading each of many closely."""
        if len(paths) <= _FEW:
            return list(paths)
        known = set(self._stored("defining", name))
        return [
            one
            for one in paths
            if one in known or (not self._is_stored(one) and self._mentions(one, name))
        ]

    def _in_module(self, path: Path, name: str) -> tuple[Found, ...]:
        """What `module.name` means, where that is what an import calls a module."""
        for one in self.imports(path):
            for module in _module_names(one):
                if name.startswith(f"{module}."):
                    first, *rest = name.removeprefix(f"{module}.").split(".")
                    found = self._through([(path, one, first)])
                    for member in rest:
                        found = tuple(self._members(found, member))
                    if found:
                        return found
        return ()

    def _members(self, found: Iterable[Found], name: str, depth: int = 3) -> Iterator[Found]:
        """The members of that name of some classes, or of those that they are derived from."""
        for owner in found:
            own = [one for one in self.members(owner) if one.definition.name == name]
            yield from own
            if not own and depth:
                for base in owner.definition.bases:
                    bases = (one for one in self.lookup(owner.path, base) if one != owner)
                    yield from self._members(bases, name, depth - 1)

    def visible(self, path: Path, name: str) -> tuple[Found, ...]:
        """The definitions of a name that the file at `path` sees without an import."""
        language = self._language(path)
        if language and language.modules and language.modules.visible == "project":
            found = (one for one in self.find(name, near=path) if one.definition.kind == "class")
            own = tuple(one for one in found if self._language(one.path) == language)
            return own or self._in_class_file(path, name, language.modules)
        beside = self._defining(self.beside(path), name)
        return tuple(
            one for file in beside if self._sees(path, file) for one in self._in_file(file, name)
        )

    def _in_class_file(self, path: Path, name: str, rules: ModuleConvention) -> tuple[Found, ...]:
        """The definitions of a class in the file that is called after it, the nearest one."""
        if not rules.class_file or not name[:1].isupper():
            return ()
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
        above = [one for one in path.parents if one.is_relative_to(self.project.top)]
        folders = dict.fromkeys((*above, *(one / root for one in above for root in rules.roots)))
        for file in (one / rules.class_file.replace("{snake}", snake) for one in folders):
            if file != path and file.is_file() and (found := self._in_file(file, name)):
                return found
        return ()

    def _sees(self, path: Path, other: Path) -> bool:
        """Whether a file sees what another defines that is of its package, or of one around."""
        package, there = self.symbols(path).package, self.symbols(other).package
        language = self._language(path)
        around = bool(language and language.modules and language.modules.visible == "namespace")
        return package == there or (around and (not there or package.startswith(f"{there}.")))

    def beside(self, path: Path) -> tuple[Path, ...]:
        """The files that may be neighbours of one: of its folder, or of its package."""
        language = self._language(path)
        rules = language.modules if language else None
        if rules is None or rules.visible not in ("folder", "package", "namespace"):
            return ()
        package = self.symbols(path).package
        around = [package] if package and rules.visible != "folder" else []
        while rules.visible == "namespace" and around and rules.separator in around[-1]:
            around.append(around[-1].rpartition(rules.separator)[0])
        paths = [one for name in around for one in self._stored("of_package", name)]
        folders = list(path.parents)[: max(len(around), 1)]
        inside = (one for one in folders if one.is_relative_to(self.project.top))
        folder = (one for it in inside for one in _in_folder(it, path.suffix))
        return tuple(one for one in dict.fromkeys((*paths, *folder)) if one != path)

    @lazy
    def _sources(self) -> tuple[Path, ...]:
        """The first of the project's source files."""
        found = (one[0] for one in walk_project(self.project) if one is not None)
        return tuple(islice(found, _LOOKED_THROUGH))

    def _is_stored(self, path: Path) -> bool:
        stamp = None if path in self._documents else stamp_of(path)
        return stamp is not None and self._stored_symbols(path, stamp) is not None

    def _mentions(self, path: Path, name: str) -> bool:
        """Whether a name stands in a file at all, so that it is worth to be looked at closely."""
        text = self._texts.get(path)
        if text is None:
            opened = self._documents.get(path)
            file = read_project_file(path, self.project) if opened is None else opened
            text = self._texts[path] = file.text if file else ""
        return name in text


@lru_cache(maxsize=64)
def _read(path: Path, stamp: Stamp, project: Project) -> FileSymbols:
    """The symbols of a file that the index does not have, or not as it is now (`stamp`)."""
    file = read_project_file(path, project)
    if file is None:
        return FileSymbols()
    return find_symbols(open_document(file_uri(path), file.text), references=False)


def _in_folder(folder: Path, suffix: str) -> list[Path]:
    try:
        found = (one for one in folder.iterdir() if one.suffix == suffix)
        return sorted(one for one in found if source_language(one.name))[:BESIDE]
    except OSError:
        return []


_SEPARATORS = re.compile(r"::|->|\\\\")
_DERIVED = 60
"""Files with a name that are looked through for classes derived from it, or for where it is set."""
_FEW = 3
_LOOKED_THROUGH = 3000
"""Source files of a project without an index that are searched for a name: some seconds' worth."""
_STEPS = 5
"""How far a name is looked for in what imports pass on."""
_PASSED = 20
"""Files of an import that are looked through for what they pass on."""
_ASKED = 300
"""Files after which no further ones are asked for a name."""
BESIDE = 200
"""Files of a folder that are looked at for what one of them sees without an import."""


def _original(imported: Import, name: str, *, everything: bool = False) -> str:
    """What a name is called where it is imported from; "" where it is not. The default export of a
    module has, as a rule, the name that it is given here.
    """
    if everything:
        return name if ("*", "*") in imported.names else ""
    found = next((theirs for theirs, here in imported.names if here == name), "")
    return name if found == "default" or (not found and imported.alias == name) else found


def _local_names(imported: Import) -> Iterator[str]:
    yield from (here for _, here in imported.names)
    if imported.alias:
        yield imported.alias
    elif not imported.names:
        yield re.split(r"[./\\:]+", imported.module)[-1]


def _module_names(imported: Import) -> Iterator[str]:
    """What an import may have called a module, the longest first."""
    yield from (here for _, here in imported.names if here != "*")
    if imported.alias:
        yield imported.alias
    elif not imported.names:
        yield imported.module
        yield re.split(r"[./\\:]+", imported.module)[-1]
