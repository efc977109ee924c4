"""Runs the language server until its client is gone: over stdio, or for one client over TCP."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, BinaryIO

from deskmate.errors import DeskmateError

if TYPE_CHECKING:
    from deskmate.lsp.pygls_protocol import Server
    from deskmate.lsp.server import Connection

log = logging.getLogger(__name__)


def serve(tcp: tuple[str, int] | None = None) -> int:
    """Serves one client, and gives the exit code of the process. `tcp` is an address to listen on
    in place of stdin and stdout.

    Raises DeskmateError where that address cannot be listened on.
    """
    # Looking for garbage among imports that stay costs 20 ms of the start; never looking, 9 MB.
    gc.set_threshold(100_000)
    _keep_little()
    for name in _OF_ONE_REPOSITORY:
        os.environ.pop(name, None)
    from deskmate.lsp.light_types import import_types

    import_types()
    from deskmate.lsp.logs import log_to
    from deskmate.lsp.server import create_server

    log_to()
    server, connection = create_server()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    sys.setswitchinterval(_TURN)
    try:
        return asyncio.run(
            _serve_tcp(server, connection, *tcp) if tcp else _serve_stdio(server, connection)
        )
    except KeyboardInterrupt:
        return 130


def _keep_little() -> None:
    """Has glibc, where that is what gives out memory, take it from one heap for all threads. To
    give back at once what is free at its end as well would be another 10 MB, and twice the time a
    key.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    give = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if give is not None:
        give(_M_ARENA_MAX, 1)


_M_ARENA_MAX = -8

_OF_ONE_REPOSITORY = ("GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE")
"""What `git commit` tells the editor that it starts; that is asked about others, too."""

_GARBAGE = (2_000, 10, 1_000)
"""When Python looks for garbage in circles. What is new is looked through a third as often as by
default; everything, with all that a large document is known by, hardly ever: nothing else runs
meanwhile, so `messages.py` does it where it is quiet. More rarely, and what requests leave behind
piles up: `tests/soak/fuzz.py` sees it.
"""

_TURN = 0.001
"""Seconds after which a thread that reads a document lets the event loop run. As many threads may
stand in line before the loop as requests are under way.
"""


async def _serve_stdio(server: Server, connection: Connection) -> int:
    """Keeps stdin and stdout for the protocol alone: whatever else prints goes to stderr, and a
    child process finds nothing on its stdin.
    """
    from pygls.io_ import StdoutWriter

    stdin, stdout = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    messages = asyncio.StreamReader()
    arguments = (stdin, asyncio.get_running_loop(), messages)
    threading.Thread(target=_pump, args=arguments, name="stdin", daemon=True).start()
    return await _listen(server, connection, messages, StdoutWriter(stdout))


def _pump(stdin: BinaryIO, loop: asyncio.AbstractEventLoop, messages: asyncio.StreamReader) -> None:
    """Hands on what comes in. It has a thread to itself, so that no other work delays it."""
    try:
        while chunk := stdin.read(1 << 16):
            loop.call_soon_threadsafe(messages.feed_data, chunk)
        loop.call_soon_threadsafe(messages.feed_eof)
    except RuntimeError:
        log.debug("The server has ended before its client.")


async def _serve_tcp(server: Server, connection: Connection, host: str, port: int) -> int:
    """Serves the first client that connects, and turns any other away: replies would reach the
    wrong one.
    """
    first: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Future()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first.done():
            writer.close()
        else:
            first.set_result((reader, writer))

    try:
        listener = await asyncio.start_server(accept, host, port)
    except OSError as error:
        raise DeskmateError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    address = listener.sockets[0].getsockname()
    log.info("Listening on %s:%s for one client.", *address[:2])
    reader, writer = await first
    listener.close()
    try:
        return await _listen(server, connection, reader, writer)
    finally:
        writer.close()


async def _listen(
    server: Server, connection: Connection, messages: asyncio.StreamReader, writer: Any
) -> int:
    """Handles messages until there are no more, then ends whatever is under way."""
    from deskmate.lsp.messages import handle_messages

    server.protocol.set_writer(writer)
    try:
        await handle_messages(server.stopping, messages, server.protocol)
    except (ConnectionError, asyncio.IncompleteReadError) as error:
        log.warning("The client is gone: %s", error)
    finally:
        await connection.aclose()
    return server.protocol.exit_code
