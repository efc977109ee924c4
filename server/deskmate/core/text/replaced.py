"""Many edits one after the other, as when an editor replaces a word everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from deskmate.core.text.text import Encoding, Position, column, split_lines


def replace_ranges(
    text: str, edits: Iterable[tuple[Position, Position, str]], encoding: Encoding
) -> str:
    """`text` after the edits: from a position to another a new text, each against what the one
    before it left. An edit costs its own lines, not the text.
    """
    lines = _split(text)
    for start, end, new in edits:
        first, at = _find(lines, start, encoding)
        last, to = _find(lines, end, encoding)
        if (last, to) < (first, at):
            (first, at), (last, to) = (last, to), (first, at)
        in_line = first == last and "\n" not in new and "\r" not in new
        new = lines[first][:at] + new + lines[last][to:]
        if in_line and not new.startswith("\n"):
            lines[first] = new
            continue
        if first and new.startswith("\n") and lines[first - 1].endswith("\r"):
            first -= 1
            new = lines[first] + new
        if last + 1 < len(lines) and new.endswith("\r") and lines[last + 1].startswith("\n"):
            last += 1
            new += lines[last]
        ends = last + 1 == len(lines)
        lines[first : last + 1] = _split(new) if ends else split_lines(new)
    return "".join(lines)


def _split(text: str) -> list[str]:
    """The lines of a text with their ends; the last one has none, and may be empty."""
    return [*split_lines(text), *([""] if not text or text.endswith(("\n", "\r")) else ())]


def _find(lines: list[str], position: Position, encoding: Encoding) -> tuple[int, int]:
    """The line and the character in it that a position means; see `LineIndex.offset`."""
    if position.line < 0:
        return 0, 0
    if position.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    units = max(0, position.character)
    line = lines[position.line]
    end = len(line) - (2 if line.endswith("\r\n") else line.endswith(("\r", "\n")))
    return position.line, column(line[: min(units, end)], units, encoding)
