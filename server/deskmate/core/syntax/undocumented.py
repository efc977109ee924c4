"""Functions and classes without documentation, and documentation that was written for one of them,
to be put in where that still stands as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import enclosing, problems, scopes
from deskmate.core.syntax.scopes import Kind, Scope, find_scopes
from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of them are wanted: of these kinds, of at least so many lines, all or public ones."""

    kinds: tuple[Kind, ...]
    lines: int = 1
    public: bool = False


def undocumented(document: Document, wanted: Selection) -> tuple[Scope, ...]:
    """What has no documentation and is finished: no declaration, no stub, nothing with a syntax
    error, nothing inside a function, where documentation is seldom read.
    """
    style = document.language.doc if document.language else None
    if style is None:
        return ()
    found = scopes(document)
    functions = [scope for scope in found if scope.kind == "function"]
    candidates = [
        scope
        for scope in found
        if scope.kind in wanted.kinds and scope.name and scope.doc is None
        if scope.body is not None and not scope.stub
        if _lines(document, scope) >= wanted.lines
        if is_worth_documenting(document, scope)
        if not wanted.public or _is_public(document, scope, style.public)
        if not any(one is not scope and one.span.contains(scope.span) for one in functions)
    ]
    broken = [problem.span for problem in problems(document)] if candidates else []
    return tuple(one for one in candidates if not any(map(one.span.overlaps, broken)))


def is_worth_documenting(document: Document, scope: Scope) -> bool:
    """Whether somebody would look for its documentation: not a test's, whose name says it all, nor
    that of an override, which is where the overridden stands.
    """
    style = document.language.doc if document.language else None
    if style is None or is_test(document, scope):
        return False
    if style.overrides and re.search(style.overrides, document.slice(scope.head)):
        return False
    if not style.overrides_in:
        return True
    owner = enclosing(document, scope.span, ("class",)) if scope.kind == "function" else None
    return owner is None or not re.search(style.overrides_in, document.slice(owner.head))


def is_test(document: Document, scope: Scope) -> bool:
    """Whether a function or class is a test, or prepares one, as its language has them."""
    tests = document.language.tests if document.language else None
    head = document.slice(scope.head)
    return tests is not None and tests.marks != "" and re.search(tests.marks, head) is not None


def texts(document: Document) -> frozenset[str]:
    """The functions and classes of a document, word for word: those that are not among these in a
    later snapshot have changed.
    """
    return frozenset(document.slice(scope.span) for scope in scopes(document))


@dataclass(frozen=True, slots=True)
class Documentation:
    """Edits that document a function or class which stands as `text`, of that name and in that
    `path`. `text` is all of its lines, and the edits are counted from its start.
    """

    kind: Kind
    name: str
    path: tuple[str, ...]
    text: str
    edits: tuple[Edit, ...]


def documentation(document: Document, scope: Scope, edits: Iterable[Edit]) -> Documentation | None:
    """What `edits` of `document` say of `scope`; None where they reach beyond its lines."""
    lines = _whole_lines(document, scope.span)
    edits = tuple(edits)
    if not all(lines.contains(edit.span) for edit in edits):
        return None
    moved = tuple(Edit(edit.span.shifted(-lines.start), edit.text) for edit in edits)
    return Documentation(scope.kind, scope.name, scope.path, document.slice(lines), moved)


def put_in(document: Document, written: Iterable[Documentation]) -> tuple[Edit, ...]:
    """The edits that put in what fits this document as it is: where the same text still stands in
    the same place of the program, with no documentation. Only what touches it is read.
    """
    edits: dict[Span, tuple[Edit, ...]] = {}
    for one in written:
        for start in _occurrences(document, one.text):
            if _stands_at(document, start, one):
                place = Span(start, start + len(one.text))
                moved = (Edit(edit.span.shifted(start), edit.text) for edit in one.edits)
                edits.setdefault(place, tuple(moved))
    return tuple(edit for place in sorted(edits) for edit in edits[place])


def is_documented(document: Document, one: Documentation) -> bool:
    """Whether a function or class of that name and place has documentation now."""
    return any(
        scope.doc is not None
        for scope in scopes(document)
        if (scope.kind, scope.name, scope.path) == (one.kind, one.name, one.path)
    )


def _stands_at(document: Document, start: int, one: Documentation) -> bool:
    end = start + len(one.text)
    first = start + len(one.text) - len(one.text.lstrip())
    return any(
        (scope.kind, scope.name, scope.path) == (one.kind, one.name, one.path)
        and scope.doc is None
        and _whole_lines(document, scope.span) == Span(start, end)
        for scope in find_scopes(document, Span(first, first + 1))
    )


def _occurrences(document: Document, text: str) -> Iterator[int]:
    at = document.text.find(text)
    while at >= 0:
        yield at
        at = document.text.find(text, at + 1)


def _whole_lines(document: Document, span: Span) -> Span:
    lines = document.lines
    return Span(lines.start(lines.line_at(span.start)), lines.end(lines.line_at(span.end)))


def _lines(document: Document, scope: Scope) -> int:
    return document.lines.line_at(scope.span.end) - document.lines.line_at(scope.span.start) + 1


def _is_public(document: Document, scope: Scope, public: str) -> bool:
    """Whether others may use it, as the language says it, by its name and by what it is in."""
    if any(name.startswith("_") for name in (*scope.path, scope.name)):
        return False
    head = document.slice(scope.head) if scope.body else ""
    return not public or re.search(public, head) is not None
