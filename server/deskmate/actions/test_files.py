"""Where a project keeps the tests of a file, and how a new test there begins.

The conventions are data in each `language.toml`; this module looks which of them the project
follows. It reads the project's files, nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath

from deskmate.actions.test_places import (
    TEST_FOLDERS,
    find_place,
    folders_around,
    nearest_project,
)
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.file_imports import find_imports
from deskmate.core.syntax.language_tables import TestConvention, TestFramework
from deskmate.core.syntax.queries import captured, scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path, file_uri
from deskmate.errors import ActionError
from deskmate.files.guarded import find_text, read_small


@dataclass(frozen=True, slots=True)
class TestFile:
    """The file that tests go to, and the offset in it. `header` are the imports that a test there
    needs, `opening` how its first test begins, `footer` how a new file ends; `create` where the
    file does not exist yet. Where it is a package of its own, it reaches the names that are
    `qualified` by the `qualifier`. `beside` are tests of the project, the nearest first.
    """

    __test__ = False

    document: Document
    place: int
    create: bool
    framework: str
    header: str
    opening: str
    footer: str = ""
    qualifier: str = ""
    qualified: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()

    def target(self, source: Target) -> Target:
        """The place in this file where the tests of `source` go."""
        span, scope, language = Span(self.place, self.place), source.scope, source.document.language
        made = scope and scope.path and language and scope.name in language.words.constructors
        return replace(
            source,
            name=scope.path[-1] if scope and made else source.name,
            document=self.document,
            span=span,
            scope=None,
            imports=self.header,
            footer=self.footer,
            qualifier=self.qualifier,
            qualified=self.qualified,
            alone=self.create and not self.beside,
            tested=source.document,
        )


def find_test_file(source: Target, root: Path | None, others: Sequence[Document]) -> TestFile:
    """The test file for the file that `source` is in.

    An open document comes before the file on disk. Raises ActionError where the source has no
    place on disk, or its language no convention.
    """
    document = source.document
    language = document.language
    path = file_path(document.uri)
    if language is None or language.tests is None:
        raise ActionError("Deskmate knows no convention for tests in this language.")
    if path is None:
        raise ActionError("Save the file first: its tests go where the project keeps its tests.")
    place, beside = find_place(language.tests, language.extensions, root, path)
    around = root or nearest_project(path, None)
    root = nearest_project(path, root)
    outside = _outside(source, path, place, others, around)
    if outside and not _imported_names(source)[0][:1].isupper():
        place, outside = place.with_name(f"{path.stem}_internal_test{path.suffix}"), False
    opened = next((other for other in others if file_path(other.uri) == place), None)
    if place == path:
        opened = document
    elif not place.resolve().is_relative_to(around.resolve()):
        raise ActionError(
            f"The tests would go to {place}, which a link leads out of the project, to "
            f"{place.resolve()}. Nothing is written there."
        )
    create = opened is None and not place.exists()
    tests = opened or _read(place, create, language.ids[0], around)
    near = (find_text(file, around) for file in beside[:_LOOK_AT])
    texts = () if place == path else chain((tests.text,), near)
    framework = _framework(language.tests, root, path, texts, around)
    system = _system(language.tests, document, tests, root, path, around)
    same = (one for one in language.tests.frameworks if one.name == framework.name)
    framework = next((one for one in same if one.system in ("", system)), framework)
    header, opening = (
        _fill(text, source, path, place, root) for text in (framework.header, framework.opening)
    )
    at, inside = _end_of_tests(tests, language.tests)
    if inside and place == path:
        header = ""
    found = TestFile(
        tests, at, create, framework.name, header, opening, framework.footer, beside=beside
    )
    return _from_outside(found, source, path, around) if outside else found


def _outside(
    source: Target, path: Path, place: Path, others: Sequence[Document], around: Path
) -> bool:
    """Whether the tests there are a package of their own, as Go has them: those in this file, or
    all those beside it where it does not exist yet.
    """
    convention = source.document.language and source.document.language.tests
    if not convention or not convention.external:
        return False
    opened = {file_path(other.uri): other.text for other in others}
    beside = [place] if place.exists() else sorted(place.parent.glob(f"*_test{path.suffix}"))
    texts = [opened.get(file) or find_text(file, around) for file in beside[:_LOOK_AT]]
    clause = re.compile(convention.external.replace("{package}", _package(source.document)))
    return bool(texts) and all(clause.search(text) for text in texts)


def _from_outside(found: TestFile, source: Target, path: Path, around: Path) -> TestFile:
    """The test file with the import of the package that it tests, and what is reached by it."""
    package, suffix = _package(source.document), path.suffix
    texts = [source.document.text]
    for file in sorted(path.parent.glob(f"*{suffix}"))[:_BESIDE]:
        if file != path and not file.stem.endswith("_test"):
            texts.append(find_text(file, around))
    names = {name for text in texts for name in _EXPORTED.findall(text)}
    groups = (group for text in texts for group in _GROUPED.findall(text))
    names |= {name for group in groups for name in _OF_GROUP.findall(group)}
    header = found.header.replace(f"package {package}\n", f"package {package}_test\n", 1)
    if name := _import_path(path.parent, around):
        header = f'{header.rstrip()}\nimport "{name}"\n\n'
    return replace(found, header=header, qualifier=package, qualified=tuple(sorted(names)))


_BESIDE = 200  # files of a package in which its names are looked up
_EXPORTED = re.compile(r"^(?:func|type|var|const)[ \t]+([A-Z]\w*)", re.MULTILINE)
_GROUPED = re.compile(r"^(?:type|var|const)[ \t]*\(\n((?:.*\n)*?)\)", re.MULTILINE)
_OF_GROUP = re.compile(r"^(?:\t| {1,8})(?:\w+,[ \t]*)*([A-Z]\w*)", re.MULTILINE)


def _import_path(folder: Path, around: Path) -> str:
    """What a Go package is imported as; "" outside of a module."""
    for above in (folder, *folder.parents):
        if not above.is_relative_to(around):
            break
        if text := find_text(above / "go.mod", around):
            named = re.search(r'^module\s+"?([^\s"]+)', text, re.MULTILINE)
            inside = folder.relative_to(above).as_posix()
            return f"{named[1]}/{inside}".removesuffix("/.") if named else ""
    return ""


def is_test_file(document: Document) -> bool:
    """Whether a document is a file of tests itself, by the convention of its language."""
    path, language = file_path(document.uri), document.language
    if path is None or language is None or language.tests is None:
        return False
    if path.parent.name in TEST_FOLDERS:
        return True
    for pattern in language.tests.files:
        name = PurePosixPath(pattern).name.replace("{suffix}", path.suffix)
        before, _, after = name.partition("{stem}")
        own = before or after != path.suffix
        if own and path.name.startswith(before) and path.name.endswith(after):
            return True
    return False


def _framework(
    convention: TestConvention, root: Path, path: Path, texts: Iterable[str], around: Path
) -> TestFramework:
    """The framework that the test file uses already, else the tests near it; else the first one
    whose marker is found in the project.
    """
    for tests in texts:
        for framework in convention.frameworks:
            if framework.uses and re.search(framework.uses, tests):
                return framework
    for framework in convention.frameworks:
        patterns, _, text = framework.marker.partition(":")
        if not patterns or any(
            re.search(text, find_text(file, around))
            for folder in folders_around(path, root)
            for pattern in patterns.split(",")
            for file in sorted(folder.glob(pattern))[:_LOOK_AT]
        ):
            return framework
    return convention.frameworks[-1]


_LOOK_AT = 20  # files that are read to tell which framework a project uses


def _system(
    convention: TestConvention,
    source: Document,
    tests: Document,
    root: Path,
    path: Path,
    around: Path,
) -> str:
    """The system of modules that a test file has, or that a new one is to have."""
    systems = convention.systems
    for system in systems:
        if re.search(system.text, tests.text):
            return system.name
    for system in systems:
        if path.suffix in system.suffixes:
            return system.name
    for system in systems:
        name, _, text = system.marker.partition(":")
        files = [folder / name for folder in folders_around(path, root) if name]
        near = next((file for file in files if file.is_file()), None)
        if near and re.search(text, find_text(near, around)):
            return system.name
    for system in systems:
        if re.search(system.text, source.text):
            return system.name
    return systems[-1].name if systems else ""


def _fill(text: str, source: Target, path: Path, place: Path, root: Path) -> str:
    """A header or opening with the names of what is tested."""
    relative = os.path.relpath(path.with_suffix(""), place.parent).replace(os.sep, "/")
    package = _package(source.document)
    if not package:
        text = re.sub(r"^.*\{package\}.*\n\n?", "", text, flags=re.MULTILINE)
    own, others = _imported_names(source)
    relative = relative if relative.startswith(".") else f"./{relative}"
    explicit = source.document.language and source.document.language.tests
    shown = path.suffix if explicit and path.suffix in explicit.explicit else ""
    values = {
        "names": _in_script(own, others, source.document, "require(" in text),
        "name": ", ".join(sorted({own, *others})),
        "own": own,
        "function": "" if _is_type(source) else "function ",
        "module": _module(path, root),
        "path": relative + shown,
        "file": relative + path.suffix,
        "suffix": path.suffix,
        "include": _include(path, place, root),
        "package": package,
        "stem": path.stem,
    }
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def _imported_names(source: Target) -> tuple[str, tuple[str, ...]]:
    """What a test imports: the function, or the outermost class that it is a method of, and what
    the file defines of the things that its signature names and that it raises.
    """
    scope, document = source.scope, source.document
    if scope is None:
        return source.name, ()
    own = scope.path[0] if scope.path else scope.name
    named = set(re.findall(r"\w+", document.slice(scope.head)))
    named |= set(re.findall(r"\b(?:raise|throw(?: new)?) +(\w+)", document.slice(scope.span)))
    defined = {other.name for other in scopes(document) if not other.path and other.name}
    return own, tuple(sorted((named & defined) - {own}))


def _is_type(source: Target) -> bool:
    return source.scope is not None and (bool(source.scope.path) or source.scope.kind == "class")


def _in_script(own: str, others: tuple[str, ...], document: Document, required: bool) -> str:
    """The names as JavaScript imports or requires them: in braces but for the default export."""
    convention = document.language.tests if document.language else None
    pattern = convention.default_export.replace("{name}", re.escape(own)) if convention else ""
    found = re.search(pattern, document.text) if pattern else None
    if found is None:
        return f"{{ {', '.join(sorted({own, *others}))} }}"
    if "export" not in found[0].partition("exports")[0]:  # CommonJS: it is all of the module
        return own
    if required:
        return f"{{ {', '.join([f'default: {own}', *others])} }}"
    return f"{own}, {{ {', '.join(others)} }}" if others else own


def _module(path: Path, root: Path) -> str:
    """The dotted name by which Python imports a file, from the folder above its package."""
    parts = [path.stem] if path.stem != "__init__" else []
    folder = path.parent
    while (folder / "__init__.py").exists() and folder != folder.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    if folder != root and folder.is_relative_to(root) and folder.name not in _SOURCE_FOLDERS:
        parts = [*folder.relative_to(root).parts, *parts]
        parts = parts[1:] if parts[0] in _SOURCE_FOLDERS else parts
        # what is no name, as a folder with a dash in it, is none of the package
        unnamed = [at for at, part in enumerate(parts) if part == "src" or not part.isidentifier()]
        parts = parts[unnamed[-1] + 1 :] if unnamed else parts
    return ".".join(parts)


_SOURCE_FOLDERS = ("src", "lib")


def _package(document: Document) -> str:
    """The package or namespace that a file says it belongs to; "" where it has none."""
    return find_imports(document)[1]


def _include(path: Path, place: Path, root: Path) -> str:
    """How a C or C++ test includes what it tests: the header of that name, from an `include` folder
    on; where there is none, the source itself.
    """
    headers = [path] if path.suffix.startswith(".h") else []
    for suffix in (".h", ".hpp", ".hh", ".hxx"):
        headers += [file for file in (path.with_suffix(suffix),) if file.exists()]
        headers += sorted((root / "include").rglob(path.stem + suffix))
    if not headers:
        return os.path.relpath(path, place.parent).replace(os.sep, "/")
    found = headers[0]
    folders = [folder for folder in found.parents if folder.name == "include"]
    return found.relative_to(folders[0]).as_posix() if folders else found.name


def _read(place: Path, create: bool, language_id: str, around: Path) -> Document:
    try:
        text = "" if create else read_small(place, around)
    except (OSError, UnicodeDecodeError) as error:
        raise ActionError(f"The test file {place} cannot be read: {error}.") from error
    return open_document(file_uri(place), text, language_id=language_id)


def _end_of_tests(document: Document, convention: TestConvention) -> tuple[int, bool]:
    """Where the next test goes: at the end of the module or class that tests stand in, if there is
    one, and whether there is; else above what runs the tests, else at the end of the file.
    """
    around = _shell(document, convention)
    if around is None:
        return _above_run(document, convention), False
    closing = re.search(r"\w*\W?\Z", document.slice(around))
    end = around.end - (len(closing[0]) if closing else 1)
    start = document.lines.start(document.lines.line_at(end))
    return (end if document.text[start:end].strip() else start), True


def _shell(document: Document, convention: TestConvention) -> Span | None:
    """The class or module that the tests of a file stand in, not one that helps them: the last that
    is called after tests, else that has some.
    """
    around = captured(document, "tests", "tests")
    owners = {span: _owner(document, span) for span in around}
    named = [span for span, (name, _) in owners.items() if _TESTS.search(name)]
    marks = convention.marks or _TESTS.pattern
    marked = [span for span, (_, text) in owners.items() if re.search(marks, text, _MARKED)]
    return max((span for span in named if span in marked), default=None) or max(
        named or marked, default=None
    )


_MARKED = re.MULTILINE | re.IGNORECASE
_TESTS = re.compile(r"(?i)test|spec|suite")


def _owner(document: Document, span: Span) -> tuple[str, str]:
    """The name of the class with this body, and the text of it; a module is found by its name."""
    own = [scope for scope in scopes(document) if scope.outer.contains(span) and not scope.path]
    return (own[-1].name, document.slice(own[-1].outer)) if own else ("tests", document.slice(span))


def _above_run(document: Document, convention: TestConvention) -> int:
    """The start of the statement that runs the tests, with the comments on it; else the end."""
    nodes = document.tree.root_node.named_children if document.tree and convention.runs else []
    lines = document.lines
    start, at = 0, len(document.text)
    below = -2
    for node in nodes:
        span = document.span_of(node)
        first = lines.line_at(span.start)
        if below + 1 != first:
            start = lines.start(first)
        below = lines.line_at(max(span.start, span.end - 1)) if "comment" in node.type else -2
        if re.match(convention.runs, document.slice(span)):
            at = start
    return at
