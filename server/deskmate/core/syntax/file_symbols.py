"""What a source file defines, imports and uses, without the bodies: all that another file has to
know of it.

Functions and classes are those of `scopes.scm`; `definitions.scm` adds variables, fields, types
and base classes, `modules.scm` what is imported from where, `references.scm` the names that are
used. `languages/README.md` lists what they capture.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Literal

from tree_sitter import Node

from deskmate.core.syntax.comments import end_of, first_sentence, lead
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import Import, find_imports, node_text
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.language import query
from deskmate.core.syntax.scopes import Scope, find_scopes
from deskmate.core.syntax.searching import find_captures, find_matches
from deskmate.core.text.text import Span

DefinitionKind = Literal["function", "class", "type", "field", "variable"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of a file.

    `container` are the names of the classes and functions that it stands in (or whose member it
    is), outermost first. `span` is all of it, with decorators and attributes but without the
    comments above, and `line` its first line, from 0. `head` is its text without the body at the
    left margin, cut where it is long; `doc` the first sentence of its documentation; `type` the
    written type of a field or variable; `types` the names of the types in its head and `bases`
    those of its base classes. A `variable` stands in no function, a `field` in a class, or is set
    in one of its functions.
    """

    kind: DefinitionKind
    name: str
    container: tuple[str, ...]
    span: Span
    line: int
    head: str
    doc: str = ""
    type: str = ""
    types: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSymbols:
    """What a file defines, in its order, what it imports, every name that is used in it, and the
    package or namespace that it says it is part of.
    """

    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    references: frozenset[str] = frozenset()
    package: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A definition and the file that it stands in."""

    path: Path
    definition: Definition


@dataclass(frozen=True, slots=True)
class Reference:
    """A place where a name is used: a file, the line from 0, and the span of the name."""

    path: Path
    line: int
    span: Span


def find_symbols(document: Document, *, references: bool = True) -> FileSymbols:
    """The symbols of a document; none of prose, and in a language without a grammar. Without
    `references` in two thirds of the time.
    """
    language = document.language
    if language is None or language.prose or document.tree is None:
        return FileSymbols()
    used = _captures(document, "references")
    types = sorted(_names(document, used.get("type", [])), key=itemgetter(0))
    imports, package = find_imports(document)
    definitions = _finished(document, _found(document), types)
    if not references:
        return FileSymbols(definitions, imports, package=package)
    names = {node_text(node) for node in used.get("use", [])}
    names.update(name for _, name in types)
    return FileSymbols(definitions, imports, frozenset(names), package)


@dataclass(frozen=True, slots=True)
class _Found:
    """A definition whose text is yet to be read; `head` is where types and bases belong to it."""

    kind: DefinitionKind
    name: str
    container: tuple[str, ...]
    span: Span
    head: Span
    doc: Span | None
    type: Span | None = None


def _found(document: Document) -> list[_Found]:
    scopes = find_scopes(document, stubs=False)
    around = _Nested([scope.span for scope in scopes])
    kinds: dict[int, str] = {
        at: "class" if scope.kind == "class" else "function"
        for at, scope in enumerate(scopes)
        if scope.name
    }
    types: dict[int, Node | None] = {}
    heads: dict[int, Span] = {}
    others: list[_Found] = []
    for kind, nodes in _declared(document):
        name = document.span_of(nodes[f"{kind}.name"])
        at = around.innermost(name.start)
        scope = scopes[at] if at is not None else None
        owner = node_text(nodes[f"{kind}.owner"]) if f"{kind}.owner" in nodes else ""
        if at is not None and scope is not None and _is_named_at(document, scope, name):
            behind = not scope.head.contains(name)
            kinds[at] = kinds[at] if kind == "variable" or behind else kind
            types[at] = nodes.get(f"{kind}.type")
            if taken := nodes.get(f"{kind}.parameters"):
                heads[at] = Span(scope.head.start, end_of(document, taken))
        elif (place := _place(kind, scope, owner)) is not None:
            others.append(_of_nodes(document, kind, place, nodes))
    whole = [
        _Found(
            kind=kind,  # type: ignore[arg-type]
            name=_short(one.name) if kind == "class" else one.name,
            container=tuple(map(_short, one.path)),
            span=one.span,
            head=heads.get(at) or _own_head(document, one),
            doc=one.doc,
            type=document.span_of(node) if (node := types.get(at)) else None,
        )
        for at, one in enumerate(scopes)
        if (kind := kinds.get(at, "part")) != "part"
    ]
    return sorted([*whole, *_once(others)], key=lambda one: (one.span.start, -one.span.end))


def _own_head(document: Document, scope: Scope) -> Span:
    """Its head; of a class whose members no node holds together, that up to the line of its name:
    attributes stand above.
    """
    if scope.body or scope.kind != "class":
        return scope.head
    head = document.slice(scope.head)
    named = re.search(rf"\b{re.escape(scope.name)}\b", head)
    first = head[: named.end()] + head[named.end() :].partition("\n")[0] if named else head
    return Span(scope.head.start, scope.head.start + len(first.rstrip()))


def _short(name: str) -> str:
    """The last part of a class's name: of `Shop.Till` it is known as `Till`."""
    return name.rpartition(".")[2] if name[:1].isupper() else name


