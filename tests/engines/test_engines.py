"""What every engine does, whichever it is: one suite, run on each of them."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass

import pytest

from chat_server import ChatServer
from claude_server import ClaudeServer
from deskmate.cloud.anthropic.engine import Claude
from deskmate.engines.engine import Chunk, Engine, Message, Prompt
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.tuning import Tuning
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.engines.scripted import Reply, ScriptedEngine

SHORT = Prompt((Message("user", "Count from 1 to 1000."),), max_tokens=8)
LONG = Prompt((Message("user", "Count from 1 to 1000, all of it."),), max_tokens=2000)


@dataclass(frozen=True)
class Subject:
    """An engine, and a look behind it: whether it is generating now."""

    engine: Engine
    is_busy: Callable[[], Awaitable[bool]]


@pytest.fixture(
    scope="module",
    params=[
        "scripted",
        "server",
        "claude",
        pytest.param("llama_cpp", marks=pytest.mark.model),
        pytest.param("llama_cpp_as_set", marks=pytest.mark.model),
        pytest.param("llama_server", marks=pytest.mark.model),
        pytest.param("ctransformers", marks=pytest.mark.model),
    ],
)
async def subject(request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    makers = {"scripted": scripted, "server": server, "llama_cpp": llama_cpp}
    makers |= {"llama_cpp_as_set": llama_cpp_as_set, "llama_server": own_llama_server}
    makers |= {"ctransformers": ctransformers, "claude": claude}
    async with makers[request.param](request) as subject:
        yield subject


@asynccontextmanager
async def scripted(request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    log = request.getfixturevalue("tmp_path_factory").mktemp("scripted") / "log.jsonl"
    count = " ".join(map(str, range(1000)))
    engine = ScriptedEngine(
        [
            Reply(count[:20], when="1000.", pieces=3, finish="length", again=True),
            Reply(count, when="all of it", pieces=3, delay=0.005, again=True),
        ],
        log=str(log),
    )

    async def is_busy() -> bool:
        return '"asked"' in log.read_text().splitlines()[-1]

    yield Subject(engine, is_busy)


@asynccontextmanager
async def server(request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    async with ChatServer() as chat:
        engine = OpenAICompatible(chat.url)

        async def is_busy() -> bool:
            return chat.answering > 0

        yield Subject(engine, is_busy)
        await engine.aclose()


@asynccontextmanager
async def claude(request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    async with ClaudeServer() as server:
        engine = Claude("claude-test", url=server.url, api_key="k", reasoning="off")

        async def is_busy() -> bool:
            return server.answering > 0

        yield Subject(engine, is_busy)
        await engine.aclose()


def llama_cpp(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Subject]:
    return watched(LocalEngine(request.getfixturevalue("smollm")))


def llama_cpp_as_set(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Subject]:
    """Everything that can be set is; the model is its own draft model."""
    model = request.getfixturevalue("smollm")
    wanted = Tuning(2, 4096, 2, 0, "q8_0", "on")
    return watched(LocalEngine(model, wanted=wanted, draft_model=model))


def own_llama_server(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Subject]:
    model, program = map(request.getfixturevalue, ("smollm", "llama_server"))
    return watched(LocalEngine(model, host="llama_server", program=str(program)))


def ctransformers(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Subject]:
    return watched(LocalEngine(request.getfixturevalue("older_smollm"), host="ctransformers"))


@asynccontextmanager
async def watched(engine: LocalEngine) -> AsyncGenerator[Subject]:

    def slot() -> bool:
        url, key = engine.address
        asked = urllib.request.Request(f"{url}/slots", headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(asked) as answer:
            return any(one["is_processing"] for one in json.load(answer))

    yield Subject(engine, lambda: asyncio.to_thread(slot))
    await engine.aclose()


async def test_it_says_what_it_is(subject: Subject) -> None:
    capabilities = await subject.engine.capabilities()
    assert capabilities.model
    assert capabilities.context >= 4096


async def test_an_answer_comes_in_chunks_and_the_last_one_says_why_it_ended(
    subject: Subject,
) -> None:
    *chunks, last = await answer(subject.engine, SHORT)
    assert len(chunks) > 1
    assert "".join(chunk.text for chunk in chunks).strip()
    assert {chunk.finish for chunk in chunks} == {None}
    assert last.finish == "length"


async def test_the_last_chunk_says_what_the_answer_cost(subject: Subject) -> None:
    *_, last = await answer(subject.engine, SHORT)
    assert last.usage is not None
    assert last.usage.prompt_tokens > 0
    assert 0 < last.usage.completion_tokens <= SHORT.max_tokens


async def test_closing_the_answer_ends_the_generation(subject: Subject) -> None:
    async with aclosing(subject.engine.stream(LONG)) as chunks:
        await anext(chunks)
        await anext(chunks)
        assert await subject.is_busy()
    await until_idle(subject)


async def test_cancelling_who_reads_it_ends_the_generation(subject: Subject) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in subject.engine.stream(LONG):
            begun.set()

    reading = asyncio.create_task(read())
    await begun.wait()
    assert await subject.is_busy()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await until_idle(subject)


async def test_it_answers_the_next_request_after_one_was_closed(subject: Subject) -> None:
    async with aclosing(subject.engine.stream(LONG)) as chunks:
        await anext(chunks)
    assert (await answer(subject.engine, SHORT))[-1].finish == "length"


async def test_requests_at_the_same_time_are_all_answered(subject: Subject) -> None:
    answers = await asyncio.gather(*(answer(subject.engine, SHORT) for _ in range(3)))
    assert [chunks[-1].finish for chunks in answers] == ["length"] * 3


async def test_a_prefill_is_not_repeated(subject: Subject) -> None:
    capabilities = await subject.engine.capabilities()
    prefill = "Sure: 1, 2, 3, 4, 5, 6,"
    prompt = Prompt(SHORT.messages, prefill=prefill, max_tokens=8)
    text = "".join(chunk.text for chunk in await answer(subject.engine, prompt))
    assert text
    assert not text.startswith("Sure")
    if capabilities.prefill:
        assert "7" in text


@pytest.mark.parametrize("text", ["", "def f():\n    return 1\n", "naïve 𝒳 日本語", "\ud800 alone"])
async def test_it_counts_tokens_of_any_text(subject: Subject, text: str) -> None:
    count = await subject.engine.count_tokens(text)
    assert 0 <= count <= len(text.encode(errors="surrogatepass")) + 1
    assert await subject.engine.count_tokens(text * 10) >= count


async def answer(engine: Engine, prompt: Prompt) -> list[Chunk]:
    """All of it."""
    async with aclosing(engine.stream(prompt)) as chunks:
        return [chunk async for chunk in chunks]


async def until_idle(subject: Subject) -> None:
    """Waits until it does not generate any more; the test's time-out is what ends it otherwise."""
    async with asyncio.timeout(30):
        while await subject.is_busy():
            await asyncio.sleep(0.02)
