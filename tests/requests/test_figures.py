"""What a request took, in words."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

from deskmate.engines.cache import Answers, CachedEngine
from deskmate.engines.engine import Chunk, EngineWrapper, Message, Prompt
from deskmate.engines.scripted import ScriptedEngine
from deskmate.requests.figures import Figures
from deskmate.requests.repair_loop import listen

ASK = Prompt((Message("user", "How many?"),))


class Uncounted(EngineWrapper):
    """An engine that does not say what an answer cost, as servers may."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        async for chunk in self._engine.stream(prompt):
            yield replace(chunk, usage=None)


async def test_only_what_is_from_the_cache_was_answered_before(tmp_path: Path) -> None:
    engine = Uncounted(ScriptedEngine(["Forty-two."]))
    cached = CachedEngine(engine, Answers(tmp_path / "answers.sqlite", 4000), "model")
    said = []
    for _ in range(2):
        _, _, usage = await listen(cached, ASK, lambda update: None, "writing")
        tokens = usage.completion_tokens
        said.append(str(Figures("model", completion_tokens=tokens, seconds=1.5)))
    assert said == ["1 tokens in 1.5 s", "as answered before"]
