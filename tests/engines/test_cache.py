"""Answers that are kept on disk."""

from __future__ import annotations

import stat
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from deskmate.engines.cache import Answers, CachedEngine
from deskmate.engines.engine import Chunk, Message, Prompt
from deskmate.engines.scripted import Reply, ScriptedEngine

ASK = Prompt((Message("user", "How many?"),))


def engine(answers: Answers, *replies: Reply, identity: str = "model") -> CachedEngine:
    return CachedEngine(ScriptedEngine(replies), answers, identity)


async def said(remembering: CachedEngine, prompt: Prompt = ASK) -> list[Chunk]:
    return [chunk async for chunk in remembering.stream(prompt)]


async def text(remembering: CachedEngine, prompt: Prompt = ASK) -> str:
    return "".join(chunk.text for chunk in await said(remembering, prompt))


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(tmp_path / "deskmate" / "answers.sqlite", 4000)


async def test_what_was_answered_is_not_asked_again(answers: Answers) -> None:
    once = engine(answers, Reply("Forty-two.", pieces=3))
    assert await text(once) == await text(once) == "Forty-two."
    later = engine(answers)
    *_, last = await said(later, replace(ASK, priority="background"))
    assert last.finish == "stop"
    assert last.usage and last.usage.completion_tokens == 0


@pytest.mark.parametrize(
    "other",
    [
        replace(ASK, messages=(Message("user", "How many now?"),)),
        replace(ASK, temperature=0.3),
        replace(ASK, prefill="Forty"),
        replace(ASK, max_tokens=7),
    ],
)
async def test_another_question_is_another_question(answers: Answers, other: Prompt) -> None:
    asked = engine(answers, Reply("Forty-two."), Reply("Another."))
    assert await text(asked) == "Forty-two."
    assert await text(asked, other) == "Another."


async def test_no_model_answers_for_another(answers: Answers) -> None:
    await text(engine(answers, Reply("Forty-two.")))
    assert await text(engine(answers, Reply("Seven."), identity="other")) == "Seven."


@pytest.mark.parametrize("finish", ["length", "stop"])
async def test_only_what_was_finished_is_kept(
    answers: Answers, finish: Literal["stop", "length"]
) -> None:
    await text(engine(answers, Reply("Forty", finish=finish)))
    assert answers.count() == (finish == "stop")


async def test_who_left_early_has_finished_nothing(answers: Answers) -> None:
    chunks: AsyncGenerator[Chunk, None] = engine(answers, Reply("Forty-two.", pieces=1)).stream(ASK)
    await anext(chunks)
    await chunks.aclose()
    assert answers.count() == 0


def test_the_longest_unused_goes_first(answers: Answers) -> None:
    for number in range(5):
        answers.keep(str(number), "x" * 600)
        assert answers.find("0")
    assert [bool(answers.find(str(number))) for number in range(5)] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_everything_can_be_forgotten(answers: Answers) -> None:
    answers.keep("a", "b")
    assert answers.clear() == 1
    assert answers.find("a") is None
    assert answers.clear() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's folders apart itself")
def test_nobody_else_may_read_it(answers: Answers, tmp_path: Path) -> None:
    answers.keep("a", "b")
    modes = [stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "deskmate").iterdir()]
    assert set(modes) == {0o600}


async def test_a_damaged_file_is_made_anew(answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "deskmate").mkdir()
    (tmp_path / "deskmate" / "answers.sqlite").write_bytes(b"no database" * 1000)
    assert await text(engine(answers, Reply("Forty-two."))) == "Forty-two."
    assert await text(engine(answers, Reply("Forty-two."))) == "Forty-two."
    assert answers.count() == 1


async def test_where_nothing_can_be_kept_the_model_answers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    nowhere = Answers(tmp_path / "file" / "answers.sqlite", 1000)
    assert await text(engine(nowhere, Reply("Forty-two."))) == "Forty-two."
    assert nowhere.count() == 0


def test_an_answer_that_has_no_room_lets_none_of_the_others_go(answers: Answers) -> None:
    answers.keep("small", "x")
    answers.keep("huge", "x" * 5000)
    assert answers.find("huge") is None
    assert answers.find("small") == "x"


def test_the_file_keeps_to_its_limit_however_short_the_answers_are(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.sqlite", 100_000)
    for number in range(1000):
        answers.keep(f"{number:064}", "x")
    assert (tmp_path / "answers.sqlite").stat().st_size <= 150_000
