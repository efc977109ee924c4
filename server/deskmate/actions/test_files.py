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
from urllib.parse import urlsplit
from urllib.request import url2pathname

from deskmate.core.document import Document, open_document
from deskmate.core.language import TestConvention, TestFramework
from deskmate.core.syntax import captured, scopes
from deskmate.core.target import Target
from deskmate.core.text import Span
from deskmate.errors import ActionError


@dataclass(frozen=True, slots=True)
class TestFile:
    """The file that tests go to, and the offset in it. `header` are the imports that a test there
    needs, `opening` how its first test begins; `create` where the file does not exist yet.
    """

    __test__ = False

    document: Document
    place: int
    create: bool
    framework: str
    header: str
    opening: str

    def target(self, source: Target) -> Target:
        """The place in this file where the tests of `source` go."""
        span = Span(self.place, self.place)
        return replace(source, document=self.document, span=span, scope=None, imports=self.header)


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
    framework = _framework(language.tests, root)
    place = _place(language.tests, root, path)
    header, opening = (
        _fill(text, source, path, place, root) for text in (framework.header, framework.opening)
    )
    if place == path:
        return _in_source(document, framework.name, header, opening)
    opened = next((other for other in others if file_path(other.uri) == place), None)
    create = opened is None and not place.exists()
    tests = opened or _read(place, create, language.ids[0])
    return TestFile(tests, len(tests.text), create, framework.name, header, opening)


def is_test_file(document: Document) -> bool:
    """Whether a document is a file of tests itself, by the convention of its language."""
    path, language = file_path(document.uri), document.language
    if path is None or language is None or language.tests is None:
        return False
    for pattern in language.tests.files:
        name = PurePosixPath(pattern).name.replace("{suffix}", path.suffix)
        before, _, after = name.partition("{stem}")
        own = before or after != path.suffix
        if own and path.name.startswith(before) and path.name.endswith(after):
            return True
    return False


def file_path(uri: str) -> Path | None:
    """The path of a `file:` URI; None for any other."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = url2pathname(parts.path)
    return Path(f"//{parts.netloc}{path}" if parts.netloc else path)


def project_root(path: Path) -> Path:
    """The nearest folder above a file that looks like a project's root, or else the file's own."""
    for folder in path.parents:
        if any((folder / marker).exists() for marker in _ROOTS):
            return folder
    return path.parent


_ROOTS = (".git", "pyproject.toml", "setup.py", "package.json", "go.mod", "Cargo.toml", ".deskmate")


def _framework(convention: TestConvention, root: Path) -> TestFramework:
    """The first framework whose marker is found in the project."""
    for framework in convention.frameworks:
        pattern, _, text = framework.marker.partition(":")
        if not pattern:
            return framework
        for file in sorted(root.glob(pattern))[:_LOOK_AT]:
            if text in file.read_text(encoding="utf-8", errors="replace"):
                return framework
    return convention.frameworks[-1]


_LOOK_AT = 20  # files that are read to tell which framework a project uses


def _place(convention: TestConvention, root: Path, path: Path) -> Path:
    """The first pattern whose file exists; else whose folder does; else the last."""
    found = (_filled(pattern, root, path) for pattern in convention.files)
    places = [place for place in found if place is not None]
    exist = [place for place in places if place.exists()]
    housed = [place for place in places if place.parent.is_dir()]
    return (exist or housed or places[-1:])[0]


def _filled(pattern: str, root: Path, path: Path) -> Path | None:
    """The path that a pattern means for a source file. `{dir:A:B}` is its folder with A as B; None
    where it does not lie in an A.
    """
    swapped = re.match(r"\{dir:([^:}]+):([^:}]+)\}", pattern)
    if swapped:
        inside = f"{path.parent.as_posix()}/"
        before, found, after = inside.rpartition(f"/{swapped[1]}/")
        if not found:
            return None
        pattern = f"{before}/{swapped[2]}/{after}".rstrip("/") + pattern[swapped.end() :]
    return Path(
        pattern.replace("{root}", str(root))
        .replace("{dir}", str(path.parent))
        .replace("{stem}", path.stem)
        .replace("{suffix}", path.suffix)
    )


def _fill(text: str, source: Target, path: Path, place: Path, root: Path) -> str:
    """A header or opening with the names of what is tested."""
    relative = os.path.relpath(path.with_suffix(""), place.parent).replace(os.sep, "/")
    values = {
        "name": _imported_names(source),
        "module": _module(path, root),
        "path": relative if relative.startswith(".") else f"./{relative}",
        "suffix": path.suffix,
        "package": _package(source.document),
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
    """The package clause of a Go or Java file, which its tests repeat."""
    found = re.search(r"^package\s+([\w.]+)", document.text, re.MULTILINE)
    return found[1] if found else "main"


def _read(place: Path, create: bool, language_id: str) -> Document:
    try:
        text = "" if create else place.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ActionError(f"The test file {place} cannot be read: {error}.") from error
    return open_document(place.as_uri(), text, language_id=language_id)


def _in_source(document: Document, framework: str, header: str, opening: str) -> TestFile:
    """Tests that stand in the source itself: at the end of their module, or in a new one."""
    module = captured(document, "tests", "tests")
    if not module:
        return TestFile(document, len(document.text), False, framework, header, opening)
    lines = document.lines
    place = lines.start(lines.line_at(module[-1].end - 1))
    return TestFile(document, place, False, framework, "", opening)
