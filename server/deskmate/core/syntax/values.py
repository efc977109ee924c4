"""What is known of the values in a document: which class they are of, by what is written there.

`members.scm` says how a language writes it. Nothing is guessed: a value is known where every place
that binds its name says the same, and nothing else is done with it that may make it another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tree_sitter import Node

from deskmate.core.syntax.bindings import find_bindings
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import node_text
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.lookup import WholeNames
from deskmate.core.syntax.meanings import Meanings, Value
from deskmate.core.syntax.value_facts import read_facts
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class MemberUse:
    """A place where something is asked for a member: `text` is all of it, `value` what is asked,
    `own` whether that is the object that the code is of.
    """

    name: str
    span: Span
    text: str
    called: bool
    value: Value
    own: bool


class Values:
    """The values of a document that stands at `path` among `names`."""

    def __init__(
        self, document: Document, path: Path, names: WholeNames, language: Language
    ) -> None:
        self._document, self._path, self._names = document, path, names
        self._meanings = Meanings(path, names, language)
        self._known: dict[int, Value | None] = {}
        self._facts = read_facts(document)
        self._bindings = find_bindings(document) if self._facts.uses else {}
        self._unsure = {self._key(node) for node in self._facts.unsure}

    def uses(self, wanted: Iterable[Span]) -> Iterator[MemberUse]:
        """What is asked for members in some spans, as far as it is known what is asked."""
        spans = list(wanted)
        for whole, asked, member in self._facts.uses.values():
            span = self._document.span_of(member)
            if not any(one.contains(span) for one in spans) or self._is_unknown(whole):
                continue
            if node_text(member) in self._facts.set_names:
                continue
            value = self._own_class(whole) if asked == whole else self._value(asked)
            if value is not None and value.kind != "function":
                called = whole.id in self._facts.called | self._facts.called_itself
                own = asked == whole or self._is_own(asked)
                start = self._document.span_of(whole).start
                text = self._document.text[start : span.end]
                if whole.id in self._facts.called_itself and self._document.text.startswith(
                    "(", span.end
                ):
                    text += "()"
                yield MemberUse(node_text(member), span, text, called, value, own)

    def _is_unknown(self, node: Node) -> bool:
        return any(
            one.start_byte <= node.start_byte and node.end_byte <= one.end_byte
            for one in self._facts.unknown
        )

    def _is_own(self, node: Node) -> bool:
        binding = self._bindings.get(node.id)
        bound = binding is not None and any(one in self._facts.selves for one in binding.nodes)
        return node.id in self._facts.selves or bound

    def _value(self, node: Node, depth: int = 8) -> Value | None:
        if node.id not in self._known:
            self._known[node.id] = None  # while it is looked for
            found = self._find(node, depth) if depth else None
            self._known[node.id] = found if found is None or self._is_sure(node, found) else None
        return self._known[node.id]

    def _is_sure(self, node: Node, value: Value) -> bool:
        return value.kind == "module" or self._key(node) not in self._unsure

    def _key(self, node: Node) -> tuple[int, str]:
        """What tells an expression from another with the same text, by what its first name is."""
        first = node
        while first.named_children and first.id not in self._bindings:
            first = first.named_children[0]
        binding = self._bindings.get(first.id)
        return (binding.scope if binding else 0), re.sub(r"\s", "", node_text(node))

    def _find(self, node: Node, depth: int) -> Value | None:
        facts = self._facts
        if node.id in facts.same:
            return self._value(facts.same[node.id], depth - 1)
        if node.id in facts.selves:
            return self._own_class(node)
        if node.id in facts.own and not self._is_bound(facts.own[node.id]):
            name = node_text(facts.own[node.id])
            return self._meanings.called(
                self._meanings.member(self._own_class(node), name, called=True)
            )
        if node.id in facts.calls:
            return self._meanings.called(self._value(facts.calls[node.id], depth - 1))
        if node.id in facts.made:
            return self._meanings.of_type(node_text(facts.made[node.id]), self._path)
        if node.id in facts.items:
            return self._meanings.element(self._value(facts.items[node.id], depth - 1), -1)
        if node.id in facts.uses:
            _, asked, member = facts.uses[node.id]
            called = node.id in facts.called_itself
            owner = self._own_class(node) if asked == node else self._value(asked, depth - 1)
            told = called if facts.called_itself else None
            found = self._meanings.member(owner, node_text(member), called=told)
            return self._meanings.called(found) if called and _is_callable(found) else found
        if re.fullmatch(r"[^\W\d]\w*|\$\w+", node_text(node)):
            return self._named(node, depth)
        return None

    def _named(self, node: Node, depth: int) -> Value | None:
        binding = self._bindings.get(node.id)
        name = node_text(node)
        if binding is None:
            named = self._meanings.lookup(self._path, name)
            found = tuple(one for one in named if one.definition.kind != "field")
            return self._meanings.of_found(found) if named else self._meanings.of_library(name)
        bound = [self._facts.bound.get(one, ()) for one in binding.nodes]
        if any(one in self._facts.selves for one in binding.nodes):
            return self._own_class(node) if len(binding.nodes) == 1 else None
        if any(bound):
            values = [self._bound(one, depth) for one in bound]
            same = all(one is not None and one == values[0] for one in values)
            return values[0] if same else None
        if not binding.of_file or len(binding.nodes) != 1:
            return None
        found = self._meanings.lookup(self._path, name)
        return (
            self._meanings.of_found(found)
            if found
            else self._meanings.of_module(name) or self._meanings.of_library(name)
        )

    def _bound(self, ways: tuple[tuple[str, Node], ...], depth: int) -> Value | None:
        """The value of a name by all that is said where it is bound: a type that is written counts,
        but for a value that is known to be of another.
        """
        said = dict(ways)
        given = self._value(said["value"], depth - 1) if "value" in said else None
        if "type" in said:
            return self._meanings.of_type(node_text(said["type"]), self._path)
        if "each" in said:
            return self._meanings.element(self._value(said["each"], depth - 1), 0)
        if "held" in said:
            return self._meanings.element(self._value(said["held"], depth - 1), -1)
        return given

    def _own_class(self, node: Node) -> Value | None:
        """The object that a node stands for: of the class around it, or of the one that the method
        around it says it is of.
        """
        at = self._document.span_of(node)
        known = self._names.symbols(self._path).definitions
        around = [one for one in known if one.span.contains(at)]
        classes = [one for one in around if one.kind == "class"]
        methods = [one for one in around if one.kind == "function" and one.container]
        if classes:
            inner = min(classes, key=lambda one: len(one.span))
            apart = map(self._document.span_of, self._facts.apart)
            if any(one.contains(at) and inner.span.contains(one) for one in apart):
                return None
            return Value("object", Found(self._path, inner))
        if not methods:
            return None
        outer = max(methods, key=lambda one: len(one.span))
        value = self._meanings.of_found(
            self._meanings.lookup(self._path, ".".join(outer.container))
        )
        return replace(value, kind="object") if value and value.kind == "class" else None

    def _is_bound(self, node: Node) -> bool:
        """Whether something is said where the name is bound."""
        binding = self._bindings.get(node.id)
        return binding is not None and any(one in self._facts.bound for one in binding.nodes)


def _is_callable(value: Value | None) -> bool:
    """Whether a call of it gives something else; of what is only read like that it does not."""
    return value is not None and value.kind in ("function", "class")
