"""Places where a reply leaves code out ("# ... rest unchanged"), and putting it back.

An elision is never applied. It is filled from the original only where the lines around it are
found there exactly once, so that what belongs between them is certain.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from deskmate.core.reply.english import elisions
from deskmate.core.syntax.indent import width
from deskmate.core.syntax.language import common


@dataclass(frozen=True, slots=True)
class Filled:
    """The code without elisions, and how many lines were put back; `left` is the first elision
    that nothing certain could be put in place of.
    """

    code: str
    lines: int = 0
    left: str = ""


def fill_elisions(code: str, original: str) -> Filled:
    """`code` with what it leaves out put back from `original`, where that is certain."""
    new, old = code.split("\n"), original.split("\n")
    known = {line.strip() for line in old}
    out: list[str] = []
    filled = 0
    for at, line in enumerate(new):
        if not is_elision(line) or line.strip() in known:
            out.append(line)
            continue
        between = _between(out, new[at + 1 :], old)
        if between is None:
            return Filled(code, left=line.strip())
        out += _at_margin(between, out, old, new)
        filled += len(between)
    return Filled("\n".join(out), filled)


def is_elision(line: str) -> bool:
    """Whether a line says that code was left out there."""
    line = line.strip()
    if _BARE.fullmatch(line):
        return True
    comment = _COMMENT.fullmatch(line)
    return comment is not None and elisions().search(comment[1]) is not None


def _between(before: list[str], after: list[str], old: list[str]) -> list[str] | None:
    """The original's lines between the last line before and the first one after the elision."""
    last = next((line.strip() for line in reversed(before) if line.strip()), None)
    follows = [line.strip() for line in after if line.strip() and not is_elision(line)]
    plain = [line.strip() for line in old]
    if last is None or plain.count(last) != 1:
        return None
    start = plain.index(last) + 1
    if not follows:
        return old[start:]
    if _is_closer(follows[0]):
        return _up_to_end(follows, plain, old, start)
    if plain.count(follows[0]) != 1 or plain.index(follows[0]) < start:
        return None
    return old[start : plain.index(follows[0])]


def _up_to_end(
    follows: list[str], plain: list[str], old: list[str], start: int
) -> list[str] | None:
    """Up to closing brackets at the very end: certain where nothing else follows in both."""
    end = len(plain)
    while end > start and plain[end - 1] == "":
        end -= 1
    for closer in reversed(follows):
        if end <= start or plain[end - 1] != closer or not _is_closer(closer):
            return None
        end -= 1
    return old[start:end]


def _at_margin(between: list[str], out: list[str], old: list[str], new: list[str]) -> list[str]:
    """The original's lines as far in as the reply's own are, in steps as wide as those."""
    last = next(line for line in reversed(out) if line.strip())
    same = next(line for line in old if line.strip() == last.strip())
    step = _step_of(old, new)
    if step != 1:
        base = width(last, _TAB) - step * width(same, _TAB)
        widths = (max(0, round(base + step * width(line, _TAB))) for line in between)
        return [" " * far + line.lstrip() for far, line in zip(widths, between, strict=True)]
    shift = (len(last) - len(last.lstrip())) - (len(same) - len(same.lstrip()))
    if shift >= 0:
        return [" " * shift + line if line.strip() else line for line in between]
    return [line[min(-shift, len(line) - len(line.lstrip())) :] for line in between]


def _step_of(old: list[str], new: list[str]) -> float:
    """How wide a step of the reply is to one of the original, by the lines that stand once in
    both; 1 where they do not tell.
    """
    there, here = _widths(old), _widths(new)
    both = sorted((there[line], here[line]) for line in there.keys() & here.keys())
    if not both or both[0][0] == both[-1][0] or both[-1][1] <= both[0][1]:
        return 1
    return (both[-1][1] - both[0][1]) / (both[-1][0] - both[0][0])


def _widths(lines: list[str]) -> dict[str, int]:
    """How far in each line is that stands there once."""
    often = Counter(filter(None, map(str.strip, lines)))
    return {line.strip(): width(line, _TAB) for line in lines if often[line.strip()] == 1}


_TAB = 4


def _is_closer(line: str) -> bool:
    """Whether a line ends something and does nothing else."""
    return line in _CLOSERS or line in common()["closers"]


_COMMENT = re.compile(r"(?:#|//|--|/\*+|<!--|\{/\*|;|%)\s*(.*?)\s*(?:\*+/\}?|-->)?")
_BARE = re.compile(r"(?:\.{3}|…|\[(?:\.{3}|…)\])")
_CLOSERS = frozenset((")", "]", "}", "});", "})", "};", ");", "],", "},", ")}", "/>"))
