"""Lines of a text that is no Markdown, as readers take them, and the paragraphs that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from deskmate.core.syntax.document import Document
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


@dataclass(frozen=True, slots=True)
class Line:
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
class Row:
    """A line as a reader gets it: `before` is its indentation, or the mark of a comment as well."""

    start: int
    before: str
    text: str

    def line(self, mark: int = 0, kind: UnitKind = "paragraph", *, last: bool = False) -> Line:
        """Its prose, behind a mark of that length."""
        span = Span(self.start + mark, self.start + len(self.text))
        margin = self.before + " " * mark
        first = mark > 0 or kind == "heading"
        return Line(span, self.before, margin, kind, first, last or kind == "heading")


def group_lines(lines: Iterable[Line | None]) -> Iterator[Segment]:
    """Paragraphs of lines; None stands for one that is no prose."""
    found: list[Line] = []
    for line in lines:
        if found and not (line and _goes_on(line, found)):
            yield _segment(found)
            found = []
        if line is not None and len(line.span):
            found.append(line)
    if found:
        yield _segment(found)


def _goes_on(line: Line, found: Sequence[Line]) -> bool:
    """Whether a line belongs to the paragraph of those before: it is as indented as they are; below
    the mark of an item it may be as deep as it likes.
    """
    if line.first or found[-1].last:
        return False
    opening = found[0].before
    deeper = line.before.startswith(opening) and len(line.before) > len(opening)
    return line.before == found[-1].margin or (len(found) == 1 and found[0].first and deeper)


def _segment(lines: Sequence[Line]) -> Segment:
    return Segment(lines[0].kind, tuple(line.span for line in lines), lines[-1].margin)


def read_rows(document: Document, first: int, last: int) -> Iterator[Row]:
    """The lines from `first` up to `last`, without their indentation and the blanks at their
    ends.
    """
    lines = document.lines
    for number in range(first, last):
        start = lines.start(number)
        whole = document.slice(Span(start, lines.end(number)))
        text = whole.strip()
        before = whole[: len(whole) - len(whole.lstrip())] if text else ""
        yield Row(start + len(before), before, text)


def lines_around(document: Document, within: Span) -> tuple[int, int]:
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
