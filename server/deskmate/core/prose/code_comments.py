"""The prose in code: its comments and docstrings, without the marks around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tree_sitter import Node

from deskmate.core.prose.documentation import read_documentation
from deskmate.core.prose.rows import Line, Row, lines_around
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.nodes import find_lineage, walk
from deskmate.core.text.text import Span


def in_comments(document: Document, span: Span) -> bool:
    """Whether a stretch of code begins and ends in comments or docstrings; quick where it does
    not.
    """
    if document.tree is None:
        return False
    for at in (span.start, span.end):
        byte = document.bytes_span(Span(at, at))[0]
        lineage = find_lineage(document.tree, byte, byte)
        around = zip(lineage, [*lineage[1:], None], strict=True)
        if not any(_is_text(document, node, parent) for node, parent in around):
            return False
    return True


def read_comments(document: Document, within: Span) -> Iterator[Line | None]:
    """The comments and docstrings of code, those on lines of their own that follow each other as
    one.
    """
    block: list[Row] = []
    last = -2
    if document.tree is None:  # it is too long to be read
        return
    first_line, last_line = lines_around(document, within)
    lines = document.lines
    wide = Span(lines.start(first_line), lines.end(last_line - 1))
    for node in _texts(document, document.tree.root_node, *document.bytes_span(wide)):
        span = document.span_of(node)
        text = document.slice(span)
        span = Span(span.start, span.start + len(text.rstrip()))
        line = lines.line_at(span.start)
        before = document.slice(Span(lines.start(line), span.start))
        rows = list(_inside(document, span, "" if before.strip() else before))
        if before.strip() or line != last + 1 or len(rows) != 1:
            yield from read_documentation(block, document.language)
            yield None
            block = []
        if before.strip():
            yield from (_alone(one) for one in read_documentation(rows[:1], document.language))
            yield None
        else:
            block += rows
            last = line if len(rows) == 1 else -2
    yield from read_documentation(block, document.language)


def _alone(line: Line | None) -> Line | None:
    """A comment behind code, which has no other line."""
    return line and Line(line.span, line.before, line.margin, "cell", first=True, last=True)


def _texts(document: Document, root: Node, start: int, end: int) -> Iterator[Node]:
    """The nodes of comments and docstrings."""
    docstrings = document.language.docstrings if document.language else ()

    def is_text(node: Node) -> bool:
        parent = node.parent if node.type in _kinds(docstrings) else None
        return _is_text(document, node, parent)

    return (node for node in walk(root, start, end, is_text) if is_text(node))


@cache
def _kinds(pairs: tuple[str, ...]) -> frozenset[str]:
    return frozenset(pair.partition("/")[2] for pair in pairs)


def _is_text(document: Document, node: Node, parent: Node | None) -> bool:
    """Whether a node is a comment or a docstring."""
    language = document.language
    if language is None:
        return False
    pair = f"{parent.type}/{node.type}" if parent else ""
    return node.type in language.comments or pair in language.docstrings


def _inside(document: Document, span: Span, indent: str) -> Iterator[Row]:
    """The lines of a comment without its marks."""
    lines = document.lines
    first, last = lines.line_at(span.start), lines.line_at(span.end)
    opening = _OPENING.match(document.slice(span))
    head = span.start + (opening.end() if opening else 0)
    inner = document.slice(Span(head, span.end))
    ending = _CLOSING.search(inner) if opening and _CLOSED.match(opening.group()) else None
    end = head + ending.start() if ending else span.end
    for number in range(first, last + 1):
        start = head if number == first else lines.start(number)
        stop = max(start, min(end, lines.end(number)))
        text = document.slice(Span(start, stop))
        if number == first:
            mark = text[: len(text) - len(text.lstrip())]
            before = document.slice(Span(span.start, start)) + mark
            further = _further(document, first, last, indent, before)
            before = indent + (before if further is None else further)
        else:
            mark = _FURTHER.match(text).group()  # type: ignore[union-attr]
            before = mark
        yield Row(start + len(mark), before, text[len(mark) :].rstrip())


def _further(document: Document, first: int, last: int, indent: str, before: str) -> str | None:
    """What the further lines of a comment begin with, without the indentation; None where they
    begin as the first does.
    """
    if not _CLOSED.match(before):
        return None
    lines = document.lines
    for number in range(first + 1, last + 1):
        text = document.slice(Span(lines.start(number), lines.end(number)))
        mark = _FURTHER.match(text)
        if mark and len(mark.group()) < len(text) and text.strip()[:2] not in ("*/", '""', "''"):
            return mark.group().removeprefix(indent)
    return " * " if before.startswith("/*") else ""


_OPENING = re.compile(r"/\*+!?|//+!?|#+|--\[=*\[|--+|<!--|%+|;+|[rRuUbBfF]{0,2}(?:\"\"\"|'''|\"|')")
_CLOSED = re.compile(r"/\*|<!--|--\[=*\[|[rRuUbBfF]{0,2}[\"']")
"""What has an end that is written."""
_CLOSING = re.compile(r"\s*(?:\*+/|-->|\]=*\]|\"\"\"|'''|\"|')\Z")
_FURTHER = re.compile(r"[ \t]*(?:\*(?![*/])[ \t]*)?")
