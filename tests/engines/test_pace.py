"""How many requests are under way is found, and each is asked again while that is of use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import pytest

from chat_server import Asked, ChatServer, Page, as_json, stream
from deskmate.engines import pace as pacing
from deskmate.engines.engine import Capabilities, Chunk, Message, Prompt
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.engines.pace import Pace, PacedEngine
from deskmate.errors import EngineError, EngineRejected

PROMPT = Prompt((Message("user", "hi"),), max_tokens=8)
CHAT = "/v1/chat/completions"


def settle(most: int, best: int, answers: int) -> list[int]:
    """The limits that are found at a server that answers `best` requests at a time in a second, and
    more of them as much slower; in a time of its own.
    """
    now = 0.0
    pace = Pace(most, clock=lambda: now)
    found = []
    for _ in range(answers):
        now += 1 / min(pace.limit, best)
        pace.ended()
        found.append(pace.limit)
    return found


@pytest.mark.parametrize("best", [1, 4, 16, 64])
def test_it_rises_while_more_are_answered_and_no_further(best: int) -> None:
    found = settle(most=64, best=best, answers=6000)
    late = found[len(found) // 2 :]
    assert sum(late) / len(late) >= 0.8 * best, "it is not held back"
    assert sum(late) / len(late) <= max(6, 2 * best), "nor are many more sent than are answered"
    assert max(found) <= 64


def test_it_falls_when_the_server_has_too_much_to_do() -> None:
    now = 0.0
    pace = Pace(64, 32, clock=lambda: now)
    for _ in range(10):
        pace.busy()
    assert pace.limit == 16, "several at once are one"
    for _ in range(20):
        now += 2
        pace.busy()
    assert pace.limit == 1


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits take no time, and are noted."""
    waited: list[float] = []
    sleep = asyncio.sleep

    class Clock:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()

    async def skip(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
        clock.now += seconds
        await sleep(0)

    monkeypatch.setattr(pacing, "time", clock)
    monkeypatch.setattr(pacing, "asyncio", FakeAsyncio(skip))
    return waited


class FakeAsyncio:
    def __init__(self, sleep: Callable[[float], object]) -> None:
        self.sleep = sleep
        self.Event = asyncio.Event


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with ChatServer() as one:
        yield one


async def text(engine: PacedEngine) -> str:
    return "".join([chunk.text async for chunk in engine.stream(PROMPT)])


def paced(server: ChatServer, most: int = 4) -> tuple[PacedEngine, list[str]]:
    told: list[str] = []
    return PacedEngine(OpenAICompatible(server.url), most, told.append), told


async def test_retry_after_is_kept_to_however_long(
    server: ChatServer, at_once: list[float]
) -> None:
    busy = as_json({"error": {"message": "slow down"}}, 429, **{"Retry-After": "60"})
    server.pages[CHAT] = [busy, busy, stream("done")]
    engine, _ = paced(server)
    assert await text(engine) == "done"
    assert [60 <= one <= 66.2 for one in at_once] == [True, True]
    await engine.aclose()


async def test_one_bad_request_costs_itself_only(server: ChatServer) -> None:
    server.pages[CHAT] = lambda asked: (
        as_json({"error": "boom"}, 500) if "bad" in asked.raw.decode() else stream("good")
    )
    engine, told = paced(server)
    bad = Prompt((Message("user", "bad"),), max_tokens=8)
    for _ in range(2 * pacing.TRIES):
        with pytest.raises(EngineRejected, match="500"):
            [chunk async for chunk in engine.stream(bad)]
        assert await text(engine) == "good"
    assert not told
    await engine.aclose()


async def test_six_failures_in_a_row_are_asked_again(server: ChatServer) -> None:
    server.pages[CHAT] = [as_json({"error": "boom"}, 500)] * 6 + [stream("done")] * 3
    engine, _ = paced(server)
    found = await asyncio.gather(*(text(engine) for _ in range(3)))
    assert found == ["done"] * 3
    await engine.aclose()


async def test_a_server_that_is_away_is_waited_for_and_that_is_said(server: ChatServer) -> None:
    engine, told = paced(server)
    assert await text(engine)
    gone = Page((), status=0)
    server.pages[CHAT] = [gone] * 5 + [stream("back")] * 8
    found = await asyncio.gather(*(text(engine) for _ in range(8)))
    assert found == ["back"] * 8
    assert len(told) == 2, told
    assert "Everything waits until it answers again" in told[0]
    assert told[1] == ""
    await engine.aclose()


async def test_in_the_end_it_is_given_up(server: ChatServer, at_once: list[float]) -> None:
    server.pages[CHAT] = as_json({"error": {"message": "no"}}, 503)
    engine, _ = paced(server)
    with pytest.raises(EngineError, match="503"):
        await text(engine)
    assert pacing.PATIENCE <= sum(at_once) <= pacing.PATIENCE + 2 * pacing.LONGEST
    await engine.aclose()


async def test_what_is_no_use_is_not_asked_again(server: ChatServer) -> None:
    server.pages[CHAT] = as_json({"error": {"message": "wrong key"}}, 401)
    engine, _ = paced(server)
    with pytest.raises(EngineRejected, match="401"):
        await text(engine)
    assert len(server.chats()) == 1
    await engine.aclose()


async def test_no_more_are_under_way_than_may_be(server: ChatServer) -> None:
    most = 0

    def count(asked: Asked) -> Page:
        nonlocal most
        most = max(most, server.answering + 1)
        return stream("x")

    server.pages[CHAT] = count
    engine, _ = paced(server, most=3)
    await asyncio.gather(*(text(engine) for _ in range(20)))
    assert most <= 3
    await engine.aclose()


class Slots:
    """An engine that says how many requests it takes."""

    async def capabilities(self) -> Capabilities:
        return Capabilities("x", 1000, slots=7)

    async def count_tokens(self, text: str) -> int:
        return 1

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        yield Chunk("x", finish="stop")

    async def aclose(self) -> None:
        pass


async def test_who_says_how_many_is_asked_that_many() -> None:
    engine = PacedEngine(Slots(), 0)
    await engine.capabilities()
    assert engine._pace.limit == engine._pace.most == 7


async def test_as_many_as_may_be_are_under_way(server: ChatServer) -> None:
    server.pages[CHAT] = Page((600.0,))
    engine, _ = paced(server, most=120)
    await engine.capabilities()
    engine._pace.limit = 120
    asking = [asyncio.create_task(text(engine)) for _ in range(120)]
    while server.answering < 120:  # more than an HTTP client lets through by itself
        await asyncio.sleep(0.01)
    for one in asking:
        one.cancel()
    await asyncio.wait(asking)
    await engine.aclose()
