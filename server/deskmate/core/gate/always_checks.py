"""The checks that no change can do without: it parses, it stays where it is, it is only code."""

from __future__ import annotations

import re
from collections import Counter

from deskmate.core.gate.change import Change
from deskmate.core.reply.chat_markup import find_markup
from deskmate.core.reply.elisions import is_elision
from deskmate.core.reply.loops import find_loop
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.nodes import find_lineage
from deskmate.core.syntax.queries import Problem, problems, scopes
from deskmate.core.syntax.strict_parsers import refusal
from deskmate.core.text.text import Span


def parses(change: Change) -> str | None:
    """No syntax error that was not there before, in the whole document."""
    before = problems(change.before)
    known = Counter((p.kind, change.moved(p.span.start)) for p in before)
    broken = sum(p.span.overlaps(change.target.span) for p in before)
    for problem in problems(change.after):
        place = (problem.kind, problem.span.start)
        inside = problem.span.overlaps(change.span)
        if known[place] > 0:
            known[place] -= 1
            broken -= inside
        elif broken > 0 and inside:
            broken -= 1
        else:
            return _syntax_error(change, problem)
    empty = _empty_block(change.after, change.span)
    if empty is not None and _empty_block(change.before, change.target.span) is None:
        line = line_at(change.after, change.after.lines.line_at(empty))
        return f"Nothing belongs to `{line}`; indent what does."
    refused = refusal(change.after)
    if refused is None or refusal(change.before) is not None:
        return None
    return f"At `{line_at(change.after, refused[0])}` there is a syntax error: {refused[1]}."


def whole_values(change: Change) -> str | None:
    """No placeholder for a secret stands in it that nothing was put back for: what a model
    elsewhere wrote otherwise than it was given.
    """
    known = set(_PLACEHOLDER.findall(change.before.text))
    for found in _PLACEHOLDER.findall(change.after.slice(change.span)):
        if found not in known:
            return f"`{found}` stands for nothing here; write each such word as it was given."
    return None


_PLACEHOLDER = re.compile(
    r"\bREDACTED_\w+|(?i:(?<![a-z0-9])redacted_?\d+_?[a-z]\w*)"
    r"|(?<![\w.])7[_,. ]?0{3}[_,. ]?0\d\d[_,. ]?\d{3}\b"
)
"""As `cloud/placeholders.py` makes them, and as models write them otherwise."""


def _empty_block(document: Document, span: Span) -> int | None:
    """Where a block without anything in it stands: no error to the grammars of languages that are
    nested by indentation, but one to the languages.
    """
    if document.language is None or document.language.prose:
        return None
    nodes = [document.tree.root_node] if document.tree and document.tree.root_node.end_byte else []
    start, end = document.bytes_span(span)
    while nodes:
        node = nodes.pop()
        if node.start_byte == node.end_byte and node.is_named and not node.is_missing:
            return document.offset_of(node.start_byte)
        nodes += [n for n in node.children if n.end_byte >= start and n.start_byte <= end]
    return None


def _syntax_error(change: Change, problem: Problem) -> str:
    line = change.after.lines.line_at(problem.span.start)
    first = change.after.lines.line_at(change.span.start)
    text = line_at(change.after, line)
    what = (
        f"`{problem.text}` is missing" if problem.kind == "missing" else "there is a syntax error"
    )
    inside = change.span.overlaps(problem.span)
    head = change.scope is not None and change.scope.body is not None
    if inside and (line < first or (line == first and head and _has_line(change.before, text))):
        return (  # what would be quoted is right
            "With this code the file no longer parses; look for a missing bracket, quote or end, "
            "or for what does not fit where it goes."
        )
    if inside:
        return f"In line {line - first + 1} of the code, {what}: `{text}`."
    return f"With this code the file no longer parses: {what} at `{text}`."


def _has_line(document: Document, text: str) -> bool:
    return text in (line.strip()[:100] for line in document.text.splitlines())


def line_at(document: Document, line: int) -> str:
    """That line, or the nearest above it that is not blank, as findings quote it."""
    lines = document.lines
    while line > 0 and not document.text[lines.start(line) : lines.end(line)].strip():
        line -= 1
    return document.text[lines.start(line) : lines.end(line)].strip()[:100]


def in_scope(change: Change) -> str | None:
    """What is around the change is read as it was before, and nothing of the target is lost."""
    before = [s for s in scopes(change.before) if not change.target.span.contains(s.span)]
    after = [s for s in scopes(change.after) if not change.is_new(s.span)]
    if [(s.kind, s.path, s.name) for s in before] != [(s.kind, s.path, s.name) for s in after]:
        return f"The code runs on into what follows it: {_unclosed(change)}"
    if _surroundings(change.before, change.target.span) != _surroundings(change.after, change.span):
        return f"The code runs on into what surrounds it: {_unclosed(change)}"
    return None


def _unclosed(change: Change) -> str:
    last = line_at(change.after, change.after.lines.line_at(max(0, change.span.end - 1)))
    return f"an end or a closing bracket is missing by `{last}`."


def _surroundings(document: Document, span: Span) -> list[tuple[str, bool]]:
    """The types of the nodes around the first thing behind `span`, outermost first, and which of
    them begin inside it. The file is none of them: it begins where the first thing in it does.
    """
    rest = document.text[span.end :]
    behind = rest.lstrip()
    if document.tree is None or not behind:
        return []
    at = len(document.text) - len(behind)
    start, byte = document.bytes_span(Span(span.start, at))
    lineage = find_lineage(document.tree, byte, byte + 1)
    return [(node.type, node.start_byte >= start) for node in reversed(lineage[:-1])]


def clean(change: Change) -> str | None:
    """No chat markup, no place where code was left out, no broken characters, no endless loop."""
    original = change.before.text
    if markup := find_markup(change.new, original):
        return f"`{markup}` is not part of the code."
    known = {line.strip() for line in original.splitlines()}
    for line in change.new.splitlines():
        if is_elision(line) and line.strip() not in change.before.slice(change.target.span):
            return f"Code is left out at `{line.strip()}`; write all of it."
    language = change.before.language
    fences = [line for line in change.new.splitlines() if _FENCE.match(line)]
    if len(fences) % 2 and not (language and language.prose) and fences[-1].strip() not in known:
        return f"`{fences[-1].strip()}` is not part of the code."
    if "\ufffd" in change.new and "\ufffd" not in original:
        return "The code contains broken characters."
    loop = find_loop(change.new, known)
    return f"The reply repeats `{loop}` over and over." if loop else None


_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w+-]*\s*\Z")
"""A line that is a fence of Markdown and nothing else."""
