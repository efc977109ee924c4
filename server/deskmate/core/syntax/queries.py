"""What Tree-sitter finds in a document: functions, classes, sections, imports, comments, errors.

What counts as one is data, the queries in `languages/NAME/`; nothing here knows a language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from deskmate.core.syntax.comments import (
    beneath,
    comment_at,
    end_of,
    is_comment,
    leading_node,
    on_text,
    stands_alone,
)
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.embedded import embedded_trees
from deskmate.core.syntax.language import query
from deskmate.core.syntax.scopes import Kind, Scope, find_scopes
from deskmate.core.syntax.searching import find_captures
from deskmate.core.text.text import Span

__all__ = [
    "Kind",
    "Problem",
    "Scope",
    "all_scopes",
    "captured",
    "comment_at",
    "declares",
    "enclosing",
    "imports",
    "paragraph_at",
    "problems",
    "scopes",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that the grammar cannot read (`text` is what stands there), or where something is
    missing (`text` is what).
    """

    span: Span
    kind: Literal["error", "missing"]
    text: str


def scopes(document: Document) -> tuple[Scope, ...]:
    """Every scope of a document that has a name of its own, in its order, outer before inner. Found
    once a snapshot.
    """
    found = _FOUND.get(document)
    if found is None:
        found = _FOUND[document] = find_scopes(document)
    return found


def declares(document: Document) -> bool:
    """Whether there can be functions in the document's language, as far as we know it."""
    return document.language is not None and query(document.language, "scopes") is not None


def all_scopes(document: Document) -> tuple[Scope, ...]:
    """The same, with the anonymous functions among them."""
    found = _ALL.get(document)
    if found is None:
        found = _ALL[document] = find_scopes(document, anonymous=True)
    return found


_FOUND: WeakKeyDictionary[Document, tuple[Scope, ...]] = WeakKeyDictionary()
_ALL: WeakKeyDictionary[Document, tuple[Scope, ...]] = WeakKeyDictionary()


def enclosing(
    document: Document,
    span: Span,
    kinds: Iterable[Kind] = ("function",),
    *,
    anonymous: bool = False,
) -> Scope | None:
    """The smallest scope of these kinds around `span`; None where there is none. With `anonymous`
    it may be a function without a name of its own that has more than a line.

    The comments directly above a scope are part of it, and so is the indentation of its lines.
    Only what touches `span` is searched: a large file takes no longer than a small one.
    """
    if document.language is None:
        return None
    place = _settled(document, span)
    prose = document.language.prose
    near = _searched(document, place)
    found = scopes(document) if prose else find_scopes(document, near, anonymous=anonymous)
    around = [
        scope
        for scope in found
        if scope.kind in kinds
        and (scope.outer.contains(place) or _goes_on(document, scope, place))
        and not (scope.anonymous and _on_one_line(document, scope.span))
    ]
    return min(around, key=lambda scope: len(scope.outer), default=None)


def imports(document: Document) -> tuple[Span, ...]:
    """The import statements of a document. Found once a snapshot."""
    found = _IMPORTS.get(document)
    if found is None:
        found = _IMPORTS[document] = captured(document, "imports", "import")
    return found


_IMPORTS: WeakKeyDictionary[Document, tuple[Span, ...]] = WeakKeyDictionary()


def has_imports(document: Document) -> bool:
    """Whether it imports anything at its beginning; menus wait for this, so no more is read."""
    return bool(captured(document, "imports", "import", _TOP))


_TOP = 8_000
"""Bytes at the beginning of a file, in which its imports are as a rule."""


def captured(
    document: Document, name: str, capture: str, end: int | None = None
) -> tuple[Span, ...]:
    """What the query `name` of the document's language captures as `capture`, in order; nothing for
    a language without that query. With `end`, only what touches so many bytes from the beginning.
    """
    found = query(document.language, name) if document.language else None
    if found is None or document.tree is None:
        return ()
    nodes = find_captures(found, document.tree.root_node, 0, end).get(capture, [])
    spans = (Span(document.span_of(node).start, end_of(document, node)) for node in nodes)
    return tuple(sorted(spans))


