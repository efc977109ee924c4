"""Which servers that speak the OpenAI protocol run on this machine already.

Only looked for where the user asks what there is; none is ever switched to by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deskmate.engines.http import ask_once

USUAL_PORTS: Mapping[int, str] = {
    11434: "Ollama",
    1234: "LM Studio",
    8080: "llama-server",
    8000: "vLLM",
}
"""Where each listens if it is not told otherwise; another program may listen there as well."""

PATIENCE = 1.0
"""Seconds that a server on this machine has to list its models."""


@dataclass(frozen=True, slots=True)
class Found:
    """A server that lists its `models`. `usual` is whose usual port that is, not what it is."""

    url: str
    usual: str
    models: tuple[str, ...]


def detect(ports: Mapping[int, str] = USUAL_PORTS) -> tuple[Found, ...]:
    """The servers that answer at `ports` of this machine, asked all at once."""
    with ThreadPoolExecutor(len(ports)) as pool:
        found = pool.map(_ask, ports.keys(), ports.values())
        return tuple(one for one in found if one is not None)


def _ask(port: int, usual: str) -> Found | None:
    """What listens there, if it lists models as the protocol says. No proxy is asked for it."""
    url = f"http://127.0.0.1:{port}/v1"
    try:
        status, read = ask_once(f"{url}/models", "machine", timeout=PATIENCE, most=_LONGEST)
        told = json.loads(read) if status == 200 else None
    except (OSError, ValueError):
        return None
    listed = told.get("data") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        return None
    ids = (one.get("id") for one in listed if isinstance(one, dict))
    models = tuple(one for one in ids if isinstance(one, str) and one.isprintable())
    return Found(url, usual, models)


_LONGEST = 1_000_000  # bytes; no list of models is longer
