"""Identical requests that are under way at the same time are answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Prompt


class CoalescingEngine(EngineWrapper):
    """An engine that answers a prompt once for all who ask for it meanwhile. The generation ends
    when the last of them has gone.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._flights: dict[str, _Flight] = {}

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer from its beginning, whoever asked first."""
        key = repr(prompt)
        flight = self._flights.get(key)
        if flight is None or flight.over:
            flight = self._flights[key] = _Flight(self._engine, prompt)
        chunks = flight.board()
        try:
            while (chunk := await chunks.get()) is not None:
                yield chunk
            flight.task.result()  # raises what the engine raised
        finally:
            flight.leave(chunks)
            if flight.over and self._flights.get(key) is flight:
                del self._flights[key]
            if flight.over:
                await asyncio.wait([flight.task])


class _Flight:
    """One answer under way, and those who wait for it."""

    def __init__(self, engine: Engine, prompt: Prompt) -> None:
        self._answer: list[Chunk] = []
        self._aboard: list[asyncio.Queue[Chunk | None]] = []
        self._left = False
        self.task = asyncio.create_task(self._fly(engine, prompt))
        self.task.add_done_callback(lambda _: self._tell(None))

    @property
    def over(self) -> bool:
        """Whether nobody can join any more."""
        return self._left or self.task.done()

    def board(self) -> asyncio.Queue[Chunk | None]:
        """Everything there is of the answer, and what follows; None is its end."""
        chunks: asyncio.Queue[Chunk | None] = asyncio.Queue()
        for chunk in self._answer:
            chunks.put_nowait(chunk)
        self._aboard.append(chunks)
        return chunks

    def leave(self, chunks: asyncio.Queue[Chunk | None]) -> None:
        """The last to leave ends it."""
        self._aboard.remove(chunks)
        if not self._aboard:
            self._left = True
            self.task.cancel()

    async def _fly(self, engine: Engine, prompt: Prompt) -> None:
        async with aclosing(engine.stream(prompt)) as chunks:
            async for chunk in chunks:
                self._answer.append(chunk)
                self._tell(chunk)

    def _tell(self, chunk: Chunk | None) -> None:
        for chunks in self._aboard:
            chunks.put_nowait(chunk)
