"""The server, with the disk watched: whoever asks one on the event loop is told of, and who asks
that of one folder without a limit of time.

    python watched_disk.py FOLDER REPORT [SECONDS]

writes their names into the file REPORT, a line each. A disk has SECONDS to answer; while `silence`
holds in a test, that folder's gives none, to nobody. The tests of this folder run their server so,
and fail where somebody is told of.
"""

from __future__ import annotations

import asyncio
import builtins
import io
import os
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import deskmate
from deskmate.files import disk
from deskmate.lsp.serve import serve

FUNCTIONS = "access chmod link listdir lstat mkdir open readlink rename replace rmdir scandir stat"
FUNCTIONS += " symlink truncate unlink utime"
"""What asks a disk, of the module `os`; whatever else does so ends there, or opens a file."""

NOT_WATCHED = (".home", ".script", "deskmate.log")
"""What tests put into a project: the user's own files, what the model says, and a log."""

ON_LOOP = (
    "server._is_listed",  # before `initialize` is answered, nobody waits for anything else
    "scripted.",  # no user has that engine
    "layout.plan_layout",  # names the system's folder for temporary files
)
"""Who may ask on the event loop."""

OURS = (
    str(Path(deskmate.__file__).parent),
    sys.prefix,
    sys.base_prefix,
    "/dev/",
    "/proc/",
    "/sys/",
)
"""What is as well as Python itself."""


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

    def tell(of: str) -> None:
        with lock:
            print(of, file=told, flush=True)

    def note_on_loop(path: Any) -> None:
        if asyncio.events._get_running_loop() is None or str(path).startswith(OURS):
            return
        asker = name_asker()
        if asker and not any(one in asker for one in ON_LOOP):
            tell(f"on the loop, {path}: {asker}")

    def note(path: Any) -> None:
        if not isinstance(path, (str, os.PathLike)):
            return
        note_on_loop(path)
        name = str(path)
        if not name.startswith(f"{folder}{os.sep}") or name.startswith(ignored):
            return
        if getattr(disk._here, "asked", None) is None and not waits_alone():
            tell(f"{threading.current_thread().name}, {path}: {name_asker()}")
        answer(name)

    def answer(name: str) -> None:
        with suppress(FileNotFoundError):
            while name.startswith(f"{folder}{os.sep}") and look(sign):
                time.sleep(0.01)

    for name in FUNCTIONS.split():
        setattr(os, name, noting(getattr(os, name), note))
    io.open = builtins.open = noting(builtins.open, note)
    connect = sqlite3.connect

    def connecting(path: Any, *arguments: Any, **named: Any) -> sqlite3.Connection:
        note_on_loop(path)
        answer(str(path))
        connection = connect(path, *arguments, factory=Connection, **named)
        connection.path = path
        return connection

    class Connection(sqlite3.Connection):
        """One that asks its disk with all that it does."""

        path: Any = ""

        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            note_on_loop(self.path)
            answer(str(self.path))
            return super().execute(*arguments)

        def close(self) -> None:
            note_on_loop(self.path)
            answer(str(self.path))
            super().close()

    for module in (sqlite3, sqlite3.dbapi2):
        vars(module)["connect"] = connecting
    begin = disk._Question.__init__

    def begun(self: Any, work: Any, path: Path) -> None:
        note_on_loop(path)
        begin(self, work, path)

    disk._Question.__init__ = begun  # type: ignore[method-assign]


def noting(function: Callable[..., Any], note: Callable[[Any], None]) -> Callable[..., Any]:
    """The function, which notes its first argument before it begins."""

    def noted(*arguments: Any, **named: Any) -> Any:
        note(arguments[0] if arguments else None)
        return function(*arguments, **named)

    return noted


def waits_alone() -> bool:
    """Whether it is the thread that writes the log, for which nobody waits."""
    return threading.current_thread().name == "log"


def name_asker() -> str:
    """The functions of ours that ask, innermost first."""
    names = []
    for frame, _ in traceback.walk_stack(None):
        file, name = Path(frame.f_code.co_filename), frame.f_code.co_name
        if "deskmate" in file.parts and file.stem not in ("disk", "guarded", "source"):
            names.append(f"{file.stem}.{name}")
    return " < ".join(names[:6])


def run(folder: str, report: str, seconds: str = "60") -> int:
    """The server with these disks watched; gives its exit code."""
    watch(Path(folder), Path(report))
    disk._list_disks = lambda path: [Path(folder)]
    disk.PATIENCE = float(seconds)
    return serve()


if __name__ == "__main__":
    raise SystemExit(run(*sys.argv[1:]))
