"""Texts of any length, each of one kind that a request once took too long for, or its neighbour."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

TEXTS: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("texts.toml").read_text(encoding="utf-8")
)
"""What each kind is made of: `texts.toml`."""


def make_text(kind: str, length: int) -> str:
    """A text of that kind and of about that many characters."""
    given = {"before": "", "after": "", "nested": False, **TEXTS[kind]}
    count = length // len(given["piece"] + given["after"] * given["nested"])
    pieces = "".join(given["piece"].replace("{n}", str(number)) for number in range(count))
    return f"{given['before']}{pieces}{given['after'] * (count if given['nested'] else 1)}"
