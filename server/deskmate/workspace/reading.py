"""The one way in which the files of a project are read that no editor has open: regular files of
some size, which lie in the project when links are followed and which nothing says to leave alone.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deskmate.files.disk import ask, follow_links
from deskmate.files.guarded import read_contents
from deskmate.settings.project import Project
from deskmate.workspace.ignore import may_be_read


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from another: when it was modified (in nanoseconds), and its
    size in bytes.
    """

    modified: int
    size: int


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """The text of a file, and of which state of it."""

    stamp: Stamp
    text: str


def read_project_file(path: Path, project: Project) -> ProjectFile | None:
    """A file of the project; None where it is none that may be read, or no text."""
    try:
        real = ask(partial(follow_links, path), path)
    except OSError:
        return None
    if not all(may_be_read(one, project) for one in {path, real}):
        return None
    return read_text_file(real, project.top)


def read_text_file(path: Path, within: Path | None) -> ProjectFile | None:
    """A regular file that `files.guarded` reads, `within` a folder; None where it is none, or
    binary.

    Where it is written at the same time, its stamp is that of before, and so is never the one of
    the file as it will then be.
    """
    try:
        found = read_contents(path, within)
    except (OSError, ValueError):
        return None
    text = _decoded(found.data)
    return None if text is None else ProjectFile(Stamp(found.modified, found.size), text)


def stamp_of(path: Path) -> Stamp | None:
    """The state of a file now; None where there is no regular one."""
    try:
        about = ask(path.stat, path)
    except (OSError, ValueError):
        return None
    return Stamp(about.st_mtime_ns, about.st_size) if stat.S_ISREG(about.st_mode) else None


def _decoded(data: bytes) -> str | None:
    """UTF-8 as a rule; where it is none a character a byte, so that what is ASCII is right."""
    if b"\0" in data[:_BEGINNING]:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_BEGINNING = 8000
"""Bytes in which a binary file shows that it is one."""
