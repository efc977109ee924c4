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
            edits.append(Edit(_whole_lines(before, span, _WITH_BLANK_LINES), ""))
        else:
            parts = (Span(match.start(), match.end()).shifted(span.start) for match in unused)
            edits += (Edit(_whole_lines(before, part, _LINE_END), "") for part in parts)
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
    """What it is called here: the last part of its path that is no version."""
    parts = match["path"].split("/")
    while len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return match["name"] or parts[-1]


def _whole_lines(document: Document, span: Span, ends: re.Pattern[str]) -> Span:
    """The lines of a span that has them for itself, up to where they end."""
    start = document.lines.start(document.lines.line_at(span.start))
    end = ends.match(document.text, span.end)
    if end is None or document.text[start : span.start].strip():
        return span
    return Span(start, end.end())


_LINE_END = re.compile(r"[ \t]*(?://[^\r\n]*)?(?:\r\n|\r|\n)")
_WITH_BLANK_LINES = re.compile(rf"{_LINE_END.pattern}(?:[ \t]*(?:\r\n|\r|\n))*")


def _overlap(edits: list[Edit]) -> bool:
    ordered = sorted(edit.span for edit in edits)
    return any(one.end > after.start for one, after in pairwise(ordered))
