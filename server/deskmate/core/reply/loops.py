"""Repetition without end: what small models fall into."""

from __future__ import annotations

from collections.abc import Collection


def find_loop(text: str, known: Collection[str] = ()) -> str:
    """A line that `text` repeats over and over at its end, brackets and quotes aside; or "".
    Lines that are `known`, without the blanks around them, may repeat.
    """
    lines = _lines(text)
    for period in range(1, _LONGEST + 1):
        unit = lines[len(lines) - period :]
        repeats = _repeats(lines, period)
        if repeats >= _OFTEN and repeats * period >= _LONG and not set(unit) <= set(known):
            return max(unit, key=len)
    return ""


def without_loop(text: str) -> str:
    """`text` with what it repeats at its end said once, and without a last line of that which was
    cut off.
    """
    if not find_loop(text):
        whole = text.rpartition("\n")[0]
        return without_loop(whole) if find_loop(whole) else text
    lines = text.rstrip().split("\n")
    for period in range(1, _LONGEST + 1):
        repeats = _repeats([line.strip() for line in lines], period)
        if repeats >= _OFTEN:
            return "\n".join(lines[: len(lines) - (repeats - 1) * period])
    return text


_LONGEST = 8
"""Lines that a unit of repetition may have."""
_OFTEN = 4
_LONG = 6


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    while lines and not any(character.isalnum() for character in lines[-1]):
        lines.pop()
    return lines


def _repeats(lines: list[str], period: int) -> int:
    """How often the last `period` lines stand there in a row."""
    unit, repeats = lines[len(lines) - period :], 1
    for at in range(len(lines) - 2 * period, -1, -period):
        if lines[at : at + period] != unit:
            break
        repeats += 1
    return repeats
