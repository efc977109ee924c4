"""How servers are reached: the one place where HTTP clients are made, each for one server, which is
no further away than it may be. Whose certificates are believed, by which proxy, how often.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from email.utils import mktime_tz, parsedate_tz
from time import time
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import urlsplit

from deskmate.errors import EngineError, EngineUnavailable

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

CONNECT = 10.0
"""Seconds that a server has to accept a connection."""

LONGEST = 20.0
"""Seconds that are waited before a request is sent again; whoever is told to wait longer is told
the user.
"""


Reach = Literal["machine", "network", "internet"]
"""How far away a server may be: on this machine, in the user's own network, or anywhere."""


def make_http_client(url: str, reach: Reach) -> httpx2.AsyncClient:
    """A client for the server at `url` alone, for an SDK. A proxy and one more certificate are
    taken from the environment, as other programs do. Raises EngineUnavailable where the server is
    further away than `reach`.
    """
    import httpx2

    return httpx2.AsyncClient(**_options(url, reach))


def ask_once(
    url: str,
    reach: Reach,
    *,
    timeout: float,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    most: int = 0,
) -> tuple[int, bytes]:
    """The status of one answer, and its first `most` bytes. Raises OSError where none comes within
    `timeout` seconds, and EngineUnavailable where the server is further away than `reach`.
    """
    import httpx2

    options = _options(url, reach) | {"timeout": timeout}
    read = b""
    try:
        with httpx2.Client(**options) as client, client.stream(method, url, headers=headers) as got:
            if most:
                for piece in got.iter_bytes():
                    read += piece
                    if len(read) >= most:
                        break
            return got.status_code, read[:most]
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise OSError(str(error) or type(error).__name__) from error


def http_error() -> type[Exception]:
    """What a client raises by itself where an SDK lets that through."""
    import httpx2

    return httpx2.HTTPError


def check_reach(url: str, reach: Reach) -> None:
    """Raises EngineUnavailable where the server at `url` is further away than `reach`."""
    if reach == "machine" and not is_this_machine(url):
        raise EngineUnavailable(f"{url} is not on this machine, so nothing is sent to it.")
    if reach == "network" and not is_near(url):
        raise EngineUnavailable(
            f"{url} is on the internet, so nothing is sent to it: `local.url` is for a server on "
            "this machine or in your own network. If you want that one, set `cloud.engine` to "
            "`openai` and `cloud.url` to it: you are then asked before anything is sent, and "
            "secrets are taken out."
        )


def _options(url: str, reach: Reach) -> dict[str, Any]:
    import httpx2

    check_reach(url, reach)
    return {
        "timeout": httpx2.Timeout(None, connect=CONNECT),
        # A kept connection may be closed by the server just when the next request goes out.
        "headers": {"Connection": "close"},
        "follow_redirects": False,  # what is meant for one server goes to no other
        "trust_env": not is_this_machine(url),  # no proxy between this machine and itself
        "verify": _trusted() if url.startswith("https:") else False,  # read for HTTPS only
    }


def is_this_machine(url: str) -> bool:
    """Whether what is sent to `url` stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_near(url: str) -> bool:
    """Whether a server is one of the user's own, on this machine or in their network, by its name
    alone: nobody is asked for its address. A name or an address that the whole internet knows is
    not, wherever it leads.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        return ("." not in host and not host[:1].isdigit()) or host.endswith(_NEAR)


_NEAR = (".localhost", ".local", ".lan", ".home", ".internal", ".intranet", ".corp", ".home.arpa")
"""Ends of names that only a network of one's own knows (RFC 6761, 6762, 8375, and custom)."""


async def persist(ask: Callable[[], Awaitable[T]], retries: int) -> T:
    """What comes of `ask`, which is called again up to `retries` times where the server was too
    busy or could not be reached: after what it asks for (Retry-After), or else after 0.5, 1, 2, …
    seconds. Raises what `ask` raised last.
    """
    for attempt in range(retries):
        try:
            return await ask()
        except EngineError as error:
            wait = _wait(error.__cause__, attempt)
            if wait is None:
                raise
        await asyncio.sleep(wait)
    return await ask()


BUSY = (408, 409, 429, 500, 502, 503, 504, 529)
"""What a server answers that may answer otherwise in a moment."""


def _wait(cause: BaseException | None, attempt: int) -> float | None:
    """Seconds until a request may be sent again after an SDK's error; None where that is no use."""
    status = getattr(cause, "status_code", None)
    if status is None:
        if type(cause).__name__ != "APIConnectionError":
            return None
    elif status not in BUSY:
        return None
    headers = getattr(getattr(cause, "response", None), "headers", {})
    asked = _asked_for(headers)
    if asked is not None:
        return asked if asked <= LONGEST else None
    return min(LONGEST, 0.5 * 2.0**attempt) * random.uniform(0.75, 1.0)


def _asked_for(headers: Mapping[str, str]) -> float | None:
    """What Retry-After says, in seconds: a number, or a date."""
    milliseconds, told = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    for text, unit in ((milliseconds, 0.001), (told, 1.0)):
        try:
            return max(0.0, float(text) * unit)
        except ValueError:
            continue
    date = parsedate_tz(told)
    return max(0.0, mktime_tz(date) - time()) if date else None


def sendable(text: str) -> str:
    """Lone surrogates, which documents may hold and UTF-8 may not, as replacement characters."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed: the system's, as a company sets them, those that Python
    programs bring along, and those of SSL_CERT_FILE.
    """
    import certifi
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for file in (certifi.where(), os.environ.get("SSL_CERT_FILE")):
        if file:
            context.load_verify_locations(file)
    return context
