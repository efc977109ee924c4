"""Text while its user types: at most one question to the model at a time, for the place where the
cursor is now. A key ends it, an action goes before it, and what is typed of a suggestion keeps it.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.text.uri import uri_key
from deskmate.errors import DeskmateError
from deskmate.lsp.background.battery import battery_left
from deskmate.lsp.background.suggested import Suggested
from deskmate.lsp.background.suggestion_pace import SuggestionPace
from deskmate.lsp.client import Client
from deskmate.lsp.configuration import Configuration
from deskmate.lsp.documents import Documents, holds_keys
from deskmate.lsp.model import Model
from deskmate.lsp.recent_edits import RecentEdits
from deskmate.settings.project import Project

if TYPE_CHECKING:
    from deskmate.core.syntax.document import Document
    from deskmate.requests.completion import Place
    from deskmate.requests.window import Window
    from deskmate.settings.schema import Settings

log = logging.getLogger(__name__)

LARGEST = 300_000
"""Characters of a document in which something is suggested: to check more takes too long."""

OTHERS = 3
"""Suggestions that are made where they are asked for by key."""

REST = 300.0
"""Seconds without suggestions after a model was too slow; after one that failed, a tenth of it."""


class Suggestions:
    """The suggestions of one session."""

    def __init__(
        self,
        client: Client,
        documents: Documents,
        configuration: Configuration,
        model: Model,
        find_project: Callable[[str], Project | None],
    ) -> None:
        self._client = client
        self._documents = documents
        self._configuration = configuration
        self._model = model
        self._find_project = find_project
        self._edits = documents.tell(RecentEdits())
        self._suggested = Suggested()
        self._pace = SuggestionPace()
        self._place: Place | None = None
        self._task: asyncio.Task[tuple[str, ...]] | None = None
        self._read: Window | None = None
        self._said: set[str] = set()
        self._asked_with: Settings | None = None
        self._last_question: object = None
        self._busy = False
        self._offered = False
        self._battery: tuple[float, int | None] = (0.0, None)

    def pause(self, busy: bool) -> None:
        """Whether somebody waits for an action, which goes before all of this."""
        self._busy = busy
        if busy:
            self.stop()

    def stop(self) -> None:
        """Ends the question that is under way."""
        if self._task is not None:
            self._task.cancel()

    async def offer(self) -> None:
        """Has the editor ask for suggestions only while there are any."""
        wanted = self._configuration.settings.completion.enabled
        if wanted != self._offered:
            self._offered = wanted
            await self._client.offer_suggestions(wanted)

    def reconfigure(self) -> None:
        """The settings may have changed; editors say so also where they have not."""
        if self._asked_with == self._configuration.settings:
            return
        self.stop()
        self._suggested.clear()
        self._place = None
        self._said.clear()
        self._pace.wake()

    def close(self, uri: str) -> None:
        """A document was closed: nothing of it is kept."""
        self._edits.close(uri)
        self._suggested.forget(uri)
        if self._place is not None and uri_key(self._place.document.uri) == uri_key(uri):
            self._place = None

    async def suggest(self, document: Document, offset: int, *, asked: bool) -> tuple[str, ...]:
        """How the text may go on at a place; nothing where that cannot be told, where another key
        comes meanwhile, or where it is not the time for it. What is `asked` for by key is written
        at once, and in several ways.
        """
        self._last_question = question = object()
        await self._configuration.wait()
        if self._last_question is not question:
            return ()  # which came while this one waited, and may be at work already
        self.stop()
        self._asked_with = self._configuration.settings
        work = self._suggest(document, offset, asked=asked)
        task = self._task = asyncio.create_task(work)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        return () if task.cancelled() else task.result()

    async def _suggest(self, document: Document, offset: int, *, asked: bool) -> tuple[str, ...]:
        if not self._is_wanted(document):
            return ()
        known = self._suggested.find(document, offset)
        if known is not None and not asked:
            return (known,) if known.strip() else ()
        rests = self._busy or self._model.paused or self._pace.rests
        if not asked and (rests or await self._is_short_of_power()):
            return ()
        return await self._write(document, offset, asked=asked)

    def _is_wanted(self, document: Document) -> bool:
        settings = self._configuration.of(document.uri).completion
        language = document.language
        off = language is not None and not set(language.ids).isdisjoint(settings.disabled)
        if not settings.enabled or off or len(document.text) > LARGEST:
            return False
        return not holds_keys(document.uri)

    async def _is_short_of_power(self) -> bool:
        least = self._configuration.settings.completion.battery
        read_at, left = self._battery
        if time.monotonic() - read_at > _MINUTE or not read_at:
            left = await asyncio.to_thread(battery_left)
            self._battery = time.monotonic(), left
        return left is not None and left < least

    async def _write(self, document: Document, offset: int, *, asked: bool) -> tuple[str, ...]:
        """Asks the model, after a pause in the typing."""
        if not asked:
            await asyncio.sleep(self._pace.pause)
        found: list[str] = []
        try:
            place = await self._find_place(document, offset)
            async for text in self._ask(place, asked=asked):
                found.append(text)
        except DeskmateError as error:
            self._say_once(str(error))
            self._pace.rest(REST / 10)
            return ()
        texts = tuple(dict.fromkeys(filter(None, found)))
        self._suggested.keep(document, offset, texts)
        return texts

    async def _ask(self, place: Place, *, asked: bool) -> AsyncGenerator[str]:
        from deskmate.requests.completion import SOON, complete

        async with self._model.use() as tiers:
            engine = await tiers.completion_engine()
            await engine.capabilities()  # which may load the model
            soon = math.inf if asked else SOON
            for seed in range(OTHERS if asked else 1):
                with self._noting_vain_waits():
                    written = await complete(place, engine, seed=seed, soon=soon)
                log.debug("Suggested in %.2f s: %r", written.seconds, written.text)
                if place.window == self._read:
                    self._measure(written.seconds)
                self._read = place.window
                yield written.text

    @contextmanager
    def _noting_vain_waits(self) -> Iterator[None]:
        """A question that a key ended after it had taken too long counts as slow, whatever it still
        had to read: where that is the rule, nothing is ever seen.
        """
        began = time.monotonic()
        try:
            yield
        except asyncio.CancelledError:
            seconds = time.monotonic() - began
            if seconds > self._slowest and not self._busy:
                self._measure(seconds)
            raise

    @property
    def _slowest(self) -> float:
        return self._configuration.settings.completion.slowest_ms / 1000

    def _measure(self, seconds: float) -> None:
        self._pace.note(seconds)
        slowest = self._slowest
        if self._pace.is_slow(slowest):
            self._say_once(_TOO_SLOW.format(seconds=slowest))
            self._pace.rest(REST)

    async def _find_place(self, document: Document, offset: int) -> Place:
        """The cursor with what is shown around it: as before, where only more was typed."""
        from deskmate.requests.completion import find_place
        from deskmate.requests.window import USUAL

        last = self._place
        same = last is not None and uri_key(last.document.uri) == uri_key(document.uri)
        if last is not None and same and last.window.holds(document, offset, USUAL):
            return replace(last, document=document, offset=offset)
        others = self._documents.list_others(document.uri)
        project = await asyncio.to_thread(self._find_project, document.uri)
        edited = self._edits.find_in(self._documents)
        window = last.window if last is not None and same else None
        place = await asyncio.to_thread(
            find_place, document, offset, others, project, USUAL, edited, window
        )
        self._place = place
        return place

    def _say_once(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            self._client.say(f"Deskmate: {message}", types.MessageType.Info)


_MINUTE = 60.0

_TOO_SLOW = (
    "Suggestions while you type take more than {seconds:g} s here, so from now on they come only "
    "when you ask by key. A smaller model in `completion.model` helps, as does a llama.cpp that "
    "fits this machine (`deskmate engine bench`)."
)
