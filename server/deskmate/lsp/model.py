"""The engines of this session: made when first needed, and anew when the settings change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal

from deskmate.errors import EngineUnavailable
from deskmate.lsp.configuration import Configuration

if TYPE_CHECKING:
    from deskmate.engines.tiers import Tiers
    from deskmate.settings.schema import Settings


Doing = Literal["pause", "resume", "unload"]
"""What can be done with the model."""

PAUSED = "Deskmate is paused. Run `deskmate.model` and let it go on."


class Model:
    """Owns the engines. They are replaced only while nobody uses them, so that they answer to the
    end and the old and the new ones need not fit into the memory together. While it is `paused`
    none is asked.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._tiers: Tiers | None = None
        self._made_for: Settings | None = None
        self._users = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._choosing = asyncio.Lock()
        self.paused = False

    @property
    def loaded(self) -> bool:
        """Whether the engine that answers has been made."""
        return self._tiers is not None and self._tiers.made

    @asynccontextmanager
    async def use(self) -> AsyncGenerator[Tiers, None]:
        """The engines that the settings ask for. Raises EngineError, ModelError."""
        if self.paused:
            raise EngineUnavailable(PAUSED)
        async with self._choosing:
            tiers = await self._find_current()
            self._users += 1
            self._idle.clear()
        try:
            yield tiers
        finally:
            self._users -= 1
            if self._users == 0:
                self._idle.set()

    async def unload(self) -> None:
        """Ends the engines once nobody uses them; the next use makes them anew."""
        async with self._choosing:
            await self._idle.wait()
            await self.aclose()

    async def aclose(self) -> None:
        """Ends the engines, with whatever they hold."""
        tiers, self._tiers = self._tiers, None
        if tiers is not None:
            await tiers.aclose()

    async def _find_current(self) -> Tiers:
        settings = self._configuration.settings
        made_for = self._made_for
        if self._tiers is None or made_for is None or _differ(settings, made_for):
            await self._idle.wait()
            await self.aclose()
            self._tiers = await asyncio.to_thread(_create, settings)
            self._made_for = settings
        return self._tiers


def _differ(one: Settings, other: Settings) -> bool:
    """Whether they ask for different engines."""
    return _engines_of(one) != _engines_of(other)


def _engines_of(settings: Settings) -> tuple[object, ...]:
    return settings.local, settings.local_large, settings.cache, settings.completion.model


def _create(settings: Settings) -> Tiers:
    """In a thread, since the first engine imports a good deal."""
    from deskmate.engines.tiers import Tiers

    return Tiers(settings)
