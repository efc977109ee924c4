"""`hover.prefetch`: while nobody does anything, what stands around the cursor is explained ahead.

The protocol does not say where the cursor is: the last place that the editor asked about is near.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from deskmate.lsp.background.battery import battery_left
from deskmate.lsp.background.debounce import Debounce
from deskmate.lsp.background.explanations import Explanations, are_explained
from deskmate.lsp.configuration import Configuration
from deskmate.lsp.documents import Documents

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds in which nothing is asked or typed before it begins."""


class HoverPrefetch:
    """At most one place at a time: the last one. `find_root` gives the folder of the workspace that
    holds a document.
    """

    def __init__(
        self,
        documents: Documents,
        configuration: Configuration,
        explanations: Explanations,
        find_root: Callable[[str], Path | None],
    ) -> None:
        self._documents = documents
        self._configuration = configuration
        self._explanations = explanations
        self._find_root = find_root
        self._place: tuple[str, int] | None = None
        self._task: asyncio.Task[None] | None = None
        self._pause = Debounce(PAUSE, self._begin)

    def note(self, uri: str, offset: int) -> None:
        """The user is at this place now."""
        if self._configuration.settings.hover.prefetch and self._place != (uri, offset):
            self.stop()
            self._place = uri, offset
            self._pause.note()

    def stop(self) -> None:
        """Ends it, and what was to be explained."""
        self._pause.stop()
        self._place = None
        if self._task is not None:
            self._task.cancel()
        self._explanations.stop("background")

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._prefetch())

    async def _prefetch(self) -> None:
        uri, offset = self._place or ("", 0)
        document = self._documents.get(uri)
        if document is None or not are_explained(self._configuration.of(uri).hover, document):
            return
        if await asyncio.to_thread(battery_left) is not None:
            log.info("Nothing is explained ahead on battery.")
            return
        root = await asyncio.to_thread(self._find_root, uri)
        await self._explanations.start_around(document, offset, root)
