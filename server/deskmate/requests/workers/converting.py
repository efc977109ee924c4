"""Data from one format to another, by libraries; no model is asked."""

from __future__ import annotations

import re

from deskmate.core.data.formats import SUFFIXES as ENDINGS
from deskmate.core.data.formats import TITLES, Format, detect, read_data, rows_of, same, write_data
from deskmate.core.syntax.blocks import Block
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import margin_at
from deskmate.core.syntax.queries import problems
from deskmate.core.target import Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Edit, apply_edits, line_end
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
    text, form = target.original, detect_format(document, target.original)
    if form is None:
        raise ActionError("This is not data in a known format: select a whole table, or JSON.")
    value = read_data(text, form)
    written = write_data(value, goal)
    if not same(read_data(written, goal), value):
        raise ActionError(
            f"{TITLES[goal]} cannot represent this without loss, so nothing was converted."
        )
    notes = tuple(_list_losses(text, value, form, goal))
    whole = len(target.span) >= len(document.text.strip())
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


def find_format(title: str) -> Format:
    """The format that users call so."""
    return next(form for form, name in TITLES.items() if name == title)


def detect_format(document: Document, text: str) -> Format | None:
    """The format of a part of a document, or of all of it; None where it is no data."""
    language = document.language
    for form in TITLES:
        if language and language.name == form:
            return form
    return detect(text)


def _list_losses(text: str, value: object, form: Format, goal: Format) -> list[str]:
    notes = []
    if form in ("yaml", "toml") and re.search(r"^\s*#|\s#\s", text, re.M):
        notes.append("Comments are not carried over.")
    if goal in ("csv", "tsv", "table") and _has_nested(value):
        notes.append("Nested values are JSON in their cells.")
    if goal == "toml" and "null" in write_data(value, "json"):
        notes.append("TOML has no null: keys without a value are left out.")
    if goal == "toml" and not isinstance(value, dict):
        notes.append("TOML has no list at the top level: the rows are under `rows`.")
    return notes


def _has_nested(value: object) -> bool:
    _, rows = rows_of(value)
    return any(isinstance(cell, (dict, list)) for row in rows for cell in row.values())


def _replace_block(block: Block, written: str, goal: Format) -> FileChange:
    edits = block.put_back(written, goal)
    if edits is None:
        raise ActionError(f"{TITLES[goal]} cannot stand in this block, so nothing was converted.")
    return FileChange(block.host, edits, apply_edits(block.host.text, edits))


def _replace_in_place(target: Target, written: str, goal: Format) -> FileChange:
    document, span = target.document, target.span
    prose = document.language is not None and document.language.prose
    lines = document.lines
    line = lines.start(lines.line_at(span.start)), lines.end(lines.line_at(span.end))
    around = document.text[line[0] : span.start] + document.text[span.end : line[1]]
    if prose and goal != "table" and not around.strip():
        written = f"{fenced(written, goal)}\n"
    margin = margin_at(document, span.start)
    text = written.rstrip("\n").replace("\n", f"{line_end(document.text)}{margin}")
    edits = (Edit(span, text),)
    return FileChange(document, edits, apply_edits(document.text, edits))
