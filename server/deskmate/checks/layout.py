"""Lays out the folder that a command runs in: a copy of a project, or files of its own, with a home
and a place for temporary files beside it, in which nothing lies.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event

from deskmate.errors import DeskmateError
from deskmate.files.disk import ask, follow_links
from deskmate.files.replace import WRITING
from deskmate.workspace.ignore import is_never_sent
from deskmate.workspace.reading import read_text_file


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command finds: a copy of the `project` if it is to be `whole`, variables, folders that
    come first on the PATH, and folders elsewhere that it may read, or write; the latter are made.
    In `env`, and in the command, `{copy}` is the folder that it runs in, `{home}` an empty one and
    `{temporary}` one for temporary files.
    `needs` are programs that are run on the way, wherever they are installed. It `gives_way` to
    whatever else runs.
    """

    project: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    whole: bool = True
    needs: tuple[str, ...] = ()
    gives_way: bool = False


class TooLarge(DeskmateError):
    """There is too much in a project to copy it each time."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A folder that is thrown away, and what lies in it: the `copy` is called as the project is,
    for its code may say so.
    """

    folder: Path
    copy: Path
    home: Path
    temporary: Path


def plan_layout(project: Path | None) -> Layout:
    """Where all of it will be, in a new folder."""
    folder = Path(tempfile.gettempdir()).resolve() / f"deskmate-run-{secrets.token_hex(8)}"
    name = project.name if project else ""
    return Layout(folder, folder / (name or "code"), folder / ".home-of-it", folder / ".tmp-of-it")


def lay_out(layout: Layout, files: Mapping[str, str], around: Surroundings, stop: Event) -> int:
    """Makes and fills it, until `stop` is set; how many bytes were copied. Raises OSError,
    TooLarge.
    """
    layout.folder.mkdir(mode=0o700)
    for path in (layout.copy, layout.home, layout.temporary):
        path.mkdir()
    for path in around.writes:
        path.mkdir(parents=True, exist_ok=True)
    copied = _copy(around.project, layout.copy, stop) if around.project and around.whole else 0
    for name, text in files.items():
        path = layout.copy / name
        if not is_inside(path.parent, layout.copy):  # what is installed is not a copy
            file = read_text_file(path, None)
            if file is None or file.text != text:
                raise OSError(f"{name} is not in the copy of the project")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    return copied


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path leads into a folder, whatever links it goes through but a circle of them."""

    def leads_there() -> bool:
        end = follow_links(path)
        return end.is_relative_to(follow_links(folder)) and not end.is_symlink()

    try:
        return ask(leads_there, path)
    except OSError:
        return False


def _copy(source: Path, folder: Path, stop: Event) -> int:
    """Copies what a project's code may need: not its history, not what is private, and nothing that
    is installed, which is used from where it is.
    """
    number, size, ahead = 0, 0, [(source, folder)]
    while ahead:
        here, there = ahead.pop()
        entries = ask(partial(_list, here), here)
        if here != source and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        there.mkdir(exist_ok=True)
        for entry in entries:
            if stop.is_set():
                return size
            path, goal = Path(entry.path), there / entry.name
            about = ask(partial(entry.stat, follow_symlinks=False), path)
            if entry.is_symlink():
                if is_inside(path, source):
                    goal.symlink_to(ask(path.readlink, path))
            elif entry.is_dir():
                if entry.name == "node_modules":
                    goal.symlink_to(path, target_is_directory=True)
                elif entry.name not in _NOT_COPIED:
                    ahead.append((path, goal))
            elif stat.S_ISREG(about.st_mode) and not is_never_sent(path):
                number, size = number + 1, size + about.st_size
                if number > _MOST_FILES or size > _MOST_BYTES:
                    raise TooLarge("the project is too large to be copied for each run")
                with suppress(PermissionError):
                    ask(partial(_copy_file, path, goal), path, WRITING)
    return size


def _copy_file(path: Path, goal: Path) -> None:
    shutil.copy2(path, goal)


def _list(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where nobody may look, as in what a database keeps."""
    with suppress(PermissionError):
        return list(os.scandir(folder))
    return []


_NOT_COPIED = frozenset(
    (
        *(".git", ".hg", ".svn", ".tox", ".nox", "__pycache__", "target", ".gradle", ".direnv"),
        *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints"),
    )
)
_MOST_FILES, _MOST_BYTES = 10_000, 256 << 20
