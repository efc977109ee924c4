"""The process that runs the model, seen from whoever started it: what it is told, how it is heard
and ended.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict

from deskmate.engines.engine import Priority
from deskmate.engines.hosts.host import Configuration, Report, read_report
from deskmate.errors import EngineUnavailable

log = logging.getLogger(__name__)

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows opens a console for a child otherwise."""

GRACE = 1.0
"""Seconds that a host has to end by itself, and the system to notice that it has ended."""


def host_command(host: str) -> tuple[str, ...]:
    """How the process is started that runs `hosts/HOST.py`. `-P` keeps it from importing what lies
    in the folder it is started in.
    """
    return (sys.executable, "-P", "-m", f"deskmate.engines.hosts.{host}")


async def spawn(command: tuple[str, ...]) -> Process:
    """Starts a host, which waits for its configuration then."""
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        creationflags=NO_WINDOW,
    )


class HostProcess:
    """One host process: its configuration goes in, its report comes out. It is a `Link` that nobody
    shares.
    """

    others_asked = 0

    def __init__(self, process: Process, configuration: Configuration) -> None:
        self._process = process
        self._configuration = configuration
        self._said: deque[str] = deque(maxlen=50)
        self._listening = asyncio.create_task(self._listen())
        self._turns: asyncio.Semaphore

    @property
    def lives(self) -> bool:
        """Whether the process was alive when it was last heard of."""
        return self._process.returncode is None

    @property
    def said(self) -> list[str]:
        """The last lines of its log."""
        return list(self._said)

    async def greet(self) -> tuple[Report, str]:
        """Tells the process what to load, and learns where it answers then, and with which key.

        Raises EngineUnavailable with what the process says is wrong, or with how it ended.
        """
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(asdict(self._configuration)).encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError:
            log.debug("The host ended before it was told what to load")
        answer = await self._process.stdout.readline()
        if not answer:
            raise EngineUnavailable(await self.explain_end())
        report = read_report(answer)
        if report.error or report.tuning is None:
            raise EngineUnavailable(report.error)
        self._turns = asyncio.Semaphore(report.tuning.slots)
        return report, self._configuration.key

    @asynccontextmanager
    async def turn(self, priority: Priority, give_way: Callable[[], None]) -> AsyncIterator[None]:
        """While a request is answered, of which there are as many at a time as it has slots."""
        async with self._turns:
            yield

    async def ended(self) -> bool:
        """Whether the process has ended, or ends within `GRACE` seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), GRACE)
        if self.lives:
            return False
        log.warning("The host of the local model ended: %s", await self.explain_end())
        return True

    async def wait(self) -> None:
        """Until it has ended, whatever it leaves behind."""
        waiting = asyncio.create_task(self._process.wait())
        try:
            while self.lives:  # a child of it that has its pipes still can keep `waiting` for ever
                await asyncio.wait([waiting], timeout=GRACE)
        finally:
            waiting.cancel()

    async def explain_end(self) -> str:
        """How the process ended without a word to us, for the user; the rest is logged."""
        await self.wait()
        await asyncio.wait([self._listening], timeout=GRACE)
        code = self._process.returncode or 0
        log.debug("The host's last lines:\n%s", "\n".join(self._said))
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return tell_unwell(self._configuration, how)

    async def end(self) -> None:
        """Ends the process, and waits until it is gone."""
        assert self._process.stdin
        self._process.stdin.close()  # which it takes as its own end
        try:
            await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            self._process.kill()
            await self.wait()
        await asyncio.wait([self._listening], timeout=GRACE)

    async def end_stuck(self) -> None:
        """The same, as it says nothing any more."""
        await self.end()

    async def _listen(self) -> None:
        """Keeps the end of the engine's log, and passes all of it on to ours."""
        assert self._process.stderr
        rest = b""
        while piece := await self._process.stderr.read(65536):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                said = line.decode(errors="replace").rstrip()
                self._said.append(said)
                log.debug("host: %s", said)


def tell_unwell(configuration: Configuration, how: str) -> str:
    """What is wrong with a host, for the user."""
    return (
        f"The process of the local model {how}. The file {configuration.model} may be "
        f"damaged, or need more memory than there is. Set `local.model` to a smaller one, or "
        f"`log.level` to `debug` to see more."
    )
