"""Runs code that a model has written, within limits, in a folder that is thrown away.

What breaks out of its limits is ended and is a failed task, never a broken run. `jail.py` says what
holds on which system; on Windows time, memory and output are limited, and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from deskmate.evaluation import jail

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


async def run_code(
    files: Mapping[str, str], command: Sequence[str], limits: Limits | None = None
) -> Ran:
    """Runs `command` in a new folder with these files; `{python}` in it is this interpreter.
    Cancelling ends it. Raises OSError where the folder cannot be made.
    """
    folder = await asyncio.to_thread(_lay_out, files)
    try:
        return await _run(folder, [_own(one) for one in command], limits or Limits())
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _lay_out(files: Mapping[str, str]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="deskmate-eval-")).resolve()
    (folder / _TEMPORARY).mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    return folder


def _own(word: str) -> str:
    return word.replace("{python}", sys.executable)


async def _run(folder: Path, command: list[str], limits: Limits) -> Ran:
    loop = asyncio.get_running_loop()
    started = loop.time()
    if os.name == "posix":
        told = json.dumps(
            {
                "memory": limits.memory,
                "file": limits.file,
                "files": limits.files,
                "seconds": int(limits.seconds) + 1,
                "processes": limits.processes,
            }
        )
        command = [sys.executable, "-I", str(Path(jail.__file__)), told, *command]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=_environment(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    reading = asyncio.create_task(_read(process, limits.output))
    ending: Ending = "ended"
    try:
        while not reading.done() and ending == "ended":
            await asyncio.wait({reading}, timeout=_EVERY)
            if loop.time() - started > limits.seconds:
                ending = "time"
            elif not reading.done():
                ending = await asyncio.to_thread(_beyond, process.pid, folder, limits)
    finally:
        if process.returncode is None and (ending != "ended" or not reading.done()):
            _kill(process.pid)
        output, whole = await reading
        status = await process.wait()
    said = output.decode("utf-8", "replace")
    missing = tuple(line[6:] for line in said.splitlines() if line.startswith("jail: "))
    ending = ending if whole or ending != "ended" else "output"
    return Ran(ending, status, said, loop.time() - started, missing)


_EVERY = 0.05
"""Seconds between two looks at what it uses."""


def _environment(folder: Path) -> dict[str, str]:
    """Next to nothing: no keys, no home but the folder, and temporary files in one of its own below
    it, for Go takes no `go.mod` that lies in it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    temporary = str(folder / _TEMPORARY)
    return {**kept, "HOME": str(folder), "TMPDIR": temporary, "PYTHONDONTWRITEBYTECODE": "1"}


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


def _beyond(pid: int, folder: Path, limits: Limits) -> Ending:
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
        if written > limits.disk:
            return "disk"
    return "ended"


def _kill(pid: int) -> None:
    """Ends a process and all that came of it."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (*process.children(recursive=True), process):
            with suppress(psutil.Error):
                one.kill()
