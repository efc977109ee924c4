"""A schema is sent to a server that may take it, and left out where it does not."""

from __future__ import annotations

from chat_server import Asked, ChatServer, Page, as_json, stream
from deskmate.engines.engine import Message, Prompt
from deskmate.engines.openai.engine import OpenAICompatible

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
PROMPT = Prompt((Message("user", "hi"),), max_tokens=8, schema=SCHEMA)


async def ask(engine: OpenAICompatible) -> str:
    return "".join([chunk.text async for chunk in engine.stream(PROMPT)])


async def test_one_that_takes_it_gets_it() -> None:
    async with ChatServer() as server:
        server.pages["/v1/chat/completions"] = stream("{}")
        engine = OpenAICompatible(server.url)
        assert await ask(engine) == "{}"
        sent = server.chats()[0]["response_format"]
        assert sent["type"] == "json_schema"
        assert sent["json_schema"]["schema"] == SCHEMA
        await engine.aclose()


async def test_one_that_does_not_is_asked_without_from_then_on() -> None:
    def refuse(asked: Asked) -> Page:
        if "response_format" in asked.body:
            return as_json({"error": {"message": "response_format: extra inputs"}}, 400)
        return stream("{}")

    async with ChatServer() as server:
        server.pages["/v1/chat/completions"] = refuse
        engine = OpenAICompatible(server.url)
        assert await ask(engine) == await ask(engine) == "{}"
        assert ["response_format" in body for body in server.chats()] == [True, False, False]
        await engine.aclose()
