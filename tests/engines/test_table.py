"""From settings to an engine, and scripts."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from deskmate.engines.engine import Chunk, Message, Prompt, Usage
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.engines.scripted import ScriptedEngine
from deskmate.engines.table import create_engine
from deskmate.errors import EngineError, EngineLost, EngineRejected, EngineUnavailable, ModelError
from deskmate.settings.sections.local import LocalSettings

PROMPT = Prompt((Message("system", "Be brief."), Message("user", "Fix the bug")))


def test_llama_cpp_with_a_file(tmp_path: Path) -> None:
    model = tmp_path / "mine.gguf"
    model.write_bytes(b"GGUF")
    assert isinstance(create_engine(LocalSettings(model=str(model))), LocalEngine)


def test_llama_cpp_without_that_file() -> None:
    with pytest.raises(ModelError):
        create_engine(LocalSettings(model="/nowhere/mine.gguf"))


def test_a_server() -> None:
    settings = LocalSettings(engine="openai", url="http://127.0.0.1:11434/v1")
    assert isinstance(create_engine(settings), OpenAICompatible)


def test_a_server_without_its_address() -> None:
    with pytest.raises(EngineUnavailable, match=r"`local.url` is empty\. Set it to"):
        create_engine(LocalSettings(engine="openai"))


async def test_a_script_answers_in_order_and_by_what_is_asked(tmp_path: Path) -> None:
    engine = script(
        tmp_path,
        """
        [engine]
        context = 3000
        prefill = true
        [[reply]]
        when = "Fix"
        text = "abcde"
        pieces = 2
        finish = "length"
        [[reply]]
        when = "Explain"
        text = "never"
        [[reply]]
        reasoning = "Hm."
        text = "last"
        """,
    )
    capabilities = await engine.capabilities()
    assert (capabilities.context, capabilities.prefill) == (3000, True)
    assert await answer(engine) == [
        Chunk("ab"),
        Chunk("cd"),
        Chunk("e"),
        Chunk(finish="length", usage=Usage(5, 0, 3)),
    ]
    assert (await answer(engine))[:2] == [Chunk(reasoning="Hm."), Chunk("last")]
    with pytest.raises(EngineRejected, match="no reply for this request"):
        await answer(engine)
    assert engine.prompts == [PROMPT] * 3


async def test_a_script_holds_the_end_of_a_reply_back(tmp_path: Path) -> None:
    go = tmp_path / "go"
    reply = f'[[reply]]\ntext = "abc"\npieces = 2\nuntil = {json.dumps(str(go))}\n'
    engine = script(tmp_path, reply)
    said = engine.stream(PROMPT)
    assert await anext(said) == Chunk("ab")
    rest = asyncio.ensure_future(anext(said))
    await asyncio.wait([rest], timeout=0.1)
    assert not rest.done()
    go.touch()
    assert await rest == Chunk("c")
    await said.aclose()


async def test_a_script_fails_where_it_says_so(tmp_path: Path) -> None:
    engine = script(tmp_path, '[[reply]]\ntext = "half"\nerror = "EngineLost"\nagain = true')
    for _ in range(2):
        with pytest.raises(EngineLost):
            await answer(engine)


BROKEN = {
    "no TOML": "reply",
    "an unknown key": '[[reply]]\ntxt = "a"',
    "an unknown error": '[[reply]]\nerror = "Broken"',
    "an unknown property": "[engine]\nspeed = 3",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_script_is_a_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"cannot be read: .* must be a script"):
        script(tmp_path, BROKEN[name])


def test_no_script_is_a_sentence() -> None:
    with pytest.raises(EngineUnavailable, match="must be a script"):
        create_engine(LocalSettings(engine="scripted"))


def test_every_error_of_an_engine_can_be_scripted(tmp_path: Path) -> None:
    for kind in EngineError.__subclasses__():
        script(tmp_path, f'[[reply]]\nerror = "{kind.__name__}"')


def script(folder: Path, text: str) -> ScriptedEngine:
    path = folder / "script.toml"
    path.write_text(text, encoding="utf-8")
    engine = create_engine(LocalSettings(engine="scripted", model=str(path)))
    assert isinstance(engine, ScriptedEngine)
    return engine


async def answer(engine: ScriptedEngine) -> list[Chunk]:
    async with aclosing(engine.stream(PROMPT)) as chunks:
        return [chunk async for chunk in chunks]
