"""One queue for an engine: whoever waits for an answer goes before whoever does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Priority, Prompt
from deskmate.engines.turns import RANKS, Turn, Turns

T = TypeVar("T")


class QueuedEngine(EngineWrapper):
    """An engine whose requests take turns: by priority, then in the order in which they came.

    As many are answered at once as it has slots. A request that nobody waits for gives way as soon
    as one that is more urgent comes, and is begun anew later; so its answer comes whole. One for
    what is being typed goes before those, and is ended by who asked for it. The first chunk of a
    request that somebody waits for has `read`, and says that it waits no longer.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._turns = Turns()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer, when it is its turn."""
        capabilities = await self._engine.capabilities()
        self._turns.slots = capabilities.slots
        if prompt.priority not in LIVE:
            for chunk in await begin_anew(lambda stop: self._whole(prompt, stop)):
                yield chunk
            return
        async with self._turn(prompt.priority):
            if not capabilities.shared:
                yield Chunk(read=0.0)
            async with aclosing(self._engine.stream(prompt)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def _whole(self, prompt: Prompt, stop: Callable[[], None]) -> list[Chunk]:
        async with self._turn(prompt.priority, stop):
            return await collect(self._engine.stream(prompt))

    @asynccontextmanager
    async def _turn(
        self, priority: Priority, stop: Callable[[], None] | None = None
    ) -> AsyncIterator[None]:
        admitted = asyncio.Event()
        turn = Turn(RANKS[priority], admitted.set, stop)
        try:
            self._turns.begin(turn)
            await admitted.wait()
            yield
        finally:
            self._turns.end(turn)


LIVE: tuple[Priority, ...] = ("interactive", "typing")
"""Who is shown an answer as it comes, which is never begun anew."""


async def begin_anew(ask: Callable[[Callable[[], None]], Coroutine[Any, Any, T]]) -> T:
    """What comes of `ask`, which is called again as often as it had to give way: whoever wants it
    to calls the function that it is given.
    """
    while (work := await _try(ask)).cancelled():
        pass
    return work.result()


async def _try(ask: Callable[[Callable[[], None]], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
    """The work, once it is over or was stopped."""
    work: asyncio.Task[T] = asyncio.create_task(ask(lambda: _stop(work)))
    try:
        await asyncio.wait([work])
    finally:
        work.cancel()
        await asyncio.wait([work])
    return work


def _stop(work: asyncio.Task[T]) -> None:
    work.cancel()


async def collect(chunks: AsyncGenerator[Chunk, None]) -> list[Chunk]:
    """An answer as a whole."""
    async with aclosing(chunks):
        return [chunk async for chunk in chunks]
