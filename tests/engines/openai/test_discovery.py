"""Servers that run on this machine already are found, and nothing else is taken for one."""

from __future__ import annotations

import asyncio

import pytest

from chat_server import ChatServer, Page, as_json, web_page
from deskmate.engines.openai.discovery import Found, detect

OTHERS: dict[str, Page] = {
    "a web page": web_page(),
    "asks for a key": as_json({"error": {"message": "no key"}}, 401),
    "another list": as_json({"models": []}),
    "no object": as_json([1, 2]),
    "hangs up": Page((), status=0, whole=False),
    "never answers": Page((600.0,)),
    "breaks off": Page((b'{"data"',), type="application/json", whole=False),
}


async def test_a_server_is_found_with_its_models() -> None:
    async with ChatServer() as chat:
        found = await asyncio.to_thread(detect, {port(chat): "Ollama"})
        assert found == (Found(chat.url, "Ollama", ("tiny",)),)


async def test_entries_that_are_none_are_left_out() -> None:
    async with ChatServer() as chat:
        listed = [{"id": "a"}, {"id": 5}, "b", {}, {"id": "c\x1b[2J"}]
        chat.pages["/v1/models"] = as_json({"data": listed})
        [found] = await asyncio.to_thread(detect, {port(chat): "vLLM"})
        assert found.models == ("a",)


@pytest.mark.parametrize("name", OTHERS)
async def test_another_program_is_no_server(name: str) -> None:
    async with ChatServer() as chat:
        chat.pages["/v1/models"] = OTHERS[name]
        assert await asyncio.to_thread(detect, {port(chat): "vLLM"}) == ()


async def test_nothing_listens() -> None:
    async with ChatServer() as gone:
        closed = port(gone)
    assert await asyncio.to_thread(detect, {closed: "vLLM"}) == ()


def port(chat: ChatServer) -> int:
    return int(chat.url.rpartition(":")[2].removesuffix("/v1"))
