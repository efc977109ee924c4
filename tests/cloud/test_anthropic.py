"""Claude through Anthropic's own SDK, from a server that speaks its protocol and breaks it."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from chat_server import Page, as_json, web_page
from claude_server import (
    ABOUT,
    MESSAGES,
    ClaudeServer,
    about,
    begin,
    end,
    event,
    failure,
    said,
    stream,
)
from deskmate.cloud.anthropic.engine import Claude
from deskmate.engines.engine import Chunk, Message, Prompt, Usage
from deskmate.engines.openai.capabilities import Reasoning
from deskmate.errors import (
    EngineDeclined,
    EngineError,
    EngineLost,
    EngineRejected,
    EngineTimeout,
    EngineUnavailable,
)

PROMPT = Prompt((Message("system", "Be brief."), Message("user", "Hello")), max_tokens=5)


@pytest.fixture
async def server() -> AsyncGenerator[ClaudeServer]:
    async with ClaudeServer() as server:
        yield server


@pytest.fixture
async def claude(server: ClaudeServer) -> AsyncGenerator[Claude]:
    engine = Claude("claude-test", url=server.url, api_key="sk-ant-secret", reasoning="off")
    yield engine
    await engine.aclose()


async def test_an_answer_and_what_it_cost(server: ClaudeServer, claude: Claude) -> None:
    server.pages[MESSAGES] = stream("naïve ", "𝒳", thinking="Hm.")
    assert await answer(claude) == [
        Chunk(reasoning="Hm."),
        Chunk("naïve "),
        Chunk("𝒳"),
        Chunk(finish="stop", usage=Usage(7, 2, 2)),
    ]


async def test_what_is_sent(server: ClaudeServer, claude: Claude) -> None:
    """No temperature, no beginning of the answer: newer models refuse both."""
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    prompt = replace(PROMPT, prefill="```", temperature=0.3, stop=("END",), schema=schema)
    await answer(claude, prompt)
    assert server.messages() == [
        {
            "model": "claude-test",
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "Hello"}],
            "max_tokens": 5,
            "stop_sequences": ["END"],
            "stream": True,
            "thinking": {"type": "between_tools"},
            "output_config": {"format": {"type": "json_schema", "schema": schema}},
        }
    ]
    assert server.asked[-1].headers["authorization"] == "Bearer sk-ant-secret"


THOUGHTS = {"off": 0, "low": 1024, "high": 4096}

THINKING: dict[str, tuple[Reasoning, dict[str, Any], dict[str, Any]]] = {
    "not at all": ("off", about(), {"thinking": {"type": "between_tools"}}),
    "not at all, as before": (
        "off",
        about("adaptive", "disabled"),
        {"thinking": {"type": "disabled"}},
    ),
    "one that always does": ("off", about("adaptive"), {"output_config": {"effort": "low"}}),
    "much": (
        "high",
        about(),
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}},
    ),
    "as many tokens": (
        "high",
        about("enabled", "disabled", effort=False),
        {"thinking": {"type": "enabled", "budget_tokens": 4096}},
    ),
}


@pytest.mark.parametrize("name", THINKING)
async def test_how_much_it_thinks_is_told_as_the_model_knows_it(
    name: str, server: ClaudeServer
) -> None:
    reasoning, told, expected = THINKING[name]
    server.pages[ABOUT] = as_json(told)
    server.pages[MESSAGES] = stream("Hi")
    engine = Claude("claude-test", url=server.url, api_key="k", reasoning=reasoning)
    assert (await engine.capabilities()).context == 1_000_000 - THOUGHTS[reasoning]
    await answer(engine)
    await engine.aclose()
    (body,) = server.messages()
    assert {key: body[key] for key in ("thinking", "output_config") if key in body} == expected
    assert body["max_tokens"] == 5 + THOUGHTS[reasoning]


async def test_what_it_can_do_is_asked_once(server: ClaudeServer, claude: Claude) -> None:
    for _ in range(2):
        capabilities = await claude.capabilities()
    assert (capabilities.model, capabilities.context) == ("claude-test", 1_000_000)
    assert capabilities.json_schema
    assert not capabilities.prefill
    assert len(server.asked) == 1


FAILURES: dict[str, tuple[Page, type[EngineError], str]] = {
    "wrong key": (
        failure("authentication_error", "invalid x-api-key", 401),
        EngineRejected,
        "does not accept the key (401: invalid x-api-key). `deskmate key set {url}` stores",
    ),
    "no credit": (
        failure("billing_error", "Your balance is too low", 402),
        EngineRejected,
        "has no credit left (402: Your balance is too low).",
    ),
    "no such model": (
        failure("not_found_error", "model: claude-test", 404),
        EngineRejected,
        "There is no model claude-test at {url} (404: model: claude-test). Set `cloud.model`",
    ),
    "too long": (
        failure("invalid_request_error", "prompt is too long: 1000001 tokens > 1000000", 400),
        EngineRejected,
        "The request is too long for the model: prompt is too long: 1000001 tokens > 1000000. "
        "Select less.",
    ),
    "too many bytes": (
        failure("request_too_large", "Request exceeds the maximum size", 413),
        EngineRejected,
        "The request is too long for the model: Request exceeds the maximum size. Select less.",
    ),
    "at its limit": (
        failure("rate_limit_error", "Number of requests", 429, **{"Retry-After": "40"}),
        EngineRejected,
        "is at its limit (429: Number of requests). Try again in 40 s, or ask the local model.",
    ),
    "broken": (
        failure("api_error", "Internal server error", 500),
        EngineRejected,
        "failed (500: Internal server error). Try again, or ask the local model.",
    ),
    "overloaded": (
        failure("overloaded_error", "Overloaded", 529),
        EngineUnavailable,
        "is overloaded: Overloaded. Try again in a moment, or ask the local model.",
    ),
    "overloaded in mid-answer": (
        Page(
            (
                *begin(),
                *said("Hel"),
                event("error", error={"type": "overloaded_error", "message": "Overloaded"}),
            )
        ),
        EngineLost,
        "went away in the middle of its answer; nothing was changed.",
    ),
    "refused": (
        failure("invalid_request_error", "stop_sequences: not that many", 400),
        EngineRejected,
        "refused the request (400: stop_sequences: not that many).",
    ),
    "a web page": (web_page(), EngineRejected, "is not a response from Claude. Check whether"),
    "a gateway": (web_page(502), EngineRejected, "failed (502)."),
    "garbage": (
        Page((b"event: message_start\ndata: {not JSON\n\n",)),
        EngineRejected,
        "is not a response from Claude.",
    ),
    "an unknown event, then nothing": (
        Page((event("something_new", data=1),)),
        EngineRejected,
        "is not a response from Claude.",
    ),
    "cut off": (
        Page((*begin(), *said("Hel")), whole=False),
        EngineLost,
        "went away in the middle of its answer; nothing was changed.",
    ),
    "no farewell": (stream("Hel", reason=None), EngineLost, "went away in the middle"),
    "held back": (
        Page(
            (
                *begin(),
                *end("refusal", 1, stop_details={"type": "refusal", "explanation": "No harm."}),
            )
        ),
        EngineDeclined,
        "The model declines to answer this: No harm. Rephrase the request, or ask the local model.",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_each_failure_is_a_sentence_and_the_next_request_works(
    name: str, server: ClaudeServer, claude: Claude
) -> None:
    page, kind, expected = FAILURES[name]
    server.pages[MESSAGES] = [page]
    with pytest.raises(EngineError) as failed:
        await answer(claude)
    assert type(failed.value) is kind
    assert expected.format(url=server.url) in str(failed.value)
    assert (await answer(claude))[-1].finish == "length"


async def test_nobody_listens() -> None:
    engine = Claude("claude-test", url="http://127.0.0.1:9", api_key="k")
    with pytest.raises(EngineUnavailable, match=r"cannot be reached .*HTTPS_PROXY"):
        await engine.capabilities()
    await engine.aclose()


async def test_one_that_says_nothing_is_given_up(server: ClaudeServer) -> None:
    engine = Claude("claude-test", url=server.url, api_key="k", timeout=0.3)
    server.pages[MESSAGES] = Page((*begin(), 30.0))
    with pytest.raises(EngineTimeout, match=r"nothing for 0\.3 s.*`cloud\.timeout`"):
        await answer(engine)
    await engine.aclose()


BUSY = {
    "rate limit": failure("rate_limit_error", "slow down", 429, **{"Retry-After": "0"}),
    "in milliseconds": failure("rate_limit_error", "slow", 429, **{"Retry-After-Ms": "1"}),
    "a date": failure(
        "rate_limit_error", "slow", 429, **{"Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT"}
    ),
    "overloaded": failure("overloaded_error", "Overloaded", 529),
    "broken": failure("api_error", "Internal server error", 500),
}


@pytest.mark.parametrize("name", BUSY)
async def test_a_busy_server_is_asked_again(name: str, server: ClaudeServer) -> None:
    engine = Claude("claude-test", url=server.url, api_key="k", retries=2)
    server.pages[MESSAGES] = [BUSY[name], stream("Hi")]
    assert (await answer(engine))[0].text == "Hi"
    assert len(server.messages()) == 2
    await engine.aclose()


NO_USE = {
    "a long time": failure("rate_limit_error", "the day's limit", 429, **{"Retry-After": "3600"}),
    "a wrong key": failure("authentication_error", "invalid x-api-key", 401),
}


@pytest.mark.parametrize("name", NO_USE)
async def test_what_is_of_no_use_is_not_sent_again(name: str, server: ClaudeServer) -> None:
    engine = Claude("claude-test", url=server.url, api_key="k", retries=2)
    server.pages[MESSAGES] = NO_USE[name]
    with pytest.raises(EngineRejected):
        await answer(engine)
    assert len(server.messages()) == 1
    await engine.aclose()


async def test_a_redirection_is_not_followed(server: ClaudeServer, claude: Claude) -> None:
    """What is meant for one server goes to no other."""
    await claude.capabilities()
    async with ClaudeServer() as other:
        server.pages[MESSAGES] = Page((b"",), 307, headers={"Location": other.url + MESSAGES})
        with pytest.raises(EngineRejected, match=r"refused the request \(307\)"):
            await answer(claude)
        assert other.asked == []


async def test_cancelling_it_hangs_up(server: ClaudeServer, claude: Claude) -> None:
    async with aclosing(claude.stream(replace(PROMPT, max_tokens=2000))) as chunks:
        await anext(chunks)
    async with asyncio.timeout(10):
        while server.answering:
            await asyncio.sleep(0.01)


async def test_the_environment_says_nothing_of_who_asks_whom(
    server: ClaudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-another")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-of-another")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    for key in ("mine", ""):
        engine = Claude("claude-test", url=server.url, api_key=key, reasoning="off")
        await answer(engine)
        await engine.aclose()
    assert "of-another" not in json.dumps([dict(one.headers) for one in server.asked])


async def test_the_key_and_the_prompt_are_not_logged(
    claude: Claude, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await answer(claude)
    assert "sk-ant-secret" not in caplog.text
    assert "Be brief" not in caplog.text


def test_the_sdk_is_imported_with_the_first_request_only() -> None:
    code = "import sys, deskmate.cloud.providers; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert "deskmate.cloud.anthropic.engine" in loaded.split()
    assert not {"anthropic", "openai", "httpx2", "pydantic"} & set(loaded.split())


async def test_without_the_sdk_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "anthropic", None)
    engine = Claude("claude-test", url="http://127.0.0.1:9", api_key="k")
    with pytest.raises(EngineUnavailable, match=r"pip install 'deskmate\[anthropic\]'"):
        await engine.capabilities()


async def answer(engine: Claude, prompt: Prompt = PROMPT) -> list[Chunk]:
    async with aclosing(engine.stream(prompt)) as chunks:
        return [chunk async for chunk in chunks]
