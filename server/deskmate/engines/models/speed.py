"""How fast a machine runs models: measured with one of them, and from that estimated for others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter

from deskmate.engines.engine import Chunk, Engine, Message, Prompt, Usage
from deskmate.engines.models.catalogue import Model

FIX = (450, 100)
"""The tokens that a typical fix reads and writes: the medians of what is asked of library code."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a machine does with a model: the tokens a second that it reads and writes, of which each
    takes `active` billions of parameters, and for writing `gigabytes` from memory. `measured` is
    the model's name, "" where it is only what machines of so many cores usually do.
    """

    read: float
    write: float
    active: float
    gigabytes: float
    measured: str = ""

    def estimate(self, model: Model, tokens: tuple[int, int] = FIX) -> float:
        """About how many seconds a model takes for a request of so many tokens, and an answer of so
        many: reading costs arithmetic, writing fetches the parameters from memory for each token.
        """
        read = self.read * self.active / model.active
        write = self.write * self.gigabytes / gigabytes_a_token(model)
        return tokens[0] / read + tokens[1] / write


def gigabytes_a_token(model: Model) -> float:
    """What of a model's file each token takes: all, or the experts that it is sent to."""
    return model.size / 1e9 * model.active / (model.parameters or model.active)


def guess_speed(cores: int) -> Speed:
    """What machines with so many cores, and no GPU, usually do, on the low side: reading grows
    with the cores, writing until the memory cannot give more.
    """
    return Speed(read=90.0 * cores, write=12.0 * min(cores, 6), active=0.5, gigabytes=0.49)


async def measure_speed(
    engine: Engine, model: Model, on_progress: Callable[[str], None] = lambda doing: None
) -> Speed:
    """What `engine`, which runs `model`, does on this machine now: five to ten seconds where it is
    a small one. Raises EngineError, ModelMissing.
    """
    on_progress("loading the model")
    await _ask(engine, "Hello.", 1)
    on_progress("measuring how fast it reads")
    few, short = await _read(engine, 0, _FEW)
    more = max(_FEW, min(_MOST, int(_FEW * _SECONDS / max(short, 0.001))))
    tokens, seconds = await _read(engine, 1, more) if more > _FEW else (few, short)
    on_progress("measuring how fast it writes")
    written, took = await _write(engine)
    return Speed(
        read=tokens / max(seconds, 0.001),
        write=written / max(took, 0.001),
        active=model.active,
        gigabytes=gigabytes_a_token(model),
        measured=model.name,
    )


_FEW, _MOST = 64, 1024  # tokens that are read
_SECONDS = 2.5  # for which is read


async def _read(engine: Engine, nonce: int, tokens: int) -> tuple[int, float]:
    """Tokens that were read, not taken from the cache, and the seconds that took."""
    words = " ".join(f"{word}{nonce}" for word in _WORDS * (tokens // (2 * len(_WORDS)) + 1))
    text = words[: 3 * tokens]
    begun = perf_counter()
    usage = await _ask(engine, f"{nonce} {text}", 1)
    return usage.prompt_tokens - usage.cached_tokens, perf_counter() - begun


_WORDS = ("river", "copper", "lantern", "seven", "orbit", "marble", "thistle", "kettle", "anchor")


async def _write(engine: Engine) -> tuple[int, float]:
    """Tokens that were written, and the seconds from the first to the last."""
    prompt = Prompt((Message("user", _TOPIC),), max_tokens=_WRITTEN)
    first, last, usage = 0.0, 0.0, Usage()
    async with aclosing(engine.stream(prompt)) as chunks:
        async for chunk in chunks:
            if chunk.text or chunk.reasoning:
                last = perf_counter()
                first = first or last
            usage = chunk.usage or usage
    return max(1, usage.completion_tokens - 1), last - first


_TOPIC = "Explain in some sentences how a hash table finds a key."
_WRITTEN = 48


async def _ask(engine: Engine, text: str, tokens: int) -> Usage:
    usage = Usage()
    stream: AsyncGenerator[Chunk, None] = engine.stream(
        Prompt((Message("user", text),), max_tokens=tokens)
    )
    async with aclosing(stream) as chunks:
        async for chunk in chunks:
            usage = chunk.usage or usage
    return usage
