"""Replacing a file at once: whoever reads it meanwhile finds the old one or the new one, whole, and
so does whoever comes after a crash.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from deskmate.files.disk import ask, follow_links
from deskmate.files.leftovers import free_path


def replace_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Makes `data` the content of the file; see `replacing`. Raises OSError, DiskSilent."""

    def write() -> None:
        with replacing(path, private=private) as file:
            file.write(data)

    ask(write, path, WRITING)


WRITING = 60.0
"""Seconds for a disk to take a file, and to say that it has it for good."""


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A new file, which takes the place of the one at `path` when the block has ended well; where
    it raises, everything is as before. Folders that are missing are made. It keeps the mode, the
    owner and the extended attributes; with `private` nobody but the user may read it. Of a link it
    is the file that it leads to which is replaced. One that has other names, too, or whose owner
    or attributes no other file may be given, is overwritten when the new content is on disk.

    Raises OSError, with `path` as its file, where that may not be written or is not a regular file.
    """
    try:
        goal = _goal(path)
        before = goal.stat() if goal.exists() else None
        goal.parent.mkdir(parents=True, exist_ok=True)
        half = free_path(goal.parent)
        # Where there is a file already, its mode comes when the content is whole.
        mode = 0o666 if before is None and not private else 0o600
        handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, mode)
    except OSError as error:
        raise _about(error, path) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
        try:
            if before is None or private or _is_made_like(goal, before, half):
                half.replace(goal)
            else:
                _overwrite(goal, half)
        except OSError as error:
            raise _about(error, path) from error
    finally:
        half.unlink(missing_ok=True)
    _sync(goal.parent)


def move_into_place(half: Path, path: Path) -> None:
    """Makes the file `half`, in a folder of the same disk, the one at `path`. Raises OSError."""
    with half.open("rb+") as file:
        os.fsync(file.fileno())
    half.replace(path)
    _sync(path.parent)


def _goal(path: Path) -> Path:
    """The file that is replaced, every link followed."""
    goal = follow_links(path)
    if goal.is_symlink():
        raise OSError(errno.ELOOP, "it is a link that leads back to itself")
    if goal.exists() and not goal.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file")
    if goal.exists() and not is_writable(goal):
        raise OSError(errno.EACCES, "it is write-protected")
    return goal


def is_writable(goal: Path) -> bool:
    """Whether it may be written, and is meant to be: the system lets root write everything."""
    return os.access(goal, os.W_OK) and bool(goal.stat().st_mode & _WRITE)


_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def _is_made_like(goal: Path, before: os.stat_result, half: Path) -> bool:
    """Gives `half` what the file has besides its content; whether it can take its place."""
    if before.st_nlink > 1:
        return False
    about = half.stat()
    try:
        if (about.st_uid, about.st_gid) != (before.st_uid, before.st_gid):
            os.chown(half, before.st_uid, before.st_gid)
        half.chmod(stat.S_IMODE(before.st_mode))
        _copy_attributes(goal, half)
    except OSError:
        return False
    return True


def _copy_attributes(goal: Path, half: Path) -> None:
    """The extended attributes, access control lists among them, where the system has such."""
    if sys.platform != "linux":
        return
    try:
        wanted = {name: os.getxattr(goal, name) for name in os.listxattr(goal)}
        there = {name: os.getxattr(half, name) for name in os.listxattr(half)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return
        raise
    for name in wanted.keys() | there.keys():
        if name not in wanted:
            os.removexattr(half, name)
        elif there.get(name) != wanted[name]:
            os.setxattr(half, name, wanted[name])


def _overwrite(goal: Path, half: Path) -> None:
    with half.open("rb") as new, goal.open("rb+") as old:
        shutil.copyfileobj(new, old)
        old.truncate()
        old.flush()
        os.fsync(old.fileno())


def _about(error: OSError, path: Path) -> OSError:
    """The same error, about the file that was to be replaced, not about one that is beside it."""
    why = error.strerror or str(error)
    if error.errno == errno.EACCES and error.filename is not None:
        why = f"{why} (in the folder {path.parent})"
    return OSError(error.errno, why, str(path))


def _sync(folder: Path) -> None:
    """Has the disk know of the new name, where a folder can be synced."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


_BINARY: int = getattr(os, "O_BINARY", 0)
