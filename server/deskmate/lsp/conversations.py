"""What was asked and answered in this session, so that a question can follow another."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskmate.requests.conversation import Turn

KEPT = 50
"""How many conversations are kept, those that went on last; each is as long as a model can read."""


@dataclass
class Conversation:
    """Its turns so far."""

    turns: tuple[Turn, ...] = ()
    turning: asyncio.Lock = field(default_factory=asyncio.Lock)


class Conversations:
    """The conversations of this session, in memory only."""

    def __init__(self) -> None:
        self._kept: dict[str, Conversation] = {}
        self._session = secrets.token_hex(4)

    def name(self, job: int) -> str:
        """What the conversation is called that this job begins: no other of any session is."""
        return f"{self._session}-{job}"

    @asynccontextmanager
    async def join(self, name: str) -> AsyncGenerator[Conversation, None]:
        """The conversation of that name, a new one where none is known; one at a time goes on with
        it, so that a question which does not wait for an answer sees it all the same.
        """
        found = self._kept.pop(name) if name in self._kept else Conversation()
        self._keep(name, found)
        async with found.turning:
            yield found

    def begin(self, name: str, turn: Turn) -> None:
        """Begins one with what was not asked in words, such as an explanation."""
        self._keep(name, Conversation((turn,)))

    def _keep(self, name: str, conversation: Conversation) -> None:
        self._kept[name] = conversation
        for oldest in list(self._kept)[:-KEPT]:
            del self._kept[oldest]
