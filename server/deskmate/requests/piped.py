"""What a command printed that a question is about, as much of it as there is room for."""

from __future__ import annotations

import re

from deskmate.actions.pieces import DENSITY
from deskmate.core.text.fence import fenced

TITLE = "What a command printed"


def fit_piped(text: str, tokens: int) -> tuple[str, tuple[str, ...]]:
    """The text in a fence below its title, in so many tokens at most, and what to say of what was
    left out: its middle, for the reason of a failure stands at the end, or at the beginning.
    """
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").rstrip()
    if not text.strip():
        return "", ()
    whole = text.split("\n")
    lines = [line[:_LINE] for line in whole]
    room = int(tokens / DENSITY) - _FRAME
    tail = _count_fitting(lines[::-1], room)
    head = 0
    if tail < len(lines):
        head = _count_fitting(lines, room // 4)
        tail = _count_fitting(lines[::-1], room - room // 4)
    kept, notes = lines, list[str]()
    if head + tail < len(lines):
        kept = [*lines[:head], "… lines left out …", *lines[len(lines) - tail :]]
        notes.append(
            f"The model saw the first {head} and the last {tail} lines of what was printed."
        )
    if lines != whole:
        notes.append(f"Of long lines that were printed it saw the first {_LINE} characters.")
    if not head + tail:
        return "", ("The model did not see what was printed, for lack of room.",)
    block = fenced("\n".join(kept), "")
    return f"{TITLE}:\n{block}\n\n", tuple(notes)


def _count_fitting(lines: list[str], room: int) -> int:
    """How many lines from the first on have so many bytes together."""
    for count, line in enumerate(lines):
        room -= len(line.encode("utf-8", "surrogatepass")) + 1
        if room < 0:
            return count
    return len(lines)


_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_LINE = 1000
"""Characters of a line."""
_FRAME = 200
"""Bytes of the title, the fence and the word on what was left out."""
