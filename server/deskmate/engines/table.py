"""Which engine the settings ask for: one row an engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from deskmate.engines.engine import Engine
from deskmate.errors import EngineUnavailable
from deskmate.settings import LocalSettings


def create_engine(local: LocalSettings) -> Engine:
    """The engine of `local.engine`, not started yet.

    Raises ModelMissing, ModelError and EngineUnavailable where the settings name what is not there.
    """
    return _ENGINES[local.engine](local)


def _llama_cpp(local: LocalSettings) -> Engine:
    from deskmate.engines.local import LocalEngine
    from deskmate.engines.models import find_model

    return LocalEngine(
        find_model(local.model),
        threads=local.threads,
        context=local.context,
        timeout=local.timeout,
    )


def _openai(local: LocalSettings) -> Engine:
    from deskmate.engines.openai_compatible import OpenAICompatible

    if not local.url:
        raise EngineUnavailable(
            "`local.engine` is `openai`, and `local.url` is empty. Set it to the server's address, "
            "such as http://127.0.0.1:11434/v1 for Ollama."
        )
    return OpenAICompatible(
        local.url,
        api_key=local.api_key,
        model=local.model,
        context=local.context,
        timeout=local.timeout,
    )


def _scripted(local: LocalSettings) -> Engine:
    from deskmate.engines.scripted import read_script

    return read_script(Path(local.model))


_ENGINES: Mapping[str, Callable[[LocalSettings], Engine]] = {
    "llama_cpp": _llama_cpp,
    "openai": _openai,
    "scripted": _scripted,
}
