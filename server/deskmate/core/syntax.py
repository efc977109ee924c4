"""What Tree-sitter finds in a document: functions, classes, sections, imports, comments, errors.

What counts as one is data: the queries in `languages/NAME/`. In `scopes.scm` a pattern captures a
whole `@function.around` (or `class`, `section`) with its `.name`, its `.body` and, where it is
written inside, its `.doc`; `stubs.scm` captures what stands in a body that is yet to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args
from weakref import WeakKeyDictionary

from tree_sitter import Node, QueryCursor

from deskmate.core.document import Document
from deskmate.core.language import query
from deskmate.core.text import Span

Kind = Literal["function", "class", "section"]


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, class or section.

    `span` is the whole node, with decorators or `export` where they are part of it; `whole` takes
    in the attributes before it, `outer` the comments directly before it too. `head` is the
    signature, up to where `body` begins, which is None for a declaration without one; `doc` its
    documentation, inside or before; `stub` says that the body is yet to be written; `path` are
    the names of what it stands in, outermost first.
    """

    kind: Kind
    name: str
    span: Span
    whole: Span
    outer: Span
    head: Span
    body: Span | None
    doc: Span | None
    stub: bool
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that the grammar cannot read, or where it misses something."""

    span: Span
    kind: Literal["error", "missing"]
    text: str


def scopes(document: Document) -> tuple[Scope, ...]:
    """Every scope of the document, in its order, outer before inner."""
    found = _scopes.get(document)
    if found is None:
        found = _scopes[document] = tuple(_nested(_find(document, None)))
    return found


def enclosing(
    document: Document, span: Span, kinds: Iterable[Kind] = ("function",)
) -> Scope | None:
    """The smallest scope of these kinds that `span` lies in.

    Its doc comment and attributes are part of it, and so is the indentation before it. Only what
    touches `span` is searched, so this takes as long in a large file as in a small one.
    """
    if document.tree is None:
        return None
    probe = _probe(document, span)
    around = [s for s in _nested(_find(document, probe)) if s.outer.contains(probe)]
    fitting = [scope for scope in around if scope.kind in set(kinds)]
    return min(fitting, key=lambda scope: len(scope.outer), default=None)


def imports(document: Document) -> tuple[Span, ...]:
    """The file's import statements."""
    return captured(document, "imports", "import")


def captured(document: Document, name: str, capture: str) -> tuple[Span, ...]:
    """What the language's query `NAME.scm` captures as `capture`, in the document's order."""
    return tuple(document.span_of(node) for node in _captured(document, name, capture))


def comment_at(document: Document, offset: int) -> Span | None:
    """The comment at `offset`, with those on the lines directly above and below; None where there
    is none, or where it follows code on its line.
    """
    node = _leading_node(document, offset)
    if node is None or not _is_comment(node) or not _alone(document, node):
        return None
    first = last = node
    while (before := first.prev_named_sibling) and _joined(document, before, first):
        first = before
    while (after := last.next_named_sibling) and _joined(document, last, after):
        last = after
    text = document.slice(Span(document.offset_of(first.start_byte), _end(document, last)))
    start = document.offset_of(first.start_byte)
    return Span(start, start + len(text.rstrip()))


def problems(document: Document) -> tuple[Problem, ...]:
    """What the grammar cannot read in the document; sound subtrees are not visited."""
    if document.tree is None:
        return ()
    found: list[Problem] = []
    nodes = [document.tree.root_node]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            span = document.span_of(node)
            text = node.type if node.is_missing else document.slice(span)
            found.append(Problem(span, "missing" if node.is_missing else "error", text))
        if node.has_error and not node.is_missing:
            nodes += reversed(node.children)
    return tuple(found)


_scopes: WeakKeyDictionary[Document, tuple[Scope, ...]] = WeakKeyDictionary()


def _find(document: Document, within: Span | None) -> Iterator[Scope]:
    """The scopes that touch `within`, without their paths."""
    found = query(document.language, "scopes") if document.language else None
    if found is None or document.tree is None:
        return
    cursor = QueryCursor(found)
    if within is not None:
        start, end = document.bytes_span(within)
        cursor.set_byte_range(start, max(end, start + 1))
    best: dict[int, _Found] = {}
    for _, captures in cursor.matches(document.tree.root_node):
        match = _Found.of(captures)
        rival = best.get(match.name.start_byte)
        if rival is None or match.rank() > rival.rank():
            best[match.name.start_byte] = match
    for match in best.values():
        yield _scope(document, match)


@dataclass(frozen=True, slots=True)
class _Found:
    """One match of a pattern in `scopes.scm`."""

    kind: Kind
    around: Node
    name: Node
    body: Node | None
    doc: Node | None

    @staticmethod
    def of(captures: dict[str, list[Node]]) -> _Found:
        nodes = {name.partition(".")[2]: nodes[0] for name, nodes in captures.items()}
        kind = next(iter(captures)).partition(".")[0]
        return _Found(
            next(known for known in get_args(Kind) if known == kind),
            nodes["around"],
            nodes["name"],
            nodes.get("body"),
            nodes.get("doc"),
        )

    def rank(self) -> tuple[int, bool]:
        """Of two patterns for one function, the one that sees more of it holds."""
        return self.around.end_byte - self.around.start_byte, self.doc is not None


def _scope(document: Document, found: _Found) -> Scope:
    span = document.span_of(found.around)
    span = Span(span.start, span.start + len(document.slice(span).rstrip()))
    body = document.span_of(found.body) if found.body else None
    inside = document.span_of(found.doc) if found.doc else None
    whole, outer, before = _before(document, found.around)
    return Scope(
        kind=found.kind,
        name=document.slice(document.span_of(found.name)).strip(),
        span=span,
        whole=Span(whole, span.end),
        outer=Span(outer, span.end),
        head=Span(span.start, body.start if body else span.end),
        body=body,
        doc=inside or before,
        stub=found.body is not None and _is_stub(document, found.body, inside),
        path=(),
    )


