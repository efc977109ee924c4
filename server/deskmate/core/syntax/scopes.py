"""Functions, classes and sections, as the queries of a language find them.

`scopes.scm` says what is a function or class, `callbacks.scm` what is a function without a name,
`stubs.scm` what stands in a body that is yet to be written, `sections.scm` what is a heading;
`languages/README.md` lists what they capture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tree_sitter import Node, Query, QueryCursor

from deskmate.core.syntax.comments import end_of, is_comment, lead, stands_alone
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.searching import find_matches
from deskmate.core.text.text import Span

Kind = Literal["function", "class", "section"]


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, class or section of prose.

    `span` is all of it, with decorators, attributes and `export`, from its first character on;
    `outer` takes in the comments directly above and, of prose, the blank lines below. `head` is
    the signature (or heading), `body` what follows it, None for a declaration without one. `doc` is
    its docstring, or the doc comment before it. `stub` says that the body is yet to be written.
    `path` are the names of what it stands in, outermost first; `name` is "" where it has none. A
    function that is `anonymous` is called as what it is given to, `app.get("/")`, and is in no
    path; its lines are its own unless it stands in a function that has a name. What is `empty` has
    nothing in its body, which for some (a constructor, an overload) is all there is to write.
    """

    kind: Kind
    name: str
    span: Span
    outer: Span
    head: Span
    body: Span | None
    doc: Span | None
    stub: bool
    path: tuple[str, ...]
    anonymous: bool = False
    empty: bool = False


def find_scopes(
    document: Document,
    within: Span | None = None,
    *,
    anonymous: bool = False,
    stubs: bool = True,
) -> tuple[Scope, ...]:
    """Every scope in the order of the document, outer before inner; with `within`, at least those
    that touch it and those around them. With `anonymous`, functions without a name of their own
    are among them. Without `stubs` none is looked at closely enough to tell whether it is one.
    """
    around: list[Scope] = []
    nested: list[Scope] = []
    if within is not None and anonymous:  # the lines of what is anonymous may be its own
        within = _whole_lines(document, within)
    found = [*_declared(document, within, stubs)]
    if anonymous:
        bodies = {scope.body for scope in found}
        functions = [scope.span for scope in found if scope.kind == "function"]
        for one, outside in _anonymous(document, within):
            inside = outside and any(span.contains(one.span) for span in functions)
            if one.body not in bodies and not inside:
                found.append(one)
    found += _sections(document)
    for scope in sorted(found, key=lambda scope: (scope.span.start, -scope.span.end)):
        while around and not around[-1].span.contains(scope.span):
            around.pop()
        if scope.anonymous and not any(o.kind == "function" and not o.anonymous for o in around):
            scope = replace(scope, outer=_whole_lines(document, scope.outer))
        around.append(replace(scope, path=(*_names(around), *scope.path)))
        nested.append(around[-1])
    return tuple(nested)


def _whole_lines(document: Document, span: Span) -> Span:
    """The lines of a span without the blanks at their ends; the span itself where they are so long
    that hardly anything in them belongs to it.
    """
    lines = document.lines
    first, last = lines.start(lines.line_at(span.start)), lines.end(lines.line_at(span.end))
    if last - first > len(span) + _LONG_LINE:
        return span
    text = document.text[first:last]
    return Span(first + len(text) - len(text.lstrip()), first + len(text.rstrip()))


_LONG_LINE = 2_000
"""Characters before and behind a function on its lines: more has a file without line ends."""


def _names(around: list[Scope]) -> tuple[str, ...]:
    named = next((scope for scope in reversed(around) if not scope.anonymous), None)
    return (*named.path, named.name)[-_DEEPEST:] if named else ()


_DEEPEST = 50
"""Scopes around a place, and names of its path: where it lies deeper, the innermost."""


@dataclass(frozen=True, slots=True)
class _Match:
    """What a pattern of `scopes.scm` captured; `outermost` takes in `export` and the like."""

    kind: Kind
    nodes: dict[str, Node]
    outermost: Node

    def node(self, part: str) -> Node | None:
        return self.nodes.get(f"{self.kind}.{part}")


