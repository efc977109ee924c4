"""How requests reach a server that is near: each asks once for the addresses of its name, and
connects to one of these, having looked at all of them.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import httpx2

from deskmate.engines.near import Reach, find_addresses, is_address

Verify = ssl.SSLContext | bool


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


class AsyncNearTransport(httpx2.AsyncHTTPTransport):
    """The same, for those who wait."""

    def __init__(self, reach: Reach, verify: Verify, limits: httpx2.Limits) -> None:
        super().__init__(verify=verify, trust_env=False, limits=limits)
        self._reach = reach

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer of the first address that can be connected to."""
        if is_address(request.url.host):  # nobody is asked for it, so nothing is waited for
            *others, last = _readdress(request, self._reach)
        else:
            *others, last = await asyncio.to_thread(_readdress, request, self._reach)
        for one in others:
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return await super().handle_async_request(one)
        return await super().handle_async_request(last)


def _readdress(request: httpx2.Request, reach: Reach) -> list[httpx2.Request]:
    """The same request to each address of its host. It still says for which name it is: to the
    server by its header, and to TLS.
    """
    url = request.url
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        addresses = find_addresses(url.host, port, reach)
    except OSError as error:
        raise httpx2.ConnectError(str(error), request=request) from error
    return [
        httpx2.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        for address in addresses
    ]