def _before(document: Document, node: Node) -> tuple[int, int, Span | None]:
    """Where the attributes before a node begin, where the comments before those do, and which of
    these comments are documentation.
    """
    style = document.language.doc if document.language else None
    mark = (style.open.strip() or style.line) if style and style.placement == "before" else None
    whole = outer = document.offset_of(node.start_byte)
    docs: list[Node] = []
    while (sibling := node.prev_named_sibling) and _joined(document, sibling, node, any_kind=True):
        start = document.offset_of(sibling.start_byte)
        if sibling.type in _ATTRIBUTES:
            whole = outer = start
        elif _is_comment(sibling):
            outer = start
            if mark and document.slice(document.span_of(sibling)).startswith(mark):
                docs.append(sibling)
        else:
            break
        node = sibling
    doc = Span(document.offset_of(docs[-1].start_byte), _end(document, docs[0])) if docs else None
    return whole, outer, doc


def _nested(found: Iterable[Scope]) -> Iterator[Scope]:
    """The scopes in the order of the document, each with the names of those around it."""
    around: list[Scope] = []
    for scope in sorted(found, key=lambda scope: (scope.span.start, -scope.span.end)):
        while around and not around[-1].span.contains(scope.span):
            around.pop()
        scope = replace(scope, path=tuple(outer.name for outer in around))
        around.append(scope)
        yield scope


def _probe(document: Document, span: Span) -> Span:
    """`span`, and where it is a mere cursor, the character that it is about: the nearest one on
    its line. In a comment or attribute, what that comment belongs to.
    """
    lines = document.lines
    line = lines.line_at(span.start)
    start, end = lines.start(line), lines.end(line)
    text = document.text[start:end]
    if len(span) == 0 and text.strip():
        first = start + len(text) - len(text.lstrip())
        last = start + len(text.rstrip()) - 1
        at = max(first, min(span.start, last))
        span = Span(at, at + 1)
    assert document.tree is not None
    node = _leading_node(document, span.start)
    if node is None or not _alone(document, node):
        return span
    while node is not None and _is_leading(node):
        following = node.next_named_sibling
        if following is None or not _joined(document, node, following, any_kind=True):
            return span
        node = following
    assert node is not None
    return Span(span.start, max(span.end, document.offset_of(node.start_byte) + 1))


def _leading_node(document: Document, offset: int) -> Node | None:
    """The comment or attribute at `offset`, or at the nearest character of its line."""
    if document.tree is None:
        return None
    lines = document.lines
    line = lines.line_at(offset)
    text = document.text[lines.start(line) : lines.end(line)]
    if not text.strip():
        return None
    first = lines.start(line) + len(text) - len(text.lstrip())
    last = lines.start(line) + len(text.rstrip()) - 1
    byte, _ = document.bytes_span(Span(max(first, min(offset, last)), last))
    node = document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
    while node is not None and not _is_leading(node):
        node = node.parent
    return node


def _is_leading(node: Node) -> bool:
    return _is_comment(node) or node.type in _ATTRIBUTES


def _is_comment(node: Node) -> bool:
    return "comment" in node.type and node.is_named


def _alone(document: Document, node: Node) -> bool:
    """Whether nothing but blanks stands before a node on its line."""
    start = document.offset_of(node.start_byte)
    line = document.lines.start(document.lines.line_at(start))
    return not document.text[line:start].strip()


def _joined(document: Document, first: Node, second: Node, *, any_kind: bool = False) -> bool:
    """Whether `second` begins on the line after `first`, and both are comments, if that is asked.

    A comment that follows code on its line belongs to that code.
    """
    if not any_kind and not (_is_comment(first) and _is_comment(second)):
        return False
    if _is_comment(first) and not _alone(document, first):
        return False
    between = document.text[_end(document, first) : document.offset_of(second.start_byte)]
    return not between.strip() and between.count("\n") + between.count("\r") <= 1 + (
        "\r\n" in between
    )


def _end(document: Document, node: Node) -> int:
    """Where a node's text ends; some grammars count the line end to a comment."""
    text = document.slice(document.span_of(node))
    return document.offset_of(node.start_byte) + len(text.rstrip())


def _is_stub(document: Document, body: Node, doc: Span | None) -> bool:
    """Whether a body holds nothing but placeholders, comments and documentation."""
    if body.end_byte - body.start_byte > _LARGEST_STUB:
        return False
    span = document.span_of(body)
    covered = [document.span_of(node) for node in _captured(document, "stubs", "stub", body)]
    covered += [document.span_of(node) for node in _comments(body)]
    covered += [doc] if doc else []
    rest = set(range(span.start, span.end)).difference(*(range(s.start, s.end) for s in covered))
    return not "".join(document.text[at] for at in rest).strip("{}; \t\r\n")


def _comments(node: Node) -> Iterator[Node]:
    for child in node.children:
        if _is_comment(child):
            yield child
        else:
            yield from _comments(child)


def _captured(document: Document, name: str, capture: str, node: Node | None = None) -> list[Node]:
    found = query(document.language, name) if document.language else None
    if found is None or document.tree is None:
        return []
    nodes = QueryCursor(found).captures(node or document.tree.root_node).get(capture, [])
    return sorted(nodes, key=lambda node: node.start_byte)


_ATTRIBUTES = frozenset({"attribute_item", "decorator", "attribute_list", "annotation"})
"""Node types that stand before what they belong to, as siblings."""

_LARGEST_STUB = 4000
"""Bytes; a longer body is not looked into."""
