"""What a server that speaks the OpenAI protocol can do, by asking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from deskmate.engines.engine import Capabilities
from deskmate.engines.models.fim import FimTokens, all_spellings, spelled_tokens
from deskmate.engines.openai.client import ApiClient, APIStatusError
from deskmate.errors import EngineRejected

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
    client: ApiClient, url: str, model: str, context: int, reasoning: Reasoning
) -> Server:
    """Asks for `/models`, and for what llama.cpp's servers tell of themselves at `/props` and
    Ollama's at `/api/ps`.

    Raises APIError where it cannot be asked, EngineRejected where it has no model.
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
    tokenizer = f"{root}/tokenize" if is_llama else ""
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
            fim=await _ask_fim_tokens(client, tokenizer) if tokenizer else None,
        ),
        tokenizer=tokenizer,
        thinking=thinking,
        effort=_effort(reasoning, is_llama, is_ollama),
        extra=_llama_extra(thinking) if is_llama else {},
        try_schema=not is_llama,
    )


def _llama_extra(thinking: int) -> dict[str, Any]:
    """What llama.cpp's servers understand beyond the protocol; what one does not know it ignores.
    The progress is a sign of life while it reads a long prompt, which can take longer than the
    time-out. After the budget the server ends the thoughts itself, and the answer begins.
    """
    extra: dict[str, Any] = {
        "return_progress": True,
        "chat_template_kwargs": {"enable_thinking": bool(thinking)},
    }
    if thinking:
        extra["thinking_budget_tokens"] = thinking
    return extra


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


async def _models(client: ApiClient, *, named: bool) -> list[dict[str, Any]]:
    """The entries of `/models`; none where a server does without and a model is `named`."""
    try:
        answer: Any = await client.get("/models")
    except APIStatusError as error:
        if named and error.status_code in (404, 405, 501):
            return []
        raise
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise ValueError("/models gives no list")
    return [one for one in entries if isinstance(one, dict) and one.get("id")]


async def _properties(client: ApiClient, root: str) -> dict[str, Any]:
    """What llama.cpp's server says at `/props`; nothing of any other."""
    try:
        answer: Any = await client.get(f"{root}/props")
    except (APIStatusError, ValueError):
        return {}
    told = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    return answer if isinstance(told, dict) else {}


async def _ask_fim_tokens(client: ApiClient, tokenizer: str) -> FimTokens | None:
    """The tokens of fill-in-the-middle that the server's model has: what it reads as one piece."""
    body = {"content": "\n".join(all_spellings()), "with_pieces": True}
    try:
        answer: Any = await client.post(tokenizer, body)
        pieces = [one.get("piece") for one in answer["tokens"] if isinstance(one, dict)]
    except (APIStatusError, ValueError, TypeError, KeyError):
        return None
    return spelled_tokens([piece for piece in pieces if isinstance(piece, str)])


async def _ask_ollama(client: ApiClient, root: str, model: str) -> tuple[bool, int]:
    """Whether a server is Ollama, and the context that it gives a model (0: it does not say). Only
    a loaded model has one: it depends on Ollama's settings, the model's own and the GPU.
    """
    is_ollama = False
    try:
        for _ in range(2):
            running: Any = await client.get(f"{root}/api/ps")
            loaded = {one["model"]: one for one in running["models"]}
            is_ollama = True
            found = loaded.get(model) or loaded.get(f"{model}:latest")
            if found:
                return is_ollama, _context(found)
            body = {"model": model, "stream": False}  # without a prompt it is loaded, no more
            await client.post(f"{root}/api/generate", body)
    except (APIStatusError, ValueError, TypeError, KeyError):
        pass  # no Ollama, or one that has no such model, which the request itself will say
    return is_ollama, 0


def _context(told: Mapping[str, Any]) -> int:
    """The context in what a server tells, wherever it puts it; 0 for none."""
    meta = told.get("meta")
    places = (told, meta) if isinstance(meta, dict) else (told,)
    names = ("n_ctx", "max_model_len", "context_length", "context_window")
    found = (place.get(name) for place in places for name in names)
    return next((value for value in found if isinstance(value, int) and value > 0), 0)
