"""What every engine is: a prompt in, chunks of text out. Plain values only."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from deskmate.engines.models.fim import FimTokens

Role = Literal["system", "user", "assistant"]

Priority = Literal["interactive", "typing", "hover", "background"]
"""Who waits for an answer: somebody who asked for it, somebody who types on meanwhile, somebody who
may look, or nobody yet.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a model.

    `prefill` is the beginning of the answer, already written; an engine that can continue an
    assistant turn goes on from it, another ignores it (`Capabilities.prefill` says which).
    Generation ends before the first of `stop`, or after `max_tokens` tokens; with 0 the prompt is
    only read, so that another that begins alike finds it in the engine's prefix cache. More
    `answers` than one are written at once, where `Capabilities.answers` says that it can.

    With a `raw` text there are no messages: the model goes on from it as it stands, where
    `Capabilities.fim` says by which tokens it is told what is around a cursor. The answer then
    `begins` as it is told.
    """

    messages: tuple[Message, ...]
    prefill: str = ""
    stop: tuple[str, ...] = ()
    max_tokens: int = 1024
    temperature: float = 0.0
    seed: int = 0
    schema: dict[str, Any] | None = None
    answers: int = 1
    priority: Priority = "interactive"
    raw: str = ""
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost, in tokens; `cached_tokens` of the prompt were not read again."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next piece of an answer. `text` never repeats the prefill.

    `read` is how much of the prompt has been read, from 0 to 1, where the engine tells: it comes
    before any text, with what was read before in `usage`.

    `reasoning` is thinking that the engine keeps apart from the answer. The last chunk has
    `finish`: "stop" (it ended by itself or at a stop text) or "length" (it was cut off). `answer`
    says of which of several a chunk is, each of which may have its `finish`; the last is then of
    none of them in particular.
    """

    text: str = ""
    reasoning: str = ""
    read: float | None = None
    finish: Literal["stop", "length"] | None = None
    usage: Usage | None = None
    answer: int = 0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do: asked of it or set by the user, never guessed from a name."""

    model: str
    """What to call it before the user."""
    context: int
    """Tokens that prompt and answer may have together."""
    prefill: bool = False
    """It continues an assistant turn."""
    json_schema: bool = False
    """It constrains its answer to a JSON Schema."""
    tokenizer: bool = False
    """`count_tokens` is exact, not an estimate."""
    slots: int = 1
    """Requests that it answers at the same time."""
    scales: bool = False
    """It does not say how many: more than its `slots` may be tried."""
    answers: int = 1
    """Answers to one prompt that it writes at once."""
    prefix_cache: bool = False
    """It reads the beginning that two prompts have in common only once."""
    shared: bool = False
    """Others may ask it, too: a request waits for its turn there, and the first chunk of the answer
    has `read`."""
    fim: FimTokens | None = None
    """The tokens by which it fills in what is missing in a raw text; None where it does not."""


class Engine(Protocol):
    """A model that answers. Every engine passes `tests/engines/test_engines.py`."""

    async def capabilities(self) -> Capabilities:
        """What it can do; starts it where that is needed.

        Raises EngineUnavailable, ModelMissing.
        """
        ...

    async def count_tokens(self, text: str) -> int:
        """How many tokens `text` is: exact, or an estimate that errs on the high side."""
        ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer, chunk by chunk. Closing the generator stops the generation itself.

        Raises EngineError (see its kinds), ModelMissing.
        """
        ...

    async def aclose(self) -> None:
        """Ends whatever it holds: connections, child processes."""
        ...


class EngineWrapper:
    """An engine that is another one but for its `stream`, which whoever inherits this writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def capabilities(self) -> Capabilities:
        """What the engine inside can do."""
        return await self._engine.capabilities()

    async def count_tokens(self, text: str) -> int:
        """What the engine inside counts."""
        return await self._engine.count_tokens(text)

    async def aclose(self) -> None:
        """Closes the engine inside."""
        await self._engine.aclose()


class AtPriority(EngineWrapper):
    """The same engine for whoever can wait: each request has this priority in its queue."""

    def __init__(self, engine: Engine, priority: Priority) -> None:
        super().__init__(engine)
        self._priority = priority

    def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer, when nothing more urgent is asked."""
        return self._engine.stream(replace(prompt, priority=self._priority))
