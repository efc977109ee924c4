"""What a server that speaks the OpenAI protocol can do, by asking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from deskmate.engines.engine import Capabilities
from deskmate.errors import EngineRejected

if TYPE_CHECKING:
    from openai import AsyncOpenAI

UNKNOWN_CONTEXT = 8192
"""Tokens that are assumed where neither the server nor the settings say."""


@dataclass(frozen=True, slots=True)
class Server:
    """What is known of a server: the model it is asked for, where it counts tokens (empty: it does
    not), and what it understands in a request beyond the protocol.
    """

    model: str
    capabilities: Capabilities
    tokenizer: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


async def ask_server(client: AsyncOpenAI, url: str, model: str, context: int) -> Server:
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
    if not has and not is_llama:
        has = await _ollama_context(client, root, chosen)
    has = has or context or UNKNOWN_CONTEXT
    return Server(
        model=chosen,
        capabilities=Capabilities(
            model=PurePath(chosen).name,
            context=min(has, context or has),
            prefill=is_llama,
            json_schema=is_llama,
            tokenizer=is_llama,
            slots=max(1, int(properties.get("total_slots", 1))),
            prefix_cache=is_llama,
        ),
        tokenizer=f"{root}/tokenize" if is_llama else "",
        # Signs of life while it reads a long prompt, which can take longer than the time-out.
        extra={"return_progress": True} if is_llama else {},
    )


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


async def _ollama_context(client: AsyncOpenAI, root: str, model: str) -> int:
    """The context that Ollama gives a model, which only a loaded one has: it depends on Ollama's
    settings, the model's own and the GPU. 0 of any other server, and where it does not say.
    """
    import openai

    try:
        for _ in range(2):
            running: Any = await client.get(f"{root}/api/ps", cast_to=object)
            loaded = {one["model"]: one for one in running["models"]}
            found = loaded.get(model) or loaded.get(f"{model}:latest")
            if found:
                return _context(found)
            body = {"model": model, "stream": False}  # without a prompt it is loaded, no more
            await client.post(f"{root}/api/generate", body=body, cast_to=object)
    except (openai.APIStatusError, ValueError, TypeError, KeyError):
        pass  # no Ollama, or one that has no such model, which the request itself will say
    return 0


def _context(told: Mapping[str, Any]) -> int:
    """The context in what a server tells, wherever it puts it; 0 for none."""
    meta = told.get("meta")
    places = (told, meta) if isinstance(meta, dict) else (told,)
    names = ("n_ctx", "max_model_len", "context_length", "context_window")
    found = (place.get(name) for place in places for name in names)
    return next((value for value in found if isinstance(value, int) and value > 0), 0)
