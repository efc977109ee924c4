"""What the model is shown besides the code it works on: what that code uses, as far as it can be
found, fitted to a budget of tokens.

Pieces go in by what they are worth, whole or not at all, and stand in the order in which they
change least from one request to the next, so that the engine finds its prefix in the cache. What
did not fit is named, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import Protocol

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import Definition, FileSymbols, Found, find_symbols
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.queries import Scope, all_scopes, imports, scopes
from deskmate.core.syntax.tokens import tokens
from deskmate.core.target import Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri, name_in

DENSITY = 1 / 3
"""Tokens a byte where nobody counts them, on the high side: code is 3 to 4 bytes of UTF-8 a token
with the vocabularies of today's coding models.
"""


class Worth(IntEnum):
    """What a piece is worth to the model, the most first: what does not fit is of the last."""

    RULES = 0
    POINTED_AT = 1
    OWN = 2
    USED = 3
    IMPORTS = 4
    TYPES = 5
    SAID = 6
    LIKELY = 7
    LIKE_IT = 8


class Place(IntEnum):
    """Where a piece stands: what changes least from one request to the next comes first."""

    RULES = 0
    IMPORTS = 1
    PROJECT = 2
    FILE = 3
    OWN = 4
    LIKE_IT = 5
    POINTED_AT = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing worth showing: `name` in words, its text, and the `title` under which it stands
    with others. `file` is what its own file is called in a comment above it, and `uri` that file,
    where it is another than the target's.
    """

    name: str
    title: str
    text: str
    fence: str
    worth: Worth
    place: Place
    file: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The pieces that fitted, as Markdown, and the names of those that did not."""

    text: str
    left_out: tuple[str, ...]


class Names(Protocol):
    """What names mean in a project: `workspace.index.ProjectIndex`, or `OneFile`."""

    def symbols(self, path: Path) -> FileSymbols:
        """What a file defines and imports."""
        ...

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """What a name in the file at `path` means."""
        ...

    def members(self, found: Found) -> tuple[Found, ...]:
        """The fields and functions of a class."""
        ...

    def imported(self, path: Path) -> Mapping[str, tuple[Path, ...]]:
        """The names that a file imports, with the files of the project that they are from."""
        ...

    def title(self, path: Path) -> str:
        """What a file is called in the project."""
        ...


@dataclass(frozen=True)
class OneFile:
    """The names of a document that is in no project."""

    document: Document

    @cached_property
    def _symbols(self) -> FileSymbols:
        return find_symbols(self.document)  # it looks through all of the file

    def symbols(self, path: Path) -> FileSymbols:
        """Those of the document."""
        return self._symbols

    def lookup(self, path: Path, name: str) -> tuple[Found, ...]:
        """Its definition in the document."""
        definitions = self.symbols(path).definitions
        return tuple(Found(path, one) for one in definitions if _full_name(one) == name)

    def members(self, found: Found) -> tuple[Found, ...]:
        """Those that the document defines."""
        definitions = self.symbols(found.path).definitions
        return tuple(Found(found.path, one) for one in definitions if _is_in(one, found.definition))

    def imported(self, path: Path) -> Mapping[str, tuple[Path, ...]]:
        """None that could be found."""
        return {}

    def title(self, path: Path) -> str:
        """Its name."""
        return path.name


def fit_pieces(pieces: Iterable[Piece], budget: int, density: float = DENSITY) -> Context:
    """As many of the pieces as `budget` tokens hold, of which there are `density` a byte."""
    kept: list[Piece] = []
    left_out: list[str] = []
    begun: set[str] = set()
    for piece in sorted(pieces, key=lambda piece: (piece.worth, len(piece.text))):
        above = {piece.title, piece.file} - begun
        cost = estimate_tokens(f"{piece.text}\n{' '.join(above)}", density) + 4 * len(above)
        if cost <= budget:
            budget -= cost
            begun |= above
            kept.append(piece)
        else:
            left_out.append(piece.name)
    kept.sort(key=lambda piece: (piece.place, piece.title, piece.file))
    blocks = groupby(kept, key=lambda piece: (piece.place, piece.title, piece.fence))
    text = "\n".join(_render(title, fence, list(ones)) for (_, title, fence), ones in blocks)
    return Context(text, tuple(left_out))


def estimate_tokens(text: str, density: float = DENSITY) -> int:
    """About how many tokens `text` is, at `density` tokens a byte of UTF-8."""
    return int(len(text.encode("utf-8", "surrogatepass")) * density) + 1


def file_name(uri: str) -> str:
    """The last part of a URI, for people and models to read."""
    return name_in(uri) or "untitled"


def _render(title: str, fence: str, pieces: Sequence[Piece]) -> str:
    texts: list[str] = []
    for file, ones in groupby(pieces, key=lambda piece: piece.file):
        texts += [*([file] if file else []), *(one.text for one in ones)]
    text = "\n".join(texts)
    return f"{title}:\n{fenced(text, fence)}\n"


def find_pieces(target: Target, path: Path, names: Names) -> tuple[Piece, ...]:
    """What surrounds `target`, which is in the file at `path`, and what it uses of its file and its
    project.
    """
    document = target.document
    if document.language is None or document.language.prose:
        return ()
    return tuple(_Gathering(target, path, names).find())


class _Gathering:
    """What has been found so far for one target: each definition is shown once."""

    def __init__(self, target: Target, path: Path, names: Names) -> None:
        document = target.document
        assert document.language is not None
        self._target, self._path, self._names = target, path, names
        self._document, self._language = document, document.language
        self._span = target.scope.outer if target.scope else target.span
        self._used = _Used.read(document, self._span, target)
        self._shown: set[tuple[Path, Span]] = set()

    def find(self) -> Iterator[Piece]:
        """The pieces, those that are surely used first."""
        whole = len(self._target.span) >= len(self._document.text.strip())
        if not whole:
            yield from self._imports()
            yield from self._owner()
        used = list(self._resolve(self._used.code, whole))
        yield from self._pieces(used, Worth.USED)
        yield from self._pieces(self._one_step(used), Worth.TYPES)
        yield from self._pieces(self._resolve(self._used.said, whole), Worth.SAID)
        if _is_unwritten(self._target):
            yield from self._pieces(self._imported(), Worth.LIKELY)
        if self._target.result == "docstring":
            yield from self._documented()

    def _imports(self) -> Iterator[Piece]:
        text = "\n".join(flat(self._document, span) for span in imports(self._document))
        if text:
            title = "Imports of the file"
            fence = self._language.fence
            yield Piece(title, title, text, fence, Worth.IMPORTS, Place.IMPORTS)

    def _owner(self) -> Iterator[Piece]:
        """What the target stands in, with the classes that it is derived from."""
        around = _scope_around(self._target)
        own = self._target.scope
        if around is not None and around.kind == "function":
            text, name = flat(self._document, around.span), around.name
            yield self._around(f"It stands in `{name}`" if name else "It stands in", text)
            return
        if own is not None and own.anonymous:
            yield self._around("It is given to", _given_to(self._document, own))
            return
        name = around.name if around else (own.path[-1] if own and own.path else "")
        path = ".".join((*around.path, name)) if around else name
        owners = self._names.lookup(self._path, path) or self._names.lookup(self._path, name)
        owner = next((one for one in owners if one.definition.kind in _CLASSES), None)
        if owner is None:
            return
        self._shown.add((owner.path, owner.definition.span))
        yield self._around(f"It stands in `{name}`", self._describe(owner))
        for base in owner.definition.bases:
            found = self._names.lookup(owner.path, base)
            yield from self._pieces(found, Worth.TYPES)
        fields = [one for one in self._names.members(owner) if one.definition.kind == "field"]
        for field in fields:
            if field.definition.name in self._used.words:
                yield from self._pieces(self._types(field), Worth.TYPES)

    def _around(self, title: str, text: str) -> Piece:
        return Piece(title, title, text, self._language.fence, Worth.OWN, Place.OWN)

    def _resolve(self, names: Iterable[str], whole: bool) -> Iterator[Found]:
        """What names mean outside of the target."""
        for name in names:
            found = self._names.lookup(self._path, name)
            for one in found[:_MEANINGS]:
                here = one.path == self._path
                if not here or not (whole or self._span.contains(one.definition.span)):
                    yield one

    def _one_step(self, used: Iterable[Found]) -> Iterator[Found]:
        """The types in the heads of what is used, and those of the fields that are."""
        for found in used:
            yield from self._types(found)
            if found.definition.kind in _CLASSES:
                for member in self._names.members(found):
                    if member.definition.name in self._used.words:
                        yield from self._types(member)

    def _types(self, found: Found) -> Iterator[Found]:
        for name in found.definition.types:
            for one in self._names.lookup(found.path, name)[:_MEANINGS]:
                if one.definition.kind in (*_CLASSES, "variable"):
                    yield one

    def _documented(self) -> Iterator[Piece]:
        """The documentation that stands nearest in the file: it shows how the file writes it."""
        nearest = find_nearest_documented(self._target)
        if nearest is None or nearest.doc is None:
            return
        head, doc = flat(self._document, nearest.head), flat(self._document, nearest.doc)
        inside = nearest.doc.start >= nearest.head.start
        unit = self._language.indent
        parts = [head.rstrip(), indent(doc, unit)] if inside else [doc, head.rstrip()]
        text = "\n".join(parts)
        title = "Documentation in the same file, to be written alike"
        fence = self._language.fence
        yield Piece(title, title, text, fence, Worth.LIKE_IT, Place.LIKE_IT)

    def _imported(self) -> Iterator[Found]:
        """What the file imports of its project: code that is yet to be written may use it."""
        for name, files in self._names.imported(self._path).items():
            found = self._names.lookup(self._path, name) if name != "*" else ()
            yield from found
            if not found:
                for file in files[:1]:
                    definitions = self._names.symbols(file).definitions
                    yield from (Found(file, one) for one in definitions if not one.container)

    def _pieces(self, found: Iterable[Found], worth: Worth) -> Iterator[Piece]:
        for one in map(self._whole, found):
            key = (one.path, one.definition.span)
            if key in self._shown:
                continue
            self._shown.add(key)
            here = one.path == self._path
            name = f"`{_full_name(one.definition)}`"
            file = "" if here else self._names.title(one.path)
            yield Piece(
                name=f"{name} in the same file" if here else f"{name} in {file}",
                title="From the same file" if here else "From other files of the project",
                text=self._describe(one),
                fence=self._language.fence,
                worth=worth,
                place=Place.FILE if here else Place.PROJECT,
                file="".join(_comment(self._language, file)),
                uri="" if here else file_uri(one.path),
            )

    def _whole(self, found: Found) -> Found:
        """The class of a member, which is shown with its members; else the definition itself."""
        *outer, owner = found.definition.container or ("",)
        for one in self._names.symbols(found.path).definitions:
            if one.name == owner and one.container == tuple(outer) and one.kind in _CLASSES:
                return Found(found.path, one)
        return found

    def _describe(self, found: Found) -> str:
        own = self._path, self._target.span
        return describe_definition(found, self._names, self._language, self._used.words, own)


def describe_definition(
    found: Found,
    names: Names,
    language: Language,
    used: frozenset[str] = frozenset(),
    without: tuple[Path, Span] | None = None,
) -> str:
    """A definition as its head with the first sentence of its documentation; a class with its
    members, those of the names in `used` first, but for the one `without` which it is to be.
    """
    definition = found.definition
    lines = [*_comment(language, definition.doc), *definition.head.splitlines()]
    if definition.kind in _CLASSES:
        for member in _choose_members(found, names, used, without):
            explained = member.kind == "function" and member.name in used
            inside = [*_comment(language, member.doc if explained else "")]
            inside += member.head.splitlines()
            lines += [language.indent + line for line in inside]
    return "\n".join(lines)


def _choose_members(
    found: Found, names: Names, used: frozenset[str], without: tuple[Path, Span] | None
) -> list[Definition]:
    """The fields of a class and its functions: those that are used, and of the others the first
    public ones.
    """
    inside = [
        one.definition
        for one in names.members(found)
        if (one.path, one.definition.span) != without
        and one.definition.head not in found.definition.head  # of a struct, whose head has them
    ]
    others = [one for one in inside if one.name not in used]
    fields = [one for one in others if one.kind == "field"][:_FIELDS]
    public = [one for one in others if not one.name.startswith("_")][:_MEMBERS]
    return [one for one in inside if one.name in used or one in fields or one in public]


_CLASSES = ("class", "type")
_MEANINGS = 3
"""Definitions of one name that are shown, where it cannot be told which is meant."""
_FIELDS, _MEMBERS = 30, 12
"""Members of a class that are shown though nothing says that they are used."""


@dataclass(frozen=True, slots=True)
class _Used:
    """The names in the code of a target, dotted ones also as a whole, those in its comments and
    documentation, and every word of it.
    """

    code: tuple[str, ...]
    said: tuple[str, ...]
    words: frozenset[str]

    @classmethod
    def read(cls, document: Document, span: Span, target: Target) -> _Used:
        """What is used in a span; of an insertion, in the comment above it."""
        if target.result == "insert":
            text = document.text[max(0, span.start - _COMMENT) : span.end]
            named = tuple(_said(text))
            return cls((), named, frozenset(named))
        code: dict[str, None] = {}
        words: list[str] = []
        for token in tokens(document, span):
            if token.comment or token.textual:
                words.append(token.text)
            elif _NAME.fullmatch(token.text):
                code[token.text] = None
        text = document.slice(span)
        dotted = {name: None for name in _DOTTED.findall(text) if name.split(".")[0] in code}
        names = tuple(dict.fromkeys((*dotted, *code)))
        return cls(names, tuple(_said("\n".join(words))), frozenset(_NAME.findall(text)))


_COMMENT = 2000
"""Characters above an insertion in which its comment is looked for."""
_NAME = re.compile(r"[^\W\d]\w*")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")


def _said(text: str) -> Iterator[str]:
    """The words of a text that may be names, in the singular, too."""
    for word in dict.fromkeys(_NAME.findall(text)):
        if len(word) > 2 and (
            word[0].isupper() or "_" in word or f"{word}(" in text or f"`{word}" in text
        ):
            yield word
            for end in ("ies", "es", "s"):
                if word.endswith(end):
                    yield word.removesuffix(end) + ("y" if end == "ies" else "")


def find_nearest_documented(target: Target) -> Scope | None:
    """The documented function or class of the file that is nearest to the target; of its kind, if
    there is one.
    """
    own = target.scope
    known = [one for one in scopes(target.document) if one.doc is not None and one != own]
    return min(
        known,
        key=lambda one: (
            one.kind != (own.kind if own else ""),
            abs(one.span.start - target.span.start),
        ),
        default=None,
    )


def _is_unwritten(target: Target) -> bool:
    """Whether its code is yet to be written, so that it does not say what it will use."""
    return target.result == "insert" or bool(target.scope and target.scope.stub)


def _comment(language: Language, text: str) -> list[str]:
    if not text:
        return []
    if language.line_comment:
        return [f"{language.line_comment} {text}"]
    return (
        [f"{language.block_comment[0]} {text} {language.block_comment[1]}"]
        if language.block_comment
        else []
    )


def _full_name(definition: Definition) -> str:
    return ".".join((*definition.container, definition.name))


def _is_in(one: Definition, owner: Definition) -> bool:
    return one.container == (*owner.container, owner.name)


def _scope_around(target: Target) -> Scope | None:
    """The class (or for a selection and an anonymous function, the function) that the target is a
    part of.
    """
    own = target.scope
    around = [
        scope
        for scope in (scopes if own else all_scopes)(target.document)
        if scope.span != target.span
        and scope.span.contains(target.span)
        and (scope.kind == "class" or own is None or own.anonymous)
    ]
    return around[-1] if around else None


def _given_to(document: Document, scope: Scope) -> str:
    """The call or the like that an anonymous function is a part of, without the function."""
    lines = document.lines
    first = lines.start(lines.line_at(scope.span.start))
    last = lines.end(lines.line_at(scope.span.end))
    before, after = document.text[first : scope.span.start], document.text[scope.span.end : last]
    return f"{before.strip()} … {after.strip()}".strip()
