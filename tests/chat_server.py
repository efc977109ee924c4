"""A small server that speaks the OpenAI protocol over raw sockets, so that it can break it too."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

MODELS = {"object": "list", "data": [{"id": "tiny", "object": "model"}]}


@dataclass(frozen=True)
class Page:
    """An answer: its `pieces` are bytes that are sent, and seconds to wait. With `whole` false the
    connection breaks behind the last one; with the status 0 nothing is answered at all.
    """

    pieces: tuple[bytes | float, ...]
    status: int = 200
    type: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True)
class Asked:
    """A request as it came in; `raw` is all of it, to the byte."""

    path: str
    headers: Mapping[str, str]
    body: Any
    raw: bytes


class ChatServer:
    """Answers `/models` and `/chat/completions`, the latter with numbers up to `max_tokens`.

    `pages` are what it answers instead, by path: the same at each request, one after the other, or
    what comes of the request.
    `answering` is how many answers are on their way now.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.pages: dict[str, Page | list[Page] | Callable[[Asked], Page]] = {}
        self.asked: list[Asked] = []
        self.answering = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """What `local.url` would be."""
        assert self._server is not None
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def chats(self) -> list[Any]:
        """The bodies of the requests for an answer, in order."""
        return [one.body for one in self.asked if one.path == "/v1/chat/completions"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = await _read(reader)
            self.asked.append(asked)
            sending = asyncio.create_task(_send(writer, self._page(asked)))
            hanging_up = asyncio.create_task(reader.read())
            self.answering += 1
            await asyncio.wait((sending, hanging_up), return_when=asyncio.FIRST_COMPLETED)
            self.answering -= 1
            for task in (sending, hanging_up):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        writer.close()

    def _page(self, asked: Asked) -> Page:
        page = self.pages.get(asked.path)
        if isinstance(page, list):
            return page.pop(0) if page else self._usual(asked)
        if callable(page):
            return page(asked)
        return page or self._usual(asked)

    def _usual(self, asked: Asked) -> Page:
        if asked.path == "/v1/models":
            return as_json(MODELS)
        if asked.path == "/v1/chat/completions":
            return counting(asked.body["max_tokens"])
        return as_json({"error": {"message": "not found"}}, status=404)


def as_json(value: object, status: int = 200, **headers: str) -> Page:
    """A page of JSON."""
    return Page((json.dumps(value).encode(),), status, "application/json", headers)


def web_page(status: int = 200) -> Page:
    """What a server that is something else altogether answers."""
    return Page((b"<!doctype html><title>Router</title>",), status, "text/html")


def stream(*texts: str, finish: str | None = "stop", usage: bool = True) -> Page:
    """An answer in these pieces."""
    events = [event({"content": text}) for text in texts]
    if finish:
        events.append(event({}, finish))
    if usage:
        tokens = {"prompt_tokens": 7, "completion_tokens": len(texts), "total_tokens": 9}
        events.append(data({"choices": [], "usage": tokens}))
    return Page((*events, b"data: [DONE]\n\n"))


def counting(tokens: int) -> Page:
    """A model that counts until it is cut off, slowly enough to be interrupted."""
    pieces: list[bytes | float] = []
    for number in range(tokens):
        pieces += [event({"content": f"{number} "}), 0.002]
    usage = {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 7 + tokens}
    end = (event({}, "length"), data({"choices": [], "usage": usage}), b"data: [DONE]\n\n")
    return Page((*pieces, *end))


def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    """One event of an answer."""
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    return data({"object": "chat.completion.chunk", "choices": [choice]})


def data(value: object) -> bytes:
    """One event of any kind."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


async def _read(reader: asyncio.StreamReader) -> Asked:
    begin = await reader.readuntil(b"\r\n\r\n")
    head = begin.decode().splitlines()
    headers = {
        name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    value = json.loads(body) if body else None
    return Asked(head[0].split()[1], headers, value, begin + body)


async def _send(writer: asyncio.StreamWriter, page: Page) -> None:
    if not page.status:
        return
    headers = {"Content-Type": page.type, "Transfer-Encoding": "chunked", "Connection": "close"}
    writer.write(f"HTTP/1.1 {page.status} As told\r\n".encode())
    for name, value in {**headers, **page.headers}.items():
        writer.write(f"{name}: {value}\r\n".encode())
    writer.write(b"\r\n")
    for piece in page.pieces:
        if isinstance(piece, bytes):
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
        else:
            await asyncio.sleep(piece)
    if page.whole:
        writer.write(b"0\r\n\r\n")
    await writer.drain()


def split(pieces: Iterable[bytes], size: int) -> tuple[bytes, ...]:
    """The same bytes in pieces of this size, wherever that cuts a character."""
    whole = b"".join(pieces)
    return tuple(whole[at : at + size] for at in range(0, len(whole), size))
