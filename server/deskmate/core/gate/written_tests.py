"""The tests that came of a reply, one by one: which they are, and the file without some of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from tree_sitter import Node

from deskmate.core.gate.attempt import Attempt, Failed, readings
from deskmate.core.gate.edits.insert import extend_tests
from deskmate.core.gate.test_assertions import is_assertion, words_that_assert
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.nodes import find_lineage
from deskmate.core.syntax.queries import Scope, all_scopes, captured, imports
from deskmate.core.syntax.tokens import tokens
from deskmate.core.target import Accepted, Rejected, Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test: what it is called, as no other of the file is, the text by which a runner's report
    names it, and its place, with the comments and attributes before it.
    """

    name: str
    head: str
    span: Span


def find_tests(accepted: Accepted) -> tuple[WrittenTest, ...]:
    """The tests of a reply, in order; none where its language does not say what one is."""
    return _tests_in(accepted.after, accepted.span)


def _tests_in(document: Document, span: Span) -> tuple[WrittenTest, ...]:
    convention = document.language.tests if document.language else None
    if convention is None or not convention.single:
        return ()
    found = [
        one
        for one in all_scopes(document)
        if one.kind == "function" and span.contains(one.span)
        if re.search(convention.single, _head(document, one))
    ]
    apart = [one for one in found if not any(_holds(other, one) for other in found)]
    written, times = [], Counter[str]()
    for one in apart:
        times[one.name] += 1
        name = f"{one.name} ({times[one.name]})" if times[one.name] > 1 else one.name
        written.append(WrittenTest(name, _head(document, one), _place(document, one)))
    return tuple(written)


def keep_tests(accepted: Accepted, target: Target, kept: Collection[WrittenTest]) -> Accepted:
    """The same reply with no other tests than those, and with no import that only others need.

    Raises Rejected where that may not stand in the file.
    """
    document = accepted.after
    gone = _leave_out(document, accepted.span, kept)
    given = [document.slice(span) for span in imports(document) if not span.overlaps(accepted.span)]
    code = "\n".join([*given, _cut(document, accepted.span, gone)])
    fence = document.language.fence if document.language else ""
    findings: tuple[str, ...] = ()
    for tried in extend_tests(fenced(code, fence), replace(target, prefill=""), False):
        if isinstance(tried, Accepted):
            return replace(tried, notes=accepted.notes)
        findings = findings or tried.findings
    raise Rejected(*findings)


