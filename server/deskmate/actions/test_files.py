"""Where a project keeps the tests of a file, and how a new test there begins.

The conventions are data in each `language.toml`; this module looks which of them the project
follows. It reads the project's files, nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language_tables import TestConvention, TestFramework
from deskmate.core.syntax.queries import captured, scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path, file_uri
from deskmate.errors import ActionError
from deskmate.settings.project import project_root


@dataclass(frozen=True, slots=True)
class TestFile:
    """The file that tests go to, and the offset in it. `header` are the imports that a test there
    needs, `opening` how its first test begins, `footer` how a new file ends; `create` where the
    file does not exist yet.
    """

    __test__ = False

    document: Document
    place: int
    create: bool
    framework: str
    header: str
    opening: str
    footer: str = ""

    def target(self, source: Target) -> Target:
        """The place in this file where the tests of `source` go."""
        span = Span(self.place, self.place)
        return replace(
            source,
            document=self.document,
            span=span,
            scope=None,
            imports=self.header,
            footer=self.footer,
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
    root = root or project_root(path)
    place = _place(language.tests, root, path)
    opened = next((other for other in others if file_path(other.uri) == place), None)
    if place == path:
        opened = document
    create = opened is None and not place.exists()
    tests = opened or _read(place, create, language.ids[0])
    framework = _framework(language.tests, root, path, "" if place == path else tests.text)
    header, opening = (
        _fill(text, source, path, place, root) for text in (framework.header, framework.opening)
    )
    at, inside = _end_of_tests(tests)
    if inside and place == path:
        header = ""
    return TestFile(tests, at, create, framework.name, header, opening, framework.footer)


def is_test_file(document: Document) -> bool:
    """Whether a document is a file of tests itself, by the convention of its language."""
    path, language = file_path(document.uri), document.language
    if path is None or language is None or language.tests is None:
        return False
    if path.parent.name in _TEST_FOLDERS:
        return True
    for pattern in language.tests.files:
        name = PurePosixPath(pattern).name.replace("{suffix}", path.suffix)
        before, _, after = name.partition("{stem}")
        own = before or after != path.suffix
        if own and path.name.startswith(before) and path.name.endswith(after):
            return True
    return False


_TEST_FOLDERS = ("tests", "__tests__", "spec", "specs")  # `test` may well be where one tries things


def _framework(convention: TestConvention, root: Path, path: Path, tests: str) -> TestFramework:
    """The framework that the test file uses already; else the first one whose marker is found in
    the project.
    """
    for framework in convention.frameworks:
        if framework.uses and re.search(framework.uses, tests):
            return framework
    for framework in convention.frameworks:
        patterns, _, text = framework.marker.partition(":")
        if not patterns or any(
            re.search(text, file.read_text(encoding="utf-8", errors="replace"))
            for folder in _folders(path, root)
            for pattern in patterns.split(",")
            for file in sorted(folder.glob(pattern))[:_LOOK_AT]
        ):
            return framework
    return convention.frameworks[-1]


_LOOK_AT = 20  # files that are read to tell which framework a project uses


def _folders(path: Path, root: Path) -> list[Path]:
    """The folders that a file is in, from its own up to the project's."""
    return (
        [root]
        if root not in path.parents
        else [folder for folder in path.parents if folder == root or root in folder.parents]
    )


def _place(convention: TestConvention, root: Path, path: Path) -> Path:
    """The first pattern whose file exists; else whose folder does, or mirrors the source's; else
    the last.
    """
    project = _project(convention, root, path)
    found = {pattern: _filled(pattern, root, path, project) for pattern in convention.files}
    places = {place: pattern for pattern, place in found.items() if place is not None}
    exist = [place for place in places if place.exists()]
    housed = [p for p, pattern in places.items() if p.parent.is_dir() or "{dir:" in pattern]
    return (exist or housed or list(places)[-1:])[0]


def _project(convention: TestConvention, root: Path, path: Path) -> Path | None:
    """The file that makes a folder around the source a project of its own."""
    if not convention.project:
        return None
    files = (next(folder.glob(convention.project), None) for folder in _folders(path, root))
    return next((file for file in files if file is not None), None)


def _filled(pattern: str, root: Path, path: Path, project: Path | None) -> Path | None:
    """The path that a pattern means for a source file. `{dir:A:B}` is its folder with A as B; None
    where it does not lie in an A, or where a `{project}` is wanted and there is none.
    """
    swapped = re.match(r"\{dir:([^:}]+):([^:}]+)\}", pattern)
    if swapped:
        inside = f"{path.parent.as_posix()}/"
        before, found, after = inside.rpartition(f"/{swapped[1]}/")
        if not found:
            return None
        pattern = f"{before}/{swapped[2]}/{after}".rstrip("/") + pattern[swapped.end() :]
    if "{project}" in pattern:
        if project is None:
            return None
        pattern = pattern.replace("{project}", project.stem)
        pattern = pattern.replace("{inside}", path.parent.relative_to(project.parent).as_posix())
    return Path(
        pattern.replace("{root}", str(root))
        .replace("{dir}", str(path.parent))
        .replace("{stem}", path.stem)
        .replace("{suffix}", path.suffix)
    )


def _fill(text: str, source: Target, path: Path, place: Path, root: Path) -> str:
    """A header or opening with the names of what is tested."""
    relative = os.path.relpath(path.with_suffix(""), place.parent).replace(os.sep, "/")
    package = _package(source.document)
    if not package:
        text = re.sub(r"^.*\{package\}.*\n\n?", "", text, flags=re.MULTILINE)
    values = {
        "name": _imported_names(source),
        "module": _module(path, root),
        "path": relative if relative.startswith(".") else f"./{relative}",
        "suffix": path.suffix,
        "include": _include(path, place, root),
        "package": package,
        "stem": path.stem,
    }
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def _imported_names(source: Target) -> str:
    """What a test imports: the function, or the outermost class that it is a method of, and what
    the file defines of the things that its signature names.
    """
    scope, document = source.scope, source.document
    if scope is None:
        return source.name
    own = scope.path[0] if scope.path else scope.name
    named = set(re.findall(r"\w+", document.slice(scope.head)))
    defined = {other.name for other in scopes(document) if not other.path and other.name}
    return ", ".join(sorted({own, *(named & defined)}))


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
    return ".".join(parts)


_SOURCE_FOLDERS = ("src", "lib")


def _package(document: Document) -> str:
    """The package or namespace that a file says it belongs to; "" where it has none."""
    pattern = document.language.imports.package if document.language else ""
    found = re.search(pattern, document.text, re.MULTILINE) if pattern else None
    return found[1] if found else ""


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


def _read(place: Path, create: bool, language_id: str) -> Document:
    try:
        text = "" if create else place.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ActionError(f"The test file {place} cannot be read: {error}.") from error
    return open_document(file_uri(place), text, language_id=language_id)


def _end_of_tests(document: Document) -> tuple[int, bool]:
    """Where the next test goes: at the end of the module or class that tests stand in, if there is
    one, and whether there is.
    """
    around = captured(document, "tests", "tests")
    if not around:
        return len(document.text), False
    closing = re.search(r"\w*\W?\Z", document.slice(around[-1]))
    end = around[-1].end - (len(closing[0]) if closing else 1)
    start = document.lines.start(document.lines.line_at(end))
    return (end if document.text[start:end].strip() else start), True
