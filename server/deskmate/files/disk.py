"""Asks a disk that may never answer, such as a network's folder whose server is gone. Whoever opens
or just looks at a file there does not come back, and nothing can end that: so a thread is asked to,
which is left alone if it has to be. Nobody waits for it, not even the end of the process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import partial, update_wrapper
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from deskmate.errors import DiskSilent

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds for a disk to answer one question: it takes milliseconds."""

Found = TypeVar("Found")
Other = TypeVar("Other")
P = ParamSpec("P")

listeners: list[Callable[[Path], None]] = []
"""Who is told, in any thread, of what has stopped to answer."""


def ask(work: Callable[[], Found], path: Path, patience: float | None = None) -> Found:
    """What `work` gives, which looks at files at `path`, or near it. It may ask several times by
    itself: then each question has its own time, `patience` in seconds.

    Raises DiskSilent where the disk does not answer in time, and at once where it still owes an
    earlier answer.
    """
    if (silent := find_silent(path)) is not None:
        raise DiskSilent(silent)
    if (outer := getattr(_here, "asked", None)) is not None:
        return cast(_Question, outer).go_on(work, path)
    patience = patience or PATIENCE
    question = _Question(work, path)
    try:
        question.put()
        while (left := question.since + patience - time.monotonic()) > 0:
            with suppress(TimeoutError):
                return cast(Found, question.answer.result(left))
            if question.answer.done():  # it says so itself
                break
    except KeyboardInterrupt:
        wait((question.answer,), patience)  # else a file might be written after all is put back
        raise
    if not question.answer.done():
        _give_up(question)
    return cast(Found, question.answer.result())


