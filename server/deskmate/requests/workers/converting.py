"""Data from one format to another, by libraries; no model is asked."""

from __future__ import annotations

import re

from deskmate.core.data.formats import SUFFIXES as ENDINGS
from deskmate.core.data.formats import (
    TITLES,
    Format,
    Goal,
    detect,
    find_form,
    read_again,
    read_noted,
    write_data,
)
from deskmate.core.data.losses import list_losses
from deskmate.core.syntax.blocks import Block
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import margin_at
from deskmate.core.syntax.queries import problems
from deskmate.core.target import Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Edit, apply_edits, line_end
from deskmate.core.text.uri import file_path
from deskmate.errors import ActionError
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.request import Request
from deskmate.requests.workers.files import make_file


def convert(request: Request) -> Proposal:
    """The target's data in the format that was chosen: of a whole file in a new one beside it, of a
    part in its place. Raises ActionError where it cannot be read, or the format cannot hold it.
    """
    document, target = request.document, request.target
    goal = find_format(request.action.choice)
    whole = len(target.span) >= len(document.text.strip())
    text = document.text if whole else target.original  # which has no blanks at its end
    form = detect_format(document, text)
    if form is None:
        raise ActionError("This is not data in a known format: select a whole table, or JSON.")
    read = read_noted(text, form)
    value = read.value
    written = write_data(value, goal)
    notes = (*read.notes, *list_losses(value, read_again(written, value, goal), goal))
    if whole and target.block:
        return Proposal(request, _replace_block(target.block, written, goal), notes=notes)
    change = make_file(document, ENDINGS[goal], written) if whole else None
    if whole and change is None:
        return Proposal(request, shown=fenced(written, goal), notes=notes)
    change = change or _replace_in_place(target, written, goal)
    if not whole and _breaks(change):
        return Proposal(request, shown=fenced(written, goal), notes=notes)
    return Proposal(request, change, notes=notes)


def _breaks(change: FileChange) -> bool:
    """Whether the document cannot be read any more: CSV in the middle of YAML, YAML in code."""
    before = change.before
    after = Document(before.uri, before.version, change.after, before.language)
    prose = before.language is not None and before.language.prose
    return not prose and len(problems(after)) > len(problems(before))


def find_format(title: str) -> Goal:
    """The format that users call so."""
    return next(form for form, name in TITLES.items() if name == title)


def detect_format(document: Document, text: str) -> Format | None:
    """The format of a part of a document, or of all of it; None where it is no data."""
    language = document.language
    whole = len(text) >= len(document.text.strip())
    path = file_path(document.uri) if whole else None
    return find_form(language.name if language else "", path) or detect(text)


def _replace_block(block: Block, written: str, goal: Goal) -> FileChange:
    ends = re.sub(r"\r?\n", line_end(block.host.text), written)
    edits = block.put_back(ends, goal)
    if edits is None:
        raise ActionError(f"{TITLES[goal]} cannot stand in this block, so nothing was converted.")
    return FileChange(block.host, edits, apply_edits(block.host.text, edits))


def _replace_in_place(target: Target, written: str, goal: Goal) -> FileChange:
    document, span = target.document, target.span
    prose = document.language is not None and document.language.prose
    lines = document.lines
    line = lines.start(lines.line_at(span.start)), lines.end(lines.line_at(span.end))
    around = document.text[line[0] : span.start] + document.text[span.end : line[1]]
    if prose and goal != "table" and not around.strip():
        written = f"{fenced(written, goal)}\n"
    margin = margin_at(document, span.start)
    text = re.sub(r"\r?\n", f"{line_end(document.text)}{margin}", written.rstrip("\r\n"))
    edits = (Edit(span, text),)
    return FileChange(document, edits, apply_edits(document.text, edits))