def _is_named_at(document: Document, scope: Scope, name: Span) -> bool:
    """Whether a scope has its name there: in its head, or of a class behind it (`typedef`)."""
    inside = scope.head if scope.kind == "function" else scope.span
    return inside.contains(name) and scope.name == document.slice(name)


def _place(
    kind: str, scope: Scope | None, owner: str
) -> tuple[DefinitionKind, tuple[str, ...]] | None:
    """What a definition is by where it stands, and the names of what it stands in; None for what
    is local to a function.
    """
    around = tuple(map(_short, (*scope.path, scope.name))) if scope else ()
    if owner:
        return "field", (*around, owner)
    if scope is None:
        return ("type", ()) if kind == "type" else ("variable", ())
    if scope.kind == "class":
        return ("type" if kind == "type" else "field"), around
    return ("field", around[:-1]) if kind == "field" and scope.path else None


def _of_nodes(
    document: Document,
    part: str,
    place: tuple[DefinitionKind, tuple[str, ...]],
    nodes: dict[str, Node],
) -> _Found:
    node = nodes[f"{part}.around"]
    above = lead(document, node)
    span = Span(document.span_of(above.first).start, end_of(document, node))
    doc, type_ = nodes.get(f"{part}.doc"), nodes.get(f"{part}.type")
    return _Found(
        kind=place[0],
        name=_SIGIL.sub("", node_text(nodes[f"{part}.name"]).strip("\"'`: ")),
        container=place[1],
        span=span,
        head=span,
        doc=document.span_of(doc) if doc else above.doc,
        type=document.span_of(type_) if type_ else None,
    )


def _once(found: Iterable[_Found]) -> Iterable[_Found]:
    """A variable or field that is set in several places is defined where its type is written, or
    else where it is set first.
    """
    first: dict[tuple[tuple[str, ...], str], _Found] = {}
    for one in found:
        known = first.setdefault((one.container, one.name), one)
        if one.type and not known.type:
            first[one.container, one.name] = one
    return first.values()


def _finished(
    document: Document, found: Iterable[_Found], types: Sequence[tuple[int, str]]
) -> tuple[Definition, ...]:
    """The definitions with their texts, and the names of types and bases in their heads."""
    bases = _captures(document, "definitions").get("base", [])
    based = sorted(_names(document, bases, 1), key=itemgetter(0))
    return tuple(
        Definition(
            kind=one.kind,
            name=one.name,
            container=one.container,
            span=one.span,
            line=document.lines.line_at(one.span.start),
            head=_head(document, one),
            doc=first_sentence(document.slice(one.doc)) if one.doc else "",
            type=document.slice(one.type).lstrip(": ")[:_TYPE] if one.type else "",
            types=tuple(name for name in _between(types, one.head) if name != one.name),
            bases=_between(based, one.head) if one.kind == "class" else (),
        )
        for one in found
    )


