"""The engine of this session: made when it is first needed, and anew when the settings change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deskmate.lsp.configuration import Configuration

if TYPE_CHECKING:
    from deskmate.engines.engine import Engine
    from deskmate.settings import LocalSettings


class Model:
    """Owns the engine. Only a job that has its turn asks for it, so that no engine is replaced
    while it answers.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._engine: Engine | None = None
        self._made_for: LocalSettings | None = None

    async def ready(self) -> Engine:
        """The engine that the settings ask for, started. Raises EngineError, ModelError."""
        wanted = self._configuration.settings.local
        if self._engine is None or self._made_for != wanted:
            await self.aclose()
            self._engine, self._made_for = await asyncio.to_thread(_create, wanted), wanted
        await self._engine.capabilities()
        return self._engine

    async def aclose(self) -> None:
        """Ends the engine, with whatever it holds."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.aclose()


def _create(settings: LocalSettings) -> Engine:
    """In a thread, since the first engine imports a good deal."""
    from deskmate.engines.table import create_engine

    return create_engine(settings)
