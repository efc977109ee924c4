"""Which files of a project no model is shown, or none that is not on this machine.

`.gitignore` and `.deskmateignore` are read as git reads them, in every folder down to the file;
names such as `.env` are known (`never_send.txt`).
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from deskmate.files.disk import ask, asks, follow_links, is_file, walk
from deskmate.files.guarded import read_contents
from deskmate.settings.project import Project, placed_in

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

log = logging.getLogger(__name__)


def is_never_sent(path: Path) -> bool:
    """Whether a file holds keys or passwords by its name, wherever it lies; capitals, which some
    file systems do not tell from small letters, make no difference.
    """
    name = path.relative_to(path.anchor).as_posix().lower()
    return _never_sent().match_file(name)


@asks(False)
def may_leave(path: Path, project: Project | None) -> bool:
    """Whether a file may be shown to a model that is not on this machine: it lies in the project,
    and neither its name nor an ignore file says otherwise; nor do they of what a link leads to.
    Without a project nobody says what may leave, so nothing may.
    """
    if project is None or ".." in path.parts:
        return False
    top = project.top
    return all(
        one.is_relative_to(top) and not is_never_sent(one) and not _is_ignored(one, top)
        for one in (placed_in(path), follow_links(path))
    )


@asks(False)
def may_be_read(path: Path, project: Project) -> bool:
    """Whether a file that no editor has open may be looked into for what it defines: neither its
    name nor an ignore file says otherwise. What is installed in the project git ignores as a rule,
    and it is read nevertheless where something in it is imported.
    """
    top = project.top
    if ".." in path.parts or not path.is_relative_to(top) or is_never_sent(path):
        return False
    inside = path.relative_to(top).parts
    installed = any(part in INSTALLED for part in inside)
    names = (".deskmateignore",) if installed else _NAMES
    return not _is_ignored(path, top, names)


def is_ignored_in(folder: Path, path: Path, top: Path, *, is_folder: bool) -> bool | None:
    """What the ignore files of one folder of the project in `top` say of what lies in it or below;
    None for nothing.
    """
    name = path.relative_to(folder).as_posix() + "/" * is_folder
    return _rules(folder, top).check_file(name).include


def secret_files(root: Path) -> Iterator[Path]:
    """The `.env` files and their like in a folder and all those below, but for what is installed
    there: where its secrets stand by their names. None that is not small, and none in binary.
    Raises DiskSilent.
    """
    for folder, folders, names in walk(root):
        folders[:] = sorted(one for one in folders if one not in _INSTALLED)
        for name in sorted(names):
            path = folder / name
            if name.lower().endswith(_BINARY) or not is_never_sent(path.relative_to(root)):
                continue
            if is_file(path) and ask(path.stat, path).st_size <= _SIZE:
                yield path


INSTALLED = frozenset(("node_modules", "venv", ".venv", "site-packages", "vendor"))
"""Folders of what is installed in a project."""

_INSTALLED = (".git", "node_modules", "venv", ".venv", "site-packages", "__pycache__", ".tox")

_BINARY = (".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".gpg", ".tfstate", "_history")
"""Ends of names of files that are not of names and values, though they hold secrets."""

_SIZE = 100_000
"""Bytes of a file of settings; one that is larger is something else."""


@cache
def _never_sent() -> GitIgnoreSpec:
    text = (files("deskmate.workspace") / "never_send.txt").read_text(encoding="utf-8")
    return _spec(text.splitlines())


_NAMES = (".git/info/exclude", ".gitignore", ".deskmateignore")
"""Ignore files, of which the last has the last word."""


def _is_ignored(path: Path, root: Path, names: tuple[str, ...] = _NAMES) -> bool:
    """Whether an ignore file says so of a file, or of a folder that it lies in."""
    relative = path.relative_to(root)
    folders = [root / parent for parent in reversed(relative.parents)]
    for place in (*folders[1:], path):
        is_folder = place != path
        for folder in reversed([one for one in folders if one != place and one in place.parents]):
            name = place.relative_to(folder).as_posix() + "/" * is_folder
            told = _rules(folder, root, names).check_file(name).include
            if told is not None:
                if told:
                    return True
                break
    return False


def _rules(folder: Path, top: Path, names: tuple[str, ...] = _NAMES) -> GitIgnoreSpec:
    """What the ignore files of one folder say; what Deskmate's own says comes last."""
    there = [(folder / name, state) for name in names if (state := _state(folder / name))]
    return _rules_in(tuple(there), top)


@lru_cache(maxsize=512)
def _rules_in(there: tuple[tuple[Path, tuple[int, int]], ...], top: Path) -> GitIgnoreSpec:
    """The rules of some files, each with its state, so that a changed one is read again."""
    lines: list[str] = []
    for path, _ in there:
        try:
            lines += read_contents(path, top).data.decode("utf-8", "replace").splitlines()
        except OSError as error:  # it might name all that is there
            log.warning("What is beside %s is left alone: %s", path, error)
            lines = ["*"]
    return _spec(lines)


def _state(path: Path) -> tuple[int, int] | None:
    """When a file was modified last, and its size; None where there is none. A folder says
    nothing.
    """
    try:
        about = path.stat()
    except OSError:
        return None
    if stat.S_ISDIR(about.st_mode):
        return None
    return about.st_mtime_ns, about.st_size


def _spec(lines: list[str]) -> GitIgnoreSpec:
    """The library is imported when it is first needed, as the server should start at once."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
