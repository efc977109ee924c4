"""A document's syntax tree as plain sequences that can be compared: tokens, and their nesting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.nodes import children_in
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Token:
    """A leaf of the tree: its text, where it is, and whether it is a comment or a string."""

    text: str
    span: Span
    type: str

    @property
    def comment(self) -> bool:
        """Whether it is a comment."""
        return "comment" in self.type

    @property
    def word(self) -> bool:
        """Whether it is a name: no keyword, which grammars call by its text, and no sign."""
        return self.text.isidentifier() and self.type != self.text

    @property
    def textual(self) -> bool:
        """Whether it is a string, or text in one."""
        return _is_textual(self.type)


def tokens(document: Document, span: Span | None = None) -> tuple[Token, ...]:
    """The leaves that lie in `span` (or in the whole document), in order.

    Strings and comments are one token each unless they hold code. Where the language is unknown,
    the words and signs of the text.
    """
    kept = _KEPT.setdefault(document, {})
    if span not in kept:
        kept[span] = _tokens(document, span)
    return kept[span]


_KEPT: WeakKeyDictionary[Document, dict[Span | None, tuple[Token, ...]]] = WeakKeyDictionary()


def _tokens(document: Document, span: Span | None) -> tuple[Token, ...]:
    tree = document.tree
    if tree is None:
        return tuple(_words(document, span))
    start, end = _bytes(document, span, tree.root_node)
    return tuple(
        Token(text, Span(document.offset_of(at), document.offset_of(to)), kind)
        for text, at, to, kind in _leaves(tree.root_node, start, end)
        if start <= at and to <= end
    )


def has_only_comments(document: Document, span: Span) -> bool:
    """Whether there are comments in `span` and nothing else; read up to what is something else."""
    tree = document.tree
    if tree is None:
        return False
    start, end = _bytes(document, span, tree.root_node)
    leaves = _leaves(tree.root_node, start, end)
    kinds = (kind for _, at, to, kind in leaves if start <= at and to <= end)
    return "comment" in next(kinds, "") and all("comment" in kind for kind in kinds)


def texts(document: Document, span: Span | None = None, *, comments: bool = True) -> list[str]:
    """What the tokens of `span` say; the same for two codes that differ in layout alone."""
    return [token.text for token in tokens(document, span) if comments or not token.comment]


def shape(document: Document, span: Span | None = None, *, comments: bool = True) -> list[str]:
    """The tokens of `span` with the nesting they stand in; without its `comments` on demand.

    Two codes with the same shape mean the same; tokens alone do not see that a statement left a
    loop in a language that is nested by indentation.
    """
    tree = document.tree
    if tree is None:
        return [token.text for token in _words(document, span)]
    start, end = _bytes(document, span, tree.root_node)
    return list(_nested(tree.root_node, start, end, comments))


def _bytes(document: Document, span: Span | None, root: Node) -> tuple[int, int]:
    return (0, root.end_byte) if span is None else document.bytes_span(span)


def _leaves(node: Node, start: int, end: int) -> Iterator[tuple[str, int, int, str]]:
    """Leaves as text, first byte, byte behind the last, and type."""
    stack = [node]
    while stack:
        node = stack.pop()
        first, last = node.start_byte, node.end_byte
        if last <= start or first >= end:
            continue
        if node.child_count == 0 or _opaque(node):
            text = _text(node)
            if text.strip():
                yield text, first, last, node.type
        else:
            stack += reversed(children_in(node, start, end))


def _nested(node: Node, start: int, end: int, comments: bool) -> Iterator[str]:
    stack: list[Node | None] = [node]
    while stack:
        now = stack.pop()
        if now is None:
            yield ")"
            continue
        if now.end_byte <= start or now.start_byte >= end:
            continue
        whole = start <= now.start_byte and now.end_byte <= end
        if now.child_count == 0 or _opaque(now):
            if whole and (text := _text(now)).strip():
                yield text
            continue
        there = children_in(now, start, end)
        inside = [one for one in there if comments or "comment" not in one.type]
        if whole and len(inside) > 1:
            yield f"({now.type}"
            stack.append(None)
        stack += reversed(inside)


def _opaque(node: Node) -> bool:
    """Whether a node's own text lies between its children, as in a string with escapes, or before
    its only one, as a number before its unit.
    """
    kind = node.type
    if "comment" in kind:
        return True
    if node.child_count == 1 and node.children[0].start_byte > node.start_byte:
        before = (node.text or b"")[: node.children[0].start_byte - node.start_byte]
        if before.strip():
            return True
    return _is_textual(kind) and not any(child.child_count for child in node.children)


@cache
def _is_textual(kind: str) -> bool:
    return any(part in kind for part in _TEXTUAL)


_TEXTUAL = ("string", "char", "heredoc", "regex", "content", "fragment", "text")
"""Parts of the names that grammars give to nodes that hold text rather than code."""


def _text(node: Node) -> str:
    return node.text.decode("utf-8", "surrogatepass") if node.text else ""


def _words(document: Document, span: Span | None) -> Iterator[Token]:
    span = Span(0, len(document.text)) if span is None else span
    at = span.start
    for word in document.slice(span).split():
        at = document.text.index(word, at)
        yield Token(word, Span(at, at + len(word)), "word")
        at += len(word)
