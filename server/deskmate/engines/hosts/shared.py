"""The process that has a host for all servers of one user: it starts the host, tells who asks where
that answers, and says whose turn it is to ask the model. What is asked and answered it never sees.

`python -m deskmate.engines.hosts.shared` reads one line of JSON on standard input (`Told`), and
writes one line once it can be found. It outlives whoever started it. It ends with the host, or when
nobody has held that for a while; whoever dies holds nothing. What else it says is in `lease.py`.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import time
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from deskmate.engines.hosts import meeting
from deskmate.engines.hosts.host import Configuration, Report, make_configuration
from deskmate.engines.hosts.host_process import HostProcess, spawn
from deskmate.engines.hosts.meeting import LONGEST, Meeting, Message
from deskmate.engines.turns import Owner, Turn, Turns
from deskmate.errors import EngineUnavailable

PATIENCE = 10.0
"""Seconds that whoever connects has to prove who they are, and whoever has started this to come."""

SILENCE = 6.0
"""Seconds without a word after which a server that has a turn is taken for stopped, as by Ctrl-Z in
a terminal: the next may ask, and what it says of the host meanwhile counts for nothing.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What to do: where to be found, how the host is started, what that is told, and for how many
    seconds it is kept when nobody holds it.
    """

    path: str
    command: tuple[str, ...]
    configuration: dict[str, Any]
    linger: float


def main() -> None:
    """Shares one host until it ends."""
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32" and os.fork():
        os._exit(0)  # the other one is nobody's child: what ends an editor's children spares it
    if line := sys.stdin.buffer.readline():
        asyncio.run(_share(Told(**json.loads(line))))


async def _share(told: Told) -> None:
    configuration = replace(make_configuration(told.configuration), key=secrets.token_urlsafe(32))
    shared = SharedHost(configuration, told.linger, key=secrets.token_urlsafe(32))
    server = await asyncio.start_server(shared.meet, meeting.HOST, 0, limit=LONGEST)
    found = Meeting(server.sockets[0].getsockname()[1], shared.key)
    path = Path(told.path)
    try:
        meeting.write_meeting(path, found)
        with suppress(OSError):  # whoever has started this may be gone
            sys.stdout.write("ready\n")
            sys.stdout.close()
        await shared.run(tuple(told.command))
    finally:
        meeting.remove_meeting(path, found)
        server.close()


@dataclass(eq=False, slots=True)
class _Holder:
    """A server that holds the host, with its requests by their numbers: all of them, and those that
    it is `asking` now. `others` counts what others have asked since it began to.
    """

    writer: StreamWriter
    turns: dict[int, Turn] = field(default_factory=dict)
    asking: set[int] = field(default_factory=set)
    owner: Owner = field(default_factory=Owner)
    heard: float = field(default_factory=time.monotonic)
    was_silent: bool = False
    others: int = 0

    def say(self, **message: Any) -> None:
        meeting.send(self.writer, message)


class SharedHost:
    """One host and those who hold it, each by a connection. It is ended after `linger` seconds
    without any.
    """

    def __init__(self, configuration: Configuration, linger: float, key: str) -> None:
        self.key = key
        self._configuration = configuration
        self._linger = linger
        self._holders: set[_Holder] = set()
        self._came = asyncio.Event()
        self._turns = Turns()
        self._report: Message = {}
        self._over = asyncio.Event()
        self._lingering: asyncio.TimerHandle | None = None

    async def run(self, command: tuple[str, ...]) -> None:
        """Until the host has ended, or nobody wants it any more."""
        self._let_linger(max(PATIENCE, self._linger))
        host = HostProcess(await spawn(command), self._configuration)
        tasks = [asyncio.create_task(one) for one in (self._live(host), self._watch())]
        await self._over.wait()
        for task in tasks:
            task.cancel()
        await host.end()

    async def _live(self, host: HostProcess) -> None:
        """Loads the model, tells everybody, and comes back when the host has ended."""
        try:
            try:
                report, key = await host.greet()
            except EngineUnavailable as error:
                report, key = Report(error=str(error)), ""
            self._turns.slots = report.tuning.slots if report.tuning else 1
            self._report = {
                "report": asdict(report),
                "key": key,
                "pid": os.getpid(),
                "said": [line[:1000] for line in host.said],  # before anybody has asked anything
            }
            self._tell_all(**self._report, held=len(self._holders))
            if report.error:
                await self._came.wait()  # so that who has started this hears of it
            else:
                await host.wait()
                self._tell_all(ended=await host.explain_end())
        finally:
            self._over.set()

    async def meet(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Somebody has connected: they prove that they know the key, or are told nothing."""
        try:
            async with asyncio.timeout(PATIENCE):
                await meeting.prove(reader, writer, self.key, "host")
                wanted = await meeting.receive(reader)
            if wanted.get("end") == "idle":
                await self._end_idle(writer)
            elif wanted.get("hold") and not self._over.is_set():
                await self._hold(reader, _Holder(writer))
        except (OSError, ValueError, KeyError, TypeError):
            pass  # they have gone, or never were a server of ours
        finally:
            writer.close()

    async def _end_idle(self, writer: StreamWriter) -> None:
        """Somebody needs the memory: until this process has ended, unless the host is held, or is
        about to be by who has started it.
        """
        if self._holders or not self._came.is_set():
            meeting.send(writer, {"held": len(self._holders)})
        else:
            self._over.set()
            await asyncio.Event().wait()

    async def _hold(self, reader: StreamReader, holder: _Holder) -> None:
        self._holders.add(holder)
        self._came.set()
        if self._lingering is not None:
            self._lingering.cancel()
        try:
            self._tell_all(held=len(self._holders))
            if self._report:
                holder.say(**self._report, held=len(self._holders))
            while True:
                self._take(holder, await meeting.receive(reader))
        finally:
            self._holders.remove(holder)
            for number in tuple(holder.turns):
                self._end_turn(holder, number)
            self._tell_all(held=len(self._holders))
            if not self._holders:
                self._let_linger(self._linger)

    def _take(self, holder: _Holder, message: Message) -> None:
        holder.heard = time.monotonic()
        if "want" in message:
            self._begin_turn(holder, int(message["want"]), int(message["rank"]))
        elif "done" in message:
            self._end_turn(holder, int(message["done"]))
        elif "here" in message:
            holder.say(here=True)
        elif message.get("end") == "stuck" and not holder.was_silent:
            self._over.set()

    def _begin_turn(self, holder: _Holder, number: int, rank: int) -> None:
        holder.was_silent = False
        turn = holder.turns[number] = Turn(
            rank,
            lambda: self._admit(holder, number),
            lambda: holder.say(stop=number),
            holder.owner,
        )
        self._turns.begin(turn)

    def _admit(self, holder: _Holder, number: int) -> None:
        for other in self._holders - {holder}:
            other.others += 1
            other.say(others=other.others)
        holder.asking.add(number)
        holder.say(granted=number)

    def _end_turn(self, holder: _Holder, number: int) -> None:
        turn = holder.turns.pop(number, None)
        holder.asking.discard(number)
        if turn is not None:
            self._turns.end(turn)

    def _tell_all(self, **message: Any) -> None:
        for holder in self._holders:
            holder.say(**message)

    def _let_linger(self, seconds: float) -> None:
        self._lingering = asyncio.get_running_loop().call_later(seconds, self._over.set)

    async def _watch(self) -> None:
        """Has the turns of those end that have stopped without a word."""
        while True:
            await asyncio.sleep(SILENCE / 5)
            for holder in self._holders:
                if holder.asking and time.monotonic() - holder.heard > SILENCE:
                    holder.was_silent = True
                    for number in tuple(holder.asking):
                        self._end_turn(holder, number)


if __name__ == "__main__":
    main()
