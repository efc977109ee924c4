"""Where Deskmate keeps what it keeps, by the conventions of the system."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Kind = Literal["config", "data", "state", "cache", "runtime"]

PlaceName = Literal[
    "settings",
    "actions",
    "dictionary",
    "models",
    "builds",
    "engines",
    "statistics",
    "ledger",
    "decisions",
    "runs",
    "documented",
    "asked",
    "asked-suggestions",
    "batches",
    "evaluations",
    "answers",
    "indexes",
    "checks",
    "shown",
    "slots",
    "conversations",
    "hosts",
]

_PLACES: Mapping[PlaceName, tuple[Kind, str]] = {
    "settings": ("config", "settings.toml"),
    "actions": ("config", "actions"),
    "dictionary": ("config", "dictionary.txt"),
    "models": ("data", "models"),
    "builds": ("data", "builds"),
    "engines": ("state", "engines.json"),
    "statistics": ("state", "stats.sqlite"),
    "ledger": ("state", "ledger.sqlite"),
    "decisions": ("state", "consent.json"),
    "runs": ("state", "run-consent.json"),
    "documented": ("state", "documented.sqlite"),
    "asked": ("state", "asked-for-model"),
    "asked-suggestions": ("state", "asked-for-suggestions"),
    "batches": ("state", "batch"),
    "evaluations": ("state", "eval"),
    "answers": ("cache", "answers.sqlite"),
    "indexes": ("cache", "index"),
    "checks": ("cache", "checks"),
    "shown": ("cache", "shown"),
    "slots": ("cache", "slots"),
    "conversations": ("cache", "conversations"),
    "hosts": ("runtime", "hosts"),
}


def place(name: PlaceName) -> Path:
    """The file or folder of that name; it may not be there yet."""
    kind, path = _PLACES[name]
    return folder(kind) / path


def folder(kind: Kind) -> Path:
    """The user's folder for that kind of files of Deskmate's; it may not be there yet. Raises
    PermissionError where the one for what only lives while a process does is not safe.
    """
    if (outside := _find_outside_snap(kind)) is not None:
        return outside

    import platformdirs  # only when it is needed: a server starts without it

    if kind == "runtime":  # where there is none by the system's rules, another folder is used
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
    folders = {
        "config": platformdirs.user_config_path,
        "data": platformdirs.user_data_path,
        "state": platformdirs.user_state_path,
        "cache": platformdirs.user_cache_path,
        "runtime": platformdirs.user_runtime_path,
    }
    return folders[kind]("deskmate", appauthor=False)


def _find_outside_snap(kind: Kind) -> Path | None:
    """The user's folder where the environment names one of a snap, as that of VS Code does to all
    that it starts: each revision of a snap has a copy of its own, and nothing else looks there.
    """
    variable, usual = _USUAL.get(kind, ("", ""))
    named = os.environ.get(variable, "")
    snaps = [os.environ.get(name, "") for name in ("SNAP_USER_DATA", "SNAP_USER_COMMON")]
    if not named or not any(snap and Path(named).is_relative_to(snap) for snap in snaps):
        return None
    before = os.environ.get(f"{variable}_VSCODE_SNAP_ORIG", "")
    return (Path(before) if before else Path.home() / usual) / "deskmate"


_USUAL: Mapping[Kind, tuple[str, str]] = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
}
"""The variable that names the user's folder for a kind of files, and what it is without one."""
