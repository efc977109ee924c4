"""How usual an English word is, by the lists of SCOWL in `common.txt.gz`."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import ascii_lowercase


def usualness(word: str) -> int:
    """3 for the four thousand most usual words, 2 for the next seven thousand, 1 for thirty
    thousand more, 0 for the rest; in small letters.
    """
    return _levels().get(word, 0)


def usual_near(word: str) -> Iterator[str]:
    """The usual words that one letter is the difference to."""
    for at in range(len(word) + 1):
        before, behind = word[:at], word[at:]
        tries = [before + letter + behind for letter in ascii_lowercase]
        if behind:
            tries += [before + behind[1:], *(before + one + behind[1:] for one in ascii_lowercase)]
            tries.append(before + behind[1:2] + behind[:1] + behind[2:])
        yield from (one for one in tries if one in _levels() and one != word)


@cache
def _levels() -> Mapping[str, int]:
    text = gzip.decompress((resources.files(__package__) / "common.txt.gz").read_bytes()).decode()
    levels, level = {}, 4
    for line in text.splitlines():
        if line.startswith("["):
            level -= 1
        elif line and not line.startswith("#"):
            levels[line] = level
    return levels
