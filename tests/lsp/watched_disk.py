"""The server, with the disk of one folder watched: whoever asks it without a limit of time about
something below that folder is told of.

    python watched_disk.py FOLDER REPORT [SECONDS]

writes their names into the file REPORT, a line each. A disk has SECONDS to answer; while `silence`
holds in a test, that folder's gives none, to nobody.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from deskmate.files import disk
from deskmate.lsp.serve import serve

SCRIPT = __file__

FUNCTIONS = "access chmod link listdir lstat mkdir open readlink rename replace rmdir scandir stat"
FUNCTIONS += " symlink truncate unlink utime"
"""What asks a disk, of the module `os`; whatever else does so ends there, or opens a file."""

NOT_WATCHED = (".home", ".script-")
"""What tests put beside a project: the user's own files, and what the model says."""


@contextmanager
def silence(folder: Path) -> Iterator[None]:
    """Has the disk of that folder answer nothing until the end of the block."""
    sign = folder.with_name(f"{folder.name}.silent")
    sign.touch()
    yield
    sign.unlink()


def watch(folder: Path, report: Path) -> None:
    """Has all that asks a disk say so first."""
    sign, look = folder.with_name(f"{folder.name}.silent"), os.stat
    ignored = tuple(f"{folder}{os.sep}{name}" for name in NOT_WATCHED)
    told, lock = report.open("w", encoding="utf-8"), threading.Lock()

    def note(path: Any) -> None:
        if not isinstance(path, (str, os.PathLike)):
            return
        name = str(path)
        if not f"{name}{os.sep}".startswith(f"{folder}{os.sep}") or name.startswith(ignored):
            return
        if getattr(disk._here, "asked", None) is None:
            with lock:
                print(name_asker(), file=told, flush=True)
        with suppress(FileNotFoundError):
            while look(sign):
                time.sleep(0.01)

    for name in FUNCTIONS.split():
        setattr(os, name, noting(getattr(os, name), note))
    io.open = builtins.open = noting(builtins.open, note)


def noting(function: Callable[..., Any], note: Callable[[Any], None]) -> Callable[..., Any]:
    """The function, which notes its first argument before it begins."""

    def noted(*arguments: Any, **named: Any) -> Any:
        note(arguments[0] if arguments else None)
        return function(*arguments, **named)

    return noted


def name_asker() -> str:
    """The functions of ours that ask, innermost first."""
    ours = f"{os.sep}deskmate{os.sep}"
    frames = [one for one in traceback.extract_stack() if ours in one.filename]
    names = [f"{Path(one.filename).stem}.{one.name}" for one in frames[::-1]]
    return f"{threading.current_thread().name}: {' < '.join(names[:6])}"


if __name__ == "__main__":
    watched = Path(sys.argv[1])
    watch(watched, Path(sys.argv[2]))
    disk._list_disks = lambda path: [watched]
    disk.PATIENCE = float(sys.argv[3]) if sys.argv[3:] else 60.0
    raise SystemExit(serve())
