"""Runs code that nobody has read, within limits, in a folder that is thrown away: files of its own,
or a copy of a project.

What breaks out of its limits is ended and is a failed task, never a broken run. `jail.py` says what
holds on which system; on Windows time, memory and output are limited, and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Literal

import psutil

from deskmate.checks import jail
from deskmate.checks.layout import Layout, Surroundings, TooLarge, is_inside, lay_out, plan_layout
from deskmate.errors import DeskmateError
from deskmate.files.disk import ask

__all__ = ["Limits", "Ran", "Surroundings", "TooLarge", "find_missing", "run_code"]

Ending = Literal["ended", "time", "memory", "processes", "output", "disk"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use: seconds, bytes of memory in all its processes, of a file, of all
    that it writes, of what is kept for the next one, and of what it says; open files, processes.
    """

    seconds: float = 10
    memory: int = 2 << 30
    file: int = 16 << 20
    disk: int = 64 << 20
    kept: int = 4 << 30
    output: int = 64 << 10
    files: int = 256
    processes: int = 128


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: by itself, with `status`, or because it went beyond a limit. `missing`
    are the limits that this system does not have.
    """

    ending: Ending
    status: int
    output: str
    seconds: float
    missing: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it ended by itself and says that all is well."""
        return self.ending == "ended" and self.status == 0


async def run_code(
    files: Mapping[str, str],
    command: Sequence[str],
    limits: Limits | None = None,
    around: Surroundings | None = None,
) -> Ran:
    """Runs `command` in a new folder with these files; `{python}` in it is this interpreter.
    Cancelling ends it. Raises OSError where the folder cannot be made, TooLarge.
    """
    around = around or Surroundings()
    layout, stop, limits = plan_layout(around.project), Event(), limits or Limits()
    laying = asyncio.ensure_future(asyncio.to_thread(lay_out, layout, files, around, stop))
    try:
        copied = await asyncio.shield(laying)
        return await _run(layout, command, limits, around, copied)
    finally:
        stop.set()
        thrown_away = _throw_away(layout, laying, around.writes, limits.kept)
        await asyncio.shield(asyncio.ensure_future(thrown_away))


async def _throw_away(
    layout: Layout, laying: asyncio.Future[int], kept: Sequence[Path], most: int
) -> None:
    """Throws all of it away, and what is kept, too, if that has become more than `most` bytes."""
    await asyncio.wait({laying})  # which would make files anew
    gone = [layout.folder]
    if await asyncio.to_thread(_measure, kept) > most:
        gone += kept
    for path in gone:
        await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)


async def find_missing() -> tuple[str, ...]:
    """What this system does not have to keep code that is run where it belongs. Raises
    DeskmateError where nothing can be run at all.
    """
    if not _MISSING:
        ran = await run_code({}, ["{python}", "-c", ""])
        if not ran.passed:
            why = (ran.output.splitlines() or [ran.ending])[-1]
            raise DeskmateError(f"code cannot be run apart from the rest of this system: {why}")
        _MISSING.append(ran.missing)
    return _MISSING[0]


_MISSING: list[tuple[str, ...]] = []  # it is the same for as long as this process runs


async def _run(
    layout: Layout, command: Sequence[str], limits: Limits, around: Surroundings, copied: int
) -> Ran:
    loop = asyncio.get_running_loop()
    started = loop.time()
    free = await asyncio.to_thread(_list_free, around)
    folder = layout.copy
    words, env = await asyncio.to_thread(_word, layout, command, limits, around)
    missing: tuple[str, ...] = () if os.name == "posix" else jail.NOWHERE
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said = bytearray()
    reading = asyncio.create_task(_read(process, limits.output, said))
    ending: Ending = "ended"
    every = _EVERY
    try:
        while not reading.done() and ending == "ended":
            await asyncio.wait({reading}, timeout=every)
            every = min(1.2 * every, 10 * _EVERY)  # whoever runs long can be looked at less often
            if loop.time() - started > limits.seconds:
                ending = "time"
            elif not reading.done():
                most = limits.disk + copied
                ending = await asyncio.to_thread(_beyond, process.pid, layout.folder, limits, most)
                if ending == "ended" and await asyncio.to_thread(_fills, around, free, limits):
                    ending = "disk"
    finally:
        whole, status = await asyncio.shield(asyncio.ensure_future(_end(process, reading)))
    output = said.decode("utf-8", "replace").replace(str(folder) + os.sep, "")
    missing += tuple(line[6:] for line in output.splitlines() if line.startswith("jail: "))
    ending = ending if whole or ending != "ended" else "output"
    return Ran(ending, status, output, loop.time() - started, missing)


_EVERY = 0.05
"""Seconds from one look at what it uses to the next, at first."""