async def ask_meanwhile(
    work: Callable[[], Found], path: Path, patience: float | None = None
) -> Found:
    """The same for those who wait on an event loop, which goes on meanwhile. When one of them is
    cancelled, the work has come to its end, or its time has: many that ask a disk which does not
    answer end together.
    """
    if (silent := find_silent(path)) is not None:
        raise DiskSilent(silent)
    patience = patience or PATIENCE
    question, loop, come = _Question(work, path), asyncio.get_running_loop(), asyncio.Event()

    def tell(_: Future[Found]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(come.set)

    question.answer.add_done_callback(tell)
    question.put()
    try:
        while (left := question.since + patience - time.monotonic()) > 0 and not come.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await come.wait()
    except asyncio.CancelledError:
        wait((question.answer,), max(0.0, question.since + patience - time.monotonic()))
        raise
    if not question.answer.done():
        _give_up(question)
    return cast(Found, question.answer.result())


def asks(
    otherwise: Other,
) -> Callable[
    [Callable[Concatenate[Path, P], Found]], Callable[Concatenate[Path, P], Found | Other]
]:
    """Has a function `ask` what it does, of the path that it is given first. It gives `otherwise`
    where the disk does not answer.
    """

    def decorate(
        function: Callable[Concatenate[Path, P], Found],
    ) -> Callable[Concatenate[Path, P], Found | Other]:
        def asked(path: Path, /, *arguments: P.args, **named: P.kwargs) -> Found | Other:
            try:
                return ask(lambda: function(path, *arguments, **named), path)
            except DiskSilent:
                return otherwise

        update_wrapper(asked, function)
        return asked

    return decorate


def find_silent(path: Path) -> Path | None:
    """What does not answer at the moment, of the folders that a path lies in."""
    if not _silent:
        return None
    whole = path.absolute()
    return next((one for one in (whole, *whole.parents) if one in _silent), None)


def walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """A folder with the names of the folders and of the files in it, then the same for each of the
    folders that are left in that list. Links are not followed, and what nobody may look into is
    empty. Raises DiskSilent.
    """
    inner, names = ask(partial(_list, folder), folder)
    yield folder, inner, names
    for name in inner:
        yield from walk(folder / name)


def _list(folder: Path) -> tuple[list[str], list[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        told = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        folders = [name for name, is_folder in told if is_folder]
        return folders, [name for name, is_folder in told if not is_folder]
    return [], []


def in_home(name: str) -> Path:
    """The path of a name, in somebody's home where it begins with `~` and there is one."""
    with suppress(RuntimeError):
        return Path(name).expanduser()
    return Path(name)


def follow_links(path: Path) -> Path:
    """Where a path leads, absolute; as far as it does where links go in a circle, for which
    `Path.resolve` raises RuntimeError until Python 3.13.
    """
    return Path(os.path.realpath(path))


@asks(False)
def exists(path: Path) -> bool:
    """Whether there is anything at a path."""
    return path.exists()


@asks(False)
def is_file(path: Path) -> bool:
    """Whether there is a file at a path."""
    return path.is_file()


class _Question:
    """What is asked, and since when it waits for an answer of the disk that `path` is on."""

    def __init__(self, work: Callable[[], Any], path: Path) -> None:
        self._work: Callable[[], Any] | None = work
        self.path = path
        self.answer: Future[Any] = Future()
        self.since = time.monotonic()
        self.given_up: tuple[Path, ...] = ()

    def put(self) -> None:
        """Puts it to a thread that has nothing to do, or to another one."""
        try:
            questions = _idle.pop()
        except IndexError:
            questions = SimpleQueue()
            threading.Thread(target=_work, args=(questions,), name="disk", daemon=True).start()
        questions.put(self)

    def go_on(self, work: Callable[[], Found], path: Path) -> Found:
        """Asks something more in the course of it, maybe of another disk."""
        if self.given_up:
            raise DiskSilent(self.given_up[0])
        before = self.path
        self.path, self.since = path, time.monotonic()
        try:
            return work()
        finally:
            self.path, self.since = before, time.monotonic()

    def work(self) -> None:
        """Finds the answer, in a thread for that."""
        work, self._work = self._work, None
        _here.asked = self
        try:
            if work is not None:
                self.answer.set_result(self.go_on(work, self.path))
        except BaseException as error:
            self.answer.set_exception(error)
        finally:
            _here.asked = None
        with _noting:
            for one in self.given_up:
                _silent[one] -= 1
                if not _silent[one]:
                    del _silent[one]


def _give_up(question: _Question) -> None:
    """Raises DiskSilent, unless the answer has come at the last moment."""
    silent = _find_disk(question.path)
    with _noting:
        if question.answer.done():
            return
        first = silent[0] not in _silent
        _silent.update(silent)
        question.given_up = silent
    if first:
        log.warning("%s does not answer", silent[0])
        for tell in tuple(listeners):
            tell(silent[0])
    raise DiskSilent(silent[0])


def _find_disk(asked: Path) -> tuple[Path, ...]:
    """Which of the system's disks a path is on, without asking that, and the link, if there is one,
    that leads there. Of the one that Python itself is on it is just the path: all others there may
    be well.
    """
    path = asked = asked.absolute()
    disks = _list_disks(path)
    via: tuple[Path, ...] = ()
    for _ in range(_LINKS):
        around = [one for one in disks if path.is_relative_to(one)]
        disk = max(around, key=lambda one: len(one.parts), default=None)
        if disk not in (None, Path(Path(sys.prefix).anchor)):
            return disk, *via
        link = next((one for one in (*path.parents[::-1], path) if one.is_symlink()), None)
        if link is None:
            break
        rest = path.relative_to(link)
        path = Path(os.path.normpath(link.parent / link.readlink() / rest))
        via = (asked.parents[len(rest.parts) - 1] if rest.parts else asked,)
    return (asked,)


_LINKS = 40
"""Links that are followed, one after the other."""


def _list_disks(path: Path) -> list[Path]:
    if os.name == "nt":  # where a list of them would ask each
        return [Path(path.anchor)]
    import psutil

    return [Path(one.mountpoint) for one in psutil.disk_partitions(all=True)]


def _work(questions: SimpleQueue[_Question]) -> None:
    while True:
        questions.get().work()  # nothing of it is held meanwhile
        _idle.append(questions)


_here = threading.local()
_idle: list[SimpleQueue[_Question]] = []
_silent: Counter[Path] = Counter()
_noting = threading.Lock()

if hasattr(os, "register_at_fork"):  # a child has none of these threads
    os.register_at_fork(after_in_child=_idle.clear)
