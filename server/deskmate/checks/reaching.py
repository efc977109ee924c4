"""Which tests of a project reach a piece of code: by where its tests go, and by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from deskmate.actions.test_places import TEST_FOLDERS, find_place
from deskmate.checks.verdict import Subject
from deskmate.core.syntax.language import Language
from deskmate.settings.project import Project
from deskmate.workspace.reading import read_project_file
from deskmate.workspace.walk import walk_project

MOST = 3
"""Test files that are run: the likeliest."""


def find_reaching_tests(
    subject: Subject, project: Project, language: Language, root: Path | None
) -> tuple[str, ...]:
    """The names in the project of the test files that reach what was asked for, the likeliest
    first: those that say its name and its module's, before those that say one of them in the place
    where its tests go.
    """
    if language.tests is None:
        return ()
    path = project.folder / subject.name
    place, _ = find_place(
        language.tests, language.tested_by(path.suffix), root or project.folder, path
    )
    ranked: list[tuple[int, int, str]] = []
    if place == path and _tests_itself(subject, language.tests.single):
        ranked.append((-4, 0, subject.name))
    for test in _list_tests(project, language, path):
        file = read_project_file(test, project)
        name = project.name(test)
        text = subject.others.get(name, file.text if file else "")
        imports = any(says(text, one) for one in _modules(subject.name))
        rank = 2 * says(text, subject.symbol) + imports + 2 * (test == place)
        if rank >= 2 and (rank > 2 or not subject.symbol or _beside(language, test, path)):
            ranked.append((-rank, len(test.parts), name))
    return tuple(name for _, _, name in sorted(ranked)[:MOST])


def _tests_itself(subject: Subject, single: str) -> bool:
    """Whether a file has tests of its own, as Rust's do, which say what was asked for."""
    if not single or not re.search(single, subject.before):
        return False
    word = rf"(?<!\w){re.escape(subject.symbol)}(?!\w)"
    return not subject.symbol or len(re.findall(word, subject.before)) > 1


def _list_tests(project: Project, language: Language, path: Path) -> Iterator[Path]:
    assert language.tests is not None
    forms = {PurePosixPath(one).name for one in language.tests.files}
    suffixes = language.tested_by(path.suffix)
    for found in walk_project(project):
        if found is None or found[0].suffix not in suffixes or found[0] == path:
            continue
        if _is_test(found[0], forms):
            yield found[0]


def _is_test(path: Path, forms: set[str]) -> bool:
    for form in forms:
        before, _, after = form.replace("{suffix}", path.suffix).partition("{stem}")
        if not before and after == path.suffix:
            if any(part in TEST_FOLDERS for part in path.parts[:-1]):
                return True
        elif path.name.startswith(before) and path.name.endswith(after):
            return True
    return False


def _modules(name: str) -> tuple[str, ...]:
    """What a file of tests may import a module by: its own name, or that of a folder it is in."""
    path = PurePosixPath(name)
    return (path.stem, *(one for one in path.parts[:-1] if one not in ("src", "lib")))


def _beside(language: Language, test: Path, path: Path) -> bool:
    """Whether a file of tests sees the code without importing it."""
    visible = language.modules.visible if language.modules else ""
    return visible in ("folder", "package") and test.parent == path.parent


def says(text: str, name: str) -> bool:
    """Whether a text has that name, as a word of its own."""
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
