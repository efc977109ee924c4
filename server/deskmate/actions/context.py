"""What the model is shown besides the code it works on, fitted to a budget of tokens.

Pieces go in by priority, whole or not at all, and stand in the order in which they change least
from one request to the next, so that the engine finds its prefix in the cache. What did not fit
is named, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import Scope, all_scopes, imports, scopes
from deskmate.core.syntax.symbols import outline
from deskmate.core.target import Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.uri import name_in

DENSITY = 1 / 3
"""Tokens a byte where nobody counts them, on the high side: code is 3 to 4 bytes of UTF-8 a token
with the vocabularies of today's coding models.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing worth showing. The lower `priority`, the later it is left out; `order` is where it
    stands.
    """

    title: str
    text: str
    fence: str
    priority: int
    order: int


@dataclass(frozen=True, slots=True)
class Context:
    """The pieces that fitted, as Markdown, and the titles of those that did not."""

    text: str
    left_out: tuple[str, ...]


def gather(
    target: Target, others: Sequence[Document], budget: int, density: float = DENSITY
) -> Context:
    """What surrounds `target`, in its file and in `others`, within `budget` tokens, of which there
    are `density` a byte.
    """
    kept: list[Piece] = []
    left_out: list[str] = []
    for piece in sorted(_pieces(target, others), key=lambda piece: piece.priority):
        cost = estimate_tokens(_render(piece), density)
        if cost <= budget:
            budget -= cost
            kept.append(piece)
        else:
            left_out.append(piece.title)
    kept.sort(key=lambda piece: piece.order)
    return Context("\n".join(map(_render, kept)), tuple(left_out))


def estimate_tokens(text: str, density: float = DENSITY) -> int:
    """About how many tokens `text` is, at `density` tokens a byte of UTF-8."""
    return int(len(text.encode("utf-8", "surrogatepass")) * density) + 1


def file_name(uri: str) -> str:
    """The last part of a URI, for people and models to read."""
    return name_in(uri) or "untitled"


def _render(piece: Piece) -> str:
    return f"{piece.title}:\n{fenced(piece.text, piece.fence)}\n"


def _pieces(target: Target, others: Sequence[Document]) -> Iterable[Piece]:
    document = target.document
    if document.language is None or document.language.prose:
        return
    fence, whole = document.language.fence, _is_whole(target)
    imported = "\n".join(flat(document, span) for span in imports(document))
    if imported and not whole:
        yield Piece("Imports of the file", imported, fence, priority=1, order=0)
    names = set(_WORD.findall(document.slice(target.span)))
    for other in others:
        if other.uri == document.uri or other.language is None or other.language.prose:
            continue
        for scope in scopes(other):
            if scope.name in names and not scope.path and scope.name in imported:
                title = f"`{scope.name}` in {file_name(other.uri)}"
                yield Piece(title, outline(other, scope), other.language.fence, 3, 1)
    if whole:
        return
    own = target.scope
    owner = _owner(target)
    for scope in scopes(document):
        if scope.name in names and scope != own and not scope.path:
            if owner is not None and scope.span == owner.span:
                continue
            title = f"`{scope.name}` in the same file"
            yield Piece(title, outline(document, scope), fence, 2, 2)
    if owner is not None:
        yield Piece(f"It stands in `{owner.name}`", _owner_text(target, owner), fence, 0, 3)
    elif own is not None and own.anonymous:
        yield Piece("It is given to", _given_to(document, own), fence, 0, 3)


def _is_whole(target: Target) -> bool:
    return len(target.span) >= len(target.document.text.strip())


def _owner(target: Target) -> Scope | None:
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


def _owner_text(target: Target, owner: Scope) -> str:
    """A function whole; a class as its head and the signatures of its members."""
    document = target.document
    if owner.kind == "function":
        return flat(document, owner.span)
    members = [
        scope
        for scope in scopes(document)
        if owner.span.contains(scope.span) and len(scope.path) == len(owner.path) + 1
    ]
    heads = [flat(document, owner.head).rstrip()]
    unit = document.language.indent if document.language else "    "
    for member in members:
        lines = flat(document, member.head).rstrip().splitlines()
        heads += [unit + line for line in lines]
    return "\n".join(heads)


_WORD = re.compile(r"[^\W\d]\w*")
