"""Whose turn it is: work that grows with a document does not hold the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from deskmate.core.syntax.document import Document

Found = TypeVar("Found")


async def read_in_turn(document: Document, work: Callable[[], Found]) -> Found:
    """What `work` finds in a document: at once in one that is read in milliseconds; of a large one
    in a thread, so that every other request has its turn meanwhile.
    """
    return await asyncio.to_thread(work) if document.is_large else work()
