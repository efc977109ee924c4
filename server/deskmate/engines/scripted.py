"""An engine that says what a script tells it to: for tests and demos.

A script is TOML. Each request takes the first reply that is not used up and whose `when` is in the
request's text:

    [[reply]]
    when = "Fix the bug"        # any request where it is left out
    text = "…"
    reasoning = "…"             # thinking, apart from the answer
    pieces = 4                  # characters a chunk; all at once where it is left out
    delay = 0.1                 # seconds before each chunk
    until = "/tmp/go"           # its last chunk waits until this file is there
    finish = "length"           # it was cut off; "stop" where it is left out
    error = "EngineLost"        # raised after the text: a name of deskmate.errors
    again = true                # it is never used up

    [engine]                    # all of it may be left out
    context = 4096              # tokens
    prefill = true
    slots = 2
    answers = 4                 # written at once: the next replies that fit
    fim = true                  # it goes on with raw texts, in Qwen's tokens
    warm_up = 0.5               # seconds to read a prompt that is not to be answered yet
    log = "/tmp/log.jsonl"      # what happens, one JSON object a line
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deskmate import errors
from deskmate.engines.engine import Capabilities, Chunk, Prompt, Usage
from deskmate.engines.models.fim import FimTokens
from deskmate.errors import EngineRejected, EngineUnavailable
from deskmate.settings.sections.local import LocalSettings


@dataclass(frozen=True, slots=True)
class Reply:
    """One `[[reply]]` of a script, as it is described above."""

    text: str = ""
    when: str = ""
    reasoning: str = ""
    pieces: int = 0
    delay: float = 0
    until: str = ""
    finish: Literal["stop", "length"] = "stop"
    error: str = ""
    again: bool = False

    @property
    def may_end(self) -> bool:
        """Whether its last chunk may be said."""
        return not self.until or Path(self.until).exists()

    def chunks(self) -> Iterable[Chunk]:
        """What it says, but for its end."""
        if self.reasoning:
            yield Chunk(reasoning=self.reasoning)
        size = self.pieces or max(1, len(self.text))
        for at in range(0, len(self.text), size):
            yield Chunk(self.text[at : at + size])


class ScriptedEngine:
    """Answers with `replies`; `prompts` are the requests it got."""

    def __init__(
        self,
        replies: Iterable[str | Reply],
        *,
        model: str = "scripted",
        context: int = 8192,
        prefill: bool = False,
        slots: int = 1,
        answers: int = 1,
        fim: bool = False,
        warm_up: float | None = None,
        log: str = "",
    ) -> None:
        self.prompts: list[Prompt] = []
        self._replies = [Reply(one) if isinstance(one, str) else one for one in replies]
        self._capabilities = Capabilities(
            model,
            context=context,
            prefill=prefill,
            slots=slots,
            answers=answers,
            prefix_cache=warm_up is not None,
            fim=_QWEN if fim else None,
        )
        self._warm_up = warm_up or 0
        self._log = log

    async def capabilities(self) -> Capabilities:
        """What the script says of the engine."""
        return self._capabilities

    async def count_tokens(self, text: str) -> int:
        """A token for every character, which no tokenizer exceeds by much."""
        return len(text)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The next reply that fits. Raises what the reply says, and EngineRejected for none."""
        if prompt.max_tokens == 0:
            yield await self._read(prompt)
            return
        self.prompts.append(prompt)
        self._note("asked", messages=_asked(prompt))
        if prompt.answers > 1:
            for number in range(prompt.answers):
                reply = self._next(prompt)
                await asyncio.sleep(reply.delay)
                yield Chunk(reply.text, finish=reply.finish, answer=number)
            yield Chunk(finish="stop", usage=Usage(0, 0, prompt.answers))
            return
        reply = self._next(prompt)
        ended, said = "closed", 0
        try:
            if prompt.begins:
                yield Chunk(prompt.begins)
            chunks = list(reply.chunks())
            for chunk in chunks:
                await asyncio.sleep(reply.delay)
                while chunk is chunks[-1] and not reply.may_end:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                yield chunk
                said += bool(chunk.text)
            if reply.error:
                raise getattr(errors, reply.error)(f"The script says: {reply.error}.")
            asked = sum(len(text.split()) for text in _asked(prompt))
            yield Chunk(finish=reply.finish, usage=Usage(asked, 0, said))
            ended = "finished"
        finally:
            self._note(ended)

    async def aclose(self) -> None:
        """Nothing is held."""

    async def _read(self, prompt: Prompt) -> Chunk:
        """What a prompt warm-up comes to."""
        self._note("reads", messages=[message.content for message in prompt.messages])
        ended = "stopped"
        try:
            await asyncio.sleep(self._warm_up)
            ended = "read"
        finally:
            self._note(ended)
        return Chunk(finish="length")

    def _next(self, prompt: Prompt) -> Reply:
        asked = "\n".join(_asked(prompt))
        for reply in self._replies:
            if reply.when in asked:
                if not reply.again:
                    self._replies.remove(reply)
                return reply
        raise EngineRejected("The script has no reply for this request.")

    def _note(self, event: str, **more: object) -> None:
        if self._log:
            with Path(self._log).open("a", encoding="utf-8") as log:
                log.write(json.dumps({"event": event, **more}) + "\n")


_QWEN = FimTokens("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "", "<|file_sep|>")


def _asked(prompt: Prompt) -> list[str]:
    return [prompt.raw] if prompt.raw else [message.content for message in prompt.messages]


def make_scripted(local: LocalSettings) -> ScriptedEngine:
    """The engine of the script that `local.model` names. Raises EngineUnavailable."""
    return read_script(Path(local.model))


def read_script(path: Path) -> ScriptedEngine:
    """The engine of a script. Raises EngineUnavailable where the file is not one."""
    try:
        script = tomllib.loads(path.read_text(encoding="utf-8"))
        replies = [Reply(**reply) for reply in script.get("reply", ())]
        for reply in replies:
            if reply.error and reply.error not in vars(errors):
                raise ValueError(f"there is no error {reply.error}")
        return ScriptedEngine(replies, **script.get("engine", {}))
    except (OSError, ValueError, TypeError) as error:
        raise EngineUnavailable(
            f"The script {path} cannot be read: {error}. `local.model` must be a script where "
            f"`local.engine` is `scripted`."
        ) from error