def add_tests(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    """What becomes of the test file with the tests in each reading of the reply that assert
    something; where no reading may stand, with those of its tests that may, if they are most.
    """
    for tried in extend_tests(reply, target, cut):
        yield tried if isinstance(tried, Failed) else _without_idle(tried, target)
    if not cut and (most := _without_wrong(reply, target)):
        yield _without_idle(most, target)


def _without_wrong(reply: str, target: Target) -> Accepted | None:
    """What becomes of the test file without the tests that may not stand in it, each tried by
    itself, and named in a note; None where they are most of a reading, or none.
    """
    for reading in islice(readings(reply, target), _READINGS):
        document = Document(target.document.uri, None, reading.code, target.document.language)
        tests = _tests_in(document, Span(0, len(reading.code)))
        if not 1 < len(tests) <= _TESTS:
            continue
        tried = {one: _with_these(document, [one], target) for one in tests}
        wrong = {one: each.findings for one, each in tried.items() if isinstance(each, Failed)}
        if not wrong or len(wrong) > len(tests) / 2:
            continue
        whole = _with_these(document, [one for one in tests if one not in wrong], target)
        if isinstance(whole, Accepted):
            notes = (f"Left out `{one.name}`: {says[0]}" for one, says in wrong.items())
            return replace(whole, notes=(*reading.notes, *whole.notes, *notes))
    return None


_READINGS, _TESTS = 2, 20
"""Readings whose tests are tried one by one, and how many there may be."""


def _with_these(document: Document, kept: Collection[WrittenTest], target: Target) -> Attempt:
    """What becomes of the test file with these tests of a reply alone."""
    span = Span(0, len(document.text))
    code = _cut(document, span, _leave_out(document, span, kept))
    fence = document.language.fence if document.language else ""
    tried = list(extend_tests(fenced(code, fence), replace(target, prefill=""), False))
    accepted = (one for one in tried if isinstance(one, Accepted))
    return next(accepted, tried[0] if tried else Failed(("There is no test.",)))


def _without_idle(accepted: Accepted, target: Target) -> Accepted:
    """The tests without those that assert nothing, which are named in a note."""
    found = find_tests(accepted)
    idle = [one for one in found if not _asserts(accepted.after, one.span)]
    if not idle or len(idle) == len(found) or "asserts" not in target.checks:
        return accepted
    try:
        kept = keep_tests(accepted, target, [one for one in found if one not in idle])
    except Rejected:
        return accepted
    notes = (f"Left out `{one.name}`, which asserts nothing." for one in idle)
    return replace(kept, notes=(*kept.notes, *notes))


def _asserts(document: Document, span: Span) -> bool:
    """Whether an assertion stands there, or the name of a function of the file that has one."""
    words, shown = (
        words_that_assert(document.language),
        captured(document, "assertions", "assertion"),
    )
    functions = {one.name: one.span for one in all_scopes(document) if one.kind == "function"}
    ahead, seen = [span], set[str]()
    while ahead:
        for token in tokens(document, ahead.pop()):
            if token.comment or token.textual:
                continue
            if is_assertion(token, words, shown):
                return True
            if token.text in functions and token.text not in seen:
                seen.add(token.text)
                ahead.append(functions[token.text])
    return False


def _head(document: Document, scope: Scope) -> str:
    """What stands before its body, decorators and all; of a function that is given to something,
    what it is given to.
    """
    if scope.anonymous:
        given = document.slice(Span(_place(document, scope).start, scope.span.start)).strip()
        return given or scope.name
    end = scope.body.start if scope.body else scope.span.end
    return document.slice(Span(scope.outer.start, end))


def _holds(outer: Scope, inner: Scope) -> bool:
    return outer.span != inner.span and outer.span.contains(inner.span)


def _place(document: Document, scope: Scope) -> Span:
    """The whole of a test: of a function that is given to something, the statement around it."""
    if not scope.anonymous:
        return scope.outer
    node = _statement(document, scope.span)
    return document.span_of(node) if node else scope.outer


def _statement(document: Document, span: Span) -> Node | None:
    if document.tree is None:
        return None
    around = find_lineage(document.tree, *document.bytes_span(span))
    return next((node for node in around if node.type == "expression_statement"), None)


def _leave_out(document: Document, span: Span, kept: Collection[WrittenTest]) -> list[Span]:
    """What goes: the other tests, what holds none but those, and the lines elsewhere that call one
    of them.
    """
    found = _tests_in(document, span)
    others = [one for one in found if one not in kept]
    gone = [one.span for one in others]
    for scope in all_scopes(document):
        place = _place(document, scope) if scope.anonymous else scope.outer
        if not span.contains(place):
            continue
        inside = [one for one in found if place.contains(one.span)]
        if inside and not any(one in kept for one in inside):
            gone.append(place)
    names = "|".join(re.escape(one.name) for one in others if one.name.isidentifier())
    if names:
        new = document.slice(span)
        for line in re.finditer(rf"(?m)^[ \t]*(?:\w+\()?(?:{names})(?:\(\)|\))*;?[ \t]*\n", new):
            gone.append(Span(line.start(), line.end()).shifted(span.start))
    return [*gone, *_find_helpers(document, span, gone)]


def _find_helpers(document: Document, span: Span, gone: Collection[Span]) -> list[Span]:
    """What is defined there and used by nothing but what goes, nor by what goes for that."""
    places: dict[str, list[Span]] = {}
    for one in all_scopes(document):
        if not one.anonymous and span.contains(one.outer):
            places.setdefault(one.name, []).append(one.outer)
    uses: dict[str, list[Span]] = {}
    for token in tokens(document, span):
        own = places.get(token.text, ())
        if own and not any(place.contains(token.span) for place in own):
            uses.setdefault(token.text, []).append(token.span)
    helpers: list[Span] = []
    went, more = bytearray(len(document.text)), [*gone]
    while more:
        for place in more:
            went[place.start : place.end] = b"\1" * len(place)
        more = [
            place
            for name, found in uses.items()
            if not any(1 in went[place.start : place.end] for place in places[name])
            and not any(0 in went[use.start : use.end] for use in found)
            for place in places[name]
        ]
        helpers += more
    return helpers


def _cut(document: Document, span: Span, gone: Collection[Span]) -> str:
    """The text of a span without parts of it, and without the blank lines that parted them."""
    text, at = "", span.start
    for one in sorted(_with_blanks(document, one) for one in gone):
        text += document.text[at : max(at, one.start)]
        at = max(at, one.end)
    return text + document.text[at : max(at, span.end)]


def _with_blanks(document: Document, span: Span) -> Span:
    """The lines of a span, with the blank lines below, or above where its block ends."""
    lines, text = document.lines, document.text
    first, last = lines.line_at(span.start), lines.line_at(max(span.start, span.end - 1))
    start, end = lines.start(first), lines.end(last)
    if text[start : span.start].strip() or text[span.end : end].strip():
        return span
    below = re.compile(r"\s*\n|\s*\Z").match(text, end)
    after = below.end() if below else end
    margin = re.compile(r"[ \t]*").match(text, after)
    if margin and margin.end() < len(text) and len(margin[0]) >= span.start - start:
        return Span(start, after)
    return Span(len(text[:start].rstrip()), end)
