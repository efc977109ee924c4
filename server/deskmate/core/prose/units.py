"""The prose in a document, and nothing else: what a model may read and rewrite of it.

A `Unit` is a paragraph, a heading, an item of a list or a cell of a table, without the marks that
make it one. What stands in it and is no prose (code, the targets of links, images, HTML, math,
placeholders) is put away behind a mark and comes back byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from tree_sitter import Node

from deskmate.core.prose.code_comments import in_comments
from deskmate.core.prose.kept import find_kept
from deskmate.core.prose.lines import refine
from deskmate.core.prose.paragraphs import paragraphs
from deskmate.core.prose.rows import Segment, UnitKind
from deskmate.core.prose.switches import find_off
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.nodes import walk
from deskmate.core.text.text import Span

LONGEST = 20_000
"""Characters of a paragraph that is still read: no model rewrites more of them in one piece."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Prose that is rewritten in one piece.

    `span` is where it stands. `text` is what stands there, with `\\n` between its lines and without
    the `margin` that each further line begins with; `marked` is that on one line, with what is
    `kept` behind marks: `` `code1` `` for code and the like, `](link2)` for the end of a link.
    (Of six forms that were tried, small models keep these best: 79 % of their rewrites have them
    all, 61 % where the code and the links themselves stand there, 43 % with `⟦1⟧`.)
    """

    span: Span
    kind: UnitKind
    text: str
    margin: str
    marked: str
    kept: tuple[str, ...]


def units(document: Document, within: Span) -> tuple[Unit, ...]:
    """The prose of `within`, in order. Where that begins or ends in a paragraph, the rest of it is
    left out, but never a part of what is kept whole.
    """
    found = _UNITS.setdefault(document, {})
    if within not in found:
        found[within] = tuple(_units(document, within))
    return found[within]


_UNITS: WeakKeyDictionary[Document, dict[Span, tuple[Unit, ...]]] = WeakKeyDictionary()
"""Asked for several times of the text that is worked on."""


def has_prose(document: Document, within: Span) -> bool:
    """Whether there are units in `within`, or in the beginning of what is very long."""
    beginning = Span(within.start, min(within.end, within.start + _BEGINNING))
    return next(_units(document, beginning), None) is not None


_BEGINNING = 5 * LONGEST


def too_long(document: Document, within: Span) -> str:
    """Why a paragraph in `within` is not read, and what to do; "" where all are."""
    if len(document.text) <= LONGEST:
        return ""
    found = next((_whole(one) for one in _segments_in(document, within) if _is_long(one)), None)
    if found is None:
        return ""
    return (
        f"The paragraph at line {document.lines.line_at(found.start) + 1} has {len(found):,} "
        f"characters, more than are read as one ({LONGEST:,}), so it is left as it is. Divide it "
        "by blank lines."
    )


def _units(document: Document, within: Span) -> Iterator[Unit]:
    for segment in _segments_in(document, within):
        unit = None if _is_long(segment) else _unit(document, segment, within)
        if unit is not None:
            yield unit


def _segments_in(document: Document, within: Span) -> Iterator[Segment]:
    """All that may be units and has to do with `within`, refined."""
    for whole in _segments(document, within):
        if whole.lines[0].start > within.end:
            return
        if any(off.overlaps(_whole(whole)) for off in find_off(document.text)):
            continue
        for segment in refine(document, whole) if whole.kind == "paragraph" else (whole,):
            if _touches(segment, within):
                yield segment


def _whole(segment: Segment) -> Span:
    return Span(segment.lines[0].start, segment.lines[-1].end)


def _is_long(segment: Segment) -> bool:
    return len(_whole(segment)) > LONGEST


def _touches(segment: Segment, within: Span) -> bool:
    return segment.lines[0].start <= within.end and within.start <= segment.lines[-1].end


def paragraph_around(document: Document, offset: int) -> Span | None:
    """The paragraph, item or cell at `offset`, whole, be it too long to be read; None where there
    is none, as in a heading.
    """
    here = Span(offset, offset)
    if has_blocks(document) and document.tree is not None:
        nodes = walk(document.tree.root_node, *document.bytes_span(here))
        places = [
            document.span_of(node)
            for node in nodes
            if node.type == "pipe_table_cell" or (node.type == "inline" and not _in_heading(node))
        ]
        places = [place for place in places if place.start <= offset <= place.end]
    else:
        code = document.language is not None and not document.language.prose
        if code and not in_comments(document, here):
            return None
        places = [Span(one.lines[0].start, one.lines[-1].end) for one in paragraphs(document, here)]
        line = document.lines.line_at
        places = [at for at in places if line(at.start) <= line(offset) <= line(at.end)]
    texts = (at for at in places if has_prose(document, at) or too_long(document, at))
    return next(texts, None)


def list_around(document: Document, offset: int) -> Span | None:
    """The outermost list at `offset`, without the line end behind it; None where there is none."""
    return _around(document, offset, "list")


def table_around(document: Document, offset: int) -> Span | None:
    """The table of Markdown at `offset`, as `list_around` gives a list."""
    return _around(document, offset, "pipe_table")


def _around(document: Document, offset: int, kind: str) -> Span | None:
    if not has_blocks(document) or document.tree is None:
        return None
    for node in walk(document.tree.root_node, *document.bytes_span(Span(offset, offset))):
        if node.type == kind:
            span = document.span_of(node)
            text = document.slice(span)
            start = span.start + len(text) - len(text.lstrip())
            return Span(start, span.start + len(text.rstrip()))
    return None


def open_markdown(text: str) -> Document:
    """A text as a document of Markdown."""
    return open_document("file:///text.md", text)


def has_blocks(document: Document) -> bool:
    """Whether it is read as Markdown, in blocks."""
    return document.language is not None and document.language.markup == "markdown"


def protected(text: str) -> tuple[str, ...]:
    """What in a text is no prose, in order."""
    return tuple(text[span.start : span.end] for span in find_kept(text))


def has_words(text: str) -> bool:
    """Whether there is any prose in a text."""
    at = 0
    for span in (*find_kept(text), Span(len(text), len(text))):
        if WORD.search(text, at, span.start):
            return True
        at = span.end
    return False


def shape(document: Document) -> tuple[str, ...]:
    """The blocks of a document, without what is written in them: its headings with their levels,
    its lists with their marks, its tables, its code, in order. Of what is no Markdown all that
    stands between the paragraphs.
    """
    found = _SHAPES.get(document)
    if found is None:
        if has_blocks(document) and document.tree is not None:
            found = tuple(_shape(document, document.tree.root_node))
        else:
            found = tuple(_between(document))
        _SHAPES[document] = found
    return found


_SHAPES: WeakKeyDictionary[Document, tuple[str, ...]] = WeakKeyDictionary()


def _segments(document: Document, within: Span) -> Iterator[Segment]:
    """All that may be units: paragraphs cut where a line break is meant."""
    if not has_blocks(document):
        yield from paragraphs(document, within)
        return
    if document.tree is None:  # it is too long to be read
        return
    for node in walk(document.tree.root_node, *document.bytes_span(within)):
        if node.type == "pipe_table_cell":
            yield Segment("cell", (_trimmed(document, document.span_of(node)),), "")
        elif node.type == "inline":
            yield from _cut(document, node, "heading" if _in_heading(node) else "paragraph")


def _in_heading(node: Node) -> bool:
    parents = (node.parent, node.parent.parent if node.parent else None)
    return any(one is not None and one.type.endswith("_heading") for one in parents)


def _cut(document: Document, node: Node, kind: UnitKind) -> Iterator[Segment]:
    """The lines of an `inline` node without their margins, cut behind hard line breaks."""
    lines: list[Span] = []
    margin = ""
    start = document.span_of(node).start
    end = document.span_of(node).end
    margins = [document.span_of(one) for one in node.named_children if "continuation" in one.type]
    text = document.slice(Span(start, end))
    for match in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text):
        first, last = start + match.start(), start + match.end()
        if first >= end:
            break
        for one in margins:
            if one.start == first:
                margin = margin or document.slice(one)
                first = one.end
        line = _trimmed(document, Span(first, max(first, last)))
        written = document.slice(Span(first, last)).rstrip("\r\n")
        if not len(line):
            continue
        extra = line.start - first
        if lines and not margin:
            margin = document.slice(Span(first, first + extra))
        lines.append(line)
        if written.endswith("  ") or re.search(r"(?<!\\)(?:\\\\)*\\$", written):
            if written.endswith("\\"):
                lines[-1] = Span(line.start, line.end - 1)
            yield Segment(kind, tuple(lines), margin)
            lines = []
    if lines:
        yield Segment(kind, tuple(lines), margin)


def _trimmed(document: Document, span: Span) -> Span:
    text = document.slice(span)
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start, span.start + len(text.rstrip())))


def _unit(document: Document, segment: Segment, within: Span) -> Unit | None:
    text = "\n".join(document.slice(line) for line in segment.lines)
    places = list(find_kept(text))
    start = _outside(_at(segment, within.start, 0), places, down=True)
    end = _outside(_at(segment, within.end, len(text)), places, down=False)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    places = [one for one in places if start <= one.start and one.end <= end]
    marked, kept, at = "", [], start
    for number, place in enumerate(places, 1):
        piece = text[place.start : place.end]
        link = piece.startswith(("](", "]["))
        mark = f"](link{number})" if link else f"`code{number}`"
        marked += text[at : place.start] + mark
        kept.append(piece)
        at = place.end
    marked += text[at:end]
    if not WORD.search(MARK.sub("", marked)):
        return None
    span = Span(_place(segment, start, end=False), _place(segment, end, end=True))
    line = " ".join(marked.split())
    return Unit(span, segment.kind, text[start:end], segment.margin, line, tuple(kept))


WORD = re.compile(r"[^\W\d_]{2}")
"""What a text must have to be prose."""
MARK = re.compile(r"`code\d+`|\]\(link\d+\)")
"""What stands in a unit's `marked` for what is kept."""


