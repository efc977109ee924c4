"""Which function or class of a document a name means, and what its explanation rests on.

A `SymbolTable` knows every definition by name. It is made from the one before: only the parts of
the file that changed are read again, so that a name is found at once in a large file that is
typed in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.language import query
from deskmate.core.syntax.queries import enclosing, imports
from deskmate.core.syntax.scopes import Kind, Scope, find_scopes
from deskmate.core.syntax.searching import find_captures
from deskmate.core.syntax.tokens import Token
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class NamedScope:
    """Where a function or class of that name stands, and in what."""

    kind: Kind
    name: str
    path: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The definitions of one snapshot by name, and the texts of its imports. `parts` is what the
    next snapshot's is made from: by what the tree's root and the node are, and the node's text.
    """

    definitions: Mapping[str, tuple[NamedScope, ...]]
    imports: tuple[str, ...]
    parts: Mapping[tuple[str, str, str], _Part]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one node of the top level defines, counted from its start, and what it imports."""

    definitions: tuple[NamedScope, ...]
    imports: tuple[str, ...]


def read_symbols(document: Document, earlier: SymbolTable | None = None) -> SymbolTable:
    """The table of a document; `earlier` is one of a snapshot before, whichever."""
    root = document.tree.root_node if document.tree else None
    nodes = root.children if root else []
    spans = [document.span_of(node) for node in nodes]
    kind = root.type if root else ""
    keys = [
        (kind, node.type, document.slice(span)) for node, span in zip(nodes, spans, strict=True)
    ]
    known = earlier.parts if earlier else {}
    # What a node with a syntax error in it stands for depends on more than its own text.
    unknown = [at for at, node in enumerate(nodes) if node.has_error or keys[at] not in known]
    if len(unknown) > _MANY:
        parts = _all_parts(document, spans)
    else:
        read = {at: _part(document, nodes[at], spans[at]) for at in unknown}
        parts = [read[at] if at in read else known[key] for at, key in enumerate(keys)]
    named: dict[str, list[NamedScope]] = {}
    for part, span in zip(parts, spans, strict=True):
        for one in part.definitions:
            place = one.span.shifted(span.start)
            named.setdefault(one.name, []).append(NamedScope(one.kind, one.name, one.path, place))
    return SymbolTable(
        {name: tuple(found) for name, found in named.items()},
        tuple(line for part in parts for line in part.imports),
        dict(zip(keys, parts, strict=True)),
    )


_MANY = 50
"""Parts above which one look at the whole file is quicker than one at each."""


def symbol_at(document: Document, offset: int, known: SymbolTable) -> Scope | None:
    """The function or class of this document that the name at `offset` means; None where it means
    none of them, or where that is not certain.
    """
    leaf = _leaf_at(document, offset)
    if leaf is None or leaf.comment or leaf.textual or leaf.text not in known.definitions:
        return None
    around = enclosing(document, leaf.span, ("function", "class"))
    if around and around.name == leaf.text and around.head.contains(leaf.span):
        return around
    chosen = _meant(document, leaf, around, known)
    return _scope(document, chosen) if chosen else None


def basis(document: Document, scope: Scope, known: SymbolTable) -> tuple[str, ...]:
    """The texts that an explanation of `scope` rests on: its own, the head of what it stands in,
    and the outlines and imports of what it names. An edit anywhere else leaves them as they are.
    """
    text = flat(document, scope.span)
    words = set(_WORD.findall(text))
    owner = next(_owners(scope, known), None)
    outlines = [
        outline(document, found)
        for name in sorted(words & known.definitions.keys())
        for one in known.definitions[name]
        if not scope.span.contains(one.span) and not one.span.contains(scope.span)
        if one.path in ((), scope.path) and (found := _scope(document, one))
    ]
    head = _scope(document, owner) if owner else None
    return (
        text,
        flat(document, head.head).rstrip() if head else "",
        *outlines[:_OUTLINES],
        *(line for line in known.imports if words & set(_WORD.findall(line))),
    )


_OUTLINES = 30
"""How many other definitions an explanation may rest on."""


def around(document: Document, offset: int, known: SymbolTable) -> tuple[Scope, ...]:
    """The definitions that one at `offset` is likely to ask about, likeliest first: the one it is
    in, what that names, and those before and behind it.
    """
    everything = sorted((d for ds in known.definitions.values() for d in ds), key=lambda d: d.span)
    here = [one for one in everything if one.span.start <= offset <= one.span.end][::-1]
    named = {
        word
        for one in here
        if one.kind == "function"
        for word in _WORD.findall(document.slice(one.span))
    }
    used = [one for one in everything if one.name in named and one.path == () and one not in here]
    at = bisect_right([one.span.start for one in everything], offset)
    near = [*everything[at : at + 1], *everything[max(0, at - 2) : at]]
    likely = dict.fromkeys((*here[:_LIKELY], *used[:_LIKELY], *near))
    return tuple(found for one in likely if (found := _scope(document, one)))


_LIKELY = 20
"""How many of those that it is in, and of those that these name, are looked at."""


def outline(document: Document, scope: Scope) -> str:
    """A short definition whole; a longer one as its signature with its documentation."""
    if len(scope.span) <= SHORT:
        return flat(document, scope.span)
    head = flat(document, scope.head).rstrip()
    if scope.doc is None:
        return head
    doc = flat(document, scope.doc)
    return f"{doc}\n{head}" if scope.doc.start < scope.head.start else f"{head}\n    {doc}"


SHORT = 600
"""Characters of a definition that is shown whole: a record of some fields, a function of a few
lines. What it says is worth more to a model than the room it takes.
"""


def _meant(
    document: Document, leaf: Token, around: Scope | None, known: SymbolTable
) -> NamedScope | None:
    """Which of the definitions of its name a leaf means, if that is certain."""
    found = known.definitions[leaf.text]
    path = (*around.path, around.name) if around else ()
    receiver = _RECEIVER.search(document.text, max(0, leaf.span.start - 200), leaf.span.start)
    if receiver:
        owner = path[:-1] if around and around.kind == "function" else path
        itself = document.language is not None and receiver[1] in document.language.words.receivers
        own = [one for one in found if itself and one.path == owner]
        named = [one for one in found if one.path[-1:] == (receiver[1],)]
        members = [one for one in found if one.path]
        fitting = own or named or ([] if itself else members)
        return fitting[0] if len(fitting) == 1 else None
    if around and around.body and around.body.contains(leaf.span):
        words = set(_WORD.findall(document.slice(around.head))) - {around.name}
        found = tuple(one for one in found if one.kind == "class" or one.name not in words)
    bare = document.language is not None and document.language.bare_members
    visible = [
        one
        for one in found
        if one.path == path[: len(one.path)] and (bare or not _is_member(one, known))
    ]
    deepest = max((len(one.path) for one in visible), default=0)
    fitting = [one for one in visible if len(one.path) == deepest]
    return fitting[-1] if fitting else None


def _is_member(definition: NamedScope, known: SymbolTable) -> bool:
    """Whether it stands in a class, or belongs to a type that is not defined here."""
    *path, owner = definition.path or ("",)
    holding = [one for one in known.definitions.get(owner, ()) if one.path == tuple(path)]
    return bool(definition.path) and all(one.kind == "class" for one in holding)


_RECEIVER = re.compile(r"(\w*)[)\]]?\s*(?:\?\.|\.|->|::)\s*\Z")


def _leaf_at(document: Document, offset: int) -> Token | None:
    if document.tree is None or offset >= len(document.text):
        return None
    place = document.bytes_span(Span(offset, offset + 1))
    node = document.tree.root_node.descendant_for_byte_range(*place)
    if node is None or node.child_count:
        return None
    span = document.span_of(node)
    return Token(document.slice(span), span, node.type)


def _scope(document: Document, definition: NamedScope) -> Scope | None:
    """All about a definition; only what touches its first character is searched."""
    start = definition.span.start
    found = find_scopes(document, Span(start, start + 1))
    same = (scope for scope in found if scope.span == definition.span)
    return next((scope for scope in same if scope.name == definition.name), None)


def _owners(scope: Scope, known: SymbolTable) -> Iterator[NamedScope]:
    """The definitions that a scope stands in, the innermost first."""
    name = scope.path[-1] if scope.path else ""
    for one in reversed(known.definitions.get(name, ())):
        if one.span.contains(scope.span) and one.path == scope.path[:-1]:
            yield one


def _part(document: Document, node: Node, span: Span) -> _Part:
    inside = (scope for scope in find_scopes(document, span) if span.contains(scope.span))
    return _Part(_relative(inside, span), tuple(_imports(document, node)))


def _all_parts(document: Document, spans: list[Span]) -> list[_Part]:
    starts = [span.start for span in spans]
    found: list[list[Scope]] = [[] for _ in spans]
    for scope in find_scopes(document):
        at = bisect_right(starts, scope.span.start) - 1
        if at >= 0 and spans[at].contains(scope.span):
            found[at].append(scope)
    lines = {
        bisect_right(starts, span.start) - 1: document.slice(span) for span in imports(document)
    }
    return [
        _Part(_relative(found[at], span), (lines[at],) if at in lines else ())
        for at, span in enumerate(spans)
    ]


def _relative(found: Iterable[Scope], part: Span) -> tuple[NamedScope, ...]:
    return tuple(
        NamedScope(one.kind, one.name, one.path, one.span.shifted(-part.start))
        for one in found
        if one.name and one.kind != "section"
    )


def _imports(document: Document, node: Node) -> Iterator[str]:
    """The import statement that a node of the top level is, if it is one."""
    wanted = query(document.language, "imports") if document.language else None
    if wanted is not None and node.parent is not None:
        captures = find_captures(wanted, node.parent, node.start_byte, node.end_byte)
        for found in captures.get("import", []):
            yield document.slice(document.span_of(found)).strip()


_WORD = re.compile(r"[^\W\d]\w*")
