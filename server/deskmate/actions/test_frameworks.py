"""Which of the ways to write tests a project follows: its framework, and its system of modules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from deskmate.actions.test_places import folders_around
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language_tables import TestConvention, TestFramework
from deskmate.files.guarded import find_text


def find_framework(
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
            for file in sorted(folder.glob(pattern))[:LOOK_AT]
        ):
            return framework
    return convention.frameworks[-1]


def find_system(
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


LOOK_AT = 20  # files that are read to tell which framework a project uses
