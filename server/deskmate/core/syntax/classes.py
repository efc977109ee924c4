"""Which members a class has, with those of its bases, where that can be told at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import Definition, Found
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.library import Library, builtins, find_library
from deskmate.core.syntax.lookup import WholeNames
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a class: `defined` in the project by their names, those of `library` classes.
    `classes` are itself and its bases in the project, the nearest first.
    """

    classes: tuple[Found, ...] = ()
    defined: dict[str, list[Found]] = field(default_factory=dict)
    library: frozenset[str] = frozenset()
    from_library: bool = False


def find_members(found: Found, names: WholeNames, language: Language) -> Members | None:
    """The members of a class of the project; None where it may have others than can be found."""
    classes: list[Found] = []
    library: set[str] = set()
    if not _collect(found, names, language, classes, library):
        return None
    defined: dict[str, list[Found]] = {}
    for one in classes:
        for member in names.members(one):
            defined.setdefault(member.definition.name, []).append(member)
    dynamic = language.members.dynamic
    if dynamic and any(re.fullmatch(dynamic, name) for name in defined):
        return None
    public: set[str] = set()
    for name in library:
        inherited = library_members(name, find_library(language))
        if inherited is None:
            return None
        public |= inherited
    return Members(tuple(classes), defined, frozenset(public), bool(library - _PLAIN))


_PLAIN = {"abc.ABC", "typing.Generic", "typing.Protocol", "builtins.object"}


def library_members(name: str, library: Library | None) -> frozenset[str] | None:
    """The public members of a class of the library; None where it may have others."""
    if library is None or (known := library.classes.get(name)) is None or known.open:
        return None
    members = known.members
    for base in known.bases:
        inherited = library_members(base, library)
        if inherited is None:
            return None
        members |= inherited
    return members


def derived_members(name: str, library: Library) -> frozenset[str]:
    """What all classes of the library have that are derived from one: it may stand for them."""
    found = [
        library_members(one, library) or frozenset()
        for one, known in library.classes.items()
        if name in known.bases
    ]
    return frozenset.intersection(*found) if found else frozenset()


def library_name(name: str, path: Path, names: WholeNames, language: Language) -> str:
    """The full name that a name in a file has in the language's library; "" where it is not from
    there, or that cannot be told.
    """
    library = find_library(language)
    if library is None:
        return ""
    first, _, rest = name.partition(".")
    meant: dict[str, bool] = {}
    for one in names.imports(path):
        if ("*", "*") in one.names:
            if not language.members.opens:
                return ""
            if library.find_class(f"{one.module}.{first}"):
                meant[f"{one.module}.{first}"] = False
        for theirs, here in one.names:
            if here == first:
                meant[f"{one.module}.{theirs}"] = bool(names.resolve(path, one))
        if one.names:
            continue
        if one.alias == first or (not one.alias and one.module.partition(".")[0] == first):
            module = one.module if one.alias else first
            meant[module] = bool(names.resolve(path, one))
    if not meant:
        known = (f"builtins.{name}", *([name] if rest else ()))
        return next((one for one in known if library.find_class(one)), "")
    if len(meant) > 1 or any(meant.values()):
        return ""
    full = next(iter(meant))
    return f"{full}.{rest}" if rest else full


def may_have(name: str, members: Members, names: WholeNames, own: Path) -> bool:
    """Whether something beside its definitions says that a class has such a member: it is asked for
    or set elsewhere in a file of the class, stands in a string, or the file sets members by names.
    Of the file `own`, in which it is asked for now, only its class is looked at.
    """
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    for path in dict.fromkeys(one.path for one in members.classes):
        document = names.document(path)
        if document is None or (path != own and mentions(name, document)):
            return True
        known = names.symbols(path).definitions
        for one in members.classes:
            if one.path == path and any(
                word.search(part) for part in _around_functions(document, one.definition, known)
            ):
                return True
    return False


def mentions(name: str, document: Document) -> bool:
    """Whether a document asks something for a member of that name, or has the name in a string; or
    sets members by their names.
    """
    reflects = document.language.members.reflects if document.language else ""
    if document.tree is None or (reflects and re.search(reflects, document.text)):
        return True
    if re.search(rf"(?:\.|->|::|(?=@))\s*{re.escape(name)}(?![\w$])", document.text):
        return True
    for match in re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", document.text):
        at, _ = document.bytes_span(Span(match.start(), match.end()))
        leaf = document.tree.root_node.descendant_for_byte_range(at, at + 1)
        if leaf is not None and _TEXTUAL.search(leaf.type):
            return True
    return False


_TEXTUAL = re.compile("string|symbol|char|text")


def _around_functions(
    document: Document, owner: Definition, known: tuple[Definition, ...]
) -> Iterator[str]:
    """The text of a class without that of its functions."""
    inside = (*owner.container, owner.name)
    functions = [one.span for one in known if one.kind == "function" and one.container == inside]
    at = owner.span.start
    for span in sorted(functions):
        if span.start >= at:
            yield document.text[at : span.start]
            at = span.end
    yield document.text[at : owner.span.end]


def _collect(
    found: Found, names: WholeNames, language: Language, classes: list[Found], library: set[str]
) -> bool:
    """Adds a class and its bases, each once; gives whether all of them are known and closed."""
    if found in classes:
        return True
    if len(classes) >= _MOST or _is_open(found, names, language):
        return False
    document = names.document(found.path)
    if (
        document is None
        or document.language is None
        or document.language.members != language.members
    ):
        return False  # what another language calls it here nobody says
    classes.append(found)
    head = found.definition.head
    for base in found.definition.bases:
        written = re.search(
            rf"(?:[\w$]+\s*\.\s*)*(?<![\w$]){re.escape(base)}(?![\w$])",
            head.partition(found.definition.name)[2],
        )
        dotted = re.sub(r"\s", "", written[0]) if written else base
        known = [one for one in names.lookup(found.path, dotted) if one != found]
        if len(known) == 1 and known[0].definition.kind == "class":
            if not _collect(known[0], names, language, classes, library):
                return False
            continue
        full = "" if known else library_name(dotted, found.path, names, language)
        there = find_library(language)
        full = there.find_class(full) if there else ""
        if not full:
            return False
        library.add(full)
    return True


_MOST = 30
"""Classes that one may be derived from, in all."""


def _is_open(found: Found, names: WholeNames, language: Language) -> bool:
    """Whether what stands at a class's head, or is taken in by it, may give it any member."""
    rules, definition = language.members, found.definition
    if rules.open and re.search(rules.open, definition.head):
        return True
    if definition.name in (builtins(language) or ()):
        return True  # one of the language's own that the project adds to, or one called like it
    if not rules.takes_in:
        return False
    document = names.document(found.path)
    return document is None or bool(re.search(rules.takes_in, document.slice(definition.span)))