def _at(segment: Segment, offset: int, default: int) -> int:
    """The place in the text of a segment that an offset of the document is at."""
    at = 0
    for line in segment.lines:
        if offset < line.start:
            return at if default == 0 else max(0, at - 1)
        if offset <= line.end:
            return at + offset - line.start
        at += len(line) + 1
    return at - 1


def _place(segment: Segment, at: int, *, end: bool) -> int:
    """The offset in the document of a place in the text of a segment."""
    for line in segment.lines:
        if at < len(line) or (end and at == len(line)):
            return line.start + at
        at -= len(line) + 1
    return segment.lines[-1].end


def _outside(at: int, places: Iterable[Span], *, down: bool) -> int:
    """The nearest place that is not inside of what is kept whole."""
    for place in places:
        if place.start < at < place.end:
            return place.start if down else place.end
    return at


def _between(document: Document) -> Iterator[str]:
    """What stands between the paragraphs: marks of items, commands, code."""
    at = 0
    for segment in paragraphs(document, Span(0, len(document.text))):
        yield document.text[at : segment.lines[0].start]
        at = segment.lines[-1].end
    yield document.text[at:]


def _shape(document: Document, root: Node) -> Iterator[str]:
    todo: list[Node | str] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            yield node
        elif node.type in ("inline", "pipe_table_cell"):
            yield node.type
        elif not node.named_children:
            leaf = document.slice(document.span_of(node))
            yield f"{node.type} {'' if node.type == 'block_continuation' else leaf.strip()}"
        else:
            yield node.type
            inner = [one for one in node.named_children if one.type != "block_continuation"]
            todo += ["end", *reversed(inner)]
