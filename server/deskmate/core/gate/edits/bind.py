"""What new code needs besides itself: the imports and definitions that came with it in the reply,
and the imports that the tested file, the project or the standard library tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from deskmate.core.gate.bound import unbound_in
from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.edits.import_places import import_edits, opening_of, read_opened
from deskmate.core.gate.edits.import_statements import Import, imported_names, with_name
from deskmate.core.gate.edits.imports import missing_imports
from deskmate.core.gate.edits.new_definitions import blank_lines, top_nodes
from deskmate.core.gate.edits.test_shells import header_of
from deskmate.core.syntax.bindings import Unbound, defined_names
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import at_margin, flat, indent_unit, margin_at, reindent
from deskmate.core.syntax.library import standard
from deskmate.core.syntax.queries import Scope, all_scopes, imports, problems, scopes
from deskmate.core.syntax.tokens import texts, tokens
from deskmate.core.target import Target
from deskmate.core.text.span_set import SpanSet
from deskmate.core.text.text import Edit, Span, line_end


def bind(change: Change, reply: Document, code: str) -> tuple[Change, tuple[str, ...]]:
    """The change with what its code (as `reply` has it) needs, and a note for each thing."""
    document = change.before
    beside = _beside(change, reply, code)
    used = set(texts(change.after, change.span, comments=False))
    for span in beside:
        used |= set(texts(reply, span, comments=False))
    placed = _place_beside(beside, reply, change)
    brought = missing_imports(read_opened(reply), change.after, used, change.span)
    bound = _with(change, brought, placed)
    found = tuple(find_statements(bound))
    if found:
        both = statements_of(document, [*(one.text for one in brought), *found])
        brought = missing_imports(both, change.after, where=change.span)
        bound = _with(change, brought, placed)
    notes = [f"Added `{' '.join(one.text.split())}`." for one in brought]
    notes += [f"Added `{_name(reply, span)}`, which the code needs." for span in beside]
    return (bound, tuple(notes)) if bound.beside else (change, ())


def _with(change: Change, brought: Iterable[Import], placed: Iterable[Edit]) -> Change:
    target = change.target
    own = next(edit for edit in change.edits if target.span.contains(edit.span))
    lines = [
        edit for edit in import_edits(change.before, brought, target.span) if _is_outside(edit, own)
    ]
    return make_change(target, own, *lines, *placed)


def _is_outside(edit: Edit, own: Edit) -> bool:
    """Whether an edit is outside of another, or at its beginning."""
    return edit.span.end <= own.span.start or not own.span.contains(edit.span)


def statements_of(document: Document, texts: Sequence[str]) -> Document:
    """Import statements by themselves, as a document of the same language."""
    text = "\n".join([opening_of(document), *texts])  # PHP reads nothing without its tag
    return Document(document.uri, None, text, document.language)


def find_statements(change: Change) -> Iterator[str]:
    """The statements that import what the new code uses and nothing binds, as far as known."""
    for one in unbound_in(change):
        statement = (
            _of_tested(change.target, one)
            or _of_project(change.target, one)
            or _of_standard(change.after, one)
            or _of_modules(change.target, one)
        )
        if statement:
            yield statement


def _of_tested(target: Target, one: Unbound) -> str:
    """How a test imports a name of the file that it tests: as the tested thing is, or as that file
    imports it.
    """
    tested = target.tested
    if tested is None:
        return ""
    for span in imports(tested):
        text = flat(tested, span)
        if one.name in imported_names(text, tested):
            return "" if _RELATIVE.search(text) else with_name(text, one.name, tested)
    if one.name not in defined_names(tested):
        return ""
    header, known = header_of(target), defined_names(tested)
    for span in imports(header):
        text = flat(header, span)
        if known & imported_names(text, header):
            return with_name(text, one.name, header)
    return ""


_RELATIVE = re.compile(r"""^\s*from\s+\.|["']\.""")
"""An import that means another file elsewhere."""


def _of_project(target: Target, one: Unbound) -> str:
    """The one statement by which the project imports a name, "" where there are several or none."""
    if target.names is None:
        return ""
    found = target.names.statements(one.name)
    return found[0] if len(found) == 1 else ""


def _of_modules(target: Target, one: Unbound) -> str:
    """The statement that imports the one module of the project of which a member is asked."""
    if target.names is None or not one.member:
        return ""
    found = target.names.module_statements(one.name, one.member)
    return found[0] if len(found) == 1 else ""


def _of_standard(document: Document, one: Unbound) -> str:
    """The statement that imports a name of the standard library."""
    if document.language is None:
        return ""
    dotted = f"{one.name}.{one.member}"
    best, found = 0, ""
    for row in standard(document.language):
        if row.where and not re.search(row.where, document.text):
            continue
        asked = one.member and re.match(row.asked, document.text[one.span.end :])
        for likeness, names in ((1, row.names), (2 * bool(asked), row.members)):
            for name in names:
                last = name.rpartition("/")[2]
                fits = 3 if last == dotted else likeness * (last == one.name)
                if fits > best:
                    statement = row.statement.replace("{name}", one.name).replace("{path}", name)
                    best, found = fits, statement.replace("{module}", name.partition(".")[0])
    return found


