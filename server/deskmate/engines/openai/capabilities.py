"""What a server that speaks the OpenAI protocol can do, by asking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from deskmate.engines.engine import Capabilities
from deskmate.errors import EngineRejected

if TYPE_CHECKING:
    from openai import AsyncOpenAI

UNKNOWN_CONTEXT = 8192
"""Tokens that are assumed where neither the server nor the settings say."""

Reasoning = Literal["off", "low", "high"]
"""How much a model thinks before it answers."""

THINKING: Mapping[Reasoning, int] = {"off": 0, "low": 1024, "high": 4096}
"""Tokens that it may think besides those of the answer, which bounds the time to it."""


@dataclass(frozen=True, slots=True)
class Server:
    """What is known of a server: the model it is asked for, where it counts tokens (empty: it does
    not), the tokens that its model may think before an answer and how it is told so (empty: it is
    not), what it understands in a request beyond the protocol, and whether a schema is sent to it
    to find out whether it takes one.
    """

    model: str
    capabilities: Capabilities
    tokenizer: str = ""
    thinking: int = 0
    effort: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    try_schema: bool = False


async def ask_server(
    client: AsyncOpenAI, url: str, model: str, context: int, reasoning: Reasoning
) -> Server:
    """Asks for `/models`, and for what llama.cpp's servers tell of themselves at `/props` and
    Ollama's at `/api/ps`.

    Raises openai.OpenAIError where it cannot be asked, EngineRejected where it has no model.
    """
    listed = await _models(client, named=bool(model))
    if not model and not listed:
        raise EngineRejected(
            f"The server at {url} does not say which models it has. Set `local.model` to one."
        )
    chosen = model or str(listed[0]["id"])
    entry = next((one for one in listed if one["id"] == chosen), {})
    root = url.removesuffix("/v1")
    properties = await _properties(client, root)
    settings = properties.get("default_generation_settings", {})
    is_llama = bool(properties)
    has = _context(settings) or _context(entry)
    is_ollama = False
    if not has and not is_llama:
        is_ollama, has = await _ask_ollama(client, root, chosen)
    has = has or context or UNKNOWN_CONTEXT
    thinking = THINKING[reasoning]
    return Server(
        model=chosen,
        capabilities=Capabilities(
            model=PurePath(chosen).name,
            context=max(MINIMUM, min(has, context or has) - thinking),
            prefill=is_llama and not thinking,  # it would go on in its thoughts
            json_schema=is_llama and properties.get("json_schema", True),
            tokenizer=is_llama,
            slots=max(1, int(properties.get("total_slots", 1))),
            scales=not is_llama,
            answers=max(1, int(properties.get("total_slots", 1))) if is_llama else 1,
            prefix_cache=is_llama,
        ),
        tokenizer=f"{root}/tokenize" if is_llama else "",
        thinking=thinking,
        effort=_effort(reasoning, is_llama, is_ollama),
        # Signs of life while it reads a long prompt, which can take longer than the time-out.
        extra={
            "return_progress": True,
            "chat_template_kwargs": {"enable_thinking": bool(thinking)},
        }
        if is_llama
        else {},
        try_schema=not is_llama,
    )


def plain_server(model: str, context: int, reasoning: Reasoning) -> Server:
    """One of which no more is believed than what the protocol promises, without asking it."""
    thinking = THINKING[reasoning]
    room = max(MINIMUM, (context or UNKNOWN_CONTEXT) - thinking)
    capabilities = Capabilities(model=PurePath(model).name, context=room)
    return Server(model, capabilities, thinking=thinking, effort=_effort(reasoning, False, False))


MINIMUM = 1024
"""Tokens of context that are left for prompt and answer, however much a model may think."""


def _effort(reasoning: Reasoning, is_llama: bool, is_ollama: bool) -> str:
    """The `reasoning_effort` of a request. A server that is unknown is told to think only where
    that is set, as it may refuse what it does not know.
    """
    if reasoning != "off":
        return "" if is_llama else reasoning
    return "none" if is_ollama else ""


async def _models(client: AsyncOpenAI, *, named: bool) -> list[dict[str, Any]]:
    """The entries of `/models`; none where a server does without and a model is `named`."""
    import openai

    try:
        answer: Any = await client.get("/models", cast_to=object)
    except openai.APIStatusError as error:
        if named and error.status_code in (404, 405, 501):
            return []
        raise
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise ValueError("/models gives no list")
    return [one for one in entries if isinstance(one, dict) and one.get("id")]


async def _properties(client: AsyncOpenAI, root: str) -> dict[str, Any]:
    """What llama.cpp's server says at `/props`; nothing of any other."""
    import openai

    try:
        answer: Any = await client.get(f"{root}/props", cast_to=object)
    except (openai.APIStatusError, ValueError):
        return {}
    told = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    return answer if isinstance(told, dict) else {}


async def _ask_ollama(client: AsyncOpenAI, root: str, model: str) -> tuple[bool, int]:
    """Whether a server is Ollama, and the context that it gives a model (0: it does not say). Only
    a loaded model has one: it depends on Ollama's settings, the model's own and the GPU.
    """
    import openai

    is_ollama = False
    try:
        for _ in range(2):
            running: Any = await client.get(f"{root}/api/ps", cast_to=object)
            loaded = {one["model"]: one for one in running["models"]}
            is_ollama = True
            found = loaded.get(model) or loaded.get(f"{model}:latest")
            if found:
                return is_ollama, _context(found)
            body = {"model": model, "stream": False}  # without a prompt it is loaded, no more
            await client.post(f"{root}/api/generate", body=body, cast_to=object)
    except (openai.APIStatusError, ValueError, TypeError, KeyError):
        pass  # no Ollama, or one that has no such model, which the request itself will say
    return is_ollama, 0


def _context(told: Mapping[str, Any]) -> int:
    """The context in what a server tells, wherever it puts it; 0 for none."""
    meta = told.get("meta")
    places = (told, meta) if isinstance(meta, dict) else (told,)
    names = ("n_ctx", "max_model_len", "context_length", "context_window")
    found = (place.get(name) for place in places for name in names)
    return next((value for value in found if isinstance(value, int) and value > 0), 0)
