"""Replies that are a change rather than code: unified diffs and search-and-replace blocks.

A change is applied to the original only where each piece of it is found there exactly once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """These lines go, those come."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def find_hunks(text: str) -> Iterator[tuple[Hunk, ...]]:
    """The changes that `text` may describe, each with its hunks in order; none where it is code."""
    blocks = [Hunk(_lines(match[1]), _lines(match[2])) for match in _SEARCH_REPLACE.finditer(text)]
    if blocks:
        yield tuple(blocks)
        return
    lines = _at_margin(text.split("\n"))
    for reading in (lines, _hunks_alone(lines)):
        if hunks := tuple(_diff(reading)):
            yield hunks


def _at_margin(lines: list[str]) -> list[str]:
    """A diff that is further in than the margin, moved there; its signs must begin the lines."""
    head = next((line for line in lines if _HEAD.match(line)), "")
    return [line.removeprefix(head[: len(head) - len(head.lstrip())]) for line in lines]


def _hunks_alone(lines: list[str]) -> list[str]:
    """Without the prose before a hunk's head and behind its last line."""
    kept: list[str] = []
    inside = False
    for line in lines:
        if line.startswith("@@"):
            inside = True
        elif line and line[0] not in "+- \t\\":
            inside = False
        elif line and line[0] in "+-" and kept and not inside:
            return []  # the change goes on behind what is no part of it
        if inside:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def apply_hunks(original: str, hunks: tuple[Hunk, ...]) -> str | None:
    """`original` with every hunk applied; None where one is not found exactly once.

    Lines are compared without the blanks around them, and blank lines not at all; what comes is
    put as far in as what goes.
    """
    lines = original.split("\n")
    for hunk in dict.fromkeys(hunks):
        found = _find(lines, hunk.old)
        if not found:
            return None
        lines[found[0] : found[-1] + 1] = _placed(hunk, [lines[at] for at in found])
    return "\n".join(lines)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.rstrip("\n").split("\n")) if text.strip("\n") else ()


def _diff(lines: list[str]) -> Iterator[Hunk]:
    """The hunks of a unified diff, with or without heads and leading spaces. Applying them is
    safe whatever this takes for one: what goes must be in the original.
    """
    lines = [line for line in lines if not _NOISE.match(line)]
    signs = {line[0] for line in lines if line[:1] in ("+", "-")}
    if not signs or not (signs == {"+", "-"} or any(line.startswith("@@") for line in lines)):
        return
    old: list[str] = []
    new: list[str] = []
    for line in [*lines, "@@"]:
        if line.startswith("@@"):
            if old != new:
                yield _trimmed(old, new)
            old, new = [], []
            continue
        text = line[1:] if line[:1] in ("+", "-", " ") else line
        if not line.startswith("+"):
            old.append(text)
        if not line.startswith("-"):
            new.append(text)


def _trimmed(old: list[str], new: list[str]) -> Hunk:
    """Without the blank lines that both sides begin or end with."""
    while old and new and not old[0].strip() and not new[0].strip():
        old, new = old[1:], new[1:]
    while old and new and not old[-1].strip() and not new[-1].strip():
        old, new = old[:-1], new[:-1]
    return Hunk(tuple(old), tuple(new))


def _find(lines: list[str], old: tuple[str, ...]) -> list[int]:
    """Which of `lines` say what the lines of `old` say that are not blank; none where they stand
    nowhere, or more than once.
    """
    wanted = [line.strip() for line in old if line.strip()]
    used = [at for at, line in enumerate(lines) if line.strip()]
    plain = [lines[at].strip() for at in used]
    places = [at for at in range(len(plain)) if plain[at : at + len(wanted)] == wanted]
    if not wanted or len(places) != 1:
        return []
    return used[places[0] : places[0] + len(wanted)]


def _placed(hunk: Hunk, here: list[str]) -> list[str]:
    """The new lines; those that stay as the original has them, the others moved with them."""
    old = [line for line in hunk.old if line.strip()]
    same = dict(zip(old, here, strict=True))
    return [same.get(line) or _moved(line, old[0], here[0]) for line in hunk.new]


def _moved(line: str, written: str, real: str) -> str:
    """`line` as far in from `real` as it is from `written`."""
    have, want = _margin(written), _margin(real)
    if line.startswith(have):
        return want + line[len(have) :]
    further = len(_margin(line).expandtabs(4)) - len(have.expandtabs(4))
    if further >= 0:
        return want + " " * further + line.lstrip()
    return want[: len(want) + further] + line.lstrip()


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


_SEARCH_REPLACE = re.compile(
    r"^[ \t]*<{5,9}[ \t]*(?:SEARCH|ORIGINAL|HEAD|OLD|BEFORE)?[^\n]*\n(.*?)"
    r"^[ \t]*={5,9}[ \t]*\n(.*?)"
    r"^[ \t]*>{5,9}[ \t]*(?:REPLACE|UPDATED|NEW|AFTER)?[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
_HEAD = re.compile(r"[ \t]*(?:diff --git|--- |@@)")
_NOISE = re.compile(r"(?:diff --git|index [0-9a-f]|---( |$)|\+\+\+( |$)|new file mode|```|\\ No)")
"""Lines of a diff that say which file it is of."""