def _declared(document: Document, within: Span | None, with_stubs: bool) -> Iterator[Scope]:
    """Functions and classes; `path` is only the owner that a method's own signature names."""
    if document.language is None or document.tree is None:
        return
    declared = query(document.language, "scopes")
    if declared is None:
        return
    stubs = query(document.language, "stubs") if with_stubs else None
    found: list[tuple[Kind, dict[str, Node]]] = []
    wrappers: dict[int, Node] = {}
    complete: set[int] = set()
    written: set[int] = set()
    nothing: set[int] = set()
    reach = document.bytes_span(within or Span(0, len(document.text)))
    for nodes in _matches(declared, document.tree.root_node, *reach):
        if "wrapper" in nodes:
            wrappers[nodes["wrapped"].id] = nodes["wrapper"]
        elif "complete" in nodes:
            complete.add(nodes["complete"].id)
        elif "written" in nodes:
            written.add(nodes["written"].id)
        elif "none" in nodes:
            nothing.add(nodes["none"].id)
        else:
            kind = next(kind for kind in get_args(Kind) if f"{kind}.around" in nodes)
            found.append((kind, _with_name(document, kind, nodes)))
    for kind, nodes in _innermost(found, *reach):
        around = outermost = nodes[f"{kind}.around"]
        unnamed = f"{kind}.declarator" in nodes and f"{kind}.name" not in nodes
        if unnamed or around.id in nothing:
            continue
        while wrapper := wrappers.get(outermost.id):
            outermost = wrapper
        scope = _scope(document, _Match(kind, nodes, outermost), stubs)
        if around.id in written:
            yield replace(scope, stub=False, empty=False)
        else:
            yield replace(scope, stub=False) if scope.stub and around.id in complete else scope


def _innermost(
    found: list[tuple[Kind, dict[str, Node]]], start: int, end: int
) -> list[tuple[Kind, dict[str, Node]]]:
    """Without the outermost of those that these bytes lie in, where they lie very deep."""
    around = [
        at
        for at, (kind, nodes) in enumerate(found)
        if nodes[f"{kind}.around"].start_byte < start and end < nodes[f"{kind}.around"].end_byte
    ]
    left_out = frozenset(around[:-_DEEPEST])
    return [one for at, one in enumerate(found) if at not in left_out] if left_out else found


def _anonymous(document: Document, within: Span | None) -> Iterator[tuple[Scope, bool]]:
    """Functions that have no name of their own, and whether they are some only outside of those
    that have one.
    """
    callbacks = query(document.language, "callbacks") if document.language else None
    if callbacks is None or document.tree is None:
        return
    stubs = query(document.language, "stubs") if document.language else None
    reach = document.bytes_span(within or Span(0, len(document.text)))
    found: dict[int, tuple[dict[str, Node], bool]] = {}
    names: dict[int, tuple[int, str]] = {}
    for pattern, captures in find_matches(callbacks, document.tree.root_node, *reach):
        nodes = {name: each[0] for name, each in captures.items()}
        if around := nodes.get("function.around"):
            outside = callbacks.pattern_settings(pattern).get("only") == "outside"
            found.setdefault(around.id, (nodes, outside))
            continue
        named, own = nodes["named"], (pattern, _given_name(document, nodes))
        names[named.id] = min(own, names.get(named.id, own))
    for key, (nodes, outside) in found.items():
        scope = _scope(document, _Match("function", nodes, nodes["function.around"]), stubs)
        yield replace(scope, name=names.get(key, (0, ""))[1], anonymous=True), outside


def _given_name(document: Document, nodes: dict[str, Node]) -> str:
    """What a function is given to, in a few characters on one line."""
    given = document.slice(document.span_of(nodes["given"]))
    name = given if _SHORT_NAME.fullmatch(given) else re.split(r"[^\w$?!]+", given)[-1]
    if "title" not in nodes:
        return name.strip("'\"`")
    title = " ".join(document.slice(document.span_of(nodes["title"])).split())
    title = re.sub(r"^['`]|['`]$", '"', title) if title[:1] in "'`" else title
    short = title if len(title) <= _TITLE else f"{title[: _TITLE - 2].rstrip()}…{title[-1:]}"
    return f"{name}({short})"


_SHORT_NAME = re.compile(r"[\w$@.:>?!'\"`-]{1,40}")
_TITLE = 40  # characters of a first argument that are shown


def _matches(declared: Query, root: Node, start: int, end: int) -> list[dict[str, Node]]:
    """The matches that touch these bytes, or belong to a decorator or `export` that does."""
    found = [
        {name: nodes[0] for name, nodes in captures.items()}
        for _, captures in find_matches(declared, root, start, end)
    ]
    wrapped = [nodes["wrapped"] for nodes in found if "wrapped" in nodes]
    first = min([start, *(node.end_byte - 1 for node in wrapped)])
    last = max([end, *(node.start_byte + 1 for node in wrapped)])
    return found if (first, last) == (start, end) else _matches(declared, root, first, last)