def paragraph_at(document: Document, offset: int) -> Span | None:
    """The paragraph of prose at `offset`, without its line end; None where there is none."""
    at = on_text(document, offset)
    paragraphs = captured(document, "prose", "paragraph")
    return next((span for span in paragraphs if span.start <= at <= span.end), None)


def problems(document: Document) -> tuple[Problem, ...]:
    """What the grammars cannot read in a document, its own and then those of the code embedded in
    it, each in order; sound subtrees are not visited, nor is what the language knows to be sound.
    """
    known = _known_sound(document)
    nodes = [tree.root_node for tree in embedded_trees(document)][::-1]
    nodes += [document.tree.root_node] if document.tree else []
    found: list[Problem] = []
    while nodes:
        node = nodes.pop()
        if node.id in known:
            continue
        if node.is_missing:
            found.append(Problem(document.span_of(node), "missing", node.type))
        elif node.has_error:
            if node.is_error:
                span = document.span_of(node)
                found.append(Problem(span, "error", document.slice(span)))
            nodes += reversed(node.children)
    return tuple(found)


def _known_sound(document: Document) -> frozenset[int]:
    """The nodes that the grammar takes for an error and the language does not."""
    sound = query(document.language, "sound") if document.language else None
    if sound is None or document.tree is None or not document.tree.root_node.has_error:
        return frozenset()
    nodes = find_captures(sound, document.tree.root_node).get("sound", [])
    return frozenset(node.id for node in nodes)


def _settled(document: Document, span: Span) -> Span:
    """The text that a selection or cursor is about: without the blanks at the ends of a selection
    or around a cursor's line, and for a cursor in a comment behind code, the end of that code.
    """
    text = document.slice(span)
    if text.strip():
        start = span.start + len(text) - len(text.lstrip())
        return Span(start, span.start + len(text.rstrip()))
    at = on_text(document, span.start)
    node = leading_node(document, at)
    if node and is_comment(document, node) and not stands_alone(document, node):
        at = len(document.text[: document.span_of(node).start].rstrip())
    return Span(at, at)


def _searched(document: Document, place: Span) -> Span:
    """Where the scopes around `place` are found: with a character on either side, on a blank line
    and in a comment from the text above on, and in a comment up to what it leads to.
    """
    lines = document.lines
    comment = comment_at(document, place.start)
    line = lines.line_at(comment.start) - 1 if comment else lines.line_at(place.start)
    while line > 0 and not document.text[lines.start(line) : lines.end(line)].strip():
        line -= 1
    start = min(place.start, lines.end(max(line, 0)))
    end = max(place.end, beneath(document, place.start))
    return Span(max(0, start - 1), min(end + 1, len(document.text)))


def _goes_on(document: Document, scope: Scope, place: Span) -> bool:
    """Whether a scope whose body ends by indentation alone is still open at a blank line below."""
    lines = document.lines
    line = lines.line_at(place.start)
    blank = document.text[lines.start(line) : lines.end(line)]
    below = place.start >= scope.span.end and not document.text[scope.span.end : place.end].strip()
    if blank.strip() or not below or scope.body is None:
        return False
    margin, last = (_margin(document, at) for at in (scope.span.start, scope.span.end))
    unclosed = len(scope.body) == 0 or len(last) > len(margin)
    return unclosed and blank != margin and blank.startswith(margin)


def _on_one_line(document: Document, span: Span) -> bool:
    return document.lines.line_at(span.start) == document.lines.line_at(span.end)


def _margin(document: Document, offset: int) -> str:
    """The blanks that the line of `offset` begins with."""
    start = document.lines.start(document.lines.line_at(offset))
    text = document.text[start:offset]
    return text[: len(text) - len(text.lstrip())]
