"""Constructs with which code does several things at a time, as the languages' queries know them."""

from __future__ import annotations

from typing import Literal, get_args

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.searching import find_captures
from deskmate.core.text.text import Span

Construct = Literal["async", "thread", "lock", "atomic", "channel", "transaction"]


def concurrency(document: Document, span: Span) -> tuple[Construct, ...]:
    """The kinds of constructs in `span`, each once, or at its beginning where it is very long; none
    where the language has no query.
    """
    found = query(document.language, "concurrency") if document.language else None
    if found is None or document.tree is None:
        return ()
    start, end = document.bytes_span(Span(span.start, min(span.end, span.start + _MOST)))
    seen = {
        name
        for name, nodes in find_captures(found, document.tree.root_node, start, end).items()
        if any(node.end_byte > start and node.start_byte < end for node in nodes)
    }
    return tuple(kind for kind in get_args(Construct) if kind in seen)


_MOST = 100_000
"""Characters that are read: menus wait for this, and no model is shown more."""
