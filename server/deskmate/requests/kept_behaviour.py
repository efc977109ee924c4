"""Whether an instruction says that what the code does has to stay: it is compared then."""

from __future__ import annotations

import re


def says_it_stays(instruction: str) -> bool:
    """Whether somebody who asks for something says that as well, in English or German."""
    return _STAYS.search(instruction) is not None


_BEHAVIOUR = r"(?:behaviou?r|results?|output|semantics|what (?:it|they|this) (?:do|does|gives?)\b)"
_STAYS = re.compile(
    r"\bexactly (?:what|as) (?:it|they|this|now|before)\b"
    rf"|\b(?:same|unchanged|identical)\W+(?:\w+\W+)?{_BEHAVIOUR}"
    rf"|\b{_BEHAVIOUR}(?:\W+\w+){{0,4}}?\W+(?:same|unchanged|identical)\b"
    rf"|(?:\b(?:without|not|never)|n't)\W+(?:\w+\W+)?(?:chang|alter|affect)\w*\W+(?:\w+\W+){{0,2}}?"
    rf"{_BEHAVIOUR}"
    r"|\b(?:keep|preserv|retain)\w*\W+(?:\w+\W+){0,2}?(?:behaviou?r|semantics|what (?:it|they) do)"
    r"|\b(?:exakt|genau)\W+(?:das|was)\b|\bdasselbe\W+(?:tun|machen)|\b(?:tut|macht)\W+dasselbe"
    r"|\bVerhalten(?:\W+\w+){0,4}?\W+(?:gleich|unverändert|bleib\w*|beibehalten)"
    r"|\bohne\W+(?:\w+\W+){0,3}?Verhalten",
    re.IGNORECASE,
)
