"""What the name of a value says of it: whether it is a secret, or likely to be one.

The names are data, `secret_names.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files


def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret, or likely to be one."""
    return rate_name(name) in ("strong", "likely", "weak")


def is_password_name(name: str) -> bool:
    """Whether what has this name is a secret whatever it looks like."""
    return rate_name(name) == "strong"


@lru_cache(4096)  # names come from texts: no bound would keep them all
def rate_name(name: str) -> str | None:
    """What a name says of its value: `strong`, `likely`, `weak` or `faint`, as the data says."""
    names = _data()
    last = re.split(r"[.\[\]\"']+", name.strip(".[]\"'"))[-1]
    words = [word.lower() for word in _WORD.findall(last)]
    while words and (words[-1].isdigit() or words[-1] in names["beside"]):
        words.pop()
    for ends in ("".join(words[-count:]) for count in (3, 2, 1)):
        if ends in names["public"]:
            return None
        for strength in ("strong", "likely", "weak", "faint"):
            for known in names[strength]:
                long = len(known) > 4 and strength != "faint"
                if ends == known or (long and ends.endswith(known)):
                    return str(strength)
    return None


_WORD = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")


@cache
def _data() -> dict[str, list[str]]:
    return tomllib.loads((files(__package__) / "secret_names.toml").read_text(encoding="utf-8"))
