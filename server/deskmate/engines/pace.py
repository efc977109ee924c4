"""How many requests a server is asked at once, found by asking it, and when it is asked again."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

from deskmate.engines.engine import Capabilities, Chunk, Engine, EngineWrapper, Prompt
from deskmate.engines.http import Trouble, find_trouble
from deskmate.errors import EngineError

log = logging.getLogger(__name__)

MOST = 64
"""Requests at a time where neither the server nor the user says how many."""

PATIENCE = 900.0
"""Seconds that a server may be busy or away before its requests are given up."""

TRIES = 4
"""How often a request is sent that the server itself fails on."""

_DEAD = 3  # requests that are given up one after the other: then it is the server

LONGEST = 30.0
"""Seconds between two tries at most, where the server does not ask for more."""

OnPause = Callable[[str], None]
"""Is told, in a sentence, why nothing is asked for now; "" when it goes on."""


_FIRST = 4  # requests at the beginning
_LEAST = 8  # answers that a decision rests on
_BETTER, _WORSE = 1.05, 0.9  # as much faster, or slower, is more than chance
_REST = 8  # windows without a change until more are tried


class Pace:
    """How many requests may be under way, between one and `most`: more while more of them end in a
    second, fewer while as many do, and half as many where the server is too busy.
    """

    def __init__(
        self, most: int, first: int = _FIRST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self.limit = min(most, first)
        self._clock = clock
        self._begun = clock()
        self._count = 0
        self._fell = float("-inf")
        self._best = 0.0  # answers a second
        self._before = self.limit
        self._rest = 0

    def ended(self) -> None:
        """One more request has been answered."""
        self._count += 1
        if self._count < max(_LEAST, 2 * self.limit):
            return
        rate = self._count / max(1e-9, self._clock() - self._begun)
        if rate > _BETTER * self._best:
            self._best, self._rest = rate, 0
            self._go_to(self.limit + max(1, self.limit // 2))
        elif self._rest > 1:
            self._rest -= 1
        elif self._rest:
            self._best, self._rest = rate, 0
            self._go_to(self.limit + max(1, self.limit // 4))
        elif rate < _WORSE * self._best:
            self._rest = _REST
            self._go_to(self._before)
        else:
            self._rest = _REST if self.limit == 1 else 0
            self._go_to(self.limit - max(1, self.limit // 10))
        self._begun, self._count = self._clock(), 0

    def busy(self) -> None:
        """The server has turned a request away; several within a second count as one."""
        if self._clock() - self._fell < 1.0:
            return
        self._fell = self._begun = self._clock()
        self._best, self._rest, self._count = float("inf"), _REST, 0  # it rests first
        self._go_to(self.limit // 2)

    def _go_to(self, limit: int) -> None:
        self._before, self.limit = self.limit, max(1, min(self.most, limit))


class PacedEngine(EngineWrapper):
    """An engine for many requests of which none is urgent: `most` at a time, or with 0 as many as
    is found to be good. Each is sent again where the server was busy, away or failed, after what it
    asks for (Retry-After) or longer each time. All wait while it is away, which `on_pause` is told.
    An answer comes whole.
    """

    def __init__(self, engine: Engine, most: int, on_pause: OnPause = lambda why: None) -> None:
        super().__init__(engine)
        self._most = most
        self._pace = Pace(most or MOST)
        self._paced = False
        self._on_pause = on_pause
        self._given_up = 0
        self._running = 0
        self._until = 0.0
        self._paused = False
        self._last_good = time.monotonic()
        self._waiting = deque[asyncio.Event]()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer. Raises EngineError where it is no use to ask again, or was asked for too long
        in vain.
        """
        for chunk in await self._ask(prompt):
            yield chunk

    async def capabilities(self) -> Capabilities:
        """What the engine can do. One that says how many requests it takes is asked that many."""
        while True:
            try:
                found = await self._engine.capabilities()
                break
            except EngineError as error:
                if (trouble := find_trouble(error)) is None:
                    raise
                await asyncio.sleep(self._note(error, trouble, 1))
        if not self._paced:
            self._paced = True
            most = self._most or (MOST if found.scales else found.slots)
            self._pace = Pace(most, _FIRST if found.scales else most)
        return found

    async def _ask(self, prompt: Prompt) -> list[Chunk]:
        attempt, wait = 0, 0.0
        while True:
            await asyncio.sleep(wait)
            async with self._turn():
                try:
                    chunks = await _collect(self._engine, prompt)
                except EngineError as error:
                    attempt += 1
                    wait = self._note(error, find_trouble(error), attempt)
                else:
                    self._note_good()
                    return chunks

    def _note(self, error: EngineError, trouble: Trouble | None, attempt: int) -> float:
        """Seconds until this request may be sent again; others may have to wait as well. Raises the
        error where there is to be no next try.
        """
        if trouble is None:
            raise error
        wait = min(LONGEST, 0.5 * 2.0 ** min(attempt - 1, 10)) * random.uniform(0.5, 1.0)
        if trouble.asked is not None:
            wait = trouble.asked * random.uniform(1.0, 1.1) + random.uniform(0, 0.1)
        kind = trouble.kind
        if kind == "failed" and self._given_up < _DEAD:
            if attempt < TRIES:
                return wait  # the request is at fault as likely as the server: the others go on
            self._given_up += 1
            raise error
        if time.monotonic() - self._last_good > PATIENCE:
            raise error
        if kind == "busy":
            self._pace.busy()
        elif not self._paused:
            self._paused = True
            self._on_pause(f"{error} Everything waits until it answers again.")
        self._until = max(self._until, time.monotonic() + wait)
        return 0.0

    def _note_good(self) -> None:
        self._pace.ended()
        self._last_good = time.monotonic()
        self._given_up = 0
        if self._paused:
            self._paused = False
            self._until = 0.0
            self._on_pause("")

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Waits until one more may be sent; of a server that is away one at a time asks."""
        while True:
            wait = self._until - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
                continue
            if self._room > 0:
                break
            await self._wait()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._wake()

    @property
    def _room(self) -> int:
        """How many more may be sent now."""
        return (1 if self._paused else self._pace.limit) - self._running

    async def _wait(self) -> None:
        """Until there is room, maybe."""
        woken = asyncio.Event()
        self._waiting.append(woken)
        try:
            await woken.wait()
        except asyncio.CancelledError:
            if woken.is_set():
                self._wake()  # another one in its place
            else:
                self._waiting.remove(woken)
            raise

    def _wake(self) -> None:
        """Wakes those who wait, as many as there is room for: of a thousand not all at each end."""
        for _ in range(min(self._room, len(self._waiting))):
            self._waiting.popleft().set()


async def _collect(engine: Engine, prompt: Prompt) -> list[Chunk]:
    async with aclosing(engine.stream(prompt)) as chunks:
        return [chunk async for chunk in chunks]
