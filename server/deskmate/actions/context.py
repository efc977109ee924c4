"""What the model is shown besides the code it works on: what that code uses, as far as it can be
found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import indent

from deskmate.actions.names import comment, describe_definition
from deskmate.actions.pieces import Piece, Place, Worth
from deskmate.actions.used_names import UsedNames
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.lookup import CLASSES, Names, full_name
from deskmate.core.syntax.queries import Scope, all_scopes, imports, scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri


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
        self._used = UsedNames.read(document, self._span, target)
        self._shown: set[tuple[Path, Span]] = set()

    def find(self) -> Iterator[Piece]:
        """The pieces, those that are surely used first."""
        whole = len(self._target.span) >= len(self._document.text.strip())
        if not whole:
            yield from self._imports()
            yield from self._owner()
        yield from self._declared()
        used = list(self._resolve(self._used.code, whole))
        yield from self._pieces(used, Worth.USED)
        yield from self._pieces(self._one_step(used), Worth.TYPES)
        yield from self._pieces(self._resolve(self._used.said, whole), Worth.SAID)
        if is_unwritten(self._target):
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
        known_as = path, name, name.rpartition(".")[2]
        meanings = (self._names.lookup(self._path, one) for one in known_as)
        owners = next((one for one in meanings if one), ())
        owner = next((one for one in owners if one.definition.kind in CLASSES), None)
        if owner is None:
            return
        self._shown.add((owner.path, owner.definition.span))
        yield self._around(f"It stands in `{name}`", *self._describe(owner))
        yield from self._pieces(self._beside(owner), Worth.USED)
        for base in owner.definition.bases:
            found = self._names.lookup(owner.path, base)
            yield from self._pieces(found, Worth.TYPES)
        fields = [one for one in self._names.members(owner) if one.definition.kind == "field"]
        for field in fields:
            if field.definition.name in self._used.words:
                yield from self._pieces(self._types(field), Worth.TYPES)

    def _declared(self) -> Iterator[Piece]:
        """How a header or the like declares the target, where that says more than its own head."""
        own = self._target.scope
        if own is None or own.kind != "function" or own.path or own.anonymous:
            return
        head = _in_words(self._document.slice(own.head))
        for path, text in self._names.declared(self._path, own.name)[:1]:
            if _in_words(text) != head:
                same = (
                    one for one in self._names.symbols(path).definitions if one.name == own.name
                )
                self._shown.update((path, one.span) for one in same)
                name = f"`{own.name}` in {self._names.title(path)}"
                yield self._elsewhere(name, text, path, Worth.OWN)

    def _elsewhere(self, name: str, text: str, path: Path, worth: Worth, least: str = "") -> Piece:
        return Piece(
            name=name,
            title="From other files of the project",
            text=text,
            fence=self._language.fence,
            worth=worth,
            place=Place.PROJECT,
            file="".join(comment(self._language, self._names.title(path))),
            uri=file_uri(path),
            least=least,
        )

    def _beside(self, owner: Found) -> Iterator[Found]:
        """The members that are used which the target's own file adds to a class of another."""
        inside = (*owner.definition.container, owner.definition.name)
        for one in self._names.symbols(self._path).definitions if owner.path != self._path else ():
            own = one.container == inside and one.name in self._used.words
            if own and not self._span.contains(one.span):
                yield Found(self._path, one)

    def _around(self, title: str, text: str, least: str = "") -> Piece:
        return Piece(title, title, text, self._language.fence, Worth.OWN, Place.OWN, least=least)

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
            if found.definition.kind in CLASSES:
                for member in self._names.members(found):
                    if member.definition.name in self._used.words:
                        yield from self._types(member)

    def _types(self, found: Found) -> Iterator[Found]:
        for name in found.definition.types:
            for one in self._names.lookup(found.path, name)[:_MEANINGS]:
                if one.definition.kind in (*CLASSES, "variable"):
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
            text, least = self._describe(one)
            name = f"`{full_name(one.definition)}`"
            if one.path != self._path:
                name = f"{name} in {self._names.title(one.path)}"
                yield self._elsewhere(name, text, one.path, worth, least)
                continue
            title, fence = "From the same file", self._language.fence
            yield Piece(
                f"{name} in the same file", title, text, fence, worth, Place.FILE, least=least
            )

    def _whole(self, found: Found) -> Found:
        """The class of a member, which is shown with its members; else the definition itself."""
        *outer, owner = found.definition.container or ("",)
        for one in self._names.symbols(found.path).definitions:
            if one.name == owner and one.container == tuple(outer) and one.kind in CLASSES:
                return Found(found.path, one)
        return found

    def _describe(self, found: Found) -> tuple[str, str]:
        """All of a definition that is worth showing, and the least where that is less."""
        given = (found, self._names, self._language, self._used.words)
        own = self._path, self._target.span
        text = describe_definition(*given, own)
        least = describe_definition(*given, own, least=True)
        return text, least if len(least) < len(text) else ""


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


def find_words(target: Target) -> frozenset[str]:
    """Every name in a target's code, or for an insertion in the comment above it."""
    span = target.scope.outer if target.scope else target.span
    return UsedNames.read(target.document, span, target).words


def is_unwritten(target: Target) -> bool:
    """Whether its code is yet to be written, so that it does not say what it will use."""
    return target.result == "insert" or bool(target.scope and target.scope.stub)


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


def _in_words(text: str) -> str:
    """A head or declaration, whatever is between its words and at its end."""
    return " ".join(text.rstrip("; \n").split())


def _given_to(document: Document, scope: Scope) -> str:
    """The call or the like that an anonymous function is a part of, without the function."""
    lines = document.lines
    first = lines.start(lines.line_at(scope.span.start))
    last = lines.end(lines.line_at(scope.span.end))
    before, after = document.text[first : scope.span.start], document.text[scope.span.end : last]
    return f"{before.strip()} … {after.strip()}".strip()


_MEANINGS = 3
"""Definitions of one name that are shown, where it cannot be told which is meant."""
