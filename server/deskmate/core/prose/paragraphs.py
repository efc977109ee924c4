"""Where the paragraphs stand in what is no Markdown: plain text, reStructuredText, LaTeX, and the
comments and docstrings of code.

Each reads lines and says what of them is prose; whatever a line holds besides (marks, commands,
code, tables) lies between the segments, and stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal
from weakref import WeakKeyDictionary

from tree_sitter import Node

from deskmate.core.prose.english import sections
from deskmate.core.prose.markup import (
    admonitions,
    comment_marks,
    commented_code,
    latex_environments,
    latex_headings,
    latex_words,
    marked,
)
from deskmate.core.syntax.directives import is_directive
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.nodes import find_lineage, walk
from deskmate.core.text.text import Span

UnitKind = Literal["paragraph", "heading", "cell"]


@dataclass(frozen=True, slots=True)
class Segment:
    """The lines of a paragraph as they stand in the document, without what each begins with;
    `margin` is what a further line would begin with.
    """

    kind: UnitKind
    lines: tuple[Span, ...]
    margin: str


def paragraphs(document: Document, within: Span) -> Iterator[Segment]:
    """The paragraphs that have to do with `within`, in order, and some around it."""
    language = document.language
    if language and not language.prose and document.tree is not None:
        yield from _grouped(_comments(document, within))
        return
    reader = _find_reader(language) if language else None
    if reader is None:
        yield from _grouped(_plain(document, within))
        return
    if document not in _READ:
        _READ[document] = tuple(_grouped(reader(document)))
    found = _READ[document]
    first = bisect_left(found, within.start, key=lambda one: one.lines[-1].end)
    yield from found[max(0, first - 1) :]


_READ: WeakKeyDictionary[Document, tuple[Segment, ...]] = WeakKeyDictionary()


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


@dataclass(frozen=True, slots=True)
class _Line:
    """The prose of a line, what stands `before` it, and what a line that goes on begins with.
    `first` begins a paragraph, `last` ends one.
    """

    span: Span
    before: str
    margin: str
    kind: UnitKind = "paragraph"
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A line as a reader gets it: `before` is its indentation, or the mark of a comment as well."""

    start: int
    before: str
    text: str

    def line(self, mark: int = 0, kind: UnitKind = "paragraph", *, last: bool = False) -> _Line:
        """Its prose, behind a mark of that length."""
        span = Span(self.start + mark, self.start + len(self.text))
        margin = self.before + " " * mark
        first = mark > 0 or kind == "heading"
        return _Line(span, self.before, margin, kind, first, last or kind == "heading")


def _grouped(lines: Iterable[_Line | None]) -> Iterator[Segment]:
    """Paragraphs of lines; None stands for one that is no prose."""
    found: list[_Line] = []
    for line in lines:
        if found and not (line and _goes_on(line, found)):
            yield _segment(found)
            found = []
        if line is not None and len(line.span):
            found.append(line)
    if found:
        yield _segment(found)


def _goes_on(line: _Line, found: Sequence[_Line]) -> bool:
    """Whether a line belongs to the paragraph of those before: it is as indented as they are; below
    the mark of an item it may be as deep as it likes.
    """
    if line.first or found[-1].last:
        return False
    opening = found[0].before
    deeper = line.before.startswith(opening) and len(line.before) > len(opening)
    return line.before == found[-1].margin or (len(found) == 1 and found[0].first and deeper)


def _segment(lines: Sequence[_Line]) -> Segment:
    return Segment(lines[0].kind, tuple(line.span for line in lines), lines[-1].margin)


def _rows(document: Document, first: int, last: int) -> Iterator[_Row]:
    """The lines from `first` up to `last`, without their indentation and the blanks at their
    ends.
    """
    lines = document.lines
    for number in range(first, last):
        start = lines.start(number)
        whole = document.slice(Span(start, lines.end(number)))
        text = whole.strip()
        before = whole[: len(whole) - len(whole.lstrip())] if text else ""
        yield _Row(start + len(before), before, text)


def _around(document: Document, within: Span) -> tuple[int, int]:
    """The lines of `within`, back to the blank one before and on to the one behind."""
    lines = document.lines

    def filled(number: int) -> bool:
        return bool(document.slice(Span(lines.start(number), lines.end(number))).strip())

    first, last = lines.line_at(within.start), lines.line_at(within.end)
    while first and filled(first):
        first -= 1
    while last + 1 < len(lines) and filled(last):
        last += 1
    return first, last + 1


def _plain(document: Document, within: Span) -> Iterator[_Line | None]:
    """Lines between blank ones, each as indented as the others, or as the text of the item that
    they go on with.
    """
    for row in _rows(document, *_around(document, within)):
        if not row.text or _GIT.match(row.text):
            yield None
            continue
        item = _ITEM.match(row.text)
        yield row.line(item.end() if item else 0)


_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s+")
_GIT = re.compile(r"#|diff --git |Signed-off-by:|Co-authored-by:|>")
"""Lines of a commit message that git reads, and what a mail quotes of another."""


def _structured(document: Document) -> Iterator[_Line | None]:
    """reStructuredText."""
    yield from _documentation(list(_rows(document, 0, len(document.lines))), document.language)


def _documentation(rows: Sequence[_Row], language: Language | None) -> Iterator[_Line | None]:
    """What is prose in documentation: reStructuredText, or what the tools of a language read."""
    skip: Callable[[_Row], bool] | None = None
    for at, row in enumerate(rows):
        if skip and skip(row):
            yield None
            continue
        below = rows[at + 1].text if at + 1 < len(rows) else ""
        skip = _skips(row, language)
        said = not skip or (row.text.endswith("::") and not row.text.startswith(".."))
        if not said or not re.search(r"[^\W\d_]", row.text):
            yield None
        elif _LINE_OF.match(below) and below[0] not in "|>":
            title = len(row.text) <= len(below) and not sections().match(row.text)
            yield row.line(kind="heading") if title else None
        else:
            mark = comment_marks().match(row.text)
            yield row.line(mark.end() if mark else 0, last=bool(skip))


