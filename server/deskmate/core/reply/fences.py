"""The pieces of a reply that may be code: what stands in fences, and what stands between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a reply from line `start` on. `info` is what its fence says it is, `fenced`
    whether it had one, `closed` whether its end was written; `before` is the line of prose above.
    """

    text: str
    start: int
    info: str = ""
    fenced: bool = False
    closed: bool = False
    before: str = ""


def find_pieces(text: str) -> tuple[Piece, ...]:
    """Every piece, likeliest first: fences as they pair up, fences that hold fences, then the
    stretches between fences and the text as a whole.
    """
    lines = text.split("\n")
    marks = [mark for at, line in enumerate(lines) for mark in _marks(at, line)]
    if inline := _SPAN.fullmatch(text.strip()):
        return (Piece(inline[1], 0, fenced=True, closed=True),)
    fenced = chain(_paired(lines, marks), _nesting(lines, marks), _between(lines, marks))
    unique: dict[tuple[str, bool], Piece] = {}
    for piece in islice(chain(_in_json(text), fenced), 10 * _MOST):
        if piece.text.strip():
            unique.setdefault((piece.text, piece.fenced), piece)
        if len(unique) == _MOST:
            break
    return tuple(unique.values())


def find_fenced(text: str) -> tuple[Piece, ...]:
    """What stands in fences, as Markdown pairs them, in order."""
    lines = text.split("\n")
    marks = [mark for at, line in enumerate(lines) for mark in _marks(at, line)]
    return tuple(_paired(lines, marks))


_MOST = 48
"""A reply with more pieces than this is no answer to a request for one."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A fence line. `rest` is code on the opening line, `code` code before a closing one."""

    line: int
    fence: str
    info: str = ""
    rest: str = ""
    code: str = ""
    indent: str = ""

    def closes(self, opening: _Mark) -> bool:
        same = self.fence[0] == opening.fence[0] and len(self.fence) >= len(opening.fence)
        return same and not self.info and not self.rest and self.line > opening.line


def _marks(at: int, line: str) -> Iterator[_Mark]:
    opening = _FENCE.match(line)
    if opening and opening[3].count("```") < 2:
        indent, fence, said = opening.groups()
        inline = _INLINE.fullmatch(said) if said.endswith("```") else None
        if inline and fence[0] == "`":
            yield _Mark(at, fence, inline[1] or "", inline[2], indent=indent)
            yield _Mark(at, fence, code=inline[2], indent=indent)
            return
        info, rest = _info(said)
        yield _Mark(at, fence, info, rest, indent=indent)
        if rest:
            yield _Mark(at, fence, rest=said.strip(), indent=indent)
        return
    said = line.rstrip(" \t")
    code = said.rstrip("`")
    if len(said) - len(code) >= 3 and code.replace("`", "").strip() and not _COMMENTED.match(line):
        yield _Mark(at, said[len(code) :], code=code.rstrip(" \t"))


def _info(said: str) -> tuple[str, str]:
    """What an opening line says of the language, and the code that follows it there."""
    first, _, rest = said.strip().partition(" ")
    first, rest = first if re.search(r"\w", first) else "", rest.strip()
    if not rest or _ATTRIBUTES.match(rest):
        return first, ""
    return first, rest


def _paired(lines: list[str], marks: list[_Mark]) -> Iterator[Piece]:
    """Fences as Markdown pairs them; the last may have no end."""
    opening: _Mark | None = None
    for mark in marks:
        if opening is None:
            opening = None if mark.code else mark
        elif mark.line == opening.line and not mark.code:
            continue
        elif mark.closes(opening) or (mark.line == opening.line and mark.code):
            yield _piece(lines, opening, mark)
            opening = None
    if opening is not None:
        yield _piece(lines, opening, None)


def _nesting(lines: list[str], marks: list[_Mark]) -> Iterator[Piece]:
    """Every opening with every end behind it: the first end may be that of a fence inside."""
    for at, opening in enumerate(marks):
        if opening.code:
            continue
        for mark in marks[at + 1 :]:
            if mark.closes(opening) or mark.info:
                yield _piece(lines, opening, mark)
        yield _piece(lines, opening, None)


def _piece(lines: list[str], opening: _Mark, closing: _Mark | None) -> Piece:
    before = next((line for line in reversed(lines[: opening.line]) if line.strip()), "")
    if closing is not None and closing.line == opening.line:
        return Piece(opening.rest, opening.line, opening.info, True, True, before)
    end = closing.line if closing else len(lines)
    body = [line.removeprefix(opening.indent) for line in lines[opening.line + 1 : end]]
    if opening.rest:
        body.insert(0, opening.rest)
    if closing and closing.code:
        body.append(closing.code.removeprefix(opening.indent))
    text = "\n".join(body)
    return Piece(text, opening.line, opening.info, True, closing is not None, before)


def _in_json(text: str) -> Iterator[Piece]:
    """The strings of several lines in an answer that is JSON, as of a call of a tool."""
    inner = re.sub(r"\A(?:`{3,}\w*\n|<\w+>)", "", text.strip()).lstrip()
    inner = re.sub(r"(?<!`)`{3,}\Z|</\w+>\Z", "", inner).rstrip()
    if inner[:1] not in ("{", "["):
        return
    try:
        values = [json.loads(inner)]
    except (ValueError, RecursionError):
        return
    while values:
        value = values.pop()
        if isinstance(value, str) and "\n" in value:
            yield Piece(value, 0, fenced=True, closed=True)
        elif isinstance(value, dict):
            values += value.values()
        elif isinstance(value, list):
            values += value


def _between(lines: list[str], marks: list[_Mark]) -> Iterator[Piece]:
    """What no fence holds, and all of it without the fence lines."""
    start = 0
    for mark in [*marks, None]:
        end = mark.line if mark else len(lines)
        yield Piece("\n".join(lines[start:end]), start, closed=mark is not None)
        start = end + 1
    if marks:
        fences = {mark.line for mark in marks}
        yield Piece("\n".join(line for at, line in enumerate(lines) if at not in fences), 0)


_SPAN = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"([ \t]*(?:>[ \t]?)?)(`{3,}|~{3,})(.*)")
_INLINE = re.compile(r"(\w*)[ \t]+(\S.*?)[ \t]*`{3,}")
_COMMENTED = re.compile(r"\s*(?:/{2,3}!?|\*|#+|-{2}|>)\s*`{3}")
_ATTRIBUTES = re.compile(r"[{\[(]?[\w.:#/-]+(?:=|\}|\]|\)|$)|\{|title|file|//\s|#\s")
"""What may follow the language on a fence: a file name, a title, attributes in braces."""
