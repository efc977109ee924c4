"""Files and folders that are of use only while a process is at work on them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deskmate.files.places import PlaceName, place


def free_path(folder: Path) -> Path:
    """A path in `folder` where nothing is, which tells whose it is."""
    return folder / f".deskmate-{os.getpid()}-{secrets.token_hex(4)}.tmp"


@contextmanager
def passing(folder: Path) -> Iterator[Path]:
    """A path in `folder`, which is made: what is put there, a file or a folder, is gone afterwards,
    and so is what processes that were killed have left in `folder`. What cannot be removed, as
    Windows removes nothing that is open, is left to a later process. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)
    path = free_path(folder)
    try:
        yield path
    finally:
        with suppress(OSError):  # not in the place of what the block raises
            _remove(path)


def remove_leftovers(folder: Path) -> None:
    """Removes what processes that were killed have left there, as far as that can be."""
    import psutil

    for left in folder.glob(".deskmate-*.tmp"):
        whose = _LEFT.fullmatch(left.name)
        if whose and not psutil.pid_exists(int(whose[1])):
            with suppress(OSError):  # the next one tries again
                _remove(left)


def tidy_up() -> None:
    """Removes what was left of models and builds of llama.cpp that were being made: they are large,
    and who was ended in the middle may never make one again.
    """
    for name in _LARGE:
        remove_leftovers(place(name))


_LARGE: tuple[PlaceName, ...] = ("models", "builds")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


_LEFT = re.compile(r"\.deskmate-(\d+)-[0-9a-f]+\.tmp")
