"""Tests from a reply, fit for the test file that they go to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count

from deskmate.core.gate.edits.import_places import is_opening, read_opened
from deskmate.core.gate.edits.new_definitions import (
    Addition,
    blank_lines,
    by_indentation,
    top_nodes,
)
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat, indent_unit, margin_at, reindent
from deskmate.core.syntax.nodes import find_lineage
from deskmate.core.syntax.queries import Scope, imports, scopes
from deskmate.core.syntax.tokens import Token, shape, texts, tokens
from deskmate.core.target import Rejected, Target
from deskmate.core.text.text import Edit, Span, line_end


def new_tests(code: str, target: Target) -> Addition:
    """The tests in `code`: without imports, without the target pasted in, without what the test
    file has already, and called otherwise than what is there. Raises Rejected where none is left.
    """
    document = target.document
    code = _qualify(code, target)
    convention = document.language.tests if document.language else None
    if convention and convention.main and not target.alone:
        code = re.sub(convention.main, "", code)
    read = Document(document.uri, None, code, document.language)
    read = read_opened(read) if document.text.strip() else read
    code = read.text
    owners = tuple(s.name for s in scopes(document) if s.kind == "class" and _around(s, target))
    there = {(scope.path, _title(document, scope)) for scope in scopes(document)}
    read_as = shape if by_indentation(document) else texts
    known = {tuple(read_as(document, scope.span)) for scope in scopes(document)}
    statements = {tuple(texts(document, document.span_of(node))) for node in top_nodes(document)}
    notes: list[str] = []
    gone = [*imports(read), *(_preamble(read) if document.text.strip() else ())]
    marks = convention.marks if convention else ""
    edits: list[Edit] = []
    owning = {s.path[0] for s in scopes(read) if s.path and s.name == target.name}
    copies = {target.name, *(name for name in owning if "test" not in name.lower())}
    for scope in scopes(read):
        if scope.path:
            continue
        marked = bool(owners and marks and re.search(marks, read.slice(scope.outer)))
        if scope.name in copies and not marked and not _is_titled(read, scope):
            gone.append(scope.outer)
            notes.append(f"Left out a copy of `{scope.name}`.")
        elif tuple(read_as(read, scope.span)) in known or _stands(scope, document, target):
            gone.append(scope.outer)
        elif (owners, _title(read, scope)) in there:
            edits += _renamed(read, scope, owners, there)
            notes.append(f"Renamed `{_title(read, scope)}`, which is there already.")
        else:
            there.add((owners, _title(read, scope)))
    gone += _repeated(read, statements)
    edits = [edit for edit in edits if not any(span.overlaps(edit.span) for span in gone)]
    edits += [Edit(span, "") for span in _apart(gone)]
    text = code
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    text = re.sub(r"\n{4,}", "\n\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE))
    if not text.strip():
        raise Rejected("The reply holds no test that is not in the file already.")
    return Addition(text.strip("\n"), read, False, tuple(dict.fromkeys(notes)))


def _preamble(read: Document) -> Iterator[Span]:
    """What a file begins with, which a file that is there has."""
    types = read.language.imports.preamble if read.language else ()
    for node in top_nodes(read):
        span = read.span_of(node)
        if is_opening(node, read.slice(span), types):
            yield span


def _qualify(code: str, target: Target) -> str:
    """The code with the names of the tested package as a package of tests says them."""
    if not target.qualified:
        return code
    read = Document(target.document.uri, None, code, target.document.language)
    names = set(target.qualified) - {scope.name for scope in scopes(read)}
    words = tokens(read, Span(0, len(code)))
    for index in range(len(words) - 1, -1, -1):
        token = words[index]
        before = words[index - 1].text if index else ""
        if token.word and token.text in names and before != "." and not _is_field(words, index):
            at = token.span.start
            code = f"{code[:at]}{target.qualifier}.{code[at:]}"
    return code


def _is_field(words: Sequence[Token], index: int) -> bool:
    """Whether a name is that of a field: in front of a value, or on a line of its own of a type."""
    before, after = words[index - 1] if index else None, words[index + 1 : index + 2]
    if not after or before is None:
        return False
    if after[0].text == ":":
        return before.text != "case"
    return before.text in ("{", ";", "\n") and (after[0].word or after[0].text in ("[", "*"))


def _repeated(read: Document, statements: set[tuple[str, ...]]) -> Iterator[Span]:
    """The statements that the file has already: those that the reply begins with, and from then on
    those of several lines. One line may well be said in every test, where the grammar takes what
    stands in a test for statements of the file (bats).
    """
    attributes = read.language.attributes if read.language else ()
    began = False
    for node in top_nodes(read):
        span = read.span_of(node)
        again = tuple(texts(read, span)) in statements and node.type not in attributes
        began = began or not again
        if again and (not began or "\n" in read.slice(span).strip()):
            yield span


def _apart(spans: list[Span]) -> list[Span]:
    """The spans without those that lie in others."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
    return out


