"""How a project does it: who calls what is to be changed, the function that is most like one that
is yet to be written, and for tests those that the project has, with what it prepares for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent

from deskmate.actions.context import find_words, is_unwritten
from deskmate.actions.names import comment, describe_definition
from deskmate.actions.pieces import Piece, Place, Worth
from deskmate.actions.test_files import TestFile
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import imports, scopes
from deskmate.core.syntax.references import find_references
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path, file_uri
from deskmate.workspace.index.index import ProjectIndex


def find_examples(
    target: Target, path: Path, index: ProjectIndex, tests: TestFile | None
) -> Iterator[Piece]:
    """What there is of it for a target in the file at `path`, whose tests go to `tests`. Only what
    the index has, and the file itself, is looked through.
    """
    if tests is not None:
        yield from _find_tests(tests, index)
    if target.result == "replace":
        yield from _find_calls(target, path, index)
    if is_unwritten(target):
        yield from _find_similar(target, path, index)


def _find_calls(target: Target, path: Path, index: ProjectIndex) -> Iterator[Piece]:
    """Some calls of the function, each with two lines around it; none where its name may as well
    mean another.
    """
    scope = target.scope
    if scope is None or scope.kind != "function" or len(scope.name) < _TELLING:
        return
    if len(index.find(scope.name, path, most=2)) > 1:
        return
    own = [(target.document, path, span) for span in find_references(target.document, scope.name)]
    others = [
        (document, one.path, one.span)
        for one in index.references(scope.name, path, most=_CALLS)
        if one.path != path and (document := index.document(one.path)) is not None
    ]
    left = _CALLS
    for document, place, span in (*own, *others):
        inside = place == path and scope.span.contains(span)
        if left and not inside and not any(one.contains(span) for one in imports(document)):
            left -= 1
            yield _show("Where it is called", index, document, _around(document, span), place, path)


def _around(document: Document, span: Span) -> Span:
    lines = document.lines
    first = max(0, lines.line_at(span.start) - _LINES)
    last = min(lines.line_at(len(document.text)), lines.line_at(span.end) + _LINES)
    return Span(lines.start(first), lines.end(last))


def _find_similar(target: Target, path: Path, index: ProjectIndex) -> Iterator[Piece]:
    """The function of this file, or of one beside it, whose head and documentation have most words
    in common with what is to be written.
    """
    wanted = _parts(find_words(target))
    own = target.scope.span if target.scope else target.span
    best: tuple[float, Found, Document] | None = None
    for place in (path, *index.nearest(path)):
        for one in index.symbols(place).definitions:
            if one.kind != "function" or not _SHORTEST < len(one.span) < _LONGEST:
                continue
            if place == path and one.span.overlaps(own):
                continue
            said = _parts(re.findall(r"\w+", f"{one.head} {one.doc}"))
            share = len(wanted & said) / (len(wanted | said) or 1)
            if share > (best[0] if best else _ALIKE) and wanted & _parts([one.name]):
                document = target.document if place == path else index.document(place)
                best = (share, Found(place, one), document) if document else best
    if best is not None:
        _, found, document = best
        title = "The function of the project that is most like it"
        yield _show(title, index, document, found.definition.span, found.path, path)


def _parts(names: Iterable[str]) -> set[str]:
    """The words that names are made of."""
    parts = (part for name in names for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name))
    return {part.lower() for part in parts if len(part) > 2}


def _find_tests(tests: TestFile, index: ProjectIndex) -> Iterator[Piece]:
    """A test of the project, that of the neighbour if there is one, and what the files around it
    prepare for tests.
    """
    language, place = tests.document.language, file_path(tests.document.uri)
    convention = language.tests if language else None
    if language is None or convention is None or place is None:
        return
    for path in (place, *tests.beside[:_CALLS]):
        document = tests.document if path == place else index.document(path)
        found = _last_test(document, convention.marks) if document else None
        if document and found:
            title = "A test of the project, to be written alike"
            yield _show(title, index, document, found, path, place)
            break
    above = [one for one in place.parents if one.is_relative_to(index.project.top)]
    for helper in (folder / name for folder in above for name in convention.helpers):
        for one in index.symbols(helper).definitions:
            if one.container or not re.search(convention.helper, one.head):
                continue
            text = describe_definition(Found(helper, one), index, language)
            yield Piece(
                name=f"`{one.name}` in {index.title(helper)}",
                title="What the project prepares for tests",
                text=text,
                fence=language.fence,
                worth=Worth.LIKELY,
                place=Place.LIKE_IT,
                file="".join(comment(language, index.title(helper))),
                uri=file_uri(helper),
            )


def _last_test(document: Document, marks: str) -> Span | None:
    found = [
        one.span
        for one in scopes(document)
        if one.kind == "function" and _SHORTEST < len(one.span) < _LONGEST
        if marks and re.search(marks, document.slice(one.span).partition("\n\n")[0])
    ]
    return found[-1] if found else None


def _show(
    title: str, index: ProjectIndex, document: Document, span: Span, place: Path, here: Path
) -> Piece:
    language = document.language
    file = "" if place == here else index.title(place)
    line = document.lines.line_at(span.start) + 1
    return Piece(
        name=f"line {line} of {index.title(place)}",
        title=title,
        text=dedent(flat(document, span)).strip("\n"),
        fence=language.fence if language else "",
        worth=Worth.LIKE_IT,
        place=Place.LIKE_IT,
        file="".join(comment(language, file)) if language else "",
        uri=file_uri(place) if file else "",
    )


_CALLS = 3
_LINES = 2
"""Lines that are shown on either side of a call."""
_TELLING = 4
"""Characters of a name that is likely to mean one thing."""
_ALIKE = 0.2
"""The share of words that two functions have in common where one is worth showing for the other."""
_SHORTEST, _LONGEST = 40, 1500
"""Characters of a function that is shown as an example."""
