"""Who is answered first, and who has to give way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from deskmate.engines.coalesce import CoalescingEngine
from deskmate.engines.engine import Capabilities, Chunk, Message, Priority, Prompt
from deskmate.engines.queue import QueuedEngine


class Counting:
    """Answers in four chunks; its log says what it began (`a`), ended (`a.`) and stopped (`a!`)."""

    def __init__(self, slots: int = 1) -> None:
        self.slots = slots
        self.log: list[str] = []
        self.at_once = self.most_at_once = 0

    async def capabilities(self) -> Capabilities:
        return Capabilities("counting", 1000, slots=self.slots)

    def told(self) -> str:
        return " ".join(self.log)

    async def count_tokens(self, text: str) -> int:
        return len(text)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        name = prompt.messages[0].content
        self.log.append(name)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            for number in range(4):
                await asyncio.sleep(0.01)
                yield Chunk(str(number))
            if name == "broken":
                raise ValueError
            yield Chunk(finish="stop")
            self.log.append(f"{name}.")
        except (asyncio.CancelledError, GeneratorExit):
            self.log.append(f"{name}!")
            raise
        finally:
            self.at_once -= 1

    async def aclose(self) -> None:
        pass


def ask(name: str, priority: Priority = "interactive") -> Prompt:
    return Prompt((Message("user", name),), priority=priority)


async def answer(engine: QueuedEngine | CoalescingEngine, prompt: Prompt) -> str:
    async with aclosing(engine.stream(prompt)) as chunks:
        return "".join([chunk.text async for chunk in chunks])


async def test_requests_are_answered_in_the_order_in_which_they_come() -> None:
    engine = Counting()
    queue = QueuedEngine(engine)
    answers = await asyncio.gather(*(answer(queue, ask(name)) for name in "abc"))
    assert set(answers) == {"0123"}
    assert engine.told() == "a a. b b. c c."


async def test_who_waits_for_an_answer_goes_first() -> None:
    engine = Counting()
    queue = QueuedEngine(engine)
    prompts = [ask("a"), ask("b", "background"), ask("h", "hover"), ask("i")]
    await asyncio.gather(*(answer(queue, prompt) for prompt in prompts))
    assert engine.told() == "a a. i i. h h. b b."


async def test_what_nobody_waits_for_gives_way_and_is_begun_anew() -> None:
    engine = Counting()
    queue = QueuedEngine(engine)
    background = asyncio.create_task(answer(queue, ask("b", "background")))
    await asyncio.sleep(0.025)
    assert await answer(queue, ask("i")) == "0123"
    assert await background == "0123"
    assert engine.told() == "b b! i i. b b."


async def test_as_many_at_once_as_there_are_slots() -> None:
    engine = Counting(slots=2)
    queue = QueuedEngine(engine)
    await asyncio.gather(*(answer(queue, ask(name)) for name in "abcd"))
    assert engine.most_at_once == 2
    assert engine.log[:2] == ["a", "b"]


async def test_a_free_slot_is_no_reason_to_slow_down_somebody_who_waits() -> None:
    engine = Counting(slots=2)
    queue = QueuedEngine(engine)
    await asyncio.gather(answer(queue, ask("b", "background")), answer(queue, ask("i")))
    assert engine.most_at_once == 1


async def test_who_is_cancelled_while_waiting_leaves_the_queue() -> None:
    engine = Counting()
    queue = QueuedEngine(engine)
    for priority in ("interactive", "background"):
        engine.log.clear()
        first = asyncio.create_task(answer(queue, ask("a")))
        second = asyncio.create_task(answer(queue, ask("b", priority)))
        third = asyncio.create_task(answer(queue, ask("c")))
        await asyncio.sleep(0.015)
        second.cancel()
        assert set(await asyncio.gather(first, third)) == {"0123"}
        assert engine.told() == "a a. c c."


async def test_cancelling_stops_the_engine_before_it_is_over() -> None:
    engine = Counting()
    queue = QueuedEngine(engine)
    for priority in ("interactive", "background"):
        engine.log.clear()
        task = asyncio.create_task(answer(queue, ask("a", priority)))
        await asyncio.sleep(0.025)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert engine.told() == "a a!"


async def test_an_error_is_passed_on_and_the_next_is_answered() -> None:
    engine = Counting()
    queue = QueuedEngine(engine)
    broken = [ask("broken"), ask("broken", "background")]
    *failed, last = await asyncio.gather(
        *(answer(queue, prompt) for prompt in [*broken, ask("a", "background")]),
        return_exceptions=True,
    )
    assert [type(error) for error in failed] == [ValueError, ValueError]
    assert last == "0123"


async def test_the_same_request_is_answered_once() -> None:
    engine = Counting()
    joined = CoalescingEngine(engine)
    first = asyncio.create_task(answer(joined, ask("a")))
    await asyncio.sleep(0.025)
    answers = await asyncio.gather(first, answer(joined, ask("a")), answer(joined, ask("b")))
    assert set(answers) == {"0123"}
    assert engine.log.count("a") == engine.log.count("b") == 1
    assert await answer(joined, ask("a")) == "0123"
    assert engine.log.count("a") == 2


async def test_the_last_who_leaves_ends_it() -> None:
    engine = Counting()
    joined = CoalescingEngine(engine)
    tasks = [asyncio.create_task(answer(joined, ask("a"))) for _ in range(2)]
    await asyncio.sleep(0.015)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    assert engine.told() == "a"
    tasks[1].cancel()
    again = asyncio.create_task(answer(joined, ask("a")))
    assert await again == "0123"
    assert engine.told() == "a a! a a."


async def test_everybody_learns_of_an_error() -> None:
    joined = CoalescingEngine(Counting())
    failed = await asyncio.gather(
        *(answer(joined, ask("broken")) for _ in range(3)), return_exceptions=True
    )
    assert [type(error) for error in failed] == [ValueError] * 3


async def test_joined_and_queued_together() -> None:
    engine = Counting()
    stack = CoalescingEngine(QueuedEngine(engine))
    prompts = [ask("a"), ask("b", "background"), ask("b", "background"), ask("a")]
    answers = await asyncio.gather(*(answer(stack, prompt) for prompt in prompts))
    assert set(answers) == {"0123"}
    assert engine.told() == "a a. b b."