def _around(scope: Scope, target: Target) -> bool:
    return scope.span.start < target.span.start < scope.span.end


def _stands(scope: Scope, document: Document, target: Target) -> bool:
    """Whether a file with a main function has this one already: what is around the tests."""
    named = any(other.name == scope.name for other in scopes(document))
    return target.footer != "" and named and not scope.name.startswith("test")


def _title(document: Document, scope: Scope) -> str:
    """What no two tests may share: their name, or all that a macro is called with."""
    return flat(document, scope.head).strip() if _is_macro(scope) else scope.name


def _is_titled(read: Document, scope: Scope) -> bool:
    """Whether its name is a title: a string, as tests have."""
    return any(t.textual and scope.name in t.text for t in tokens(read, scope.head))


def _is_macro(scope: Scope) -> bool:
    return scope.name.isupper() and scope.span.start == scope.head.start and "TEST" in scope.name


def _renamed(
    read: Document,
    scope: Scope,
    owners: tuple[str, ...],
    there: set[tuple[tuple[str, ...], str]],
) -> list[Edit]:
    words = [t for t in tokens(read, scope.head) if t.word]
    named = words[-1:] if _is_macro(scope) else [t for t in words if t.text == scope.name][:1]
    for token in named:
        title, old = _title(read, scope), token.text
        joint = "_" if "_" in old or old.islower() else ""
        for number in count(2):
            name = f"{old}{joint}{number}"
            new = (owners, name.join(title.rsplit(old, 1)))
            if new not in there:
                there.add(new)
                return [Edit(token.span, name)]
    return []


def append_tests(code: str, target: Target) -> Edit:
    """The edit that puts tests at the target's place, apart from what is above and below."""
    document, at = target.document, target.span.start
    unit = indent_unit(document, Span(0, len(document.text)))
    end = line_end(document.text)
    margin = _margin(document, at, unit)
    lines = (margin + reindent(code, margin, unit)).split("\n")
    text = end.join(line.rstrip() for line in lines)
    above = document.text[:at]
    if not above.strip():
        return Edit(Span(at, at), text + end)
    blank = blank_lines(document, margin)
    if above.rstrip().endswith("{"):
        blank = 0
    trailing = len(above) - len(above.rstrip("\r\n"))
    ends = len(re.findall(r"\r\n|\r|\n", above[len(above) - trailing :]))
    below = document.text[at:].strip() != "" and not margin and blank_lines(document, "")
    return Edit(Span(at, at), end * max(0, blank + 1 - ends) + text + end * (1 + int(below)))


def _margin(document: Document, at: int, unit: str) -> str:
    """How deep in a statement stands at `at`: one step further than the class or braces around."""
    classes = [s.span for s in scopes(document) if s.kind == "class" and s.span.start < at]
    around = [span for span in classes if at < span.end]
    if around:
        return margin_at(document, max(around).start) + unit
    byte, _ = document.bytes_span(Span(at, at))
    for node in find_lineage(document.tree, byte, byte)[:-1] if document.tree else ():
        span = document.span_of(node)
        if span.start < at < span.end and document.text[span.end - 1] == "}":
            return margin_at(document, span.start) + unit
    return ""
