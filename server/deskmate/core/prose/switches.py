"""What a text says to Deskmate itself, in comments of its own on a line of their own:

<!-- deskmate: off -->              nothing is proofread or rewritten from here
<!-- deskmate: on -->               until here
<!-- deskmate: words pygls Ruoyu -->    these are right in this text
"""

from __future__ import annotations

import re
from functools import lru_cache

from deskmate.core.text.text import Span


@lru_cache(maxsize=16)
def find_off(text: str) -> tuple[Span, ...]:
    """Where a text is to be left alone."""
    found: list[Span] = []
    since: int | None = None
    for match in _SWITCH.finditer(text):
        if match[1] == "off" and since is None:
            since = match.start()
        elif match[1] == "on" and since is not None:
            found.append(Span(since, match.end()))
            since = None
    return (*found, Span(since, len(text))) if since is not None else tuple(found)


def find_own_words(text: str) -> frozenset[str]:
    """The words that a text says are right in it, in small letters."""
    return frozenset(
        word.lower()
        for match in _WORDS.finditer(text)
        for word in re.findall(r"[^\W\d_]+", match[1])
    )


def add_own_word(text: str, word: str) -> tuple[int, str] | None:
    """Where in a text of Markdown a word is put that is to be right in it, and what is put there;
    None where it is one already.
    """
    if word.lower() in find_own_words(text):
        return None
    match = _WORDS.search(text)
    if match is not None:
        return match.end(1), f" {word}"
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith("\n") or not text else end
    return len(text), f"{gap}{end}<!-- deskmate: words {word} -->{end}"


_SWITCH = re.compile(r"^[^\w\n]*deskmate: *(off|on)\b[^\w\n]*$", re.M)
_WORDS = re.compile(r"^[^\w\n]*deskmate: *words((?: +[^\W\d_][\w'’]*)+)[^\w\n]*$", re.M)
