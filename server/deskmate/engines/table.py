"""Which engine the settings ask for: one row an engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deskmate.engines.cache import Answers, CachedEngine
from deskmate.engines.coalesce import CoalescingEngine
from deskmate.engines.engine import Engine
from deskmate.engines.hosts.tuning import Tuning
from deskmate.engines.queue import QueuedEngine
from deskmate.errors import EngineUnavailable
from deskmate.files.places import place
from deskmate.settings.schema import CacheSettings, LocalSettings

if TYPE_CHECKING:
    from deskmate.engines.hosts.client import HostName


def shared_engine(local: LocalSettings, cache: CacheSettings, slots: int = 0) -> Engine:
    """The engine of `local` for several requests at a time: in a queue, the same ones joined,
    and what was answered before from the answers that are kept. `slots` requests are sent to it at
    once, or with 0 as many as it says. Raises what `create_engine` does.
    """
    engine: Engine = QueuedEngine(create_engine(local), slots)
    answers = kept_answers(cache)
    if answers and local.engine != "scripted":
        engine = CachedEngine(engine, answers, identity(local))
    return CoalescingEngine(engine)


def kept_answers(cache: CacheSettings) -> Answers | None:
    """The answers that are kept on disk; None where none are to be."""
    limit = cache.megabytes * 1_000_000
    return Answers(place("answers"), limit) if limit else None


def forget_answers() -> str:
    """Forgets every answer that is kept; says how many that were. Raises OSError."""
    count = Answers(place("answers"), 0).clear()
    return f"Forgot {count} answers."


def identity(local: LocalSettings) -> str:
    """What tells this model from others of its name: the file as it is now or the server, and how
    much it thinks. Raises ModelMissing, ModelError.
    """
    if local.engine == "openai":
        return f"{local.url} {local.reasoning}"
    from deskmate.engines.models.catalogue import find_model

    path = Path(local.model) if local.engine == "scripted" else find_model(local.model)
    about = path.stat()
    return f"{path} {about.st_size} {about.st_mtime_ns} {local.reasoning}"


def create_engine(local: LocalSettings) -> Engine:
    """The engine of `local.engine`, not started yet.

    Raises ModelMissing, ModelError and EngineUnavailable where the settings name what is not there.
    """
    return _ENGINES[local.engine](local)


def _hosted(local: LocalSettings, host: HostName) -> Engine:
    from deskmate.engines.hosts.client import LocalEngine
    from deskmate.engines.models.catalogue import find_model

    return LocalEngine(
        find_model(local.model),
        host=host,
        program=local.program,
        model_type=local.model_type,
        wanted=wanted_tuning(local),
        draft_model=find_model(local.draft_model) if local.draft_model else None,
        sleep=round(local.sleep_minutes * 60) or -1,
        reasoning=local.reasoning,
        timeout=local.timeout,
    )


def wanted_tuning(local: LocalSettings) -> Tuning:
    """What the settings say of how a host runs its model."""
    return Tuning(**{one.name: getattr(local, one.name) for one in fields(Tuning)})


def _openai(local: LocalSettings) -> Engine:
    from deskmate.engines.keys import find_key
    from deskmate.engines.openai.engine import OpenAICompatible

    if not local.url:
        raise EngineUnavailable(
            "`local.engine` is `openai`, and `local.url` is empty. Set it to the server's address, "
            "such as http://127.0.0.1:11434/v1 for Ollama."
        )
    if far := too_far(local.url):
        raise EngineUnavailable(far)
    return OpenAICompatible(
        local.url,
        api_key=local.api_key or find_key(local.url),
        model=local.model,
        context=local.context,
        reasoning=local.reasoning,
        timeout=local.timeout,
    )


def too_far(url: str) -> str:
    """Why a server may not be a local one; "" where it may."""
    from deskmate.engines.http import is_near

    return (
        ""
        if is_near(url)
        else f"{url} is on the internet, so nothing is sent to it: `local.url` is for a server on "
        "this machine or in your own network. If you want that one, set `cloud.engine` to `openai` "
        "and `cloud.url` to it: you are then asked before anything is sent, and secrets are taken "
        "out."
    )


def _scripted(local: LocalSettings) -> Engine:
    from deskmate.engines.scripted import read_script

    return read_script(Path(local.model))


_ENGINES: Mapping[str, Callable[[LocalSettings], Engine]] = {
    "llama_cpp": partial(_hosted, host="llama_cpp"),
    "llama_server": partial(_hosted, host="llama_server"),
    "ctransformers": partial(_hosted, host="ctransformers"),
    "openai": _openai,
    "scripted": _scripted,
}
