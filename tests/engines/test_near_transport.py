"""Which connection a request goes by, and how often it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Self

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskmate.engines import near_transport
from deskmate.engines.connection import Connection
from deskmate.engines.http import make_http_client
from deskmate.engines.openai.client import ApiClient, APIConnectionError

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfi"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfine"
OLD = b"HTTP/1.0 200 OK\r\n\r\nfine"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + FINE
SORRY = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nfi\r\n2\r\nne\r\n0\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
BROKEN = b"ICY 200 OK\r\n\r\n"
HANGS_UP = b""


class Server:
    """Answers the requests of each connection with what `answers` has for it, and hangs up where it
    has nothing; it remembers how many requests came on which connection.
    """

    def __init__(self, *answers: list[bytes]) -> None:
        self._answers = [*answers]
        self.asked: list[int] = []
        self.ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.asked)
        self.asked.append(0)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.asked[number] += 1
                if not (answer := self._answers[number].pop(0)):
                    break
                writer.write(answer)
                if answer in (HALF, OLD):
                    break
        self.ended.set()
        writer.close()


# What is answered on each connection to two requests, how many came on it, and what became of the
# second: its body, or why there is none.
TWICE: dict[str, tuple[list[list[bytes]], list[int], str]] = {
    "it stays open": ([[FINE, FINE]], [2], "fine"),
    "chunks have an end, too": ([[CHUNKS, FINE]], [2], "fine"),
    "so has nothing": ([[EMPTY, FINE]], [2], "fine"),
    "hints are no answer": ([[HINTS, HINTS]], [2], "fine"),
    "the server says that it closes it": ([[LAST], [FINE]], [1, 1], "fine"),
    "an old one closes each": ([[OLD], [FINE]], [1, 1], "fine"),
    "it is closed just now": ([[FINE, HANGS_UP], [FINE]], [2, 1], "fine"),
    "and the next one as well": (
        [[FINE, HANGS_UP], [HANGS_UP]],
        [2, 1],
        "Server disconnected without sending a response.",
    ),
    "in the middle of an answer": ([[FINE, HALF]], [2], "peer closed connection"),
    "it says something by itself": ([[FINE + SORRY], [FINE]], [1, 1], "fine"),
    "no HTTP": ([[FINE, BROKEN]], [2], "illegal status line"),
}


@pytest.mark.parametrize("name", TWICE)
async def test_two_requests(name: str) -> None:
    answers, asked, becomes = TWICE[name]
    async with Server(*answers) as server, make_http_client(server.url, "machine") as client:
        await client.get(server.url)
        try:
            told = (await client.get(server.url)).text
        except httpx2.HTTPError as error:
            told = str(error)
        assert told.startswith(becomes)
        assert server.asked == asked


async def test_several_at_a_time_have_one_each() -> None:
    async with (
        Server([FINE, FINE], [FINE, FINE]) as server,
        make_http_client(server.url, "machine") as client,
    ):
        for _ in range(2):
            await asyncio.gather(client.get(server.url), client.get(server.url))
        assert server.asked == [2, 2]


async def test_it_is_not_kept_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_transport, "_KEPT", 0.0)
    async with Server([FINE]) as server, make_http_client(server.url, "machine") as client:
        await client.get(server.url)
        await server.ended.wait()


async def test_nor_by_a_client_that_is_closed() -> None:
    async with Server([FINE]) as server:
        async with make_http_client(server.url, "machine") as client:
            await client.get(server.url)
        await server.ended.wait()


async def test_nor_is_one_that_answers_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_transport, "_KEPT", 3600.0)
    async with Server([FINE]) as server:
        client = make_http_client(server.url, "machine")
        response = await client.send(client.build_request("GET", server.url), stream=True)
        await client.aclose()
        assert await response.aread() == b"fine"
        await server.ended.wait()


async def test_an_answer_that_nobody_wants_any_more_ends_its_connection() -> None:
    async with Server([HALF.replace(b"4", b"9")]) as server:
        client = make_http_client(server.url, "machine")
        response = await client.send(client.build_request("GET", server.url), stream=True)
        await response.aclose()
        await server.ended.wait()
        await client.aclose()


EVENTS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ne\r\ndata: [DONE]\n\n\r\n"


# What comes behind the last event, and how many of three requests came on each connection.
ENDS = {"its end": (b"0\r\n\r\n", [3]), "an error": (b"x\r\n", [1, 1, 1])}


@pytest.mark.parametrize("name", ENDS)
async def test_the_last_event_is_not_all(name: str) -> None:
    """The end of an answer often comes a moment after what all wait for."""
    end, came = ENDS[name]
    asked: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(asked)
        asked.append(0)
        with suppress(asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n{}")
                asked[number] += 1
                writer.write(EVENTS)
                await asyncio.sleep(0.01)
                writer.write(end)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = ApiClient(f"http://127.0.0.1:{port}/v1", "", "machine")
    for _ in range(3):
        assert [event async for event in await client.stream("/chat", {})] == []
    assert asked == came
    await client.aclose()
    server.close()


async def test_an_error_of_the_connection_is_one_of_the_protocol() -> None:
    async with Server([HALF]) as server:
        client = ApiClient(server.url, "", "machine")
        with pytest.raises(APIConnectionError):
            await client.get("/models")
        await client.aclose()


class Wire(asyncio.Transport):
    """A transport that takes everything, and remembers whether more may come."""

    def __init__(self) -> None:
        super().__init__()
        self.open = True

    def write(self, data: object) -> None: ...

    def pause_reading(self) -> None:
        self.open = False

    def resume_reading(self) -> None:
        self.open = True


ASKED = httpx2.Request("GET", "http://127.0.0.1/")


async def _read(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


@given(answer=st.sampled_from([FINE, HINTS, CHUNKS, OLD, LAST]), data=st.data())
def test_an_answer_may_come_in_any_pieces(answer: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(answer) - 1))))

    async def ask() -> None:
        connection = Connection()
        connection.connection_made(Wire())
        asking = asyncio.create_task(connection.ask(ASKED))
        for start, end in zip([0, *cuts], [*cuts, len(answer)], strict=True):
            await asyncio.sleep(0)
            connection.data_received(answer[start:end])
        if answer == OLD:
            connection.eof_received()
        assert (await asking).status_code == 200
        assert await _read(connection.read()) == b"fine"
        assert connection.renew() is (answer not in (OLD, LAST))

    asyncio.run(ask())


async def test_an_answer_that_broke_off_has_no_end() -> None:
    connection = Connection()
    connection.connection_made(Wire())
    asking = asyncio.create_task(connection.ask(ASKED))
    await asyncio.sleep(0)
    connection.data_received(OLD)
    connection.connection_lost(ConnectionResetError("reset"))
    await asking
    with pytest.raises(httpx2.ReadError, match="reset"):
        await _read(connection.read())
    assert not connection.renew()


async def test_what_cannot_be_sent_is_an_error_of_the_protocol() -> None:
    connection = Connection()
    connection.connection_made(Wire())
    with pytest.raises(httpx2.HTTPError, match="Illegal header value"):
        await connection.ask(httpx2.Request("GET", ASKED.url, headers={"x": "a\n"}))


async def test_no_more_is_taken_in_than_somebody_reads() -> None:
    wire, connection = Wire(), Connection()
    connection.connection_made(wire)
    asking = asyncio.create_task(connection.ask(ASKED))
    await asyncio.sleep(0)
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n")
    await asking
    came = 0
    while wire.open:
        connection.data_received(bytes(100_000))
        came += 100_000
    assert came < 9_000_000
    rest = asyncio.create_task(_read(connection.read()))
    while not wire.open:
        await asyncio.sleep(0)
    connection.data_received(bytes(9_000_000 - came))
    assert len(await rest) == 9_000_000
