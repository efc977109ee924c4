"""Servers that speak the OpenAI protocol, as they come: what they can do, and how they fail."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from chat_server import ChatServer, Page, as_json, data, event, split, stream, web_page
from deskmate.engines.engine import Chunk, Message, Prompt, Usage
from deskmate.engines.openai import client
from deskmate.engines.openai.capabilities import Reasoning
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import (
    EngineDeclined,
    EngineError,
    EngineLost,
    EngineRejected,
    EngineTimeout,
    EngineUnavailable,
)

CHAT = "/v1/chat/completions"
PROMPT = Prompt((Message("system", "Be brief."), Message("user", "Hello")), max_tokens=5)

LLAMA = {"default_generation_settings": {"n_ctx": 2048, "params": {}}, "total_slots": 3}
"""What llama.cpp's server says at /props, as far as it matters here."""


@pytest.fixture
async def chat() -> AsyncGenerator[ChatServer]:
    async with ChatServer() as server:
        yield server


@pytest.fixture
async def engine(chat: ChatServer) -> AsyncGenerator[OpenAICompatible]:
    engine = OpenAICompatible(chat.url)
    yield engine
    await engine.aclose()


FAILURES: dict[str, tuple[Page, type[EngineError], str]] = {
    "wrong key": (
        as_json({"error": {"message": "Invalid API Key", "code": 401}}, 401),
        EngineRejected,
        "does not accept the key (401). `deskmate key set {url}` stores the right one in the "
        "system's keyring; or set `local.api_key`.",
    ),
    "no such model": (
        as_json({"error": {"message": "model 'tiny' not found"}}, 404),
        EngineRejected,
        "(404: model 'tiny' not found). Set `local.model` to one that it has.",
    ),
    "another program": (
        web_page(404),
        EngineRejected,
        "There is nothing at {url} (404). Check whether `local.url` is the right address; it "
        "usually ends with /v1.",
    ),
    "another path": (
        Page((b"404 page not found\n",), 404, "text/plain"),
        EngineRejected,
        "There is nothing at {url} (404: 404 page not found). Check whether `local.url` is the",
    ),
    "busy": (
        as_json({"error": "rate limit reached"}, 429, **{"Retry-After": "20"}),
        EngineRejected,
        "is busy (429: rate limit reached). Try again in 20 s.",
    ),
    "broken": (
        as_json({"error": {"message": "CUDA error: out of memory."}}, 500),
        EngineRejected,
        "failed (500: CUDA error: out of memory). Check its log, or try again.",
    ),
    "a gateway": (web_page(502), EngineRejected, "failed (502). Check its log, or try again."),
    "still loading": (
        as_json({"error": {"message": "Loading model", "code": 503}}, 503),
        EngineUnavailable,
        "is not ready (503: Loading model). Try again in a moment.",
    ),
    "too long": (
        as_json(
            {
                "error": {
                    "message": "request (9031 tokens) exceeds the available context size (8192 "
                    "tokens), try increasing it",
                    "type": "exceed_context_size_error",
                }
            },
            400,
        ),
        EngineRejected,
        "The request is too long for the model: request (9031 tokens) exceeds the available "
        "context size (8192 tokens), try increasing it. Select less, or give the model a larger "
        "context.",
    ),
    "something else": (
        as_json({"detail": "stop must be a string"}, 422),
        EngineRejected,
        "refused the request (422: stop must be a string).",
    ),
    "a web page": (
        web_page(),
        EngineRejected,
        "answered with text/html instead of a stream of text. Check whether `local.url` is the "
        "right address; it usually ends with /v1.",
    ),
    "no stream": (
        as_json({"choices": [{"message": {"content": "Hello!"}}]}),
        EngineRejected,
        "answered with application/json instead of a stream of text.",
    ),
    "garbage": (
        Page((b"data: {not JSON\n\n",)),
        EngineRejected,
        "answered with something that is not JSON.",
    ),
    "no UTF-8": (
        Page((b"data: \xff\xfe\n\n",)),
        EngineRejected,
        "answered with something that is not JSON.",
    ),
    "another protocol": (
        Page((data({"response": "Hel"}),)),
        EngineRejected,
        "is not part of the OpenAI protocol.",
    ),
    "not even an object": (
        Page((data(5),)),
        EngineRejected,
        "is not part of the OpenAI protocol.",
    ),
    "an error in mid-answer": (
        Page((event({"content": "Hel"}), data({"error": {"message": "the slot is gone"}}))),
        EngineRejected,
        "failed: the slot is gone.",
    ),
    "hangs up": (
        Page((), status=0, whole=False),
        EngineUnavailable,
        "Nothing answers at {url} (Server disconnected without sending a response). Start the "
        "server, or set `local.url` to where it listens.",
    ),
    "cut before the answer": (Page((), whole=False), EngineLost, "in the middle of its answer"),
    "cut in mid-answer": (
        Page((event({"content": "Hel"}),), whole=False),
        EngineLost,
        "went away in the middle of its answer; nothing was changed. Try again, and check its "
        "log if this repeats.",
    ),
    "ended in mid-answer": (
        Page((event({"content": "Hel"}), b"data: [DONE]\n\n")),
        EngineLost,
        "went away in the middle of its answer",
    ),
    "silent": (
        Page((event({"content": "Hel"}), 600.0)),
        EngineTimeout,
        "The model said nothing for 0.5 s, so the request was given up.",
    ),
    "held back": (
        stream("Hel", finish="content_filter"),
        EngineDeclined,
        "withheld its answer (content filter).",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_a_failure_is_one_sentence_and_the_next_request_works(
    name: str, chat: ChatServer
) -> None:
    page, kind, says = FAILURES[name]
    chat.pages[CHAT] = [page]
    engine = OpenAICompatible(chat.url, timeout=0.5)
    with pytest.raises(EngineError) as failure:
        await answer(engine)
    assert type(failure.value) is kind
    assert says.format(url=chat.url) in str(failure.value)
    assert "\n" not in str(failure.value)
    assert text(await answer(engine)) == "0 1 2 3 4 "
    await engine.aclose()


async def test_nothing_listens(chat: ChatServer) -> None:
    async with ChatServer() as gone:
        url = gone.url
    engine = OpenAICompatible(url)
    with pytest.raises(EngineUnavailable, match=r"Nothing answers at http.*Start the server"):
        await engine.capabilities()
    await engine.aclose()


async def test_a_server_that_comes_back_is_asked_again_what_it_can_do(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    assert (await engine.capabilities()).model == "tiny"
    chat.pages[CHAT] = [Page((), status=0, whole=False)]
    chat.pages["/v1/models"] = as_json({"data": [{"id": "large", "max_model_len": 4000}]})
    with pytest.raises(EngineUnavailable):
        await answer(engine)
    assert (await engine.capabilities()).model == "large"


MODEL_LISTS: dict[str, tuple[Page, str]] = {
    "a web page": (web_page(), "is not JSON"),
    "no list": (as_json({"models": []}), "is not JSON"),
    "an empty list": (as_json({"data": []}), "does not say which models it has. Set `local.model`"),
    "none": (web_page(404), "There is nothing at"),
}


@pytest.mark.parametrize("name", MODEL_LISTS)
async def test_a_server_without_a_list_of_models(
    name: str, chat: ChatServer, engine: OpenAICompatible
) -> None:
    page, says = MODEL_LISTS[name]
    chat.pages["/v1/models"] = page
    with pytest.raises(EngineRejected, match=says):
        await engine.capabilities()


async def test_a_named_model_needs_no_list(chat: ChatServer) -> None:
    chat.pages["/v1/models"] = web_page(404)
    engine = OpenAICompatible(chat.url, model="mine")
    await answer(engine)
    assert chat.chats()[0]["model"] == "mine"
    await engine.aclose()


CONTEXTS: dict[str, tuple[dict[str, Any], int, int]] = {
    "nobody says": ({"id": "tiny"}, 0, 8192),
    "the settings say": ({"id": "tiny"}, 3000, 3000),
    "vLLM": ({"id": "tiny", "max_model_len": 32768}, 0, 32768),
    "llama.cpp": ({"id": "tiny", "meta": {"n_ctx": 4096, "n_ctx_train": 32768}}, 0, 4096),
    "the settings say less": ({"id": "tiny", "max_model_len": 32768}, 5000, 5000),
    "the settings say more": ({"id": "tiny", "max_model_len": 4096}, 5000, 4096),
    "no number": ({"id": "tiny", "max_model_len": "large"}, 0, 8192),
}


@pytest.mark.parametrize("name", CONTEXTS)
async def test_the_context_is_what_the_server_says(name: str, chat: ChatServer) -> None:
    listed, setting, context = CONTEXTS[name]
    chat.pages["/v1/models"] = as_json({"data": [listed]})
    engine = OpenAICompatible(chat.url, context=setting)
    assert (await engine.capabilities()).context == context
    await engine.aclose()


RUNNING = {"models": [{"name": "tiny:latest", "model": "tiny:latest", "context_length": 4096}]}
IDLE: dict[str, Any] = {"models": []}

OLLAMA: dict[str, tuple[list[dict[str, Any]], int]] = {
    "loaded": ([RUNNING], 4096),
    "loaded now": ([IDLE, RUNNING], 4096),
    "never loaded": ([IDLE, IDLE], 8192),
    "an old one": ([{"models": [{"model": "tiny"}]}], 8192),
    "something else": ([{"models": ["tiny"]}], 8192),
}


@pytest.mark.parametrize("name", OLLAMA)
async def test_ollama_is_asked_which_context_it_gives(name: str, chat: ChatServer) -> None:
    says, context = OLLAMA[name]
    chat.pages["/api/ps"] = [as_json(one) for one in says]
    chat.pages["/api/generate"] = as_json({"done": True, "done_reason": "load"})
    engine = OpenAICompatible(chat.url)
    assert (await engine.capabilities()).context == context
    loads = [asked.body for asked in chat.asked if asked.path == "/api/generate"]
    assert loads == [{"model": "tiny", "stream": False}] * says.count(IDLE)
    await engine.aclose()


EFFORTS: dict[str, tuple[dict[str, Page], Reasoning, dict[str, Any]]] = {
    "llama.cpp does not": (
        {"/props": as_json(LLAMA)},
        "off",
        {"chat_template_kwargs": {"enable_thinking": False}, "max_tokens": 5},
    ),
    "llama.cpp does": (
        {"/props": as_json(LLAMA)},
        "low",
        {
            "chat_template_kwargs": {"enable_thinking": True},
            "thinking_budget_tokens": 1024,
            "max_tokens": 1029,
        },
    ),
    "Ollama does not": (
        {"/api/ps": as_json(RUNNING)},
        "off",
        {"reasoning_effort": "none", "max_tokens": 5},
    ),
    "Ollama does": (
        {"/api/ps": as_json(RUNNING)},
        "high",
        {"reasoning_effort": "high", "max_tokens": 4101},
    ),
    "any other is not told": ({}, "off", {"max_tokens": 5}),
    "any other does": ({}, "low", {"reasoning_effort": "low", "max_tokens": 1029}),
}


@pytest.mark.parametrize("name", EFFORTS)
async def test_how_much_a_model_thinks(name: str, chat: ChatServer) -> None:
    pages, reasoning, asked = EFFORTS[name]
    chat.pages |= pages
    engine = OpenAICompatible(chat.url, reasoning=reasoning)
    await answer(engine, replace(PROMPT, prefill="Sure"))
    [sent] = chat.chats()
    keys = ("chat_template_kwargs", "reasoning_effort", "thinking_budget_tokens", "max_tokens")
    assert {key: sent[key] for key in keys if key in sent} == asked
    assert (sent["messages"][-1]["role"] == "assistant") == (name == "llama.cpp does not")
    await engine.aclose()


async def test_room_for_thoughts_is_kept_free(chat: ChatServer) -> None:
    chat.pages["/v1/models"] = as_json({"data": [{"id": "tiny", "max_model_len": 8000}]})
    engine = OpenAICompatible(chat.url, reasoning="low")
    assert (await engine.capabilities()).context == 8000 - 1024
    await engine.aclose()


async def test_a_server_that_cannot_be_told_to_think_is_asked_without(chat: ChatServer) -> None:
    refusal = {"error": {"message": "Unsupported parameter: 'reasoning_effort'"}}
    chat.pages[CHAT] = [as_json(refusal, 400), stream("Hi")]
    engine = OpenAICompatible(chat.url, reasoning="high")
    assert text(await answer(engine)) == "Hi"
    await engine.aclose()


async def test_an_unknown_server_is_believed_to_do_no_more_than_the_protocol_says(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    capabilities = await engine.capabilities()
    assert not (capabilities.prefill or capabilities.json_schema or capabilities.tokenizer)
    await answer(engine, replace(PROMPT, prefill="```python\n", schema={"type": "object"}))
    assert [message["role"] for message in chat.chats()[0]["messages"]] == ["system", "user"]
    assert "return_progress" not in chat.chats()[0]


async def test_llama_cpp_is_known_by_its_properties(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    chat.pages["/props"] = as_json(LLAMA)
    chat.pages["/tokenize"] = as_json({"tokens": [1, 2, 3]})
    capabilities = await engine.capabilities()
    assert (capabilities.context, capabilities.prefill, capabilities.tokenizer) == (2048, 1, 1)
    assert capabilities.slots == 3
    assert await engine.count_tokens("a b c") == 3
    schema = {"type": "object"}
    await answer(engine, replace(PROMPT, prefill="Sure", stop=("END",), schema=schema))
    [asked] = chat.chats()
    assert asked["messages"][-1] == {"role": "assistant", "content": "Sure"}
    assert asked["stop"] == ["END"]
    assert asked["response_format"]["json_schema"]["schema"] == schema


ECHOES: dict[str, tuple[str, tuple[str, ...], list[str]]] = {
    "not repeated": ("```py\n", ("def", " f"), ["def", " f"]),
    "whole": ("```py\n", ("```py\n", "def"), ["def"]),
    "in pieces": ("```py\n", ("``", "`p", "y", "\n", "def"), ["def"]),
    "in one piece with what follows": ("```py\n", ("```py\ndef", " f"), ["def", " f"]),
    "begins the same": ("```py\n", ("``", "`js", "\n"), ["```js", "\n"]),
    "a beginning alone": ("```py\n", ("```",), ["```"]),
    "twice": ("a", ("a", "a", "a"), ["a", "a"]),
}


@pytest.mark.parametrize("name", ECHOES)
async def test_a_repeated_prefill_is_taken_off(
    name: str, chat: ChatServer, engine: OpenAICompatible
) -> None:
    prefill, sent, wanted = ECHOES[name]
    chat.pages |= {"/props": as_json(LLAMA), CHAT: stream(*sent)}
    chunks = await answer(engine, replace(PROMPT, prefill=prefill))
    assert [chunk.text for chunk in chunks if chunk.text] == wanted


async def test_usage_is_passed_on_with_what_was_cached(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    usage = {
        "prompt_tokens": 50,
        "completion_tokens": 2,
        "total_tokens": 52,
        "prompt_tokens_details": {"cached_tokens": 40},
    }
    told = (event({"content": "Hi"}), event({}, "stop"), data({"choices": [], "usage": usage}))
    chat.pages[CHAT] = Page(told)
    assert await answer(engine) == [Chunk("Hi"), Chunk(finish="stop", usage=Usage(50, 40, 2))]


async def test_a_usage_of_zeros_is_none(chat: ChatServer, engine: OpenAICompatible) -> None:
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    told = (event({"content": "Hi"}), event({}, "stop"), data({"choices": [], "usage": usage}))
    chat.pages[CHAT] = Page(told)
    assert await answer(engine) == [Chunk("Hi"), Chunk(finish="stop")]


async def test_usage_may_be_missing(chat: ChatServer, engine: OpenAICompatible) -> None:
    chat.pages[CHAT] = stream("Hi", usage=False)
    assert await answer(engine) == [Chunk("Hi"), Chunk(finish="stop")]


@pytest.mark.parametrize(
    "refusal",
    [
        {"error": {"message": "Unrecognized request argument supplied: stream_options"}},
        {"detail": [{"loc": ["body", "stream_options"], "msg": "extra fields not permitted"}]},
    ],
)
async def test_what_a_server_does_not_know_it_is_not_asked_for_again(
    refusal: dict[str, Any], chat: ChatServer, engine: OpenAICompatible
) -> None:
    chat.pages[CHAT] = [as_json(refusal, 400), stream("Hi"), stream("Hi")]
    assert text(await answer(engine)) == "Hi"
    assert text(await answer(engine)) == "Hi"
    assert ["stream_options" in asked for asked in chat.chats()] == [True, False, False]


async def test_a_sign_of_life_is_enough(chat: ChatServer) -> None:
    """llama.cpp tells how far it has read, which may take longer than the time-out."""
    progress = data({"choices": [{"index": 0, "delta": {}}], "prompt_progress": {"total": 9}})
    whole = stream("Hi")
    chat.pages |= {"/props": as_json(LLAMA), CHAT: Page((*(progress, 0.2) * 5, *whole.pieces))}
    engine = OpenAICompatible(chat.url, timeout=0.5)
    assert text(await answer(engine)) == "Hi"
    assert chat.chats()[0]["return_progress"] is True
    await engine.aclose()


async def test_a_complete_answer_needs_no_farewell(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    chat.pages[CHAT] = Page((event({"content": "Hi"}), event({}, "length")), whole=False)
    assert await answer(engine) == [Chunk("Hi"), Chunk(finish="length")]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_characters_may_come_in_halves(
    size: int, chat: ChatServer, engine: OpenAICompatible
) -> None:
    whole = stream("naïve ", "日本 ", "𝒳")
    pieces = split((piece for piece in whole.pieces if isinstance(piece, bytes)), size)
    chat.pages[CHAT] = Page(pieces)
    assert text(await answer(engine)) == "naïve 日本 𝒳"


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart(
    field: str, chat: ChatServer, engine: OpenAICompatible
) -> None:
    thought = event({field: "Hm.", "content": None})
    chat.pages[CHAT] = Page((thought, event({"content": "Hi"}), event({}, "stop")))
    chunks = await answer(engine)
    assert [chunk.reasoning for chunk in chunks] == ["Hm.", "", ""]
    assert text(chunks) == "Hi"


async def test_a_prompt_may_hold_what_utf_8_cannot(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    await answer(engine, replace(PROMPT, messages=(Message("user", "a \ud800 b"),)))
    assert chat.chats()[0]["messages"][0]["content"].startswith("a ")


async def test_it_retries_nothing_by_itself(chat: ChatServer, engine: OpenAICompatible) -> None:
    chat.pages[CHAT] = as_json({"error": {"message": "no"}}, 500)
    with pytest.raises(EngineRejected):
        await answer(engine)
    assert len(chat.chats()) == 1


async def test_a_busy_server_is_asked_again_where_that_is_wanted(chat: ChatServer) -> None:
    engine = OpenAICompatible(chat.url, retries=2)
    busy = as_json({"error": {"message": "slow down"}}, 429, **{"Retry-After": "0"})
    chat.pages[CHAT] = [busy, busy, stream("Hi")]
    assert text(await answer(engine)) == "Hi"
    chat.pages[CHAT] = as_json({"error": {"message": "tomorrow"}}, 429, **{"Retry-After": "3600"})
    with pytest.raises(EngineRejected, match="Try again in 3600 s"):
        await answer(engine)
    assert len(chat.chats()) == 4
    await engine.aclose()


async def test_a_newer_model_is_told_the_limit_by_its_newer_name(
    chat: ChatServer, engine: OpenAICompatible
) -> None:
    told = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    chat.pages[CHAT] = [as_json({"error": {"message": told}}, 400), stream("Hi"), stream("Ho")]
    assert text(await answer(engine)) == "Hi"
    assert text(await answer(engine)) == "Ho"
    assert [body.get("max_tokens") for body in chat.chats()] == [5, None, None]
    assert [body.get("max_completion_tokens") for body in chat.chats()] == [None, 5, 5]


async def test_one_that_is_not_curious_sends_the_request_and_nothing_else(
    chat: ChatServer,
) -> None:
    engine = OpenAICompatible(chat.url, model="m", curious=False, reasoning="low")
    chat.pages[CHAT] = stream("Hi")
    assert text(await answer(engine)) == "Hi"
    assert [one.path for one in chat.asked] == [CHAT]
    assert chat.chats()[0]["max_tokens"] == 5 + 1024
    assert chat.chats()[0]["reasoning_effort"] == "low"
    await engine.aclose()


async def test_a_redirection_is_not_followed(chat: ChatServer, engine: OpenAICompatible) -> None:
    """What is meant for one server goes to no other."""
    async with ChatServer() as other:
        chat.pages[CHAT] = Page((b"",), 307, headers={"Location": other.url + "/chat/completions"})
        with pytest.raises(EngineRejected, match=r"refused the request \(307\)"):
            await answer(engine)
        assert other.asked == []


async def test_what_the_user_is_told_names_the_settings_that_it_has(chat: ChatServer) -> None:
    engine = OpenAICompatible(chat.url, section="cloud")
    chat.pages[CHAT] = as_json({"error": {"message": "Invalid API Key"}}, 401)
    with pytest.raises(EngineRejected, match=r"or set `cloud\.api_key`"):
        await answer(engine)
    await engine.aclose()


async def test_what_is_sent_is_meant_for_this_server_alone(
    chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy between this machine and itself, no organization, no key of another server."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    engine = OpenAICompatible(chat.url, api_key="mine")
    await answer(engine)
    await engine.aclose()
    assert {asked.headers["authorization"] for asked in chat.asked} == {"Bearer mine"}
    assert "secret" not in str([asked.headers for asked in chat.asked])


async def test_the_line_end_of_a_copied_key_is_not_sent(chat: ChatServer) -> None:
    engine = OpenAICompatible(chat.url, api_key=" mine\r\n")
    await answer(engine)
    await engine.aclose()
    assert {asked.headers["authorization"] for asked in chat.asked} == {"Bearer mine"}


@pytest.mark.parametrize("key", ["sk-secret\nsecond", "sk-secret\0", "sk-secret-ключ"])
async def test_what_cannot_be_a_key_is_said_and_not_shown(chat: ChatServer, key: str) -> None:
    engine = OpenAICompatible(chat.url, api_key=key)
    with pytest.raises(EngineRejected, match="line break or a letter that is in no key") as told:
        await engine.capabilities()
    await engine.aclose()
    assert "secret" not in str(told.value)
    assert chat.asked == []


async def test_an_event_without_end_is_given_up(
    chat: ChatServer, engine: OpenAICompatible, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST", 1_000)
    chat.pages[CHAT] = Page((b'data: {"choices":\n', *[b"data: \n"] * 200, b"data: []}\n\n"))
    with pytest.raises(EngineRejected, match="not JSON"):
        await answer(engine)


def test_the_sdk_is_imported_with_the_first_request_only() -> None:
    code = "import sys, deskmate.engines.hosts.client; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert "deskmate.engines.openai.engine" in loaded.split()
    assert not {"openai", "httpx2", "pydantic", "xllamacpp"} & set(loaded.split())


async def answer(engine: OpenAICompatible, prompt: Prompt = PROMPT) -> list[Chunk]:
    async with aclosing(engine.stream(prompt)) as chunks:
        return [chunk async for chunk in chunks]


def text(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


async def test_a_certificate_is_believed_only_where_the_system_or_the_user_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    async with ChatServer(tls) as chat:
        engine = OpenAICompatible(chat.url)
        with pytest.raises(EngineUnavailable, match=r"not trusted here .*SSL_CERT_FILE"):
            await engine.capabilities()
        await engine.aclose()
        engine = OpenAICompatible(chat.url.replace("https:", "HTTPS:"))
        with pytest.raises(EngineUnavailable, match="not trusted here"):
            await engine.capabilities()
        await engine.aclose()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        engine = OpenAICompatible(chat.url)
        assert (await engine.capabilities()).model == "tiny"
        await engine.aclose()
