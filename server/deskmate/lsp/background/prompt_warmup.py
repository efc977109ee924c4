"""While the user is choosing from the menu, the model reads what its first action would ask."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from deskmate.errors import DeskmateError
from deskmate.lsp.model import Model

if TYPE_CHECKING:
    from deskmate.requests.request import Request

log = logging.getLogger(__name__)


class PromptWarmup:
    """At most one reading at a time: the latest menu is the one that counts. The engine's queue
    sees to it that nobody waits for it.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._task: asyncio.Task[None] | None = None

    def start(self, request: Request) -> None:
        """Begins to read what `request` would show the model."""
        self.stop()
        self._task = asyncio.create_task(self._warm_up(request))

    def stop(self) -> None:
        """Ends the reading, if there is one; what has been read stays in the engine's cache."""
        if self._task is not None:
            self._task.cancel()

    async def _warm_up(self, request: Request) -> None:
        from deskmate.requests.pipeline import warm_up

        try:
            async with self._model.use() as tiers:
                await warm_up(request, await tiers.engine())
        except DeskmateError as error:  # the action itself will say so, if it is chosen
            log.debug("The prompt was not warmed up: %s", error)
