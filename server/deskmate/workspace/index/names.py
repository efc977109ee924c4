"""What a project says of the names in one of its documents: which are seen there without an import,
and how the others are imported.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from deskmate.core.gate.edits.import_statements import imported_names, with_name
from deskmate.core.lazy import lazy
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.module_convention import ModuleConvention
from deskmate.core.syntax.queries import imports
from deskmate.workspace.index.files import BESIDE
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.made import is_told, may_be_made
from deskmate.workspace.resolve import is_beside_library, name_module
from deskmate.workspace.walk import source_language


class NamesHere:
    """`core.target.ProjectNames` for the document at `path`, by the index of its project. It reads
    files when it is asked, so it belongs in a thread.
    """

    def __init__(self, index: ProjectIndex, path: Path, language: Language) -> None:
        self._index, self._path, self._language = index, path, language

    @property
    def path(self) -> Path:
        """Where the document lies."""
        return self._path

    def whole(self, document: Document) -> ProjectIndex:
        """The project with the document as it is given."""
        return self._index.having(self._path, document)

    def sees(self, name: str) -> bool:
        """Whether another file of the project gives the document a name, or may: there are more of
        them than are looked at, or one that has the name cannot be read as a whole, or one not at
        all, since git ignores what a program wrote.
        """
        if self._index.visible(self._path, name):
            return True
        if self._sees_namespaces:
            return False  # nothing is refused there that another file may give
        if self._are_many:
            return True
        beside = (self._index.document(one) for one in self._index.beside(self._path))
        return any(
            one is None or (name in one.text and one.tree and one.tree.root_node.has_error)
            for one in beside
        )

    def declares(self, name: str) -> bool:
        """Whether another file declares a name for all of the project (`declare const` of a
        `.d.ts`).
        """
        rules = self._language.modules
        if rules is None or not rules.ambient:
            return False
        found = {one.path for one in self._index.find(name, self._path)}
        texts = (self._index.document(one) for one in found if one.name.endswith(rules.ambient))
        return any(one is not None and re.search(rules.everywhere, one.text) for one in texts)

    def mentions(self, name: str) -> bool:
        """Whether another file of the project has the name at all, in any language, a program may
        write what is called so, or there are more files than can be looked through.
        """
        rules, folder = self._language.modules, self._index.project.folder
        if self._index.mentions(name, self._path):
            return True
        return rules is not None and may_be_made(folder, name, rules)

    def gives(self, name: str) -> bool:
        """Whether another file sets a name for all of the project (`globalThis.name = …`), as far
        as the index has come, or the project's tools are told that it is there.
        """
        rules, index = self._language.modules, self._index
        if rules is None:
            return False
        if is_told(self._path, name, rules, index.project.top):
            return True
        setting = re.compile(rules.sets.replace("{name}", re.escape(name)) or "(?!)")
        files = (*index.opened, *index.stored("using", name, self._path, _LOOKED_AT))
        texts = (index.document(one) for one in dict.fromkeys(files) if one != self._path)
        return any(one is not None and setting.search(one.text) for one in texts)

    def statements(self, name: str) -> tuple[str, ...]:
        """How the other files of the project import a name; if none does, how it is imported from
        where it is defined.
        """
        found: dict[object, Counter[str]] = {}
        for meaning, statement in self._imported_elsewhere(name):
            found.setdefault(meaning, Counter())[statement] += 1
        every = tuple(one.most_common(1)[0][0] for one in found.values())
        return every or tuple(dict.fromkeys(self._of_definitions(name)))

    def module_statements(self, name: str, member: str) -> tuple[str, ...]:
        """How modules of the project of that name that define such a member are imported."""
        rules = self._language.modules
        if rules is None or not any(way.of_modules for way in rules.ways):
            return ()
        every = self._index.find(member, self._path) or self._index.search(member)
        paths = dict.fromkeys(one.path for one in every if not one.definition.container)
        found = (
            statement
            for path in paths
            if path != self._path and self._index.language(path) == self._language
            for statement in self._module_statement(path, name)
            if not self._is_imported_by(path)
        )
        return tuple(dict.fromkeys(found))

    def _is_imported_by(self, path: Path) -> bool:
        """Whether a folder is a module that imports the one of the document, so that this cannot
        import it.
        """
        rules = self._language.modules
        if rules is None or rules.visible != "folder":
            return False
        files = (path, *self._index.neighbours(path))
        every = (found for one in files for found in self._index.imported(one).values())
        return any(one.parent == self._path.parent for found in every for one in found)

    @property
    def _sees_namespaces(self) -> bool:
        rules = self._language.modules
        return rules is not None and rules.visible == "namespace"

    @lazy
    def _are_many(self) -> bool:
        return len(self._index.beside(self._path)) >= BESIDE - 1  # it may be one of them itself

    def _imported_elsewhere(self, name: str) -> Iterator[tuple[object, str]]:
        """How other files import a name, each with what it means there, where that is known."""
        if self._sees_namespaces:
            return  # an import that brings one name there is what a file calls it for itself
        for path in self._index.importing(name, self._path, _LOOKED_AT):
            document = self._index.document(path)
            if document is None or document.language != self._language or path == self._path:
                continue
            brought = [one for one in self._index.symbols(path).imports if name in one.local_names]
            for span in imports(document):
                first, last = map(document.lines.line_at, (span.start, span.end))
                one = next((one for one in brought if first <= one.line <= last), None)
                text = flat(document, span)
                if one is None or name not in imported_names(text, document):
                    continue
                statement = self._by_itself(one, name, text) or with_name(text, name, document)
                if statement.count("{") > 1:
                    continue  # groups in a group, which are not taken apart
                if not _RELATIVE.search(statement) and self._holds_here(path, one, name):
                    yield self._index.lookup(path, name) or statement, statement

    def _holds_here(self, path: Path, imported: Import, name: str) -> bool:
        """Whether an import of the file at `path` brings a name here, where it is known to do so
        there: another crate or package has modules of its own that are called alike.
        """
        rules, original = self._language.modules, imported.original(name)
        if rules is None or rules.relative not in ("crate", "path") or not original:
            return True
        if imported.module.startswith("crate") and is_beside_library(self._path):
            return False
        there = self._index.through(path, imported, original)
        return not there or bool(self._index.through(self._path, imported, original))

    def _by_itself(self, imported: Import, name: str, text: str) -> str:
        """The statement that imports a name alone which stands in a group of others; "" where a
        name may be imported in several ways.
        """
        rules = self._language.modules
        ways = [one for one in rules.ways if not one.of_modules] if rules else []
        if "{" not in text or len(ways) != 1 or (name, name) not in imported.names:
            return ""
        return _fill(ways[0].statement, {"{module}": imported.module, "{name}": name})

    def _of_definitions(self, name: str) -> Iterator[str]:
        every = self._index.find(name, self._path) or self._index.search(name)
        if not every or not self._is_theirs(name):
            return
        for found in every:
            if found.definition.container or found.path == self._path:
                continue
            document = self._index.document(found.path)
            if document is not None and document.language == self._language:
                yield from self._statement(found, document)

    def _is_theirs(self, name: str) -> bool:
        """Whether a name means what the project defines wherever it is used, where files see all of
        what they import: it may have that of a class of a library.
        """
        if not self._sees_namespaces:
            return True
        if self._index.lookup(self._path, name):
            return False  # which it sees
        return all(
            self._index.lookup(path, name)
            for path in self._index.using(name, self._path, _LOOKED_AT)
            if path != self._path and self._index.language(path) == self._language
        )

    def _statement(self, found: Found, document: Document) -> Iterator[str]:
        """The first way to import a definition that leads to its file."""
        name, rules = found.definition.name, self._language.modules
        for way in rules.ways if rules else ():
            if way.of_modules or not re.search(way.where.replace("{name}", name), document.text):
                continue
            for module in self._modules(found.path):
                meant = Import(module, ((name, name),))
                if found.path in self._index.resolve(self._path, meant):
                    yield way.statement.replace("{module}", module).replace("{name}", name)
                    return

    def _module_statement(self, path: Path, name: str) -> Iterator[str]:
        """The first way to import a module that is called so, if the file at `path` is of that."""
        rules = self._language.modules
        assert rules is not None
        package = self._index.symbols(path).package
        for module in self._modules(path):
            around, _, last = module.rpartition(rules.separator)
            if name != (package or last) or path not in self._index.resolve(
                self._path, Import(module)
            ):
                continue
            parts = {"{module}": module, "{around}": around, "{name}": last}
            for way in rules.ways:
                if way.of_modules and (around or "{around}" not in way.statement):
                    yield _fill(way.statement, parts)
                    return

    def _modules(self, path: Path) -> Iterator[str]:
        """The names by which a file may be imported as a module, the shortest first."""
        rules = self._language.modules
        assert rules is not None
        package = self._index.symbols(path).package
        if rules.visible in ("package", "namespace"):
            yield from [package] if package else []
        elif rules.relative == "path":
            ending = self._ending(path)
            relative = os.path.relpath(path.with_suffix(ending), self._path.parent)
            relative = re.sub(r"/index\Z", "", relative.replace(os.sep, "/"))
            yield relative if relative.startswith(".") else f"./{relative}"
        elif rules.prefixes:
            top = self._index.project.top
            yield from name_module(_module_of(path, rules), self._path, rules, top)
        elif path.is_relative_to(self._index.project.top):
            parts = _module_of(path, rules).relative_to(self._index.project.top).parts
            first = next((at for at, part in enumerate(parts) if part in rules.roots), -1) + 1
            unnamed = [at for at, part in enumerate(parts) if not part.isidentifier()]
            least = max(unnamed, default=-1) + 1  # a folder that no statement can name (`my-shop`)
            for start in dict.fromkeys((max(first, least), least)):
                if parts[start:]:
                    yield rules.separator.join(parts[start:])

    def _ending(self, path: Path) -> str:
        """What the path to a module ends with, as the document's other imports are written, or else
        as the language says.
        """
        for one in self._index.imports(self._path):
            found = self._index.resolve(self._path, one) if one.module.startswith(".") else ()
            file, name = next(iter(found), path), one.module.rpartition("/")[2]
            if found and source_language(file.name) is not None:
                if file.name == name:
                    return path.suffix
                return "" if name in (file.stem, file.parent.name) else Path(name).suffix
        rules = self._language.modules
        return rules.endings.get(path.suffix, "") if rules else ""


def _module_of(path: Path, rules: ModuleConvention) -> Path:
    """The module that a file is of: it without its ending, or its folder."""
    folder = f"{{path}}/{path.name}", f"{{path}}/*{path.suffix}"
    return path.parent if {*folder} & {*rules.files} else path.with_suffix("")


def _fill(text: str, parts: Mapping[str, str]) -> str:
    for name, said in parts.items():
        text = text.replace(name, said)
    return text


_RELATIVE = re.compile(r"""^\s*from\s+\.|["']\.|\b(?:self|super)::""")
"""An import that means another file elsewhere."""
_LOOKED_AT = 30
"""Files of the project that use a name, which are asked how they import it."""
