"""What is known of an answer by what is asked: why it should not be taken on trust, and whether any
model can give it: `doubts.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


def find_doubts(question: str) -> tuple[str, ...]:
    """A sentence for the user where the answer is to be checked: the first that applies."""
    found = (one["says"] for one in _data()["doubt"] if _any(tuple(one["asks"])).search(question))
    return tuple(found)[:1]


def is_private(question: str) -> bool:
    """Whether a question is about what only its user's own world can tell: who their manager is,
    what they decided. One that quotes something is about that.
    """
    private = _data()["private"]
    if re.search(r"[`\n]", question) or _any(tuple(private["general"])).search(question):
        return False
    fact = f"(?:{'|'.join(private['fact'])})"
    asks = tuple(one.replace("<fact>", fact) for one in private["asks"])
    return bool(_any(asks).search(question))


@cache
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


@cache
def _data() -> Mapping[str, Any]:
    text = (resources.files(__package__) / "doubts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
