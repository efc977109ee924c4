"""Where Deskmate keeps what it keeps, by the conventions of the system."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Kind = Literal["config", "data", "state", "cache"]

PlaceName = Literal[
    "settings",
    "actions",
    "dictionary",
    "models",
    "statistics",
    "ledger",
    "decisions",
    "runs",
    "documented",
    "batches",
    "evaluations",
    "answers",
    "indexes",
    "checks",
    "shown",
]

_PLACES: Mapping[PlaceName, tuple[Kind, str]] = {
    "settings": ("config", "settings.toml"),
    "actions": ("config", "actions"),
    "dictionary": ("config", "dictionary.txt"),
    "models": ("data", "models"),
    "statistics": ("state", "stats.sqlite"),
    "ledger": ("state", "ledger.sqlite"),
    "decisions": ("state", "consent.json"),
    "runs": ("state", "run-consent.json"),
    "documented": ("state", "documented.sqlite"),
    "batches": ("state", "batch"),
    "evaluations": ("state", "eval"),
    "answers": ("cache", "answers.sqlite"),
    "indexes": ("cache", "index"),
    "checks": ("cache", "checks"),
    "shown": ("cache", "shown"),
}


def place(name: PlaceName) -> Path:
    """The file or folder of that name; it may not be there yet."""
    kind, path = _PLACES[name]
    return folder(kind) / path


def folder(kind: Kind) -> Path:
    """The user's folder for that kind of files of Deskmate's; it may not be there yet."""
    import platformdirs  # only when it is needed: a server starts without it

    folders = {
        "config": platformdirs.user_config_path,
        "data": platformdirs.user_data_path,
        "state": platformdirs.user_state_path,
        "cache": platformdirs.user_cache_path,
    }
    return folders[kind]("deskmate", appauthor=False)
