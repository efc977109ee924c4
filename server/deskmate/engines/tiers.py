"""The engines that a session may have: the one that answers, a larger one for what is too hard for
it, and one that completes what is typed, where that is another.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from deskmate.engines.engine import Engine
from deskmate.engines.queue import QueuedEngine
from deskmate.engines.table import Queue, shared_engine
from deskmate.errors import EngineUnavailable
from deskmate.settings.schema import Settings
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sections.local_large import AS_LOCAL


class Tiers:
    """The engines of `settings`, each made when it is first wanted and started when it is first
    asked; `queue` decides when a request is sent.
    """

    def __init__(self, settings: Settings, queue: Queue = QueuedEngine) -> None:
        self._settings = settings
        self._queue = queue
        self._making = asyncio.Lock()
        self._engines: dict[LocalSettings, Engine] = {}

    @property
    def has_large(self) -> bool:
        """Whether a larger model is set."""
        return large_settings(self._settings) is not None

    @property
    def made(self) -> bool:
        """Whether the one that answers has been made."""
        return self._settings.local in self._engines

    async def engine(self, large: bool = False) -> Engine:
        """The one that answers, or the larger one. Raises EngineUnavailable where no larger one is
        set, ModelMissing, ModelError.
        """
        wanted = large_settings(self._settings) if large else self._settings.local
        if wanted is None:
            raise EngineUnavailable(
                "No larger model is set. Set `local_large.model` to one, or `local_large.url` to "
                "a server that has one."
            )
        return await self._make(wanted)

    async def completion_engine(self) -> Engine:
        """The one that completes what is typed: that of `completion.model`, or the one that
        answers. Raises what `engine` does.
        """
        return await self._make(completion_settings(self._settings))

    async def _make(self, wanted: LocalSettings) -> Engine:
        async with self._making:
            if wanted not in self._engines:
                made = await asyncio.to_thread(
                    shared_engine, wanted, self._settings.cache, self._queue
                )
                self._engines[wanted] = made
        return self._engines[wanted]

    async def aclose(self) -> None:
        """Ends them all."""
        for engine in self._engines.values():
            await engine.aclose()


def completion_settings(settings: Settings) -> LocalSettings:
    """The settings of the model that completes what is typed."""
    model = settings.completion.model
    if not model or model == settings.local.model:
        return settings.local
    return replace(settings.local, model=model, draft_model="")


def is_for_large(settings: Settings, action: str) -> bool:
    """Whether the settings give this action to the larger model, and there is one."""
    return action in settings.actions.large and large_settings(settings) is not None


def large_settings(settings: Settings) -> LocalSettings | None:
    """The settings of the larger model: those of the other one but for what is set for it. None
    where nothing is.
    """
    large = settings.local_large
    if not large.model and not large.url:
        return None
    engine = large.engine if large.engine != AS_LOCAL else settings.local.engine
    return replace(
        settings.local,
        engine=engine,
        model=large.model,
        url=large.url or settings.local.url,
        api_key=large.api_key or ("" if large.url else settings.local.api_key),
        draft_model=large.draft_model,
    )
