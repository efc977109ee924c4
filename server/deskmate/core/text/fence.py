"""Text in a Markdown fence."""

from __future__ import annotations

import re


def fenced(text: str, info: str = "") -> str:
    """`text` as a block of code, whatever it holds; `info` is its language."""
    marks = fence_marks(text)
    return f"{marks}{info}\n{text.removesuffix(chr(10))}\n{marks}"


def fence_marks(text: str) -> str:
    """The marks of a fence that nothing in `text` closes: three, or more where it has as many."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
