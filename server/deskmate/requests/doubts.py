"""Why an answer should not be taken on trust, by what is asked: `doubts.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


def find_doubts(question: str) -> tuple[str, ...]:
    """A sentence for the user where the answer is to be checked: the first that applies."""
    found = (says for asks, says in _doubts() if asks.search(question))
    return tuple(found)[:1]


@cache
def _doubts() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = (resources.files(__package__) / "doubts.toml").read_text(encoding="utf-8")
    return tuple(
        (re.compile(rf"\b(?:{'|'.join(one['asks'])})\b", re.IGNORECASE), one["says"])
        for one in tomllib.loads(text)["doubt"]
    )
