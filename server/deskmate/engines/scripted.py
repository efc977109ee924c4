"""An engine that says what a script tells it to: for tests and demos.

A script is TOML, a list of replies. Each request takes the first reply that has not been used and
whose `when` is in the request's text:

    [[reply]]
    when = "Fix the bug"        # any request where it is left out
    text = "…"
    pieces = 4                  # characters a chunk; all at once where it is left out
    delay = 0.1                 # seconds before each chunk
    finish = "length"           # it was cut off; "stop" where it is left out
    error = "EngineLost"        # raised after the text: a name of deskmate.errors
    reasoning = "…"             # thinking, apart from the answer
    again = true                # it may be used any number of times

    [engine]                    # all of it may be left out
    context = 4096
    prefill = true
    log = "/tmp/log.jsonl"      # what happens, one JSON object a line
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deskmate import errors
from deskmate.engines.engine import Capabilities, Chunk, Prompt, Usage
from deskmate.errors import EngineError, EngineRejected, EngineUnavailable


class ScriptedEngine:
    """Answers with `replies`, in their order; `prompts` are the requests it got."""

    def __init__(
        self, replies: Sequence[str | Mapping[str, Any]], engine: Mapping[str, Any] | None = None
    ) -> None:
        self.prompts: list[Prompt] = []
        self._replies = [{"text": r} if isinstance(r, str) else dict(r) for r in replies]
        self._engine = dict(engine or {})

    async def capabilities(self) -> Capabilities:
        """What the script says of the engine."""
        context = self._engine.get("context", 8192)
        prefill = self._engine.get("prefill", False)
        return Capabilities("scripted", context=context, prefill=prefill)

    async def count_tokens(self, text: str) -> int:
        """Words."""
        return len(text.split())

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The next reply that fits. Raises what the reply says, and EngineRejected for none."""
        self.prompts.append(prompt)
        self._note("asked", messages=[message.content for message in prompt.messages])
        reply = self._next(prompt)
        text, said = str(reply.get("text", "")), 0
        size = reply.get("pieces") or max(1, len(text))
        ended = "closed"
        try:
            if reply.get("reasoning"):
                yield Chunk(reasoning=str(reply["reasoning"]))
            for at in range(0, len(text), size):
                await asyncio.sleep(reply.get("delay", 0))
                yield Chunk(text[at : at + size])
                said += 1
            if "error" in reply:
                raise _error(str(reply["error"]))
            words = sum(len(message.content.split()) for message in prompt.messages)
            yield Chunk(finish=reply.get("finish", "stop"), usage=Usage(words, 0, said))
            ended = "finished"
        finally:
            self._note(ended)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _next(self, prompt: Prompt) -> Mapping[str, Any]:
        asked = "\n".join(message.content for message in prompt.messages)
        for reply in self._replies:
            if reply.get("when", "") in asked:
                if not reply.get("again"):
                    self._replies.remove(reply)
                return reply
        raise EngineRejected("The script has no reply for this request.")

    def _note(self, event: str, **more: Any) -> None:
        if "log" in self._engine:
            with Path(self._engine["log"]).open("a", encoding="utf-8") as log:
                log.write(json.dumps({"event": event, **more}) + "\n")


def read_script(path: Path) -> ScriptedEngine:
    """The engine of a script. Raises EngineUnavailable where the file is not one."""
    try:
        script = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EngineUnavailable(f"The script {path} cannot be read: {error}.") from error
    return ScriptedEngine(script.get("reply", []), script.get("engine"))


def _error(name: str) -> EngineError:
    kind = getattr(errors, name, EngineError)
    error: EngineError = kind(f"The script says: {name}.")
    return error
