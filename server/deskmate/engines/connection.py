"""One connection to a server, on which requests are answered one after the other. h11 knows the
protocol and asyncio the socket: httpx2's own connections take three times as long for each request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import h11
import httpx2

_LONGEST_HEAD = 100_000
"""Bytes of the headers of an answer."""

_AHEAD = 1_000_000
"""Bytes of an answer that are taken in before somebody wants them."""


class Gone(httpx2.RemoteProtocolError):
    """The connection ended before there was anything of an answer."""


class Connection(asyncio.Protocol):
    """A connection, as asyncio makes one and tells it what happens."""

    def __init__(self) -> None:
        self._state = h11.Connection(h11.CLIENT, _LONGEST_HEAD)
        self._transport: asyncio.Transport
        self._news = asyncio.Event()
        self._unread = 0
        self._heard = False
        self._broken: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some more has come."""
        self._heard = True
        self._state.receive_data(data)
        self._unread += len(data)
        if self._unread > _AHEAD:
            self._transport.pause_reading()
        self._news.set()

    def eof_received(self) -> None:
        """The server has said all."""
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more comes. Where it broke, that is no end of an answer that has no other one."""
        self._broken = exc
        if exc is None:
            self._state.receive_data(b"")
        self._news.set()

    async def ask(self, request: httpx2.Request) -> h11.Response:
        """The head of the answer to a request, whose content is known. Raises httpx2.HTTPError,
        which is Gone where the server may have ended the connection before it was asked.
        """
        self._heard = False
        with _explained():
            head = h11.Request(
                method=request.method, target=request.url.raw_path, headers=request.headers.raw
            )
            events = (head, h11.Data(data=request.content), h11.EndOfMessage())
            self._transport.write(b"".join(self._state.send(event) or b"" for event in events))
            while not isinstance(event := await self._next_event(), h11.Response):
                pass  # it says that it goes on
            return event

    async def read(self) -> AsyncIterator[bytes]:
        """The rest of the answer, as it comes. Raises httpx2.HTTPError."""
        with _explained():
            while isinstance(event := await self._next_event(), h11.Data):
                yield bytes(event.data)

    def renew(self) -> bool:
        """Whether all of the answer has come, so that something else may be asked."""
        try:
            with _explained():
                while self._state.their_state is h11.SEND_BODY:  # nobody may have read its end
                    if self._state.next_event() is h11.NEED_DATA:
                        return False
                self._state.start_next_cycle()
        except httpx2.HTTPError:
            return False
        return True

    @property
    def is_quiet(self) -> bool:
        """Whether the server has neither ended it nor said anything that it was not asked."""
        return self._broken is None and self._state.trailing_data == (b"", False)

    def close(self) -> None:
        """Ends it at once, whatever is on its way."""
        self._transport.abort()

    async def _next_event(self) -> object:
        while True:
            if not self._heard and not self.is_quiet:
                raise Gone("Server disconnected without sending a response.")
            if (event := self._state.next_event()) is not h11.NEED_DATA:
                return event
            if self._broken is not None:
                raise httpx2.ReadError(str(self._broken)) from self._broken
            self._unread = 0
            self._transport.resume_reading()
            self._news.clear()
            await self._news.wait()


@contextmanager
def _explained() -> Iterator[None]:
    """Errors of h11 as those of a client."""
    try:
        yield
    except h11.ProtocolError as error:
        raise httpx2.RemoteProtocolError(str(error)) from error
