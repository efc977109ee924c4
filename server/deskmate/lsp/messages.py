"""Reads the client's messages, one after the other, and gives whoever is answered a turn."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskmate.lsp.pygls_protocol import Protocol

log = logging.getLogger(__name__)


async def handle_messages(
    stopping: threading.Event, messages: asyncio.StreamReader, protocol: Protocol
) -> None:
    """Until there are no more, or `stopping` is set. Only a message itself is read as one, and not
    what looks like one in it.

    Raises IncompleteReadError where the client is gone in the middle of one.
    """
    loop, quiet = asyncio.get_running_loop(), None
    while not stopping.is_set() and (body := await _read(messages)) is not None:
        if quiet is not None:
            quiet.cancel()
        while (awaited := protocol.awaits) is not None and not awaited.done():
            await asyncio.wait([awaited])
        try:
            protocol.receive(json.loads(body))
        except Exception:
            log.exception("A message cannot be handled")
        quiet = loop.call_later(QUIET, _collect_garbage)
        await asyncio.sleep(0)  # many may be there at once, and none of them waits for another


QUIET = 5.0
"""Seconds without a message after which nobody is held up by a search for garbage."""


def _collect_garbage() -> None:
    """Looks through everything for garbage in circles, if there is much that is new: with a large
    document that takes 0.2 s, in which nothing else runs (`serve.py` has it come seldom by itself).
    """
    if gc.get_count()[2] >= 10:
        gc.collect()


async def _read(messages: asyncio.StreamReader) -> bytes | None:
    """The body of the next message; None where there is none."""
    length = 0
    while header := await messages.readline():
        if length and not header.strip():
            return await messages.readexactly(length)
        if found := _LENGTH.fullmatch(header):
            length = int(found[1])
    return None


_LENGTH = re.compile(rb"Content-Length: *(\d+)\r\n", re.IGNORECASE)
