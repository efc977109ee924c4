"""Which source files a project has: in the folder, without what is ignored, installed or made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from deskmate.core.syntax.language import Language, language_for, query
from deskmate.files.disk import ask, asks
from deskmate.files.guarded import LARGEST
from deskmate.settings.project import Project
from deskmate.workspace.ignore import is_ignored_in, is_never_sent, may_be_read
from deskmate.workspace.reading import Stamp

MOST = 200_000
"""Files of a project that are looked at; whoever has more works in a part of them."""

_SLICE = 200
"""Entries of a folder between two pauses."""

_NOT_WALKED = frozenset(
    (
        "__pycache__",
        "bower_components",
        "build",
        "dist",
        "env",
        "node_modules",
        "obj",
        "out",
        "site-packages",
        "target",
        "third_party",
        "vendor",
        "venv",
    )
)
"""Folders of what is installed or made, and those that begin with a dot."""


def walk_project(project: Project) -> Iterator[tuple[Path, Stamp] | None]:
    """Every source file in the project's folder, those in a folder before those below it, and None
    now and then, for whoever has something else to do. Links are not followed: what they lead to in
    the project is found there.
    """
    top, left = project.top, MOST
    ahead = [] if not _is_walked(project.folder, project) else [project.folder]
    while ahead and left > 0:
        folder = ahead.pop()
        rules = [one for one in (folder, *folder.parents) if one.is_relative_to(top)]
        entries = _entries(folder)
        for start in range(0, len(entries) + 1, _SLICE):
            for path, stamp in _look(folder, entries[start : start + _SLICE], rules, top):
                if stamp is None:
                    ahead.append(path)
                else:
                    left -= 1
                    yield path, stamp
            yield None


@asks(())
def _look(
    folder: Path, entries: list[os.DirEntry[str]], rules: list[Path], top: Path
) -> list[tuple[Path, Stamp | None]]:
    """The source files among some entries of a folder, and the folders, which have no stamp."""
    found: list[tuple[Path, Stamp | None]] = []
    for entry in entries:
        path = folder / entry.name
        is_folder = _is_folder(entry)
        if is_folder and (entry.name in _NOT_WALKED or entry.name.startswith(".")):
            continue
        if not is_folder and source_language(entry.name) is None:
            continue
        if _is_ignored(path, rules, top, is_folder=is_folder) or is_never_sent(path):
            continue
        if is_folder:
            found.append((path, None))
        elif (stamp := _stamp(entry)) is not None:
            found.append((path, stamp))
    return found


@asks(False)
def is_source(path: Path, project: Project) -> bool:
    """Whether a file is one that `walk_project` would find, if it is there."""
    if source_language(path.name) is None or not path.is_relative_to(project.folder):
        return False
    folders = path.relative_to(project.folder).parts[:-1]
    if any(one in _NOT_WALKED or one.startswith(".") for one in folders):
        return False
    return not path.is_symlink() and may_be_read(path, project)


def source_language(name: str) -> Language | None:
    """The language of a file of that name, where anything can be found in it."""
    suffix = Path(name).suffix
    return _language(suffix) or _language(name)


@lru_cache(maxsize=4096)
def _language(name: str) -> Language | None:
    language = language_for(None, f"file:///x{name}" if name.startswith(".") else f"file:///{name}")
    if language is None or language.prose or not language.grammar:
        return None
    return language if query(language, "references") is not None else None


def _is_walked(folder: Path, project: Project) -> bool:
    """Whether the project's own folder is not ignored by one around it."""
    return folder == project.top or may_be_read(folder / "x", project)


def _is_ignored(path: Path, folders: list[Path], top: Path, *, is_folder: bool) -> bool:
    told = (is_ignored_in(folder, path, top, is_folder=is_folder) for folder in folders)
    return next((one for one in told if one is not None), False)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    def scan() -> list[os.DirEntry[str]]:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)

    try:
        return ask(scan, folder)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        about = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return Stamp(about.st_mtime_ns, about.st_size) if about.st_size <= LARGEST else None
