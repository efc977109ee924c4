"""What names in a project's files mean: how a name is followed through imports, classes and what is
seen without an import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.language import captures_any
from deskmate.core.syntax.module_convention import ModuleConvention
from deskmate.core.syntax.queries import scopes
from deskmate.core.text.uri import file_path
from deskmate.files.disk import exists, is_file
from deskmate.settings.project import Project, placed_in
from deskmate.workspace.ignore import may_be_read
from deskmate.workspace.index.files import BESIDE, ProjectFiles, find_in_folder
from deskmate.workspace.index.store import Store, open_store, store_path


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
    store = open_store(project.folder) if exists(store_path(project.folder)) else None
    return ProjectIndex(project, {placed_in(path): one for path, one in placed if path}, store)


class ProjectIndex(ProjectFiles):
    """The files of a project, and what the names in them mean."""

    def __init__(
        self, project: Project, documents: Mapping[Path, Document], store: Store | None = None
    ) -> None:
        super().__init__(project, documents, store)
        self._meanings: dict[tuple[Path, str], tuple[Found, ...]] = {}
        self._together: dict[Path, tuple[Path, ...]] = {}

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """What a name in the file at `path` means: a definition of the file itself or of one that
        it imports, also as `module.name` or `Class.member`; or one that is seen without an import.
        Several where it cannot be told, or where a file declares and another defines it.
        """
        found = self._meanings.get((path, name))
        if found is None:
            found = self._meanings[path, name] = self._lookup(path, name)
        return found

    def imported(self, path: Path) -> Mapping[str, tuple[Path, ...]]:
        """The names that the imports of a file bring into it, each with the files that the import
        means; "*" for those of which everything is.
        """
        brought: dict[str, tuple[Path, ...]] = {}
        for one in self.imports(path):
            files = self.resolve(path, one)
            for name in one.local_names:
                if files:
                    brought[name] = tuple(dict.fromkeys((*brought.get(name, ()), *files)))
        return brought

    def members(self, found: Found) -> tuple[Found, ...]:
        """The fields and functions of a class, as its own file defines them, and those that other
        files of its folder do where the language lets them.
        """
        definition = found.definition
        inside = (*definition.container, definition.name)
        paths = [found.path]
        language = self.language(found.path)
        rules = language.modules if language else None
        if rules and rules.whole and re.match(rules.whole, definition.head):
            inside = definition.container
        if language and language.modules and language.modules.visible == "folder":
            beside = self.mentioning(self.beside(found.path), definition.name)
            if language.modules.class_file:  # of its package, in whichever folder
                beside += self.stored("using", definition.name, found.path, BESIDE)
            paths += (one for one in dict.fromkeys(beside) if self._sees(found.path, one))
        return tuple(
            Found(path, one)
            for path in dict.fromkeys(paths)
            for one in self.symbols(path).definitions
            if one.container == inside and one != definition
        )

    def declared(self, path: Path, name: str) -> tuple[tuple[Path, str], ...]:
        """How other files declare what the one at `path` defines, as headers do: each with all of
        the declaration, its documentation first.
        """
        language = self.language(path)
        endings = language.modules.declares if language and language.modules else ()
        if not endings:
            return ()
        every = (one for one in self.imports(path) if ("*", "*") in one.names)
        included = (file for one in every for file in self.resolve(path, one))
        beside = (path.with_suffix(ending) for ending in endings)
        files = [one for one in dict.fromkeys((*beside, *included)) if one.suffix in endings]
        texts = (
            (file, flat(document, one.outer))
            for file in files
            if file != path and self.mentioning([file], name)
            if (document := self.document(file)) is not None
            for one in scopes(document)
            if one.name == name and one.body is None and not one.path
        )
        return tuple(texts)

    def neighbours(self, path: Path) -> tuple[Path, ...]:
        """The files whose definitions the file at `path` sees without an import."""
        return tuple(one for one in self.beside(path) if self._sees(path, one))

    def visible(self, path: Path, name: str) -> tuple[Found, ...]:
        """The definitions of a name that the file at `path` sees without an import."""
        language = self.language(path)
        if language and language.modules and language.modules.visible == "project":
            seen = language.modules.seen
            found = (one for one in self.find(name, near=path) if one.definition.kind in seen)
            own = tuple(one for one in found if self.language(one.path) == language)
            return own or self._in_class_file(path, name, language.modules)
        beside = self.defining(self.beside(path), name)
        return tuple(
            one for file in beside if self._sees(path, file) for one in self._in_file(file, name)
        )

    def beside(self, path: Path) -> tuple[Path, ...]:
        """The files that may be neighbours of one: of its folder, or of its package."""
        language = self.language(path)
        rules = language.modules if language else None
        if rules is not None and rules.visible == "including":
            return self._included_with(path)
        if rules is None or rules.visible not in ("folder", "package", "namespace"):
            return ()
        package = self.symbols(path).package
        around = [package] if package and rules.visible != "folder" else []
        while rules.visible == "namespace" and around and rules.separator in around[-1]:
            around.append(around[-1].rpartition(rules.separator)[0])
        paths = [one for name in around for one in self.stored("of_package", name)]
        folders = list(path.parents)[: max(len(around), 1)]
        inside = (one for one in folders if one.is_relative_to(self.project.top))
        folder = (one for it in inside for one in find_in_folder(it, path.suffix))
        return tuple(one for one in dict.fromkeys((*paths, *folder)) if one != path)

    def _included_with(self, path: Path) -> tuple[Path, ...]:
        """The files that include one, at whatever remove, and what they include."""
        if path not in self._together:
            found, level = dict[Path, None](), [path]
            for _ in range(_STEPS):
                level = [one for file in level for one in self._including(file) if one not in found]
                found |= dict.fromkeys(level)
            for _ in range(_STEPS):
                found |= dict.fromkeys(one for file in found for one in self._includes(file))
            self._together[path] = tuple(one for one in found if one != path)
        return self._together[path]

    def _including(self, path: Path) -> list[Path]:
        """The files of a file's folder and the one around that include it."""
        folders = [one for one in list(path.parents)[:2] if one.is_relative_to(self.project.top)]
        near = (one for folder in folders for one in find_in_folder(folder, path.suffix))
        named = self.mentioning([one for one in near if one != path], path.name)
        return [one for one in named if path in self._includes(one)]

    def _includes(self, path: Path) -> list[Path]:
        passed = (one for one in self.imports(path) if one.passed_on)
        return [file for one in passed for file in self.resolve(path, one)]

    def _lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        name = _SEPARATORS.sub(".", name)
        first, *rest = name.split(".")
        found = (
            self._imported(path, first)
            or self._in_file(path, first)
            or self._imported(path, first, everything=True)
            or self.visible(path, first)
            or self._in_named_file(path, first)
        )
        while rest and found:
            first, *rest = rest
            found = tuple(self._members(found, first))
        if not found and "." in name:
            return self._in_module(path, name)
        return found

    def through(self, path: Path, imported: Import, name: str) -> tuple[Found, ...]:
        """The definitions of a name that an import has, if it stands in the file at `path`."""
        return self._through([(path, imported, name)])

    def _in_file(self, path: Path, name: str) -> tuple[Found, ...]:
        """The definitions of a name that stand in nothing else, or else the classes of that name
        and, where a language says so, what members are.
        """
        named = [one for one in self.symbols(path).definitions if one.name == name]
        found = [one for one in named if not one.container]
        found = found or [one for one in named if one.kind in ("class", "type")]
        language = self.language(path)
        if not found and language is not None and language.bare_members:
            found = [one for one in named if one.name not in one.container]  # no constructor
        return tuple(Found(path, one) for one in found)

    def _imported(self, path: Path, name: str, *, everything: bool = False) -> tuple[Found, ...]:
        """The definitions of a name that is imported by itself, or with everything."""
        told = [(one, one.original(name, everything=everything)) for one in self.imports(path)]
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
                    one for file in self.defining(files, name) for one in self._in_file(file, name)
                ]
                if found:
                    return tuple(found)
                passing += [(one, name) for one in files[:_PASSED] if self._may_pass_on(one)]
            if len(asked) > _ASKED:
                break
            level = [
                (file, one, original)
                for file, name in passing
                for one in self.symbols(file).imports
                if one.passed_on
                and (original := one.original(name) or one.original(name, everything=True))
            ]
        # What a module's own table has, or a class whose members are imported.
        others = [
            (imported, Found(file, one))
            for (file, name), imported in asked.items()
            if self.mentioning([file], name)
            for one in self.symbols(file).definitions
            if one.name == name and (one.kind != "field" or imported.alias)
        ]
        return tuple(found for imported, found in others if imported is others[0][0])

    def _may_pass_on(self, path: Path) -> bool:
        """Whether who imports a file can import what it imports, which few languages have."""
        language = self.language(path)
        ways = ("export", "passed")
        return language is not None and any(captures_any(language, "modules", one) for one in ways)

    def _in_module(self, path: Path, name: str) -> tuple[Found, ...]:
        """What `module.name` means, where that is what an import calls a module."""
        language = self.language(path)
        implied = language is not None and language.modules and language.modules.implied
        own = (Import(name.split(".")[0]),) if implied else ()
        for one in (*self.imports(path), *own):
            for module in one.module_names:
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

    def _in_class_file(self, path: Path, name: str, rules: ModuleConvention) -> tuple[Found, ...]:
        """The definitions of a class in the file that is called after it, the nearest one."""
        if not rules.class_file or not name[:1].isupper():
            return ()
        above = [one for one in path.parents if one.is_relative_to(self.project.top)]
        folders = dict.fromkeys((*above, *(one / root for one in above for root in rules.roots)))
        for file in (one / rules.named_after(name) for one in folders):
            if file != path and is_file(file) and (found := self._in_file(file, name)):
                return found
        return ()

    def _in_named_file(self, path: Path, name: str) -> tuple[Found, ...]:
        """The definitions of a class that the file at `path` sees in some other folder: by the
        index on disk, or else in a file that is called after it.
        """
        language = self.language(path)
        rules = language.modules if language else None
        if rules is None or not rules.class_file or not name[:1].isupper():
            return ()
        if rules.whole:
            files = self._class_files(path, name, rules)
            return tuple(found for one in files for found in self._in_file(one, name))
        packages = {one.module for one in self.imports(path)}
        whole = rules.visible in ("folder", "project")
        known = (one.path for one in self.find(name, near=path))
        for file in dict.fromkeys((*known, *self.named(rules.named_after(name)))):
            if file == path or self.language(file) != language:
                continue
            if whole or self.symbols(file).package in packages or self._sees(path, file):
                found = self._in_file(file, name)
                if found and found[0].definition.kind in ("class", "type", *rules.seen):
                    return found
        return ()

    def _sees(self, path: Path, other: Path) -> bool:
        """Whether a file sees what another defines that is of its package, or of one around."""
        package, there = self.symbols(path).package, self.symbols(other).package
        language = self.language(path)
        around = bool(language and language.modules and language.modules.visible == "namespace")
        return package == there or (around and (not there or package.startswith(f"{there}.")))


_SEPARATORS = re.compile(r"::|->|\\\\")
_STEPS = 5
"""How far a name is looked for in what imports pass on."""
_PASSED = 20
"""Files of an import that are looked through for what they pass on."""
_ASKED = 300
"""Files after which no further ones are asked for a name."""
