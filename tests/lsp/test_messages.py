"""Messages are read one after the other, only as what they are, and hold nobody up."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any, cast

import pytest
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from deskmate.lsp.messages import handle_messages
from deskmate.lsp.pygls_protocol import Protocol, _read_change
from deskmate.lsp.server import create_server

LOOKS_LIKE_ONE = {"jsonrpc": "2.0", "id": 7, "result": None}


class Noting:
    """Stands for the protocol: notes what is handled."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.awaits: asyncio.Future[None] | None = None

    def receive(self, data: Any) -> None:
        if "broken" in data:
            raise ValueError("broken")
        self.seen.append(data)


async def handle(noting: Noting, *messages: Any, cut: int = 0) -> None:
    reader = asyncio.StreamReader()
    for message in messages:
        body = json.dumps(message).encode()
        reader.feed_data(b"Content-Length: %d\r\nX-Other: 1\r\n\r\n%s" % (len(body), body[cut:]))
    reader.feed_eof()
    await handle_messages(threading.Event(), reader, cast(Protocol, noting))


async def test_what_looks_like_a_message_in_one_stays_what_it_is() -> None:
    noting, asked = Noting(), {"id": 1, "params": {"data": LOOKS_LIKE_ONE}}
    await handle(noting, asked)
    assert noting.seen == [asked]


async def test_one_that_cannot_be_read_is_passed_over() -> None:
    noting = Noting()
    await handle(noting, {"id": 1}, {"broken": True}, {"id": 2})
    assert noting.seen == [{"id": 1}, {"id": 2}]


async def test_what_is_waited_for_goes_before_the_next_one() -> None:
    noting = Noting()
    noting.awaits = asyncio.get_running_loop().create_future()
    handling = asyncio.create_task(handle(noting, {"id": 1}))
    for _ in range(5):
        await asyncio.sleep(0)
    assert noting.seen == []
    noting.awaits.cancel()
    await handling
    assert noting.seen == [{"id": 1}]


async def test_the_end_in_the_middle_of_one_is_told() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await handle(Noting(), {"id": 1}, cut=3)


async def test_many_at_once_leave_others_their_turn() -> None:
    noting, seen = Noting(), []

    async def look() -> None:
        while len(noting.seen) < 50:
            seen.append(len(noting.seen))
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    await handle(noting, *({"id": number} for number in range(50)))
    await looking
    assert len(set(seen)) > 40


def make_change(*changes: Any, version: Any = 3) -> dict[str, Any]:
    document = {"uri": "file:///a.py", "version": version}
    params = {"textDocument": document, "contentChanges": list(changes)}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}


PLACE = {"line": 1, "character": 2}
PART = {"range": {"start": PLACE, "end": PLACE}, "text": "ä"}


@pytest.mark.parametrize(
    "data",
    [
        make_change(),
        make_change({"text": "all of it"}),
        make_change(PART, PART | {"rangeLength": 0}, {"text": ""}),
    ],
)
def test_a_change_is_read_as_pygls_does(data: dict[str, Any]) -> None:
    server, _ = create_server()
    expected = LanguageServerProtocol.structure_message(server.protocol, data)
    read = _read_change(data)
    assert read.params.text_document == expected.params.text_document
    for mine, its in zip(read.params.content_changes, expected.params.content_changes, strict=True):
        assert (type(mine), mine.text) == (type(its), its.text)
        assert getattr(mine, "range", None) == getattr(its, "range", None)
    assert server.protocol.structure_message(data) == read


@pytest.mark.parametrize(
    "data",
    [
        make_change(version="three"),
        make_change(PART | {"range": {"start": {"line": -1, "character": 0}, "end": PLACE}}),
        make_change(PART | {"range": {"start": PLACE}}),
        make_change("text"),
    ],
)
def test_one_that_is_not_valid_is_no_change(data: dict[str, Any]) -> None:
    server, _ = create_server()
    with pytest.raises(JsonRpcException):
        server.protocol.structure_message(data)
