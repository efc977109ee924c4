"""Where a name is used in a document, and which name stands at a place."""

from __future__ import annotations

import re

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import find_symbols
from deskmate.core.text.text import Span


def find_references(document: Document, name: str) -> tuple[Span, ...]:
    """Where a name stands in the code of a document, but for where it is defined."""
    if document.tree is None:
        return ()
    defined = {
        document.text.find(name, one.span.start)
        for one in find_symbols(document).definitions
        if one.name == name
    }
    found: list[Span] = []
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", document.text):
        span = Span(*match.span())
        place = document.bytes_span(span)
        node = document.tree.root_node.descendant_for_byte_range(*place)
        whole = node is not None and (node.start_byte, node.end_byte) == place
        if whole and span.start not in defined:
            found.append(span)
    return tuple(found)


def name_at(document: Document, offset: int) -> str:
    """The name at an offset with what stands before its dots (`shop.Order`); "" where none does, or
    where it is a member of what only a running program knows.
    """
    if document.tree is None or offset > len(document.text):
        return ""
    line = document.lines.start(document.lines.line_at(offset))
    before = _QUALIFIED.search(document.text, line, offset)
    behind = _REST.match(document.text, offset)
    start = before.start() if before else offset
    name = document.text[start : behind.end() if behind else offset]
    place = document.bytes_span(Span(offset, offset + 1))
    node = document.tree.root_node.descendant_for_byte_range(*place)
    textual = node is None or "comment" in node.type or "string" in node.type
    reached = document.text[:start].rstrip()[-1:] in (".", ")", "]") or name[-1:] in ".:>"
    return "" if textual or reached or not re.match(r"[^\W\d]", name) else name


_QUALIFIED = re.compile(r"[\w.:]*(?:->[\w.:]*)*\Z")
_REST = re.compile(r"\w*")
