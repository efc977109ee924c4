"""How servers are reached: the one place where HTTP clients are made, each for one server, which is
no further away than it may be. Whose certificates are believed, by which proxy, how often.
"""

from __future__ import annotations

import asyncio
import os
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from time import time
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from deskmate.engines.near import Reach, check_reach, is_near
from deskmate.errors import EngineError, EngineRejected, EngineUnavailable

if TYPE_CHECKING:
    import httpx2
    from httpx2 import Response as Response

T = TypeVar("T")

CONNECT = 10.0
"""Seconds that a server has to accept a connection."""

LONGEST = 20.0
"""Seconds that are waited before a request is sent again; whoever is told to wait longer is told
the user.
"""


def make_http_client(url: str, reach: Reach) -> httpx2.AsyncClient:
    """A client for the server at `url` alone. What is near is asked without a proxy,
    at an address that is as near; for the rest, a proxy and one more certificate are taken from the
    environment, as other programs do. Raises EngineUnavailable where the server is further away
    than `reach`, now or, as it is looked up for each connection, with a request.
    """
    import httpx2

    options = _options(url, reach)
    if is_near(url):
        from deskmate.engines.near_transport import AsyncNearTransport

        options["transport"] = AsyncNearTransport(reach, options["verify"])
        del options["headers"]  # it can tell whether a connection was closed meanwhile
    return _make(httpx2.AsyncClient, options)


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
    if is_near(url):
        from deskmate.engines.near_transport import NearTransport

        options["transport"] = NearTransport(reach, options["verify"])
    read = b""
    try:
        with (
            _make(httpx2.Client, options) as client,
            client.stream(method, url, headers=headers) as got,
        ):
            if most:
                for piece in got.iter_bytes():
                    read += piece
                    if len(read) >= most:
                        break
            return got.status_code, read[:most]
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise OSError(str(error) or type(error).__name__) from error


def make_download_client(url: str) -> httpx2.Client:
    """A client for files that anybody may have, which are at `url` or where that leads to; by whose
    certificates and which proxy as all others.
    """
    import httpx2

    options = _options(url, "internet") | {"verify": _trusted(), "follow_redirects": True}
    return _make(httpx2.Client, options)


def http_error() -> type[Exception]:
    """What a client raises by itself."""
    import httpx2

    return httpx2.HTTPError


def _make(kind: Callable[..., T], options: Mapping[str, Any]) -> T:
    import httpx2

    try:
        return kind(**options)
    except (ImportError, ValueError, httpx2.InvalidURL) as error:  # each proxy is looked at
        raise EngineUnavailable(
            "A proxy that the environment names is of a kind that cannot be used, such as SOCKS. "
            "Set HTTPS_PROXY to one that begins with http:// or https://, and unset ALL_PROXY."
        ) from error


def _options(url: str, reach: Reach) -> dict[str, Any]:
    """What every client is made with, but for its transport."""
    import httpx2

    check_reach(url, reach)
    return {
        "timeout": httpx2.Timeout(None, connect=CONNECT),
        # A kept connection may be closed by the server just when the next request goes out.
        "headers": {"Connection": "close"},
        "limits": httpx2.Limits(max_connections=None),  # the queue before it says how many
        "follow_redirects": False,  # what is meant for one server goes to no other
        "trust_env": not is_near(url),  # what is near is asked by ourselves
        # Read for HTTPS only, in capitals, too.
        "verify": not url.lower().startswith("http:") and _trusted(),
    }


async def persist(ask: Callable[[], Awaitable[T]], retries: int) -> T:
    """What comes of `ask`, which is called again up to `retries` times where the server was too
    busy or could not be reached: after what it asks for (Retry-After), or else after 0.5, 1, 2, …
    seconds. Raises what `ask` raised last.
    """
    for attempt in range(retries):
        try:
            return await ask()
        except EngineError as error:
            trouble = find_trouble(error)
            if trouble is None or (trouble.asked or 0.0) > LONGEST:
                raise
            wait = min(LONGEST, 0.5 * 2.0**attempt) * random.uniform(0.75, 1.0)
            wait = wait if trouble.asked is None else trouble.asked
        await asyncio.sleep(wait)
    return await ask()


BUSY = (429, 503, 529)
"""What a server answers that is asked too much."""

FAILED = (408, 409, 500, 502, 504)
"""What a server answers that may answer otherwise in a moment."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a request may be sent again: the server is `busy`, `away`, or has `failed` on it; and
    after how many seconds, where it asks for that.
    """

    kind: Literal["busy", "away", "failed"]
    asked: float | None = None


def find_trouble(error: EngineError) -> Trouble | None:
    """Why a request may be sent again, after an error of a client; None where that is no use."""
    cause = error.__cause__
    status = getattr(cause, "status_code", None)
    if isinstance(getattr(cause, "__cause__", None), EngineError):
        return None  # we ourselves refused to send it
    if status is None:
        return Trouble("away") if type(cause).__name__ == "APIConnectionError" else None
    headers = getattr(getattr(cause, "response", None), "headers", {})
    if status in BUSY:
        return Trouble("busy", _asked_for(headers))
    return Trouble("failed", _asked_for(headers)) if status in FAILED else None


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


def sendable_key(key: str, url: str) -> str:
    """A key as a header takes it, without the line end that may have been copied with it. Raises
    EngineRejected for what none takes: the error of whoever sends it would show it.
    """
    key = key.strip()
    if key.isascii() and key.isprintable():
        return key
    raise EngineRejected(
        f"The key for {url} has a line break or a letter that is in no key, so nothing was sent. "
        f"Copy it anew; `deskmate key set {url}` stores it."
    )


def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed: the system's, as a company sets them, those that Python
    programs bring along, and those of SSL_CERT_FILE.
    """
    import certifi
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    if own := os.environ.get("SSL_CERT_FILE"):
        try:
            context.load_verify_locations(own)
        except OSError as error:
            raise EngineUnavailable(
                f"SSL_CERT_FILE in the environment names {own}, from which no certificate can be "
                f"read ({error.strerror or error}). Set it to a file with some, or unset it."
            ) from error
    return context
