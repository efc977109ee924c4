"""What of the code is selected: nobody selects to the character."""

from __future__ import annotations

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import has_only_comments
from deskmate.core.text.text import Span


def nodes_over(document: Document, span: Span) -> Span | None:
    """The smallest run of nodes beside each other that covers `span`: a whole expression,
    arguments, statements. None where there is no syntax tree.
    """
    if document.tree is None:
        return None
    start, end = document.bytes_span(span)
    node = document.tree.root_node.descendant_for_byte_range(start, end)
    if node is None:
        return None
    if (node.start_byte, node.end_byte) == (start, end):
        return span
    run = [child for child in node.children if child.end_byte > start and child.start_byte < end]
    first, last = (run[0], run[-1]) if run else (node, node)
    return Span(document.offset_of(first.start_byte), document.offset_of(last.end_byte))


def is_word(document: Document, span: Span) -> bool:
    """Whether `span` is no more than one token or a word in one, or nothing but a comment."""
    if document.tree is None:
        return False
    start, end = document.bytes_span(span)
    node = document.tree.root_node.descendant_for_byte_range(start, end)
    if node is not None and node.child_count == 0 and len(document.slice(span).split()) == 1:
        return True
    return has_only_comments(document, span)