def _beside(change: Change, reply: Document, code: str) -> tuple[Span, ...]:
    """The definitions of the reply outside of the code that the code needs and nobody else has,
    with what those need in turn, in their order.
    """
    target = change.target
    if target.wanted == "text":
        return ()
    inside = {s.name for s in all_scopes(change.after) if change.span.contains(s.span)}
    there = _Words(change.before.text)
    known = dict(_defined(reply, target, code))
    used = set(texts(change.after, change.span, comments=False)) - inside
    wanted: dict[str, Span] = {}
    while more := {name for name in known if name in used and name not in {*wanted, *inside}}:
        new = {name for name in more if name not in there}
        if not new:
            break
        for name in new:
            wanted[name] = known[name]
            used |= set(texts(reply, known[name], comments=False))
        known = {name: span for name, span in known.items() if name not in more}
    return tuple(sorted(set(wanted.values())))


class _Words:
    """Whether a text has a word."""

    def __init__(self, text: str) -> None:
        self._words = frozenset(re.findall(r"[^\W\d][\w$]*", text))

    def __contains__(self, name: str) -> bool:
        return name in self._words


def _defined(reply: Document, target: Target, code: str) -> Iterator[tuple[str, Span]]:
    """What a reply defines outside of the code, by name: at its top, or in the class around."""
    broken = [problem.span for problem in problems(reply)]
    unread = SpanSet(broken)
    around = target.scope.path if target.scope else ()
    found = [one for one in scopes(reply) if one.path in ((), around)]
    statements = {reply.span_of(node).start for node in top_nodes(reply)}
    for scope in found:
        first = reply.slice(scope.span).split("\n")[0].strip()
        if first in code or (not scope.path and scope.span.start not in statements):
            continue
        if unread.overlaps(scope.span):
            continue
        if target.scope is not None and (scope.name == target.scope.name or scope.name in around):
            continue
        yield scope.name, scope.outer
    taken = SpanSet([*(one.outer for one in found), *imports(reply), *broken])
    for node in top_nodes(reply):
        span = reply.span_of(node)
        text = reply.slice(span)
        if taken.overlaps(span):
            continue
        name = next((t.text for t in tokens(reply, span) if _NAME.fullmatch(t.text)), "")
        if _CONSTANT.match(text) and text.split("\n")[0].strip() not in code:
            yield name, span


_NAME = re.compile(r"(?!(?:const|let|var|static|final|public|private|pub)\b)[^\W\d]\w*")
_CONSTANT = re.compile(r"(?:(?:const|let|var|static|pub)\s+)*[^\W\d]\w*\s*(?::[^=\n]+)?=(?!=)")


def _name(reply: Document, span: Span) -> str:
    named = next((one.name for one in scopes(reply) if one.outer == span), "")
    return named or next((t.text for t in tokens(reply, span) if _NAME.fullmatch(t.text)), "")


def _place_beside(spans: Sequence[Span], reply: Document, change: Change) -> tuple[Edit, ...]:
    """The edits that put definitions above what needs them: beside a method where they are reached
    by its object, else above all of its class.
    """
    if not spans:
        return ()
    document, target = change.before, change.target
    unit, end = indent_unit(document, target.span), line_end(document.text)
    written: dict[int, list[str]] = {}
    for span in spans:
        at = _place_of(_name(reply, span), change)
        margin = margin_at(document, at)
        text = flat(reply, span)
        alone = Document(reply.uri, None, text, reply.language)
        lines = reindent(text, margin, unit, fixed=at_margin(alone)).split("\n")
        lines[0] = margin + lines[0].lstrip()
        gap = end * (1 + blank_lines(document, margin))
        start = document.lines.start(document.lines.line_at(at))
        block = end.join(line.rstrip() for line in lines)
        written.setdefault(start, []).append(block + gap)
    return tuple(Edit(Span(at, at), "".join(blocks)) for at, blocks in written.items())


def _place_of(name: str, change: Change) -> int:
    """Where a definition goes: above the target where that reaches it by its object, or stands in
    no class; else above the outermost thing around it.
    """
    document, target = change.before, change.target
    around = [s for s in all_scopes(document) if s.outer.contains(target.span)]
    own = target.scope.outer if target.scope is not None else target.span
    language = document.language
    receivers = language.words.receivers if language else frozenset()
    reached = "|".join(map(re.escape, [*receivers, *_classes(around)])) or "this"
    member = re.search(
        rf"(?:\b(?:{reached})|[$@])\s*(?:\.|->|::)\s*{re.escape(name)}\b", change.new
    )
    bare = language is not None and language.bare_members and len(around) > 1
    if member or bare:
        return own.start
    return min([own.start, *(scope.outer.start for scope in around)])


def _classes(around: Iterable[Scope]) -> Iterator[str]:
    return (scope.name for scope in around if scope.kind == "class")
