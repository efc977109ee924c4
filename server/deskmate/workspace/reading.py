"""The one way in which the files of a project are read that no editor has open: regular files of
some size, which lie in the project when links are followed and which nothing says to leave alone.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

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


LARGEST = 1_000_000
"""Bytes of a file that is read: a larger one is data, or was made by a program."""


def read_project_file(path: Path, project: Project) -> ProjectFile | None:
    """A file of the project; None where it is none that may be read, or no text."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError):  # links that go in a circle
        return None
    if not real.is_relative_to(project.top) or not may_be_read(path, project):
        return None
    return read_text_file(real)


def read_text_file(path: Path) -> ProjectFile | None:
    """A regular file of at most `LARGEST` bytes; None where it is none, or binary.

    Where it is written at the same time, its stamp is that of before, and so is never the one of
    the file as it will then be.
    """
    try:
        # Not to wait for whoever would write into a named pipe.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
                return None
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    text = _decoded(data)
    return None if text is None else ProjectFile(Stamp(about.st_mtime_ns, about.st_size), text)


def stamp_of(path: Path) -> Stamp | None:
    """The state of a file now; None where there is no regular one."""
    try:
        about = path.stat()
    except (OSError, ValueError):
        return None
    return Stamp(about.st_mtime_ns, about.st_size) if stat.S_ISREG(about.st_mode) else None


def _decoded(data: bytes) -> str | None:
    """UTF-8 as a rule; where it is none a character a byte, so that what is ASCII is right."""
    if len(data) > LARGEST or b"\0" in data[:_BEGINNING]:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_BEGINNING = 8000
"""Bytes in which a binary file shows that it is one."""
