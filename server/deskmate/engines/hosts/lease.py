"""A host that several servers of one user share, as each of them holds it: asked in turn with the
others, and let go.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from deskmate.engines.engine import Priority
from deskmate.engines.hosts import meeting
from deskmate.engines.hosts.host import Configuration, Report, make_report
from deskmate.engines.hosts.host_process import GRACE, tell_unwell
from deskmate.engines.hosts.meeting import Meeting, Message
from deskmate.engines.hosts.memory import SHARED
from deskmate.engines.turns import RANKS
from deskmate.errors import EngineError, EngineTimeout, EngineUnavailable

log = logging.getLogger(__name__)

BEAT = 2.0
"""Seconds between two signs of life while a request waits or is answered."""


@dataclass(eq=False, slots=True)
class _Wait:
    """One request that waits for its turn, or has it."""

    admitted: asyncio.Future[None]
    give_way: Callable[[], None]


class Lease:
    """A `Link` to a host that others may have, too. It ends when this process does, however that
    ends.
    """

    def __init__(
        self,
        path: Path,
        found: Meeting,
        streams: tuple[StreamReader, StreamWriter],
        configuration: Configuration,
        patience: float,
    ) -> None:
        self._path = path
        self._found = found
        self._reader, self._writer = streams
        self._patience = max(patience, 3 * BEAT)
        self._waiting: dict[int, _Wait] = {}
        self._numbers = count()
        self._unanswered = 0
        self._beating: asyncio.Task[None] | None = None
        self._pid = 0
        self._end = tell_unwell(configuration, "has ended")
        self._greeting: asyncio.Future[tuple[Report, str]] = _new_future()
        self.others_asked = 0
        self._listening = asyncio.create_task(self._listen())

    @property
    def lives(self) -> bool:
        """Whether the host was alive when it was last heard of."""
        return not self._listening.done()

    async def greet(self) -> tuple[Report, str]:
        """Where it answers once the model is loaded, and with which key. Raises EngineUnavailable
        where it cannot.
        """
        report, key = await asyncio.shield(self._greeting)
        if report.error or report.tuning is None:
            raise EngineUnavailable(report.error)
        return report, key

    @asynccontextmanager
    async def turn(self, priority: Priority, give_way: Callable[[], None]) -> AsyncIterator[None]:
        """While a request is answered, when it is its turn among those of all servers. Raises
        EngineUnavailable where the host has ended meanwhile, EngineTimeout where it is stuck.
        """
        if not self.lives:
            raise EngineUnavailable(self._end)
        number, waiting = next(self._numbers), _Wait(_new_future(), give_way)
        self._waiting[number] = waiting
        self._say({"want": number, "rank": RANKS[priority]})
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())
        try:
            await waiting.admitted
            yield
        finally:
            del self._waiting[number]
            self._say({"done": number})

    async def ended(self) -> bool:
        """Whether it has ended, or does in a moment."""
        await asyncio.wait([self._listening], timeout=GRACE)
        if self.lives:
            return False
        log.warning("The host of the local model ended: %s", self._end)
        return True

    async def explain_end(self) -> str:
        """How it has ended, for the user."""
        return self._end

    async def end(self) -> None:
        """Lets go of it. With the last one that does, it ends a little later."""
        for task in (self._beating, self._listening):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        self._writer.close()
        with suppress(OSError):
            async with asyncio.timeout(GRACE):
                await self._writer.wait_closed()

    async def end_stuck(self) -> None:
        """Has it ended for all. Where even the process that shares it says nothing, the next
        request starts another; this one ends when it goes on, as nobody holds it.
        """
        if self._unanswered * BEAT > self._patience:
            await asyncio.to_thread(meeting.remove_meeting, self._path, self._found)
        else:
            self._say({"end": "stuck"})
            await asyncio.wait([self._listening], timeout=3 * GRACE)
        await self.end()

    def _say(self, message: Message) -> None:
        meeting.send(self._writer, message)

    async def _listen(self) -> None:
        """Takes what the host says, until it has gone."""
        try:
            while True:
                self._take(await meeting.receive(self._reader))
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.debug("The host that is shared has gone: %s", error)
        finally:
            SHARED.pop(self._pid, None)
            gone = EngineUnavailable(self._end)
            self._fail(gone)
            if not self._greeting.done():
                self._greeting.set_exception(gone)
            self._greeting.exception()  # whoever waits for it learns of it; nobody has to
            self._writer.close()

    def _take(self, message: Message) -> None:
        self._unanswered = 0
        if "report" in message:
            for line in message["said"]:
                log.debug("host: %s", line)
            self._pid = message["pid"]
            self._greeting.set_result((make_report(message["report"]), message["key"]))
        if "held" in message and self._pid:
            SHARED[self._pid] = message["held"] - 1
        if "others" in message:
            self.others_asked = message["others"]
        waiting = self._waiting.get(message.get("granted", -1))
        if waiting is not None and not waiting.admitted.done():
            waiting.admitted.set_result(None)
        if (waiting := self._waiting.get(message.get("stop", -1))) is not None:
            waiting.give_way()
        self._end = message.get("ended", self._end)

    async def _beat(self) -> None:
        """Says that this process lives, as long as a request waits or is answered, and notices
        where the host does not.
        """
        while self._waiting and self.lives:
            self._say({"here": True})
            self._unanswered += 1
            await asyncio.sleep(BEAT)
            if self._unanswered * BEAT > self._patience:
                self._fail(EngineTimeout("The host says nothing."))

    def _fail(self, error: EngineError) -> None:
        """Nobody who waits has a turn any more."""
        for one in self._waiting.values():
            if not one.admitted.done():
                one.admitted.set_exception(error)


def _new_future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()
