"""What is known of the values in a document: which class they are of, by what is written there.

`members.scm` says how a language writes it. Nothing is guessed: a value is known where every place
that binds its name says the same, and nothing else is done with it that may make it another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tree_sitter import Node

from deskmate.core.syntax.bindings import find_bindings
from deskmate.core.syntax.classes import find_members, library_name
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import node_text
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.library import find_library
from deskmate.core.syntax.lookup import WholeNames
from deskmate.core.syntax.value_facts import read_facts
from deskmate.core.syntax.written_types import WrittenType, read_type
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Value:
    """A value: an object of a class, the class itself, a module, or a function. It is `found` in
    the project, or has a name in the language's `library`; a module of the project is a `file`.
    `arguments` are those of its type as they are written in the file at `path`.
    """

    kind: Literal["object", "class", "module", "function"]
    found: Found | None = None
    library: str = ""
    file: Path | None = None
    arguments: tuple[WrittenType, ...] = ()
    path: Path | None = None


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
        self._language = language
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
            value = self._value(asked)
            if value is not None and value.kind != "function":
                called = whole.id in self._facts.called | self._facts.called_itself
                own = self._is_own(asked)
                yield MemberUse(node_text(member), span, node_text(whole), called, value, own)

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
        if node.id in facts.calls:
            return self._called(self._value(facts.calls[node.id], depth - 1))
        if node.id in facts.made:
            return self._of_type(node_text(facts.made[node.id]), self._path)
        if node.id in facts.items:
            return self._element(self._value(facts.items[node.id], depth - 1), -1)
        if node.id in facts.uses:
            _, asked, member = facts.uses[node.id]
            found = self._member(self._value(asked, depth - 1), node_text(member))
            return self._called(found) if node.id in facts.called_itself else found
        if re.fullmatch(r"[^\W\d]\w*|\$\w+", node_text(node)):
            return self._named(node, depth)
        return None

    def _named(self, node: Node, depth: int) -> Value | None:
        binding = self._bindings.get(node.id)
        name = node_text(node)
        if binding is None:
            found = self._names.lookup(self._path, name)
            return self._of_found(found) if found else self._of_library(name)
        bound = [self._facts.bound.get(one, ()) for one in binding.nodes]
        if any(one in self._facts.selves for one in binding.nodes):
            return self._own_class(node) if len(binding.nodes) == 1 else None
        if any(bound):
            values = [self._bound(one, depth) for one in bound]
            same = all(one is not None and one == values[0] for one in values)
            return values[0] if same else None
        if not binding.of_file or len(binding.nodes) != 1:
            return None
        found = self._names.lookup(self._path, name)
        return self._of_found(found) if found else self._of_module(name) or self._of_library(name)

    def _bound(self, ways: tuple[tuple[str, Node], ...], depth: int) -> Value | None:
        """The value of a name by all that is said where it is bound: a type that is written counts,
        but for a value that is known to be of another.
        """
        said = dict(ways)
        given = self._value(said["value"], depth - 1) if "value" in said else None
        if "type" in said:
            return self._of_type(node_text(said["type"]), self._path)
        if "each" in said:
            return self._element(self._value(said["each"], depth - 1), 0)
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
        value = self._of_found(self._names.lookup(self._path, ".".join(outer.container)))
        return replace(value, kind="object") if value and value.kind == "class" else None

    def _of_type(self, text: str, path: Path) -> Value | None:
        written = read_type(text)
        return self._of_written(written, path) if written else None

    def _of_written(self, written: WrittenType, path: Path) -> Value | None:
        """An object of a written type."""
        if not written.name:
            return None
        found = self._names.lookup(path, written.name) if written.name != "[]" else ()
        if found:
            value = self._of_found(found)
            if value is None or value.kind != "class":
                return None
            return replace(value, kind="object", arguments=written.arguments, path=path)
        library = find_library(self._language)
        full = library_name(written.name, path, self._names, self._language)
        full = library.find_class(full) if library else ""
        if full or written.name.rpartition(".")[2] in (*self._language.members.containers, "[]"):
            return self._sure(Value("object", None, full, None, written.arguments, path))
        return None

    def _of_found(self, found: tuple[Found, ...]) -> Value | None:
        if len(found) != 1:
            return None
        definition = found[0].definition
        if definition.kind == "class":
            return Value("class", found[0])
        if definition.kind == "function":
            return Value("function", found[0])
        return self._of_type(definition.type, found[0].path) if definition.type else None

    def _of_library(self, name: str) -> Value | None:
        library = find_library(self._language)
        if library is None:
            return None
        full = library_name(name, self._path, self._names, self._language)
        if full in library.modules:
            return Value("module", library=full)
        known = library.find_class(full)
        return self._sure(Value("class", library=known)) if known else None

    def _sure(self, value: Value) -> Value | None:
        none = self._language.members.none
        return None if none and re.fullmatch(none, value.library) else value

    def _of_module(self, name: str) -> Value | None:
        """The one file of the project that a name means."""
        means = [
            one
            for one in self._names.imports(self._path)
            if one.alias == name
            or (not one.names and not one.alias and one.module == name)
            or any(here == name for _, here in one.names)
        ]
        files = self._names.resolve(self._path, means[0]) if len(means) == 1 else ()
        if len(files) != 1:
            return None
        (one,) = means
        named = [theirs for theirs, here in one.names if here == name]
        if named and files[0].stem != named[0]:
            return None  # it is something of that file
        library = find_library(self._language)
        if library is not None and one.module.partition(".")[0] in library.modules:
            return None  # a file beside that is called like a module of the library
        return Value("module", file=files[0])

    def _member(self, owner: Value | None, name: str) -> Value | None:
        """What a value gives for a member."""
        if owner is None or owner.kind == "function":
            return None
        if owner.kind == "module":
            if owner.file is not None:
                known = self._names.symbols(owner.file).definitions
                return self._of_found(
                    tuple(
                        Found(owner.file, one)
                        for one in known
                        if one.name == name and not one.container
                    )
                )
            library, full = find_library(self._language), f"{owner.library}.{name}"
            if library is None:
                return None
            if full in library.modules:
                return Value("module", library=full)
            known_class = library.find_class(full)
            return self._sure(Value("class", library=known_class)) if known_class else None
        if owner.found is None:
            return None
        members = find_members(owner.found, self._names, self._language)
        found = members.defined.get(name, []) if members else []
        if not found or (
            len(found) > 1 and found[0].definition.container == found[1].definition.container
        ):
            return None
        definition = found[0].definition
        rules = self._language.members
        if (
            definition.kind == "function"
            and rules.reads
            and re.search(rules.reads, definition.head)
        ):
            return self._returned(found[0])
        return self._of_found((found[0],))

    def _called(self, called: Value | None) -> Value | None:
        """What a call gives."""
        if called is None or called.kind in ("object", "module"):
            return None
        if called.kind == "class":
            if (
                called.found is not None
                and find_members(called.found, self._names, self._language) is None
            ):
                return None
            return replace(called, kind="object")
        return self._returned(called.found) if called.found else None

    def _returned(self, found: Found) -> Value | None:
        rules, definition = self._language.members, found.definition
        if not rules.returns or (rules.changed and re.search(rules.changed, definition.head)):
            return None
        written = re.search(
            rules.returns.replace("{name}", re.escape(definition.name)), definition.head
        )
        return self._of_type(written[1], found.path) if written else None

    def _element(self, many: Value | None, which: int) -> Value | None:
        """One of the values that another holds: by going through them (0), or by an index (-1)."""
        if many is None or many.kind != "object" or many.path is None or not many.arguments:
            return None
        if many.found is not None:
            return None  # a class of the project may mean anything by its arguments
        return self._of_written(many.arguments[which], many.path)