def _skips(row: _Row, language: Language | None) -> Callable[[_Row], bool] | None:
    """What ends what a line begins that is no prose: `_once` where only the line itself is none."""
    text, depth = row.text, len(row.before)
    if fence := re.match(r"```+|~~~+", text):
        done = [False]

        def in_fence(other: _Row) -> bool:
            inside, done[0] = not done[0], done[0] or other.text.startswith(fence.group())
            return inside

        return in_fence
    if text.startswith((">>>", "|", "+-", "+=")) or re.fullmatch(r"=+(?: +=+)+", text):
        return lambda other: bool(other.text)
    if directive := re.match(r"\.\.(?:\s+(?:\|[^|]+\|\s+)?([\w:-]+)::|\s|\Z)", text):
        if directive[1] in admonitions():
            return _once
        return lambda other: not other.text or len(other.before) > depth
    if text.endswith("::"):
        return lambda other: not other.text or len(other.before) > depth
    if is_directive(text, language) or _NO_WORDS.match(text):
        return _once
    if commented_code().search(text) or sections().match(text):
        return _once
    return None


def _once(row: _Row) -> bool:
    return False


_LINE_OF = re.compile(r"([=\-~^\"'#*+.`:_<>])\1{2,}\Z")
"""What stands below a title."""
_NO_WORDS = re.compile(r"!|[\w*]+ : |</?\w|\$")
"""What begins with a sign that says it is no sentence: a tag, a field of NumPy's style."""


def _comments(document: Document, within: Span) -> Iterator[_Line | None]:
    """The comments and docstrings of code, those on lines of their own that follow each other as
    one.
    """
    block: list[_Row] = []
    last = -2
    assert document.tree is not None
    first_line, last_line = _around(document, within)
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
            yield from _documentation(block, document.language)
            yield None
            block = []
        if before.strip():
            yield from (_alone(one) for one in _documentation(rows[:1], document.language))
            yield None
        else:
            block += rows
            last = line if len(rows) == 1 else -2
    yield from _documentation(block, document.language)


def _alone(line: _Line | None) -> _Line | None:
    """A comment behind code, which has no other line."""
    return line and _Line(line.span, line.before, line.margin, "cell", first=True, last=True)


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


def _inside(document: Document, span: Span, indent: str) -> Iterator[_Row]:
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
        yield _Row(start + len(mark), before, text[len(mark) :].rstrip())


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


def _latex(document: Document) -> Iterator[_Line | None]:
    """LaTeX: the text of the document, its headings, captions and items, without what is set
    otherwise.
    """
    begun = "\\begin{document}" not in document.text
    inside: list[str] = []
    formula = False
    for row in _rows(document, 0, len(document.lines)):
        text = re.split(r"(?<!\\)%", row.text)[0].rstrip()
        if not begun:
            begun = "\\begin{document}" in text
            yield None
            continue
        was = bool(inside) or formula
        for which, name in re.findall(r"\\(begin|end)\{(\w+)\*?\}", text):
            if which == "begin" and name in latex_environments():
                inside.append(name)
            elif which == "end" and name in inside:
                inside.remove(name)
        if text.count("$$") % 2:
            formula = not formula
        formula = (formula or "\\[" in text) and "\\]" not in text
        if was or inside or formula or not text:
            yield None
            continue
        cut = len(text) < len(row.text)
        whole = _Row(row.start, row.before, text)
        if heading := latex_headings().match(text):
            yield _Row(row.start + heading.start(1), "", heading[1]).line(kind="heading")
        elif item := re.match(r"\\item(?:\[[^\]]*\])?\s+", text):
            yield whole.line(item.end(), last=cut)
        elif re.match(r"\\[A-Za-z@]+", text) and not latex_words().match(text):
            yield None
        else:
            yield whole.line(last=cut)


def _marked(document: Document) -> Iterator[_Line | None]:
    """What `markup.toml` says is prose."""
    assert document.language is not None
    form = marked()[document.language.markup]
    ends, depth = "", 0
    for row in _rows(document, 0, len(document.lines)):
        text = row.text
        if ends:
            ends = "" if re.match(ends, text) else ends
            yield None
        elif depth > 0:
            depth += _depth(text)
            yield None
        elif found := re.match(form.code, text):
            ends = form.ends.format(re.escape(found[1] or ""))
            yield None
        elif heading := re.match(form.heading, text):
            group = heading.lastindex or 0
            start, end = heading.span(group)
            yield _Row(row.start + start, "", text[start:end]).line(kind="heading")
        elif not text or re.match(form.skip, text) or text.count("$") % 2:
            depth = max(0, _depth(text)) if form.opens and text else 0
            yield None
        else:
            item = re.match(form.item, text)
            yield row.line(item.end() if item else 0)


def _depth(text: str) -> int:
    """How many brackets a line leaves open."""
    return sum(text.count(one) for one in "([{") - sum(text.count(one) for one in ")]}")


def _find_reader(language: Language) -> Callable[[Document], Iterator[_Line | None]] | None:
    return _marked if language.markup in marked() else _READERS.get(language.markup)


_READERS: dict[str, Callable[[Document], Iterator[_Line | None]]] = {
    "rst": _structured,
    "latex": _latex,
}
"""Who reads what only the lines before tell: the whole document, once."""
