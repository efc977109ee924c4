"""The engine of this session: made when it is first needed, and anew when the settings change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from deskmate.lsp.configuration import Configuration

if TYPE_CHECKING:
    from deskmate.engines.engine import Engine
    from deskmate.settings import Settings


class Model:
    """Owns the engine. It is replaced only while nobody uses it, so that it answers to the end and
    two of them need not fit into the memory.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._engine: Engine | None = None
        self._made_for: Settings | None = None
        self._users = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._choosing = asyncio.Lock()

    @property
    def loaded(self) -> bool:
        """Whether the engine has been started."""
        return self._engine is not None

    @asynccontextmanager
    async def use(self) -> AsyncGenerator[Engine, None]:
        """The engine that the settings ask for, started. Raises EngineError, ModelError."""
        async with self._choosing:
            engine = await self._current()
            self._users += 1
            self._idle.clear()
        try:
            await engine.capabilities()
            yield engine
        finally:
            self._users -= 1
            if self._users == 0:
                self._idle.set()

    async def aclose(self) -> None:
        """Ends the engine, with whatever it holds."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.aclose()

    async def _current(self) -> Engine:
        settings = self._configuration.settings
        made_for = self._made_for
        if self._engine is None or made_for is None or _differ(settings, made_for):
            await self._idle.wait()
            await self.aclose()
            self._engine = await asyncio.to_thread(_create, settings)
            self._made_for = settings
        return self._engine


def _differ(one: Settings, other: Settings) -> bool:
    """Whether they ask for different engines."""
    return (one.local, one.cache) != (other.local, other.cache)


def _create(settings: Settings) -> Engine:
    """In a thread, since the first engine imports a good deal."""
    from deskmate.engines.table import shared_engine

    return shared_engine(settings)
