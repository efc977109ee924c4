"""Reads the client's messages, one after the other, and gives whoever is answered a turn."""

from __future__ import annotations

import asyncio
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
    while not stopping.is_set() and (body := await _read(messages)) is not None:
        try:
            protocol.receive(json.loads(body))
        except Exception:
            log.exception("A message cannot be handled")
        await asyncio.sleep(0)  # many may be there at once, and none of them waits for another


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
