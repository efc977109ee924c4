"""Whose turn it is: work that grows with a document does not hold the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from deskmate.core.syntax.document import Document

Found = TypeVar("Found")

SHORT = 2_000
"""Characters of a document that is read in milliseconds, however it is written."""


async def read_in_turn(document: Document, work: Callable[[], Found]) -> Found:
    """What `work` finds in a document: at once in a short one; of any other in a thread, so that
    every other request has its turn meanwhile.
    """
    return work() if len(document.text) <= SHORT else await asyncio.to_thread(work)
