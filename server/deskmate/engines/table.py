"""From the settings to the engine that they ask for. What there is to know of each is its row in
`deskmate.settings.engines`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from deskmate.engines.cache import Answers, CachedEngine
from deskmate.engines.coalesce import CoalescingEngine
from deskmate.engines.engine import Engine
from deskmate.engines.hosts.saved_slots import forget_slots
from deskmate.engines.near import check_reach, is_this_machine
from deskmate.engines.queue import QueuedEngine
from deskmate.errors import EngineUnavailable, ModelError
from deskmate.files.places import place
from deskmate.settings.engines import ENGINES
from deskmate.settings.sections.cache import CacheSettings
from deskmate.settings.sections.local import LocalSettings


def shared_engine(
    local: LocalSettings, cache: CacheSettings, queue: Queue = QueuedEngine
) -> Engine:
    """The engine of `local` for several requests at a time: in a `queue`, the same ones joined,
    and what was answered before from the answers that are kept. Raises what `create_engine` does.
    """
    if not cache.megabytes:  # then nothing of the user's is to be kept
        local = replace(local, slot_megabytes=0)
    engine = queue(create_engine(local))
    answers = kept_answers(cache)
    if answers and ENGINES[local.engine].kept:
        engine = CachedEngine(engine, answers, identity(local))
    return CoalescingEngine(engine)


Queue = Callable[[Engine], Engine]
"""Puts what decides when a request is sent around an engine."""


def kept_answers(cache: CacheSettings) -> Answers | None:
    """The answers that are kept on disk; None where none are to be."""
    limit = cache.megabytes * 1_000_000
    return Answers(place("answers"), limit) if limit else None


def forget_answers() -> str:
    """Forgets every answer that is kept, conversations, and what models have read; says how many
    answers that were. Raises OSError.
    """
    count = Answers(place("answers"), 0).clear()
    forget_shown()
    for path in place("conversations").glob("*.json"):
        path.unlink(missing_ok=True)
    forget_slots(place("slots"))
    return f"Forgot {count} answers."


def forget_shown() -> None:
    """Deletes the files in which answers were shown. Raises OSError."""
    for path in place("shown").glob("*.md"):
        path.unlink(missing_ok=True)


def identity(local: LocalSettings) -> str:
    """What tells this model from others of its name: the file as it is now or the server, and how
    much it thinks. Raises ModelMissing, ModelError.
    """
    needs = ENGINES[local.engine].needs
    if needs in ("server", "nothing"):
        where = local.url if needs == "server" else f"{local.engine} {local.model}"
        return f"{where} {local.reasoning}"
    from deskmate.engines.builds.fitting import find_file

    path = Path(local.model) if needs == "script" else find_file(local)
    about = path.stat()
    return f"{path} {about.st_size} {about.st_mtime_ns} {local.reasoning}"


def create_engine(local: LocalSettings) -> Engine:
    """The engine of `local.engine`, not started yet.

    Raises ModelMissing, ModelError and EngineUnavailable where the settings name what is not there,
    or a server that is on the internet.
    """
    row = ENGINES[local.engine]
    if row.needs == "server":
        _check_url(local)
    module, _, function = row.make.partition(":")
    engine: Engine = getattr(import_module(module), function)(local)
    return engine


def describe_engine(local: LocalSettings) -> tuple[str, str, str]:
    """The model's name, the host of a server that is not on this machine, and what keeps it from
    answering; "" for what there is none of. Nothing is asked or loaded.
    """
    needs = ENGINES[local.engine].needs
    if needs == "nothing":
        return local.model, "", ""
    try:
        if needs == "server":
            host = "" if is_this_machine(local.url) else urlsplit(local.url).hostname or ""
            _check_url(local)
            return local.model, host, ""
        return _find_file(local).stem, "", ""
    except ModelError as error:
        return "", "", str(error)
    except EngineUnavailable as error:
        return local.model, host, str(error)


def _check_url(local: LocalSettings) -> None:
    if not local.url:
        raise EngineUnavailable(
            f"`local.engine` is `{local.engine}`, and `local.url` is empty. Set it to the server's "
            "address, such as http://127.0.0.1:11434/v1 for Ollama."
        )
    check_reach(local.url, "network")


def _find_file(local: LocalSettings) -> Path:
    """The file that `local.model` means. Raises ModelMissing, ModelError."""
    if ENGINES[local.engine].needs == "script":
        return Path(local.model)
    from deskmate.engines.models.catalogue import find_model

    return find_model(local.model)
