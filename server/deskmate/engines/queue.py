"""One queue for an engine: whoever waits for an answer goes before whoever does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import get_args

from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Priority, Prompt

RANKS = {priority: rank for rank, priority in enumerate(get_args(Priority))}


class QueuedEngine(EngineWrapper):
    """An engine whose requests take turns: by priority, then in the order in which they came.

    As many are answered at once as it has slots. A request that is not
    interactive gives way as soon as one that is more urgent comes, and is begun anew later; so its
    answer comes whole. The first chunk of an interactive one has `read`, and says that it waits no
    longer.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._waiting: list[_Turn] = []
        self._running: list[_Turn] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer, when it is its turn."""
        slots = (await self._engine.capabilities()).slots
        if prompt.priority != "interactive":
            for chunk in await self._whole(prompt, slots):
                yield chunk
            return
        async with self._turn(prompt.priority, slots):
            yield Chunk(read=0.0)
            async with aclosing(self._engine.stream(prompt)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def _whole(self, prompt: Prompt, slots: int) -> list[Chunk]:
        """Every chunk of an answer; begun anew as often as it had to give way."""
        while True:
            async with self._turn(prompt.priority, slots) as turn:
                turn.work = asyncio.create_task(_collect(self._engine, prompt))
                try:
                    await asyncio.wait([turn.work])
                finally:
                    turn.work.cancel()
                    await asyncio.wait([turn.work])
                if not turn.work.cancelled():
                    return turn.work.result()

    @asynccontextmanager
    async def _turn(self, priority: Priority, slots: int) -> AsyncIterator[_Turn]:
        turn = _Turn(RANKS[priority])
        self._waiting.append(turn)
        try:
            self._admit(slots)
            await turn.admitted.wait()
            yield turn
        finally:
            (self._running if turn in self._running else self._waiting).remove(turn)
            self._admit(slots)

    def _admit(self, slots: int) -> None:
        """Lets in whose turn it is, and stops what is less urgent than that."""
        while self._waiting:
            first = min(self._waiting, key=lambda turn: turn.rank)
            for turn in self._running:
                if turn.rank > first.rank and turn.work is not None:
                    turn.work.cancel()
            if len(self._running) >= slots or any(t.rank != first.rank for t in self._running):
                return
            self._waiting.remove(first)
            self._running.append(first)
            first.admitted.set()


@dataclass(eq=False, slots=True)
class _Turn:
    """One request in the queue; `work` is what is stopped where it has to give way."""

    rank: int
    admitted: asyncio.Event = field(default_factory=asyncio.Event)
    work: asyncio.Task[list[Chunk]] | None = None


async def _collect(engine: Engine, prompt: Prompt) -> list[Chunk]:
    async with aclosing(engine.stream(prompt)) as chunks:
        return [chunk async for chunk in chunks]
