"""Asks everything of a project in which its own files have a say.

    python project_of_traps.py FOLDER OUTSIDE

ends with status 1, and what it was, where a file below OUTSIDE, a device or a named pipe was opened
for that. None of them ever is: the process forbids it to itself.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from deskmate.actions.catalog import load_actions
from deskmate.actions.conventions import find_style
from deskmate.actions.targets import find_target
from deskmate.actions.test_files import find_test_file
from deskmate.checks.suites import read_test
from deskmate.checks.toolchains import find_environment, has_any, read_rows
from deskmate.checks.verdict import Subject
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.language import Language, languages
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.errors import DeskmateError
from deskmate.requests.house_rules import find_rules
from deskmate.requests.workers.extracting import _read_schema
from deskmate.settings.project import Project, project_of
from deskmate.settings.sources import action_folders, load_settings
from deskmate.workspace.ignore import may_leave
from deskmate.workspace.reading import read_project_file
from deskmate.workspace.resolve import resolve_import
from deskmate.workspace.walk import walk_project


def ask(root: Path) -> None:
    """Everything that reads files of the project in `root`."""
    load_settings([root])
    load_actions(*action_folders(root))
    project = project_of(root / "code.py", root)
    assert project is not None
    list(walk_project(project))
    find_environment(root)
    for table in ("suites.toml", "judges.toml"):
        for row in read_rows(table).values():
            has_any(root, [*row.get("needs", ()), *row.get("configured", ())])
    read_test(
        Subject(folder=root, name="code.py", language="python", before="", others={}), "other.py"
    )
    with suppress(DeskmateError):
        _read_schema("schema.json", root)
    for language in languages():
        ask_about(root / f"code{(*language.extensions, '.txt')[0]}", language, project, root)


def ask_about(path: Path, language: Language, project: Project, root: Path) -> None:
    """What is asked for one file."""
    document = open_document(file_uri(path), CODE.get(language.name, ""))
    may_leave(path, project)
    find_style(document, root)
    find_rules(path, language, project)
    for name in ("other.py", "go.mod"):
        read_project_file(root / name, project)
    for module in ("github.com/shop/box", "box", "@shop/box", "crate::box", "Shop\\Box"):
        resolve_import(path, language, Import(module, (("box", "box"),)), root)
    target = find_target(load_actions()[0]["write-tests"], document, Span(0, 0))
    if target is not None:
        with suppress(DeskmateError):
            find_test_file(target, root, ())


CODE = {
    "python": "def add(one, other):\n    return one + other\n",
    "javascript": "export function add(one, other) {\n  return one + other;\n}\n",
    "typescript": "export function add(one: number): number {\n  return one;\n}\n",
    "go": "package shop\n\nfunc Add(one int) int {\n\treturn one\n}\n",
    "java": "package shop;\n\nclass Box {\n    int add(int one) {\n        return one;\n    }\n}\n",
    "c": "int add(int one) {\n    return one;\n}\n",
    "cpp": "int add(int one) {\n    return one;\n}\n",
    "csharp": "class Box {\n    int Add(int one) {\n        return one;\n    }\n}\n",
    "php": "<?php\nfunction add($one) {\n    return $one;\n}\n",
    "ruby": "def add(one)\n  one\nend\n",
    "dart": "int add(int one) {\n  return one;\n}\n",
}


def main(root: Path, outside: Path) -> None:
    """Asks, and tells."""
    opened: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], (str, bytes, os.PathLike)):
            return
        path = Path(os.path.realpath(os.fsdecode(arguments[0])))
        with suppress(OSError):
            regular = stat.S_ISREG(path.stat().st_mode) or path.is_dir()
            if path.is_relative_to(outside) or not (regular or path == Path(os.devnull)):
                opened.append(os.fsdecode(arguments[0]))
                raise PermissionError("it is a trap")

    sys.addaudithook(watch)
    ask(root)
    sys.exit("\n".join(dict.fromkeys(opened)) or 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
