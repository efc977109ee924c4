"""When the slots of a running llama.cpp are saved, and when one is restored."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from deskmate.engines.engine import Prompt
from deskmate.engines.hosts.saved_slots import WORTH, Marks, SavedSlots, fingerprint, in_common
from deskmate.errors import EngineError, EngineRejected

log = logging.getLogger(__name__)

IDLE = 3.0
"""Seconds without a request after which what was read last is saved."""

PATIENCE = 5.0
"""Seconds that a request waits at most for a slot to be restored."""

REMEMBERED = 16
"""Prompts that the server is believed to know still: in its slots, and in its memory beside."""

Ask = Callable[[str, dict[str, Any] | None], Awaitable[Any]]
"""Posts to a path of the server, or gets it where there is nothing to post. Raises EngineError."""


class SlotKeeper:
    """Has the server that `ask` reaches save what it has read, when nobody asks it for anything,
    and read it again for a prompt that it does not know and a file does.

    Where others ask it, too, `others_asked` says how often they have so far: what it has read since
    we last asked is not ours, and not saved. A token of a prompt takes `token_bytes`. After `sleep`
    seconds without a request the server has forgotten everything (-1: it never does). A raw prompt
    is another one at each key, and so neither saved nor restored. Nothing here ever fails a
    request.
    """

    def __init__(
        self,
        ask: Ask,
        saved: SavedSlots,
        token_bytes: int,
        sleep: int,
        others_asked: Callable[[], int] = lambda: 0,
    ) -> None:
        self._ask = ask
        self._others_asked = others_asked
        self._others_before = 0
        self._saved = saved
        self._token_bytes = token_bytes
        self._sleep = sleep
        self._known: deque[Marks] = deque(maxlen=REMEMBERED)
        self._kept: deque[Marks] = deque(maxlen=REMEMBERED)
        self._unsaved: Marks = ()
        self._running = 0
        self._used = time.monotonic()
        self._waiting: asyncio.TimerHandle | None = None
        self._saving: asyncio.Task[None] | None = None
        self._works = True

    async def begin(self, prompt: Prompt) -> None:
        """Called before a request: restores what the server does not know of its prompt."""
        self._running += 1
        if self._waiting is not None:
            self._waiting.cancel()
        if self._sleeps:
            self._known.clear()
        if self._sleeps or not self._is_last:
            self._unsaved = ()
        self._others_before = self._others_asked()
        try:
            await self._prepare(prompt)
        except BaseException:
            self._running -= 1  # whoever is cancelled here never comes to the end
            raise

    async def _prepare(self, prompt: Prompt) -> None:
        if prompt.raw:
            await self._save_whole()  # before it is written over
            return
        marks = fingerprint(prompt)
        known = _most(marks, self._known)
        if self._works and len(marks) - known >= WORTH:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._restore(marks, known)
            except (EngineError, OSError, ValueError, LookupError, TypeError) as error:
                self._works = not isinstance(error, EngineError)
                log.info("No slot is restored: %s", error)

    def end(self, prompt: Prompt) -> None:
        """Called after a request, however it ended: soon what was read of it will be saved."""
        self._running -= 1
        self._used = time.monotonic()
        if prompt.raw:
            return
        marks = fingerprint(prompt)
        self._known.append(marks)
        if len(marks) - _most(marks, self._kept) >= WORTH:
            self._unsaved = marks
        if self._unsaved and not self._running:
            self._waiting = asyncio.get_running_loop().call_later(IDLE, self._save_soon)

    async def aclose(self) -> None:
        """Saves what is not saved yet."""
        if self._waiting is not None:
            self._waiting.cancel()
        if self._saving is not None:
            await asyncio.wait([self._saving])
        if not self._running:
            await self._save()

    @property
    def _sleeps(self) -> bool:
        return 0 < self._sleep <= time.monotonic() - self._used

    @property
    def _is_last(self) -> bool:
        return self._others_asked() == self._others_before

    def _save_soon(self) -> None:
        self._saving = asyncio.create_task(self._save())

    async def _save_whole(self) -> None:
        """Saves to the end also where whoever waits is cancelled, as at each key that is typed."""
        if self._unsaved:
            self._save_soon()
        if self._saving is not None:
            await asyncio.shield(self._saving)

    async def _restore(self, marks: Marks, known: int) -> None:
        slot, deep = await asyncio.to_thread(self._saved.find, marks)
        if slot is None or deep - known < WORTH:
            return
        if not await asyncio.to_thread(self._saved.take, slot):
            return
        if self._running == 1:
            await self._save_whole()  # what the slot holds now may be wanted again
        idle = [one for one in await self._ask("/slots", None) if not one["is_processing"]]
        if not idle:
            return
        place = min(idle, key=lambda one: int(one.get("n_prompt_tokens", 0)))
        where = f"/slots/{place['id']}?action=restore"
        try:
            read = await self._ask(where, {"filename": slot.path.name})
        except EngineRejected:
            await asyncio.to_thread(self._saved.drop, slot)  # it does not fit after all
            return
        log.info("Restored %s tokens of a prompt from %s", read["n_restored"], slot.path.name)
        self._known.append(slot.marks)
        self._kept.append(slot.marks)

    async def _save(self) -> None:
        """Saves what was read last, in the slot of the last task."""
        marks, self._unsaved = self._unsaved, ()
        if not marks or not self._works or self._sleeps or not self._is_last:
            return
        try:
            slots = await self._ask("/slots", None)
            last = max(slots, key=lambda one: int(one.get("id_task", -1)))
            tokens = int(last.get("n_prompt_tokens", 0))
            if last["is_processing"] or not self._saved.has_room(tokens * self._token_bytes):
                return
            name = await asyncio.to_thread(self._saved.new_name)
            await self._ask(f"/slots/{last['id']}?action=save", {"filename": name})
            if not self._is_last:
                self._saved.forget(name)
                return
            await asyncio.to_thread(self._saved.keep, name, marks)
            self._kept.append(marks)
        except EngineError as error:
            self._works = False  # one that cannot is not asked again
            log.info("What the model has read is not saved: %s", error)
        except (OSError, ValueError, LookupError, TypeError) as error:
            log.info("What the model has read is not saved: %s", error)


def _most(marks: Marks, known: Iterable[Marks]) -> int:
    return max((in_common(marks, one) for one in known), default=0)
