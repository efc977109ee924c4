"""Which names of a document are bound, as the queries of a language tell: a name that is used and
neither defined around it nor built in is unbound.

`locals.scm` says what is a scope, what defines a name in it and what uses one, `builtins.txt` which
names there are without any of that; `languages/README.md` lists what the query captures. Where a
query cannot tell (everything of a module is imported, a class has members that stand elsewhere),
nothing is said to be unbound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import captures_any, query
from deskmate.core.syntax.library import builtins, standard_members
from deskmate.core.syntax.searching import find_captures
from deskmate.core.text.text import Span
from deskmate.core.text.uri import name_in

Elsewhere = Literal["no", "project", "maybe", "any"]
_Used = Elsewhere | Literal["called"]


@dataclass(frozen=True, slots=True)
class Unbound:
    """A use of a name that nothing in its document binds. `elsewhere` says what else might: "no"
    for nothing, "project" for another file of it, "maybe" for what cannot be known, which a `wild`
    one may well be brought by: the document imports all of something. `member` is what it is asked
    for, as in `re.match`, "" for nothing. It stands in as many classes that are `derived` from
    others.
    """

    name: str
    span: Span
    elsewhere: Elsewhere = "no"
    member: str = ""
    derived: int = 0
    wild: bool = False


def unbound_names(document: Document) -> tuple[Unbound, ...]:
    """Every use of a name that nothing in the document binds, in order; none in a language that has
    no `locals.scm`. Found once a snapshot.
    """
    found = _UNBOUND.get(document)
    if found is None:
        found = _UNBOUND[document] = tuple(_find(document))
    return found


_UNBOUND: WeakKeyDictionary[Document, tuple[Unbound, ...]] = WeakKeyDictionary()


def defined_names(document: Document) -> frozenset[str]:
    """The names that a document defines or imports outside of every scope."""
    read = _read(document)
    return frozenset(read[0].names) if read else frozenset()


@dataclass(frozen=True, slots=True)
class Binding:
    """What binds a name where it is used: the ids of all `nodes` that do in one `scope`, which may
    be that of the file.
    """

    scope: int
    nodes: tuple[int, ...]
    of_file: bool


def find_bindings(document: Document) -> dict[int, Binding]:
    """What binds the names that are used in a document, by the ids of the nodes that use them; of
    those that nothing in it binds none.
    """
    read = _read(document)
    found: dict[int, Binding] = {}
    for scope, node, _ in read[1] if read else ():
        name = _text(node)
        holder = scope.holder(name)
        if read and holder is not None:
            found[node.id] = Binding(id(holder), tuple(holder.names[name]), holder is read[0])
    return found


@dataclass(slots=True)
class _Scope:
    """Where names hold. What is defined in an `inline` one for its function goes to the scope
    around it; those of a `closed` one are not seen in functions inside it; an `open` one may have
    any name, a `derived` one any but those that are `maybe`, one of which a program writes a part
    (`written`) any that is called. `names` are those that it binds, each with the ids of the nodes
    that do.
    """

    end: int
    around: _Scope | None = None
    inline: bool = False
    closed: bool = False
    open: bool = False
    derived: bool = False
    written: bool = False
    names: dict[str, list[int]] = field(default_factory=dict)

    @property
    def function(self) -> _Scope:
        """The scope itself, or the nearest around it that is not inline."""
        scope = self
        while scope.inline and scope.around is not None:
            scope = scope.around
        return scope

    def holder(self, name: str) -> _Scope | None:
        """The scope that binds a name as it is seen in this one; None where none does."""
        scope: _Scope | None = self
        direct = True
        while scope is not None and not (name in scope.names and (direct or not scope.closed)):
            direct = direct and scope.inline
            scope = scope.around
        return scope

    @property
    def derivations(self) -> int:
        """How many of it and the scopes around it may be given names by what they derive from."""
        scope, found = self, int(self.derived)
        while scope.around is not None:
            scope = scope.around
            found += scope.derived
        return found

    def knows(self, name: str, elsewhere: _Used = "no") -> bool:
        """Whether it binds a name, or may."""
        scope: _Scope | None = self
        direct = True
        while scope is not None:
            if (
                scope.open
                or (scope.derived and elsewhere != "maybe")
                or (scope.written and elsewhere == "called")
                or (name in scope.names and (direct or not scope.closed))
            ):
                return True
            direct = direct and scope.inline
            scope = scope.around
        return False


_Use = tuple[_Scope, Node, _Used]


def _find(document: Document) -> Iterator[Unbound]:
    read = _read(document)
    if read is None or document.language is None:
        return
    known = builtins(document.language) or frozenset()
    more = standard_members(document.language)
    for scope, node, elsewhere in read[1]:
        name, wild = _text(node), read[2] and elsewhere == "maybe"
        if elsewhere == "any":
            continue
        if name not in known:
            if not scope.knows(name, elsewhere):
                span, member = document.span_of(node), _member(document, node)
                told: Elsewhere = "no" if elsewhere == "called" else elsewhere
                yield Unbound(name, span, told, member, scope.derivations, wild)
        elif f"{name}.{(member := _member(document, node))}" in more and not scope.knows(name):
            # what it has only with an import (Ruby's `Time.parse`)
            yield Unbound(name, document.span_of(node), "maybe", member)


def _read(document: Document) -> tuple[_Scope, list[_Use], bool] | None:
    """The scope of the file, each use of a name with its own, and whether all of something is
    imported; None where nothing is known.
    """
    language = document.language
    if language is None or document.tree is None or name_in(document.uri) in language.filenames:
        return (
            None  # what has a name of its own (Rakefile) is given names by the tool that reads it
        )
    wanted = query(language, "locals")
    if wanted is None or document.tree.root_node.has_error:
        return None  # what the grammar cannot read it may have read wrongly
    captures = find_captures(wanted, document.tree.root_node)
    events = [
        # Of scopes of the same bytes (a class's body and its only method) the outer comes first.
        (
            node.start_byte,
            not part.startswith("scope"),
            -node.end_byte,
            -node.descendant_count,
            part,
            at,
        )
        for capture, nodes in captures.items()
        if (part := capture.removeprefix("local.")) != capture
        for at, node in enumerate(nodes)
    ]
    apart = {n.id for p in _APART for n in captures.get(f"local.{p}", ())}
    unsure = {node.id for node in captures.get("local.reference.maybe", ())}
    called = {node.id for node in captures.get("local.reference.called", ())}
    file = _Scope(document.tree.root_node.end_byte + 1)
    inside = [file]
    uses: list[_Use] = []
    unknown, wild, module = 0, False, not captures_any(language, "locals", "local.module")
    for start, _, end, _, part, at in sorted(events):
        node = captures[f"local.{part}"][at]
        while inside[-1].end <= start and len(inside) > 1:
            inside.pop()
        scope = inside[-1]
        if part == "scope.outside":
            inside.append(_Scope(-end, scope.around, inline=True))
        elif part.startswith("scope"):
            inside.append(_Scope(-end, scope, part == "scope.inline", part == "scope.closed"))
        elif part == "everything.derived":
            scope.derived = True
        elif part == "everything.written":
            scope.written = True
        elif part.startswith("everything"):
            (file if part.endswith("global") else scope).open = True
        elif part == "wild":
            wild = True
        elif part == "module":
            module = True
        elif part == "unknown":
            unknown = max(unknown, -end)
        elif part.startswith("reference"):
            elsewhere = _ELSEWHERE[part]
            if part == "reference.inside" and scope.function is file:
                elsewhere = "maybe"
            if (
                node.id not in apart
                and start >= unknown
                and (elsewhere == "maybe" or node.id not in unsure)
                and (elsewhere == "called" or node.id not in called)
            ):
                uses.append((scope, node, elsewhere))
        elif part != "member":
            holder = _holder(scope, node, part)
            names = (file if part.endswith("global") else holder).names
            for name in _named(node, part):
                names.setdefault(name, []).append(node.id)
    if not module:
        uses = [(scope, node, "any" if it == "any" else "maybe") for scope, node, it in uses]
    return file, uses, wild


_ELSEWHERE: Mapping[str, _Used] = {
    "reference": "no",
    "reference.called": "called",
    "reference.inside": "no",
    "reference.project": "project",
    "reference.maybe": "maybe",
    "reference.bound": "any",
}

_APART = (
    "member",
    "definition",
    "definition.outer",
    "definition.function",
    "definition.global",
    "definition.words",
    "definition.words.global",
)
"""What is no use of a name."""


def _holder(scope: _Scope, node: Node, part: str) -> _Scope:
    """The scope that a definition belongs to."""
    if part == "definition.outer":
        return scope.around or scope
    return scope.function if part == "definition.function" else scope


def _named(node: Node, part: str) -> Sequence[str]:
    return words(_text(node)) if part.startswith("definition.words") else (_text(node),)


def words(text: str) -> list[str]:
    """What in a text may be names."""
    return _WORD.findall(text)


_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")


def _member(document: Document, node: Node) -> str:
    """What stands behind a name and its dot."""
    found = _MEMBER.match(document.text, document.offset_of(node.end_byte))
    return found[1] if found else ""


_MEMBER = re.compile(r"\s*(?:\.|::|\?\.)\s*([^\W\d]\w*)")


def _text(node: Node) -> str:
    return (node.text or b"").decode()