def _word(
    layout: Layout, command: Sequence[str], limits: Limits, around: Surroundings
) -> tuple[list[str], dict[str, str]]:
    """The whole command, in the jail where there is one, and its environment."""
    folder = layout.copy
    known = {"{python}": sys.executable, "{copy}": str(folder), "{home}": str(layout.home)}
    known["{temporary}"] = str(layout.temporary)
    words = [_fill(word, known) for word in command]
    env = _environment(layout, around) | {k: _fill(v, known) for k, v in around.env.items()}
    place = around.project or folder
    words[0] = ask(lambda: shutil.which(words[0], path=env["PATH"]), place) or words[0]
    if os.name != "posix":
        return words, env
    own = [one for one in (folder, around.project) if one]
    installed = (shutil.which(name, path=env["PATH"]) for name in around.needs)
    programs = [words[0], *filter(None, installed)]
    needed = [path for one in programs for path in ask(partial(_needed, one, own), Path(one))]
    told = {
        "memory": limits.memory,
        "file": limits.file,
        "files": limits.files,
        "seconds": int(limits.seconds) + 1,
        "processes": limits.processes,
        "reads": [str(path) for path in (*needed, *around.reads)],
        "gives_way": around.gives_way,
        "writes": [str(path) for path in (layout.folder, *around.writes)],
    }
    return [sys.executable, "-I", str(Path(jail.__file__)), json.dumps(told), *words], env


def _fill(word: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        word = word.replace(name, value)
    return word


def _needed(program: str, own: Iterable[Path]) -> tuple[Path, ...]:
    """Where this interpreter and a program are installed; a link in a project's `own` folders leads
    nowhere but to a Python.
    """
    found = Path(program)
    prefixes = [Path(sys.prefix), Path(sys.base_prefix), found.parent]
    if found.is_absolute() and found.exists():
        prefix = found.resolve().parent.parent
        if is_python(prefix) or not any(found.is_relative_to(one) for one in own):
            prefixes.append(prefix)
    home = Path.home()
    return tuple(one for one in prefixes if not home.is_relative_to(one))


def is_python(prefix: Path) -> bool:
    """Whether a Python is installed in a folder, and it is not the user's home or one above."""
    found = any(any(prefix.glob(one)) for one in ("lib*/*/os.py", "Lib/os.py"))
    return found and not Path.home().is_relative_to(prefix)


def find_outside(project: Path | None) -> list[str]:
    """The folders of the PATH but those of the project's, whatever links lead there."""
    found = []
    for one in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if Path(one).is_absolute() and not (project and is_inside(Path(one), project)):
            found.append(one)
    return found


def _environment(layout: Layout, around: Surroundings) -> dict[str, str]:
    """Next to nothing: no keys, no programs of the project's own, an empty home, for what lies in
    it decides what programs do, and temporary files outside of the copy, for Go takes no `go.mod`
    that lies in their folder.
    """
    names = ("SYSTEMROOT", "LANG")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    path = os.pathsep.join((*around.path, *find_outside(around.project)))
    own = {"PATH": path, "HOME": str(layout.home), "TMPDIR": str(layout.temporary)}
    return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1"}


async def _read(process: asyncio.subprocess.Process, most: int, said: bytearray) -> bool:
    """Adds what it says, and tells whether that is all; beyond `most` bytes it is ended."""
    assert process.stdout is not None
    while piece := await process.stdout.read(4096):
        said += piece
        if len(said) > most:
            del said[most:]
            _kill(process)
            while await process.stdout.read(65536):
                pass  # asyncio waits for the process until its pipe has been read to the end
            return False
    return True


async def _end(
    process: asyncio.subprocess.Process, reading: asyncio.Task[bool]
) -> tuple[bool, int]:
    """Ends it and what came of it, if need be; whether all that it said was read, and its status.
    Where nothing keeps processes together, one that has left the others may hold the pipe for ever.
    """
    if not reading.done():
        _kill(process)
        await asyncio.wait({reading}, timeout=_GRACE)
    whole = reading.done() and reading.result()
    if not reading.done():
        reading.cancel()
        process._transport.close()  # type: ignore[attr-defined]
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(process.wait(), 5 * _GRACE)
    _kill(process)
    return whole, -1 if process.returncode is None else process.returncode


_ROUNDS = 3
_GRACE = 2
"""Seconds for what was killed to be gone."""


def _beyond(pid: int, folder: Path, limits: Limits, disk: int) -> Ending:
    """The limit that its processes together have gone beyond."""
    used = 0
    with suppress(psutil.Error):
        processes = psutil.Process(pid).children(recursive=True)
        if len(processes) > limits.processes:  # root has no limit but this
            return "processes"
        for process in processes:
            with suppress(psutil.Error):
                used += process.memory_info().rss
    if used > limits.memory:
        return "memory"
    return "disk" if _measure([folder]) > disk else "ended"


def _list_free(around: Surroundings) -> list[int]:
    return [shutil.disk_usage(path).free for path in around.writes]


def _fills(around: Surroundings, free: Iterable[int], limits: Limits) -> bool:
    """Whether too much is kept; files are counted only where the disk has become a good deal
    fuller, for there may be many.
    """
    now = _list_free(around)
    fuller = any(before - left > limits.disk for before, left in zip(free, now, strict=True))
    return fuller and _measure(around.writes) > limits.kept


def _measure(folders: Iterable[Path]) -> int:
    """The bytes of all files in these folders, which may vanish meanwhile."""
    found = 0
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                with suppress(OSError):
                    found += Path(place, name).lstat().st_size
    return found


def _kill(process: asyncio.subprocess.Process) -> None:
    """Ends a process and all that came of it."""
    with suppress(psutil.Error):
        if process.returncode is None:
            found = psutil.Process(process.pid)
            for _ in range(_ROUNDS):  # what was made meanwhile has become its child
                for one in found.children(recursive=True):
                    with suppress(psutil.Error):
                        one.kill()
            found.kill()
    if os.name == "posix":
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)  # those whose parent has gone
