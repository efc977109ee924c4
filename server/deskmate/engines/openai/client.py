"""The OpenAI protocol over HTTP: questions and answers in JSON, and answers that come as events.
OpenAI's own library takes 20 MB and 0.4 s before the first question, for what is a few lines here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from deskmate import __version__
from deskmate.engines.http import http_error, make_http_client, sendable_key
from deskmate.engines.near import Reach
from deskmate.errors import EngineError

if TYPE_CHECKING:
    from deskmate.engines.http import Response

LARGEST = 50_000_000
"""Bytes of one event, or of an answer that is none: whatever sends more is no such server."""


class APIError(Exception):
    """What a server says went wrong: `body` is its own word for it, from JSON where it was that."""

    def __init__(self, message: str, body: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.body = body


class APIConnectionError(APIError):
    """No answer came, or it broke off: the cause says why."""


class APIStatusError(APIError):
    """The answer was an error. `response` has its headers."""

    def __init__(self, response: Response, told: object) -> None:
        body = told.get("error", told) if isinstance(told, dict) else told
        super().__init__(f"Error code: {response.status_code}", body)
        self.status_code = response.status_code
        self.response = response


class Events:
    """The events of one answer, which are whatever the server put into them. `kind` is what it says
    that it sends.
    """

    def __init__(self, response: Response) -> None:
        self._response = response
        self._events = _read_events(response)
        self.kind: str = response.headers.get("content-type", "")

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._events

    async def __anext__(self) -> Any:
        return await anext(self._events)

    async def aclose(self) -> None:
        """Closes the connection, which ends the generation."""
        await self._events.aclose()
        await self._response.aclose()


class ApiClient:
    """Asks the server at `url`, which is no further away than its `reach`, with a key."""

    def __init__(self, url: str, api_key: str, reach: Reach) -> None:
        self._url = url
        self._http = make_http_client(url, reach)
        self._headers = {
            "Authorization": f"Bearer {sendable_key(api_key, url) or 'none'}",
            "Accept": "application/json",
            "User-Agent": f"deskmate/{__version__}",
        }

    async def get(self, path: str) -> Any:
        """What is at a path, or at a URL. Raises APIError, ValueError where it is no JSON."""
        return await self._read(await self._send("GET", path, None))

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """What comes of it. Raises APIError, ValueError where it is no JSON."""
        return await self._read(await self._send("POST", path, body))

    async def stream(self, path: str, body: dict[str, Any]) -> Events:
        """What comes of it, bit by bit. Raises APIError."""
        return Events(await self._send("POST", path, body))

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._http.aclose()

    async def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Response:
        where = path if "://" in path else self._url + path
        request = self._http.build_request(method, where, json=body, headers=self._headers)
        try:
            response = await self._http.send(request, stream=True)
        except (http_error(), EngineError) as error:
            raise APIConnectionError("Connection error.") from error
        if response.is_success:
            return response
        said = (await self._read_all(response)).decode("utf-8", "replace").strip()
        try:
            told = json.loads(said)
        except ValueError:
            told = said
        raise APIStatusError(response, told)

    async def _read(self, response: Response) -> Any:
        return json.loads(await self._read_all(response))

    async def _read_all(self, response: Response) -> bytes:
        said = bytearray()
        try:
            async for piece in _pieces(response):
                said += piece
                if len(said) > LARGEST:
                    raise ValueError(f"more than {LARGEST:,} bytes")
        finally:
            await response.aclose()
        return bytes(said)


async def _read_events(response: Response) -> AsyncGenerator[Any, None]:
    """What lies in the events of a stream, up to its end or `[DONE]`."""
    said: list[bytes] = []
    size = 0
    lines = _read_lines(response)
    try:
        async for line in lines:
            if line.startswith(b"data:"):
                said.append(line[5:].removeprefix(b" "))
                size += len(line)
                if size > LARGEST:
                    raise ValueError(f"more than {LARGEST:,} bytes in one event")
            if line or not said:
                continue
            data = b"\n".join(said)
            said.clear()
            size = 0
            if data.startswith(b"[DONE]"):
                await _read_end(lines)
                return
            event = json.loads(data)
            if isinstance(event, dict) and (error := event.get("error")):
                told = error.get("message") if isinstance(error, dict) else None
                message = told if isinstance(told, str) and told else "it broke off"
                raise APIError(message, error)
            yield event
    finally:
        await response.aclose()


async def _read_end(lines: AsyncGenerator[bytes, None]) -> None:
    """Waits a moment for the end behind the last event: then the connection serves again."""
    with suppress(TimeoutError, APIError, ValueError):
        async with asyncio.timeout(_END):
            async for _ in lines:
                pass


_END = 0.1  # seconds


async def _read_lines(response: Response) -> AsyncGenerator[bytes, None]:
    """The lines of a stream, an empty one last. What ends one in text, such as U+2028, is a part of
    the line here.
    """
    half = bytearray()
    async for piece in _pieces(response):
        if not half.endswith(b"\r") and b"\n" not in piece and b"\r" not in piece:
            half += piece  # of a long line, which is not read again with each
            if len(half) > LARGEST:
                raise ValueError(f"more than {LARGEST:,} bytes in one line")
            continue
        whole = bytes(half) + piece
        ends_in_return = whole.endswith(b"\r")  # the other half of that end may be next
        lines = whole[: len(whole) - ends_in_return].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *complete, rest = lines.split(b"\n")
        half = bytearray(rest + b"\r" * ends_in_return)
        for line in complete:
            yield line
    for line in (bytes(half.rstrip(b"\r")), b""):
        yield line


async def _pieces(response: Response) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in response.aiter_bytes():
            yield piece
    except http_error() as error:
        raise APIConnectionError("Connection error.") from error
