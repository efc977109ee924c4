"""A model that runs in a host: how it is asked, whoever has started that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from deskmate.engines.engine import Priority, Prompt
from deskmate.engines.hosts.host import Configuration, Report
from deskmate.engines.hosts.host_process import GRACE, tell_unwell
from deskmate.engines.hosts.saved_slots import SavedSlots
from deskmate.engines.hosts.slot_keeper import SlotKeeper
from deskmate.engines.hosts.tuning import Tuning
from deskmate.engines.openai.capabilities import Reasoning
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import EngineUnavailable

log = logging.getLogger(__name__)


class Link(Protocol):
    """How this process holds a host: alone, or together with others."""

    @property
    def lives(self) -> bool:
        """Whether it was alive when it was last heard of."""
        ...

    @property
    def others_asked(self) -> int:
        """How often others have asked it so far."""
        ...

    async def greet(self) -> tuple[Report, str]:
        """Where it answers once the model is loaded, and with which key. Raises EngineUnavailable
        where it cannot.
        """
        ...

    def turn(
        self, priority: Priority, give_way: Callable[[], None]
    ) -> AbstractAsyncContextManager[None]:
        """While a request is answered, when it is its turn; `give_way` is called where a more
        urgent one comes meanwhile. Raises EngineUnavailable, EngineTimeout.
        """
        ...

    async def ended(self) -> bool:
        """Whether it has ended, or does in a moment."""
        ...

    async def explain_end(self) -> str:
        """How it has ended, for the user."""
        ...

    async def end(self) -> None:
        """Lets go of it, which ends it where nobody else holds it."""
        ...

    async def end_stuck(self) -> None:
        """Has it ended for all, as it says nothing any more."""
        ...


class Host:
    """The model that a host runs, by the `link` to it."""

    def __init__(
        self,
        link: Link,
        configuration: Configuration,
        timeout: float,
        reasoning: Reasoning,
        slot_limit: int,
    ) -> None:
        self._link = link
        self._configuration = configuration
        self._timeout = timeout
        self._reasoning = reasoning
        self._slot_limit = slot_limit
        self._slots: SlotKeeper | None = None
        self.url = self.key = ""
        self._tuning: Tuning
        self._token_bytes = 0
        self.server: OpenAICompatible

    @property
    def lives(self) -> bool:
        """Whether it was alive when it was last heard of."""
        return self._link.lives

    async def greet(self) -> None:
        """Waits until the model is loaded. Raises EngineUnavailable where it cannot be."""
        began = asyncio.get_running_loop().time()
        report, self.key = await self._link.greet()
        assert report.tuning is not None
        seconds = asyncio.get_running_loop().time() - began
        log.info("%s answers at %s after %.1f s", self._configuration.name, report.url, seconds)
        log.info("It is run with %s", report.tuning)
        self._tuning, self._token_bytes = report.tuning, report.token_bytes
        self.url = report.url
        self.server = OpenAICompatible(
            f"{self.url}/v1",
            api_key=self.key,
            reasoning=self._reasoning,
            timeout=self._timeout,
            reach="machine",
        )

    async def get_ready(self) -> None:
        """Asks the server what it can do. Raises EngineUnavailable where it does not answer."""
        try:
            await self.server.capabilities()
            self._slots = await self._find_keeper()
        except EngineUnavailable:
            unwell = tell_unwell(self._configuration, "does not answer")
            told = await self._link.explain_end() if await self._link.ended() else unwell
            raise EngineUnavailable(told) from None

    @asynccontextmanager
    async def answering(self, prompt: Prompt, give_way: Callable[[], None]) -> AsyncIterator[None]:
        """While this prompt is answered: its turn, and what is kept of it; see `Link.turn` and
        `SlotKeeper`.
        """
        async with self._link.turn(prompt.priority, give_way):
            if self._slots is None:
                yield
                return
            await self._slots.begin(prompt)
            try:
                yield
            finally:
                self._slots.end(prompt)

    async def ended(self) -> bool:
        """Whether it has ended, or does in a moment."""
        return await self._link.ended()

    async def end(self, *, is_stuck: bool = False) -> None:
        """Lets go of it, which ends it where nobody else holds it; one that `is_stuck` is ended for
        all.
        """
        if self._slots is not None and self.lives:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._slots.aclose(), GRACE)
        if self.url:
            await self.server.aclose()
        await (self._link.end_stuck() if is_stuck else self._link.end())

    async def _find_keeper(self) -> SlotKeeper | None:
        if not self._token_bytes or not self._slot_limit:
            return None
        file = await asyncio.to_thread(Path(self._configuration.model).stat)
        build = self._configuration.build
        how = replace(self._tuning, threads=0, threads_batch=0)
        identity = f"{self._configuration.model} {file.st_size} {file.st_mtime_ns} {build} {how}"
        saved = SavedSlots(Path(self._configuration.slots), self._slot_limit, identity)
        sleep = self._configuration.sleep
        return SlotKeeper(
            self.server.ask, saved, self._token_bytes, sleep, lambda: self._link.others_asked
        )
