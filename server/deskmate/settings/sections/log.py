"""`[log]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What Deskmate notes down for whoever looks for a fault."""

    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "The lowest level that is logged; only `debug` logs prompts and code."
    )
    file: str = setting("", "The log file. Empty: standard error, which editors show.")
