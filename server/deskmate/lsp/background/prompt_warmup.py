"""While the user is choosing from the menu, the model reads what its first action would ask."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from deskmate.errors import DeskmateError
from deskmate.lsp.model import Model

if TYPE_CHECKING:
    from deskmate.actions.catalog import Action
    from deskmate.core.syntax.document import Document
    from deskmate.core.text.text import Span

log = logging.getLogger(__name__)


class PromptWarmup:
    """At most one reading at a time: the latest menu is the one that counts. The engine's queue
    sees to it that nobody waits for it.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._task: asyncio.Task[None] | None = None

    def start(self, action: Action, document: Document, span: Span, **rest: Any) -> None:
        """Begins to read what `action` would show the model; `rest` are the other parts of its
        `Request`.
        """
        self.stop()
        self._task = asyncio.create_task(self._read(action, document, span, rest))

    def stop(self) -> None:
        """Ends the reading, if there is one; what has been read stays in the engine's cache."""
        if self._task is not None:
            self._task.cancel()

    async def _read(
        self, action: Action, document: Document, span: Span, rest: dict[str, Any]
    ) -> None:
        from deskmate.requests.pipeline import read_ahead
        from deskmate.requests.request import Request

        request = Request(action, document, span, **rest)
        try:
            async with self._model.use() as tiers:
                await read_ahead(request, await tiers.engine())
        except DeskmateError as error:  # the action itself will say so, if it is chosen
            log.debug("Nothing was read ahead: %s", error)
