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
import stat
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from deskmate.checks import jail
from deskmate.errors import DeskmateError
from deskmate.workspace.ignore import is_never_sent

Ending = Literal["ended", "time", "memory", "processes", "output", "disk"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use: seconds, bytes of memory in all its processes, of a file, of all
    that it writes and of what it says; open files, processes.
    """

    seconds: float = 10
    memory: int = 2 << 30
    file: int = 16 << 20
    disk: int = 64 << 20
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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command finds: a copy of the `project`, variables, folders that come first on the
    PATH, and folders elsewhere that it may read, or write. In `env`, and in the command, `{copy}`
    is the folder that it runs in.
    """

    project: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()


class TooLarge(DeskmateError):
    """There is too much in a project to copy it each time."""


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
    folder = await asyncio.to_thread(_make_folder)
    try:
        copied = await asyncio.to_thread(_lay_out, folder, files, around)
        return await _run(folder, command, limits or Limits(), around, copied)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _make_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="deskmate-run-")).resolve()


async def find_missing() -> tuple[str, ...]:
    """What this system does not have to keep code that is run where it belongs."""
    if not _MISSING:
        _MISSING.append((await run_code({}, ["{python}", "-c", ""])).missing)
    return _MISSING[0]


_MISSING: list[tuple[str, ...]] = []  # it is the same for as long as this process runs


def _lay_out(folder: Path, files: Mapping[str, str], around: Surroundings) -> int:
    """Fills the folder; how many bytes were copied."""
    copied = _copy(around.project, folder) if around.project else 0
    (folder / _TEMPORARY).mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    return copied


def _copy(source: Path, folder: Path) -> int:
    """Copies what a project's code may need: not its history, not what is private, and nothing that
    is installed, which is used from where it is.
    """
    number, size, ahead = 0, 0, [(source, folder)]
    while ahead:
        here, there = ahead.pop()
        there.mkdir(exist_ok=True)
        for entry in os.scandir(here):
            path, goal = Path(entry.path), there / entry.name
            about = entry.stat(follow_symlinks=False)
            if entry.is_symlink():
                if path.resolve().is_relative_to(source):
                    goal.symlink_to(path.readlink())
            elif entry.is_dir():
                if entry.name == "node_modules":
                    goal.symlink_to(path, target_is_directory=True)
                elif entry.name not in _NOT_COPIED and not (path / "pyvenv.cfg").exists():
                    ahead.append((path, goal))
            elif stat.S_ISREG(about.st_mode) and not is_never_sent(path):
                number, size = number + 1, size + about.st_size
                if number > _MOST_FILES or size > _MOST_BYTES:
                    raise TooLarge("the project is too large to be copied for each run")
                with suppress(PermissionError):
                    shutil.copy2(path, goal)
    return size


_NOT_COPIED = frozenset(
    (
        *(".git", ".hg", ".svn", ".tox", ".nox", "__pycache__", "target", ".gradle", ".direnv"),
        *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints"),
    )
)
_MOST_FILES, _MOST_BYTES = 10_000, 256 << 20


async def _run(
    folder: Path, command: Sequence[str], limits: Limits, around: Surroundings, copied: int
) -> Ran:
    loop = asyncio.get_running_loop()
    started = loop.time()
    known = {"{python}": sys.executable, "{copy}": str(folder)}
    words = [_fill(word, known) for word in command]
    env = _environment(folder, around) | {k: _fill(v, known) for k, v in around.env.items()}
    words[0] = shutil.which(words[0], path=env["PATH"]) or words[0]
    missing: tuple[str, ...] = () if os.name == "posix" else jail.NOWHERE
    if os.name == "posix":
        told = {
            "memory": limits.memory,
            "file": limits.file,
            "files": limits.files,
            "seconds": int(limits.seconds) + 1,
            "processes": limits.processes,
            "reads": [str(path) for path in (*_needed(words[0]), *around.reads, *around.writes)],
            "writes": [str(path) for path in around.writes],
        }
        words = [sys.executable, "-I", str(Path(jail.__file__)), json.dumps(told), *words]
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    reading = asyncio.create_task(_read(process, limits.output))
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
                ending = await asyncio.to_thread(_beyond, process.pid, folder, limits, most)
    finally:
        if process.returncode is None and (ending != "ended" or not reading.done()):
            _kill(process.pid)
        output, whole = await reading
        status = await process.wait()
    said = output.decode("utf-8", "replace").replace(str(folder) + os.sep, "")
    missing += tuple(line[6:] for line in said.splitlines() if line.startswith("jail: "))
    ending = ending if whole or ending != "ended" else "output"
    return Ran(ending, status, said, loop.time() - started, missing)


_EVERY = 0.05
"""Seconds from one look at what it uses to the next, at first."""


def _fill(word: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        word = word.replace(name, value)
    return word


def _needed(program: str) -> tuple[Path, ...]:
    """Where this interpreter and a program are installed."""
    found = Path(program)
    prefixes = [Path(sys.prefix), Path(sys.base_prefix), found.parent]
    if found.is_absolute() and found.exists():
        prefixes.append(found.resolve().parent.parent)
    home = Path.home()
    return tuple(one for one in prefixes if not home.is_relative_to(one))


def _environment(folder: Path, around: Surroundings) -> dict[str, str]:
    """Next to nothing: no keys, no home but the folder, no programs of the project's own, and
    temporary files in a folder of its own below it, for Go takes no `go.mod` that lies in it.
    """
    names = ("SYSTEMROOT", "LANG")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    inside = around.project
    path = [*around.path]
    for one in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if one and Path(one).is_absolute() and not (inside and Path(one).is_relative_to(inside)):
            path.append(one)
    own = {"PATH": os.pathsep.join(path), "HOME": str(folder), "TMPDIR": str(folder / _TEMPORARY)}
    return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1"}


_TEMPORARY = ".tmp"


async def _read(process: asyncio.subprocess.Process, most: int) -> tuple[bytes, bool]:
    """What it says, and whether that is all; beyond `most` bytes it is ended."""
    assert process.stdout is not None
    said = b""
    while piece := await process.stdout.read(4096):
        said += piece
        if len(said) > most:
            _kill(process.pid)
            while await process.stdout.read(65536):
                pass  # asyncio waits for the process until its pipe has been read to the end
            return said[:most], False
    return said, True


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
    written = 0
    for place, _, names in os.walk(folder):  # which may vanish meanwhile
        for name in names:
            with suppress(OSError):
                written += Path(place, name).lstat().st_size
        if written > disk:
            return "disk"
    return "ended"


def _kill(pid: int) -> None:
    """Ends a process and all that came of it."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (*process.children(recursive=True), process):
            with suppress(psutil.Error):
                one.kill()
