"""How requests reach a server that is near: each connection asks once for the addresses of its
name, and goes to one of these, having looked at all of them.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial

import httpx2

from deskmate.engines.connection import Connection, Gone
from deskmate.engines.near import Reach, find_addresses, is_address

Verify = ssl.SSLContext | bool

_KEPT = 1.0
"""Seconds for which a connection waits for another request. Servers close it after 2 and more, and
may do so just when one goes out.
"""


class NearTransport(httpx2.HTTPTransport):
    """Without a proxy. Raises EngineUnavailable where a name leads further away than `reach`."""

    def __init__(self, reach: Reach, verify: Verify) -> None:
        super().__init__(verify=verify, trust_env=False)
        self._reach = reach

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer of the first address that can be connected to."""
        *others, last = _readdress(request, self._reach)
        for one in others:
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return super().handle_request(one)
        return super().handle_request(last)


class AsyncNearTransport(httpx2.AsyncBaseTransport):
    """The same, for those who wait; what is asked soon after goes by the same connection."""

    def __init__(self, reach: Reach, verify: Verify) -> None:
        self._reach = reach
        self._verify = verify
        self._kept = defaultdict[_Place, list[tuple[Connection, asyncio.TimerHandle]]](list)
        self._closed = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer by a connection that is kept, or to the first address that there is one to.
        What a server has not begun to answer when it ends one that was kept is sent once more.
        """
        await request.aread()
        place = request.url.scheme, request.url.host, request.url.port
        if (kept := self._take(place)) is not None:
            with suppress(Gone):
                return await self._ask(kept, place, request)
        return await self._ask(await self._connect(request), place, request)

    async def aclose(self) -> None:
        """Closes what is kept. What answers still is closed with its answer."""
        self._closed = True
        for place in self._kept:
            while (connection := self._take(place)) is not None:
                connection.close()

    async def _ask(
        self, connection: Connection, place: _Place, request: httpx2.Request
    ) -> httpx2.Response:
        try:
            head = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        rest = _Rest(connection, partial(self._keep, connection, place))
        return httpx2.Response(head.status_code, headers=[*head.headers], stream=rest)

    def _take(self, place: _Place) -> Connection | None:
        kept = self._kept[place]
        while kept:
            connection, closing = kept.pop()
            closing.cancel()
            if connection.is_quiet:
                return connection
            connection.close()
        return None

    def _keep(self, connection: Connection, place: _Place) -> None:
        """Keeps a connection for a while; one that cannot serve again is closed."""
        if self._closed or not connection.renew():
            connection.close()
            return

        def close() -> None:
            self._kept[place].remove(entry)
            connection.close()

        entry = connection, asyncio.get_running_loop().call_later(_KEPT, close)
        self._kept[place].append(entry)

    async def _connect(self, request: httpx2.Request) -> Connection:
        if is_address(request.url.host):  # nobody is asked for it, so nothing is waited for
            found = _find_addresses(request, self._reach)
        else:
            found = await asyncio.to_thread(_find_addresses, request, self._reach)
        *others, last = found
        for one in others:
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return await self._connect_to(one, request)
        return await self._connect_to(last, request)

    async def _connect_to(self, address: str, request: httpx2.Request) -> Connection:
        url, seconds = request.url, request.extensions.get("timeout", {}).get("connect")
        secure = url.scheme == "https"
        connecting = asyncio.get_running_loop().create_connection(
            Connection,
            address,
            _find_port(url),
            ssl=(self._verify or True) if secure else None,
            server_hostname=url.host if secure else None,  # whose certificate it has to be
        )
        try:
            async with asyncio.timeout(seconds):
                _, connection = await connecting
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(f"no connection within {seconds:g} s") from error
        except ConnectionRefusedError as error:
            raise httpx2.ConnectError("connection refused") from error
        except OSError as error:
            raise httpx2.ConnectError(str(error)) from error
        return connection


_Place = tuple[str, str, int | None]


class _Rest(httpx2.AsyncByteStream):
    """What follows the head of an answer on a connection, and who gets that in the end."""

    def __init__(self, connection: Connection, on_end: Callable[[], None]) -> None:
        self._connection = connection
        self._on_end: Callable[[], None] | None = on_end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._connection.read():
            yield piece

    async def aclose(self) -> None:
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end()


def _find_port(url: httpx2.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _find_addresses(request: httpx2.Request, reach: Reach) -> list[str]:
    try:
        return find_addresses(request.url.host, _find_port(request.url), reach)
    except OSError as error:
        raise httpx2.ConnectError(str(error), request=request) from error


def _readdress(request: httpx2.Request, reach: Reach) -> list[httpx2.Request]:
    """The same request to each address of its host. It still says for which name it is: to the
    server by its header, and to TLS.
    """
    url = request.url
    return [
        httpx2.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        for address in _find_addresses(request, reach)
    ]
