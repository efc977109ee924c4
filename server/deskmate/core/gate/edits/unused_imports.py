"""Imports that new code leaves without a use, where the language compiles no file that has one."""

from __future__ import annotations

import re
from itertools import pairwise

from deskmate.core.gate.change import Change, make_change
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import imports
from deskmate.core.syntax.tokens import Token, tokens
from deskmate.core.text.text import Edit, Span


def drop_unused(change: Change) -> tuple[Change, tuple[str, ...]]:
    """The change without the imports that only what it replaces has used, and a note for each."""
    before, target = change.before, change.target
    one = before.language.imports.one if before.language else ""
    if not one:
        return change, ()
    gone = _used(tokens(before, target.span)) - _used(tokens(change.after))
    edits, notes = list[Edit](), list[str]()
    for span in imports(before) if gone else ():
        named = list(re.finditer(one, before.slice(span)))
        unused = [match for match in named if _name(match) in gone]
        if unused and len(unused) == len(named):
            edits.append(Edit(_with_blank_lines(before, _whole_lines(before, span)), ""))
        else:
            parts = (Span(match.start(), match.end()).shifted(span.start) for match in unused)
            edits += (Edit(_whole_lines(before, part), "") for part in parts)
        notes += [f"Removed `{match[0].strip()}`, which nothing uses any more." for match in unused]
    own = [edit for edit in change.edits if target.span.contains(edit.span)]
    elsewhere = [edit for edit in change.edits if edit not in own]
    if not edits or len(own) != 1 or _overlap([*edits, *elsewhere]):
        return change, ()
    return make_change(target, own[0], *elsewhere, *edits), tuple(notes)


def _used(written: tuple[Token, ...]) -> set[str]:
    """The names of which something is asked."""
    return {one.text for one, after in pairwise(written) if after.text == "."}


def _name(match: re.Match[str]) -> str:
    """What it is called here: the last part of its path that is no version; "" where it has no
    path, and nothing need use it.
    """
    parts = (match["path"] or "").split("/")
    while len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return match["name"] or re.sub(r"\.v\d+$", "", parts[-1])


def _whole_lines(document: Document, span: Span) -> Span:
    """The lines of a span that has them for itself, up to where they end; or else the span with
    the sign that parts it from the next.
    """
    start = document.lines.start(document.lines.line_at(span.start))
    end = _LINE_END.match(document.text, span.end)
    if end is None or document.text[start : span.start].strip():
        parted = _PARTED.match(document.text, span.end)
        return Span(span.start, parted.end() if parted else span.end)
    return Span(start, end.end())


_LINE_END = re.compile(r"[ \t]*;?[ \t]*(?://[^\r\n]*)?(?:\r\n|\r|\n)")
_PARTED = re.compile(r"[ \t]*;[ \t]*")


def _with_blank_lines(document: Document, span: Span) -> Span:
    """Lines with the blank ones below, where there are such above too."""
    lines, line = document.lines, document.lines.line_at(span.start)
    below = _BLANK_LINES.match(document.text, span.end)
    if below is None or (line and document.text[lines.start(line - 1) : span.start].strip()):
        return span
    return Span(span.start, below.end())


_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")


def _overlap(edits: list[Edit]) -> bool:
    ordered = sorted(edit.span for edit in edits)
    return any(one.end > after.start for one, after in pairwise(ordered))
