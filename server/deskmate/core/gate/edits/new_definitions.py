"""Code that is added rather than rewritten: what a reply defines, and where it is put."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import at_margin, flat, indent_unit, margin_at, reindent
from deskmate.core.syntax.language import common
from deskmate.core.syntax.queries import Scope, imports, problems, scopes
from deskmate.core.syntax.tokens import texts, tokens
from deskmate.core.target import Target
from deskmate.core.text.span_set import SpanSet
from deskmate.core.text.text import Edit, Span, line_end


@dataclass(frozen=True, slots=True)
class Addition:
    """Code to add, at the left margin, the document it was read from, and notes."""

    code: str
    read: Document
    complete: bool
    notes: tuple[str, ...] = ()


def definitions(code: str, target: Target) -> Iterator[Addition]:
    """What `code` defines, without imports, examples and what the comment above says already."""
    owners = _owners(target)
    there = {(scope.path, scope.name) for scope in scopes(target.document)}
    for read, within in _places(code, target):
        broken = SpanSet(problem.span for problem in problems(read))
        kept = [
            scope
            for scope in scopes(read)
            if within.contains(scope.span) and scope.path in ((), owners)
            if scope.name not in owners and (owners, scope.name) not in there
            if not broken.overlaps(scope.span)
        ]
        if not any(_is_wanted(scope, target) for scope in kept):
            continue
        last = kept[-1]
        body = read.slice(last.body) if last.body else ""
        behind = read.text[last.span.end : within.end].strip()
        complete = bool(behind) or (body[:1] == "{" and body[-1:] == "}")
        apart = "\n" * (1 + blank_lines(target.document, _margin_above(target)))
        parts = [flat(read, span) for span in _with_constants(read, kept)]
        yield Addition(apart.join(parts), Document(read.uri, None, code, read.language), complete)
        return


def _places(code: str, target: Target) -> Iterator[tuple[Document, Span]]:
    """Where code can be read: by itself, and at the target's place, as a method may have to be."""
    document = target.document
    yield Document(document.uri, None, code, document.language), Span(0, len(code))
    edit = place_below(code, target)
    yield document.changed(edit), Span(edit.span.start, edit.span.start + len(edit.text))


def _owners(target: Target) -> tuple[str, ...]:
    """The names of the classes that the target's place is in."""
    document, at = target.document, target.span.start
    margin = _margin_above(target)
    around = [s for s in scopes(document) if s.kind == "class" and s.span.start < at <= s.span.end]
    return tuple(s.name for s in around if len(margin_at(document, s.span.start)) < len(margin))


def _margin_above(target: Target) -> str:
    lines = target.document.lines
    return margin_at(target.document, lines.end(lines.line_at(max(0, target.span.start - 1))))


def _is_wanted(scope: Scope, target: Target) -> bool:
    kind = target.wanted if target.wanted in ("function", "class") else scope.kind
    return scope.kind == kind and (not target.name or scope.name == target.name)


def _with_constants(read: Document, kept: list[Scope]) -> list[Span]:
    """The definitions, with the constants at the top level that they use, in order."""
    used = {text for scope in kept for text in texts(read, scope.span, comments=False)}
    spans = sorted(scope.span for scope in kept)
    taken, constants = SpanSet([*spans, *imports(read)]), list[Span]()
    for node in top_nodes(read) if not kept[0].path else ():
        span = read.span_of(node)
        if span.start > spans[-1].start or taken.overlaps(span):
            continue
        names = [t.text for t in tokens(read, span) if t.text.isidentifier() and not t.comment]
        if _CONSTANT.search(node.type) and "=" in read.slice(span) and set(names[:2]) & used:
            constants.append(span)
    return sorted([*spans, *constants])


_CONSTANT = re.compile(r"declaration|assignment|const|static|expression_statement")


def top_nodes(read: Document) -> list[Node]:
    """The nodes at the top level of a document."""
    return read.tree.root_node.named_children if read.tree else []


def place_below(code: str, target: Target) -> Edit:
    """The edit that puts `code` at the target's place, as deep in as the line above, with as
    many blank lines around it as the document has between its definitions.
    """
    document, at = target.document, target.span.start
    margin = _margin_above(target)
    unit = indent_unit(document, Span(at, at))
    code = code.strip("\n")
    fixed = at_margin(Document(document.uri, None, code, document.language))
    lines = reindent(code, margin, unit, fixed=fixed).split("\n")
    lines[0] = margin + lines[0].lstrip()
    lines = [line.rstrip() for line in lines]
    end = line_end(document.text)
    text = end.join(lines)
    if at > 0 and document.text[at - 1] not in "\r\n":
        return Edit(Span(at, at), end + text)
    rest = document.text[at:]
    following = rest.lstrip("\r\n")
    if not following.strip():
        return Edit(Span(at, at), text + end)
    there = document.lines.line_at(len(document.text) - len(following)) - document.lines.line_at(at)
    gap = 0 if ends_block(following) else max(0, blank_lines(document, margin) - there)
    return Edit(Span(at, at), text + end * (1 + gap))


def ends_block(text: str) -> bool:
    """Whether a text begins with what ends a block: a bracket, or a word."""
    words = "|".join(common()["closers"])
    return re.match(rf"\s*(?:[}})\]]|(?:{words})\b)", text) is not None


def blank_lines(document: Document, margin: str) -> int:
    """How many blank lines the document has between definitions that are as deep in."""
    gaps: Counter[int] = Counter()
    lines = document.lines
    for above, below in pairwise(scopes(document)):
        if above.path != below.path or margin_at(document, below.span.start) != margin:
            continue
        between = document.text[above.span.end : below.outer.start]
        if not between.strip():
            gaps[lines.line_at(below.outer.start) - lines.line_at(above.span.end) - 1] += 1
    default = 2 if not margin and by_indentation(document) else 1
    return max(gaps, key=lambda gap: (gaps[gap], -gap), default=default)


def by_indentation(document: Document) -> bool:
    """Whether its language nests code by indentation alone."""
    return document.language is not None and document.language.by_indentation
