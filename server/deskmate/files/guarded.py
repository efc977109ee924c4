"""The one way in which a file is read that somebody else may have put there, as all of a project's
are: a regular file of some size, inside of where it has to be when links are followed, and in time.
A named pipe, a device, or a network's folder that does not answer holds nobody up.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from deskmate.files.disk import ask, follow_links

LARGEST = 1_000_000
"""Bytes of a file that is read where nothing else is said: a larger one is data, or was made by a
program.
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a file, and what its disk said of it before it was read: when it was modified (in
    nanoseconds), and its size in bytes.
    """

    data: bytes
    modified: int
    size: int


def read_contents(path: Path, within: Path | None, largest: int = LARGEST) -> Contents:
    """A regular file of at most `largest` bytes, which lies `within` a folder when links are
    followed; None is for what the user names themselves, which may lie anywhere.

    Raises OSError that says what it is instead; DiskSilent where it cannot be read in time.
    """
    return ask(lambda: _read(path, within, largest), path)


def read_small(path: Path, within: Path | None, largest: int = LARGEST) -> str:
    """The text of such a file; see `read_contents`. Raises OSError, UnicodeDecodeError."""
    return read_contents(path, within, largest).data.decode("utf-8-sig")


def find_text(path: Path, within: Path, largest: int = LARGEST) -> str:
    """The text of such a file where only what it says is of interest: "" where it cannot be read,
    with a sign in place of what is no UTF-8.
    """
    try:
        return read_contents(path, within, largest).data.decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return ""


def _read(path: Path, within: Path | None, largest: int) -> Contents:
    real, top = follow_links(path), within and follow_links(within)
    if real.is_symlink():
        raise OSError(f"{path} is a link that leads back to itself")
    if top and not real.is_relative_to(top):
        raise OSError(f"{path} is a link that leads out of {within}")
    # Before it is opened, which does something to a device, and once more of what was opened.
    if not stat.S_ISREG(real.stat().st_mode):
        raise OSError(f"{path} is not a regular file")
    with os.fdopen(os.open(real, _FLAGS), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(f"{path} is not a regular file")
        if top and not _find_opened(file.fileno(), real).is_relative_to(top):
            raise OSError(f"{path} became a link that leads out of {within}")
        if about.st_size > largest:
            raise OSError(f"{path} has more than {largest:,} bytes")
        data = file.read(largest + 1)
    if len(data) > largest:
        raise OSError(f"{path} has more than {largest:,} bytes")
    return Contents(data, about.st_mtime_ns, about.st_size)


def _find_opened(handle: int, asked: Path) -> Path:
    """Where an open file is, which is not where it was `asked` for if a folder above it has become
    a link meanwhile; as asked where the system cannot tell.
    """
    try:
        return Path(f"/proc/self/fd/{handle}").readlink()
    except OSError:
        return asked


_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_NOFOLLOW", "O_BINARY", "O_CLOEXEC"):
    _FLAGS |= getattr(os, _name, 0)
