"""One thing that `deskmate doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `what` was found, and how to `fix` it where it is not ok."""

    state: Literal["ok", "warning", "problem"]
    about: str
    what: str
    fix: str = ""
