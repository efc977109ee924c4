"""How long a model writes at a cursor, and what is taken of it."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator

import pytest

from deskmate.core.syntax.document import open_document
from deskmate.engines.engine import Chunk, EngineWrapper, Prompt
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.requests.completion import complete, find_place

CURSOR = "‸"
ADD = "def add(first, second):\n    ‸\n\n\nprint(add(1, 2))\n"
BODY = "total = first + second\n    print(total)\n    return total\n\n\ndef other(): ...\n"


class TimedEngine(EngineWrapper):
    """An engine that says one text after the other, takes so many seconds for each four characters,
    by its own clock, and keeps what it was asked with.
    """

    def __init__(self, *texts: str, seconds: float = 0.0) -> None:
        super().__init__(ScriptedEngine([Reply(text, pieces=4) for text in texts], fim=True))
        self._seconds = seconds
        self.now = 100.0
        self.asked: list[str] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        self.asked.append(prompt.raw)
        async for chunk in self._engine.stream(prompt):
            self.now += self._seconds
            yield chunk


CASES: dict[str, tuple[str, float, str]] = {
    "all of a body where there is time": (BODY, 0.01, BODY.partition("\n\n")[0]),
    "what is whole when the time is over": (BODY, 0.1, "total = first + second"),
    "a line that takes longer, and no more": (BODY, 0.15, "total = first + second"),
    "none of a line that takes too long": (BODY, 0.3, ""),
    "no half of a block": (
        "if first:\n        return second\n    return first\n",
        0.1,
        "if first:\n        return second",
    ),
}


@pytest.mark.parametrize(("text", "seconds", "expected"), CASES.values(), ids=CASES)
async def test_the_time_for_a_suggestion(text: str, seconds: float, expected: str) -> None:
    assert await written(text, seconds, soon=0.5) == expected


@pytest.mark.parametrize(("seconds", "most"), [(0.04, 1.1), (0.1, 1.7)], ids=["fast", "slow"])
async def test_nobody_waits_for_a_line_without_end(seconds: float, most: float) -> None:
    engine = TimedEngine("total = (first" + " + second" * 90 + ")\n", seconds=seconds)
    document = open_document("file:///shop.py", ADD.replace(CURSOR, ""))
    await complete(find_place(document, ADD.index(CURSOR)), engine, clock=lambda: engine.now)
    assert engine.now < 100 + most


async def test_who_asks_by_key_waits_for_all_of_it() -> None:
    assert await written(BODY, 9, soon=math.inf) == BODY.partition("\n\n")[0]


async def written(text: str, seconds: float, soon: float) -> str:
    """What is suggested of a text that comes so slowly."""
    engine = TimedEngine(text, seconds=seconds)
    document = open_document("file:///shop.py", ADD.replace(CURSOR, ""))
    place = find_place(document, ADD.index(CURSOR))
    return (await complete(place, engine, soon=soon, clock=lambda: engine.now)).text


PARAMETERS = (
    "def hang(\n    ‸\n    second: int,\n    third: int,\n    fourth: int,\n    fifth: int,\n"
    ") -> int: ...\n"
)


@pytest.mark.parametrize(("seconds", "asked"), [(0.0, 2), (1.0, 1)], ids=["at once", "slowly"])
async def test_who_says_what_follows_is_asked_once_more_and_shown_less_of_it(
    seconds: float, asked: int
) -> None:
    """As a model does that takes what is missing for nothing; while there is time for it."""
    engine = TimedEngine("second: int,\n    third: int,\n" * 4, "first: str,\n", seconds=seconds)
    document = open_document("file:///shop.py", PARAMETERS.replace(CURSOR, ""))
    place = find_place(document, PARAMETERS.index(CURSOR))
    written = await complete(place, engine, clock=lambda: engine.now)
    assert written.text == ("first: str," if asked == 2 else "")
    assert ["fifth" in raw for raw in engine.asked] == [True, False][:asked]
