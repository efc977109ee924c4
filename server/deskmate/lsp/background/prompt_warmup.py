"""While the user is choosing from the menu, the model reads what its first action would ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
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

    def start(self, make_request: Callable[[], Request]) -> None:
        """Begins to read what a request would show the model; it is made in a thread."""
        self.stop()
        self._task = asyncio.create_task(self._warm_up(make_request))

    def stop(self) -> None:
        """Ends the reading, if there is one; what has been read stays in the engine's cache."""
        if self._task is not None:
            self._task.cancel()

    async def _warm_up(self, make_request: Callable[[], Request]) -> None:
        from deskmate.requests.pipeline import warm_up

        try:
            request = await asyncio.to_thread(make_request)
            async with self._model.use() as tiers:
                await warm_up(request, await tiers.engine())
        except DeskmateError as error:  # the action itself will say so, if it is chosen
            log.debug("The prompt was not warmed up: %s", error)
