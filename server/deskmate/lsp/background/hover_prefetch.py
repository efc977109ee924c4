"""`hover.prefetch`: while nobody does anything, what stands around the cursor is explained ahead.

The protocol does not say where the cursor is: the last place that the editor asked about is near.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from deskmate.lsp.background.debounce import Debounce

if TYPE_CHECKING:
    from deskmate.lsp.session import Session

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds in which nothing is asked or typed before it begins."""


class HoverPrefetch:
    """At most one place at a time: the last one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._place: tuple[str, int] | None = None
        self._task: asyncio.Task[None] | None = None
        self._pause = Debounce(PAUSE, self._begin)

    def note(self, uri: str, offset: int) -> None:
        """The user is at this place now."""
        if self._session.configuration.settings.hover.prefetch and self._place != (uri, offset):
            self.stop()
            self._place = uri, offset
            self._pause.note()

    def stop(self) -> None:
        """Ends it, and what was to be explained."""
        self._pause.stop()
        self._place = None
        if self._task is not None:
            self._task.cancel()
        self._session.explanations.stop("background")

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        from deskmate.lsp.features.hover import is_on

        session = self._session
        document = session.documents.get(self._place[0]) if self._place else None
        if document is None or self._place is None:
            return
        if is_on(session.configuration.settings.hover, document):
            if await asyncio.to_thread(_on_battery):
                log.info("Nothing is explained ahead on battery.")
                return
            root = session.root(document.uri)
            await session.explanations.start_around(document, self._place[1], root)


def _on_battery() -> bool:
    """Whether the machine runs on its battery, as far as that can be told."""
    import psutil

    battery = getattr(psutil, "sensors_battery", lambda: None)()
    return battery is not None and battery.power_plugged is False