def _with_name(document: Document, kind: Kind, nodes: dict[str, Node]) -> dict[str, Node]:
    """The captures with the name and owner that stand deep in a declarator, as `names.scm` finds
    them; without a name where it is that of a variable.
    """
    names = query(document.language, "names") if document.language else None
    within = nodes.get(f"{kind}.declarator")
    found: dict[str, Node] = {}
    while within is not None and names is not None and "name" not in found:
        cursor = QueryCursor(names)
        cursor.set_max_start_depth(0)
        found |= {name: captured[0] for name, captured in cursor.captures(within).items()}
        within = found.pop("within", None)
    return nodes | {f"{kind}.{name}": node for name, node in found.items()}


def _scope(document: Document, match: _Match, stubs: Query | None) -> Scope:
    above = lead(document, match.outermost)
    start = document.span_of(above.first).start
    head_end, body = _body(document, match)
    end = max(end_of(document, match.outermost), body.end if body else 0)
    name, owner, inside = match.node("name"), match.node("owner"), match.node("doc")
    empty = _is_stub(document, match, stubs)
    return Scope(
        kind=match.kind,
        name=document.slice(document.span_of(name)) if name else "",
        span=Span(start, end),
        outer=Span(above.start, end),
        head=Span(start, head_end),
        body=body,
        doc=document.span_of(inside) if inside else above.doc,
        stub=empty,
        path=(document.slice(document.span_of(owner)),) if owner else (),
        empty=empty,
    )


def _body(document: Document, match: _Match) -> tuple[int, Span | None]:
    """Where the head ends, and the body with the comments before its first statement."""
    first = body = match.node("body") or match.node("value")
    if statement := match.node("first"):
        first, body = statement, _statements(statement)[-1]
    if first is None or body is None:
        return end_of(document, match.outermost), None
    while (before := first.prev_sibling) and is_comment(document, before):
        if not stands_alone(document, before):
            break
        first = before
    span = Span(document.span_of(first).start, end_of(document, body))
    head_end = end_of(document, before) if before else span.start
    if len(span) == 0:
        span = _comments_below(document, match.outermost) or span
    return head_end, span


def _comments_below(document: Document, node: Node) -> Span | None:
    """The indented comments below a function that has no statement yet: they are its body."""
    last = node
    while (below := last.next_sibling) and is_comment(document, below):
        if below.start_point.column <= node.start_point.column:
            break
        last = below
    first = node.next_sibling
    if first is None or last == node:
        return None
    return Span(document.span_of(first).start, end_of(document, last))


def _is_stub(document: Document, match: _Match, stubs: Query | None) -> bool:
    """Whether there is nothing in the body but placeholders, comments and documentation."""
    body, first, doc = match.node("body"), match.node("first"), match.node("doc")
    if body is None and first is None:
        return False
    statements = _statements(first) if first else body.named_children if body else []
    return all(
        statement == doc or is_comment(document, statement) or _is_placeholder(statement, stubs)
        for statement in statements
    )


def _statements(first: Node) -> list[Node]:
    """The statements of a body that is no node of its own, from its first one on."""
    around = first.parent.named_children if first.parent else [first]
    return [node for node in around if node.start_byte >= first.start_byte]


def _is_placeholder(statement: Node, stubs: Query | None) -> bool:
    if stubs is None:
        return False
    cursor = QueryCursor(stubs)
    cursor.set_max_start_depth(0)
    return "stub" in cursor.captures(statement)


def _sections(document: Document) -> Iterator[Scope]:
    """Sections of prose: each goes on to the next heading of the same or a higher level."""
    headings = sorted(_headings(document))
    for index, (head, level, name) in enumerate(headings):
        later = (other for other, its_level, _ in headings[index + 1 :] if its_level <= level)
        end = next((other.start - 1 for other in later), len(document.text))
        text = document.text[head.start : end].rstrip()
        span = Span(head.start, head.start + len(text))
        rest = document.slice(Span(head.end, span.end)).lstrip()
        yield Scope(
            kind="section",
            name=name,
            span=span,
            outer=Span(head.start, max(span.end, end)),
            head=head,
            body=Span(span.end - len(rest), span.end) if rest else None,
            doc=None,
            stub=False,
            path=(),
        )


def _headings(document: Document) -> Iterator[tuple[Span, int, str]]:
    """The headings of a document, their levels and names; none that is quoted or in a list."""
    found = query(document.language, "sections") if document.language else None
    if found is None or document.tree is None:
        return
    for _, captures in find_matches(found, document.tree.root_node):
        names = [document.slice(document.span_of(node)) for node in captures.pop("name", [])]
        for level, (node, *_) in captures.items():
            if stands_alone(document, node):
                head = Span(document.span_of(node).start, end_of(document, node))
                yield head, int(level.removeprefix("level.")), "".join(names).strip()
