"""The process that keeps a project's index, as the server sees it: told what happens to files, and
never waited for.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

Report = Callable[[int, int], None]
"""Told how many files are read, and of how many; the same twice at the end."""

AGAIN = 60.0
"""Seconds before a process that died is started anew: what ends it once may do so again."""

Message = dict[str, Any]


class Indexing:
    """The process for the project in `folder`; it begins with the first message."""

    def __init__(self, folder: Path, report: Report) -> None:
        self._folder = folder
        self._report = report
        self._process: asyncio.subprocess.Process | None = None
        self._running: asyncio.Task[None] | None = None
        self._started = -AGAIN
        self._waiting: list[Message] = []

    def open(self, path: Path) -> None:
        """The editor shows this file: what is around it comes first."""
        self._send({"open": str(path)})

    def changed(self, paths: Iterable[Path]) -> None:
        """These files were written, made, renamed or deleted, or may have been."""
        self._send({"changed": [str(path) for path in paths]})

    def pause(self, paused: bool) -> None:
        """Whether somebody waits for an answer, so that nothing is read meanwhile but what has
        changed.
        """
        if self._running is not None:
            self._send({"pause": paused})

    async def aclose(self) -> None:
        """Ends the process."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    def _send(self, message: Message) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, RuntimeError):
                self._process.stdin.write(_line(message))
            return
        self._waiting.append(message)
        if self._running is None and time.monotonic() - self._started >= AGAIN:
            self._started = time.monotonic()
            self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        process = None
        try:
            process = await _start(self._folder)
            self._process = process
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"".join(map(_line, self._waiting)))
            self._waiting.clear()
            async for line in process.stdout:
                self._read(json.loads(line))
            log.warning("The indexer of %s has ended", self._folder)
        except (OSError, ValueError) as error:
            log.warning("The indexer of %s has ended: %s", self._folder, error)
        finally:
            self._process = self._running = None
            self._waiting.clear()
            if process is not None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    def _read(self, message: Message) -> None:
        total = int(message.get("total", 0))
        done = total if "complete" in message else int(message["done"])
        self._report(done, total)


async def _start(folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deskmate.workspace.index.host", str(folder)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _line(message: Message) -> bytes:
    return json.dumps(message).encode() + b"\n"
