"""The file where a project keeps the tests of another, and where and how a new test there begins.

The conventions are data in each `language.toml`; the modules `test_places`, `test_frameworks`,
`test_headers` and `test_ends` look which of them the project follows. They read the project's
files, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath

from deskmate.actions.test_ends import find_end
from deskmate.actions.test_frameworks import LOOK_AT, find_framework, find_system
from deskmate.actions.test_headers import fill, find_imported, find_package
from deskmate.actions.test_places import TEST_FOLDERS, find_place, nearest_project
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.language_tables import OutsideTests
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path, file_uri
from deskmate.errors import ActionError
from deskmate.files.disk import ask, follow_links
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


def find_test_file(
    source: Target, root: Path | None, others: Sequence[Document], own: Sequence[Path] = ()
) -> TestFile:
    """The test file for the file that `source` is in: where the project keeps that, or where it has
    none there, the first that tests the same already, its `own`.

    An open document comes before the file on disk. Raises ActionError where the source has no
    place on disk, or its language no convention, and DiskSilent.
    """
    path = file_path(source.document.uri)
    language = source.document.language
    if language is None or language.tests is None:
        raise ActionError("Deskmate knows no convention for tests in this language.")
    if path is None:
        raise ActionError("Save the file first: its tests go where the project keeps its tests.")
    return ask(lambda: _find_test_file(source, path, language, root, others, own), path)


def _find_test_file(
    source: Target,
    path: Path,
    language: Language,
    root: Path | None,
    others: Sequence[Document],
    own: Sequence[Path],
) -> TestFile:
    document = source.document
    assert language.tests is not None
    place, beside = find_place(language.tests, language.tested_by(path.suffix), root, path)
    if own and not place.exists():
        place = own[0]
    around = root or nearest_project(path, None)
    root = nearest_project(path, root)
    rules = language.tests.outside
    outside = rules is not None and _outside(rules, source, place, others, around)
    if rules and outside and not re.match(rules.given, find_imported(source)[0]):
        place, outside = place.with_name(rules.inside.replace("{stem}", path.stem)), False
    opened = next((other for other in others if file_path(other.uri) == place), None)
    if place == path:
        opened = document
    elif not follow_links(place).is_relative_to(follow_links(around)):
        raise ActionError(
            f"The tests would go to {place}, which a link leads out of the project, to "
            f"{follow_links(place)}. Nothing is written there."
        )
    create = opened is None and not place.exists()
    tests = opened or _read(place, create, language.ids[0], around)
    near = (find_text(file, around) for file in beside[:LOOK_AT])
    texts = () if place == path else chain((tests.text,), near)
    framework = find_framework(language.tests, root, path, texts, around)
    system = find_system(language.tests, document, tests, root, path, around)
    same = (one for one in language.tests.frameworks if one.name == framework.name)
    framework = next((one for one in same if one.system in ("", system)), framework)
    header, opening = (
        fill(text, source, path, place, root) for text in (framework.header, framework.opening)
    )
    at, inside = find_end(tests, language.tests)
    if inside and place == path:
        header = ""
    found = TestFile(
        tests, at, create, framework.name, header, opening, framework.footer, beside=beside
    )
    return _from_outside(rules, found, source, path, around) if rules and outside else found


def _outside(
    rules: OutsideTests, source: Target, place: Path, others: Sequence[Document], around: Path
) -> bool:
    """Whether the tests there are a package of their own: those in this file, or all those beside
    it where it does not exist yet.
    """
    opened = {file_path(other.uri): other.text for other in others}
    beside = [place] if place.exists() else sorted(place.parent.glob(rules.beside))
    texts = [opened.get(file) or find_text(file, around) for file in beside[:LOOK_AT]]
    clause = re.compile(rules.clause.replace("{package}", find_package(source.document)))
    return bool(texts) and all(clause.search(text) for text in texts)


def _from_outside(
    rules: OutsideTests, found: TestFile, source: Target, path: Path, around: Path
) -> TestFile:
    """The test file with the import of the package that it tests, and what is reached by it."""
    package = find_package(source.document)
    tests = set(path.parent.glob(rules.beside))
    texts = [source.document.text]
    for file in sorted(path.parent.glob(f"*{path.suffix}"))[:_BESIDE]:
        if file != path and file not in tests:
            texts.append(find_text(file, around))
    names = {name for text in texts for name in re.findall(rules.names, text)}
    groups = (group for text in texts for group in re.findall(rules.groups, text))
    names |= {name for group in groups for name in re.findall(rules.of_group, group)}
    called = rules.package.replace("{package}", package)
    header = re.sub(rf"\b{re.escape(package)}$", called, found.header, count=1, flags=re.MULTILINE)
    if name := _import_path(source.document.language, path.parent, around):
        header = f"{header.rstrip()}\n{rules.statement.replace('{path}', name)}\n\n"
    return replace(found, header=header, qualifier=package, qualified=tuple(sorted(names)))


_BESIDE = 200  # files of a package in which its names are looked up


def _import_path(language: Language | None, folder: Path, around: Path) -> str:
    """What the module in a folder is imported as, by the file that names it or one around it; ""
    where there is none.
    """
    prefixes = language.modules.prefixes if language and language.modules else ()
    for above in (folder, *folder.parents):
        if not above.is_relative_to(around):
            break
        for one in prefixes:
            if text := find_text(above / one.file, around):
                named = re.search(one.pattern, text)
                inside = folder.relative_to(above).as_posix()
                return f"{named['prefix']}/{inside}".removesuffix("/.") if named else ""
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


def _read(place: Path, create: bool, language_id: str, around: Path) -> Document:
    try:
        text = "" if create else read_small(place, around)
    except (OSError, UnicodeDecodeError) as error:
        raise ActionError(f"The test file {place} cannot be read: {error}.") from error
    return open_document(file_uri(place), text, language_id=language_id if create else None)
