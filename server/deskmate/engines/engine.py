"""What every engine is: a prompt in, chunks of text out. Plain values only."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant"]


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
    Generation ends before the first of `stop`, or after `max_tokens` tokens.
    """

    messages: tuple[Message, ...]
    prefill: str = ""
    stop: tuple[str, ...] = ()
    max_tokens: int = 1024
    temperature: float = 0.0
    seed: int = 0
    schema: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost, in tokens; `cached_tokens` of the prompt were not read again."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next piece of an answer. `text` never repeats the prefill.

    `reasoning` is thinking that the engine keeps apart from the answer. The last chunk has
    `finish`: "stop" (it ended by itself or at a stop text) or "length" (it was cut off).
    """

    text: str = ""
    reasoning: str = ""
    finish: Literal["stop", "length"] | None = None
    usage: Usage | None = None


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
    extra: dict[str, Any] = field(default_factory=dict)


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
