"""Strings of several lines: what is inside them is content, and its blanks are part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.queries import scopes
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class LongString:
    """A string of several lines, and the lines of the document that begin inside it. It is
    `dedented` where the language, or what it is given to, takes its common margin away.
    """

    span: Span
    lines: range
    dedented: bool


def long_strings(document: Document, span: Span | None = None) -> tuple[LongString, ...]:
    """The strings of several lines in `span` (or in the whole document), in order; no docstrings,
    whose margin is the code's.
    """
    docs = [scope.doc for scope in scopes(document) if scope.doc is not None]
    found = []
    for node in _string_nodes(document, span):
        here = document.span_of(node)
        inside = _lines_inside(document, node, here)
        if not any(doc.contains(here) for doc in docs):
            found.append(LongString(here, inside, _is_dedented(document, here)))
    return tuple(found)


def lines_inside(document: Document, span: Span) -> dict[int, LongString]:
    """The lines that begin inside a string, counted from the first of `span`."""
    first = document.lines.line_at(span.start)
    return {
        line - first: string
        for string in long_strings(document, span)
        for line in string.lines
        if line > first
    }


def _string_nodes(document: Document, span: Span | None) -> Iterator[Node]:
    """The outermost nodes of strings that have a line end in them and lie in `span`."""
    language = document.language
    if document.tree is None or language is None:
        return
    nodes = [document.tree.root_node]
    start, end = (0, nodes[0].end_byte) if span is None else document.bytes_span(span)
    while nodes:
        node = nodes.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        if node.start_point.row == node.end_point.row and node.type != _HEREDOC_END:
            continue
        if _holds_text(language, node.type) and start <= node.start_byte and node.end_byte <= end:
            yield node
        else:
            nodes += reversed(node.children)


def _lines_inside(document: Document, node: Node, here: Span) -> range:
    """The lines that begin inside a string. Some grammars begin a heredoc with its first word."""
    first, last = (document.lines.line_at(at) for at in (here.start, here.end))
    begins = node.type.startswith("heredoc_") and document.text[here.start] not in "\r\n"
    return range(first if begins else first + 1, last + 1)


_HEREDOC_END = "heredoc_end"


@cache
def _holds_text(language: Language, kind: str) -> bool:
    return kind in language.strings or (
        _TEXT.search(kind) is not None and not _HOLDS_SEVERAL.search(kind)
    )


_TEXT = re.compile(r"string|heredoc|nowdoc|regex")
_HOLDS_SEVERAL = re.compile(r"concat|chain|array|redirect|interpolation\Z|directive|statement")
"""What grammars call strings, and what only holds some."""


def _is_dedented(document: Document, span: Span) -> bool:
    language = document.language
    pattern = language.dedented if language else ""
    if not pattern:
        return False
    before = document.text[max(0, span.start - _NEAR) : span.start]
    begin = document.text[span.start : span.start + _NEAR].partition("\n")[0]
    behind = document.text[span.end : span.end + _NEAR]
    return re.search(pattern, f"{before}‸{begin}‸{behind}") is not None


_NEAR = 120
"""Characters on either side of a string that say what becomes of it."""