def _names(
    document: Document, nodes: Iterable[Node], most: int | None = None
) -> Iterator[tuple[int, str]]:
    """The names in some types, with where each type begins; of `shop.Money[int]` `Money` and
    `int`, and with `most` not more of one.
    """
    for node in nodes:
        text = node_text(node)
        words = [text] if text.isidentifier() else _DOTTED.findall(text)[:most]
        at = document.offset_of(node.start_byte)
        yield from ((at, word if word.isidentifier() else _PARTS.split(word)[-1]) for word in words)


def _between(names: Sequence[tuple[int, str]], span: Span) -> tuple[str, ...]:
    """The names that stand in a span, each once."""
    first, last = (
        bisect_left(names, offset, key=itemgetter(0)) for offset in (span.start, span.end)
    )
    return tuple(dict.fromkeys(name for _, name in names[first:last]))


def _declared(document: Document) -> Iterator[tuple[str, dict[str, Node]]]:
    """The matches of `definitions.scm`, each with its kind; of several for one name the captures
    are put together.
    """
    wanted = query(document.language, "definitions") if document.language else None
    if wanted is None or document.tree is None:
        return
    known: dict[int, tuple[str, dict[str, Node]]] = {}
    below: dict[int, Node] = {}
    for _, captures in find_matches(wanted, document.tree.root_node):
        below.update((node.id, node) for node in captures.get("below", ()))
        kind = next((name[:-5] for name in captures if name.endswith(".name")), None)
        if kind is not None:
            nodes = {name: found[0] for name, found in captures.items()}
            known.setdefault(nodes[f"{kind}.name"].id, (kind, {}))[1].update(nodes)
    for kind, nodes in known.values():
        behind = nodes[f"{kind}.around"].next_named_sibling if below else None
        if kind == "variable" and behind is not None and behind.id in below:
            nodes["variable.doc"] = behind
        yield kind, nodes


def _captures(document: Document, name: str) -> dict[str, list[Node]]:
    wanted = query(document.language, name) if document.language else None
    if wanted is None or document.tree is None:
        return {}
    return find_captures(wanted, document.tree.root_node)


def _head(document: Document, found: _Found) -> str:
    """A head at the left margin, without what opens the body and the documentation among its
    attributes; of a long one as much as tells its name.
    """
    span, doc = found.head, found.doc
    head = flat(document, span)
    if doc is not None and span.start <= doc.end < span.end:
        before = flat(document, Span(span.start, max(span.start, doc.start))).rstrip()
        head = f"{before}\n{flat(document, Span(doc.end, span.end)).lstrip()}".lstrip()
    head = head.rstrip().removesuffix("{").rstrip()
    if len(head) <= _HEAD:
        return head
    named = head.find(found.name)
    begin = head.rfind("\n", 0, named) + 1 if named > _HEAD // 2 else 0
    return head[begin : begin + _HEAD].rstrip() + " …"


class _Nested:
    """Which of some nested spans, outer before inner, an offset lies in."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]
        self._outer: list[int] = []
        for at, span in enumerate(spans):
            outer = at - 1
            while outer >= 0 and spans[outer].end < span.end:
                outer = self._outer[outer]
            self._outer.append(outer)

    def innermost(self, offset: int) -> int | None:
        """The position of the smallest; None where there is none."""
        at = bisect_right(self._starts, offset) - 1
        while at >= 0 and self._spans[at].end <= offset:
            at = self._outer[at]
        return at if at >= 0 else None


_SIGIL = re.compile(r"^\$(?:\w+:)?")
"""What stands before the name of a variable in PowerShell."""
_DOTTED = re.compile(r"[^\W\d]\w*(?:(?:\.|::|\\\\)\w+)*")
_PARTS = re.compile(r"\W+")
_HEAD = 600
"""Characters of a head: a table of a thousand lines is a definition like any other."""
_TYPE = 200
