"""A model that thinks without end answers all the same, after its budget."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

from deskmate.engines.engine import Chunk, Message, Prompt
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.openai.capabilities import THINKING as BUDGET
from tiny_models import THINKING, write_tiny


async def test_thoughts_end_with_their_budget_and_the_answer_follows(tmp_path: Path) -> None:
    model = write_tiny(tmp_path / "tiny.gguf", template=THINKING, seed=1)
    prompt = Prompt((Message("user", "Hello"),), max_tokens=40)
    engine, chunks = LocalEngine(model, reasoning="low"), list[Chunk]()
    async with aclosing(engine):
        chunks += [chunk async for chunk in engine.stream(prompt)]
    usage = chunks[-1].usage
    assert usage is not None
    assert usage.completion_tokens == BUDGET["low"] + prompt.max_tokens
    thought = [at for at, chunk in enumerate(chunks) if chunk.reasoning]
    said = [at for at, chunk in enumerate(chunks) if chunk.text]
    assert thought
    assert said
    assert max(thought) < min(said)
