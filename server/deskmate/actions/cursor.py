"""What lies at a cursor or a selection."""

from __future__ import annotations

from dataclasses import dataclass, field

from deskmate.core.lazy import lazy
from deskmate.core.prose.code_comments import in_comments
from deskmate.core.prose.units import has_prose, list_around, paragraph_around, table_around
from deskmate.core.syntax.blocks import Block
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import Scope, comment_at, enclosing
from deskmate.core.syntax.selection import is_word, nodes_over
from deskmate.core.text.text import Span


@dataclass(frozen=True)
class Cursor:
    """What lies at a cursor or selection, found once and only when asked for."""

    document: Document
    span: Span
    block: Block | None = None
    _read: dict[Span, bool] = field(default_factory=dict, compare=False)

    def has_prose(self, span: Span) -> bool:
        """Whether there is prose in a span; looked for once, however many actions ask."""
        if span not in self._read:
            self._read[span] = has_prose(self.document, span)
        return self._read[span]

    @lazy
    def trimmed(self) -> Span:
        """The selection without the blanks at its ends."""
        text = self.document.slice(self.span)
        start = self.span.start + len(text) - len(text.lstrip())
        return Span(start, max(start, self.span.start + len(text.rstrip())))

    @lazy
    def function(self) -> Scope | None:
        """The innermost function around the selection, be it an anonymous one."""
        return enclosing(self.document, self.trimmed, ("function",), anonymous=True)

    @lazy
    def named(self) -> Scope | None:
        """The innermost function around the selection that has a name of its own."""
        return enclosing(self.document, self.trimmed, ("function",))

    @lazy
    def klass(self) -> Scope | None:
        """The innermost class around the selection."""
        return enclosing(self.document, self.trimmed, ("class",))

    @lazy
    def section(self) -> Scope | None:
        """The innermost section of prose around the selection."""
        return enclosing(self.document, self.trimmed, ("section",))

    @lazy
    def paragraph(self) -> Span | None:
        """The paragraph of prose at the cursor."""
        return paragraph_around(self.document, self.span.start)

    @lazy
    def in_comments(self) -> bool:
        """Whether there is prose to work on, of code: at the cursor or all of it selected."""
        if len(self.trimmed):
            return in_comments(self.document, self.trimmed) and self.has_prose(self.trimmed)
        return self.paragraph is not None

    @lazy
    def list(self) -> Span | None:
        """The whole list of prose at the cursor."""
        return list_around(self.document, self.span.start)

    @lazy
    def table(self) -> Span | None:
        """The whole table of Markdown at the cursor."""
        return table_around(self.document, self.span.start)

    @lazy
    def comment(self) -> Span | None:
        """The comment at the cursor, where it belongs to no code below it."""
        found = comment_at(self.document, self.span.start)
        if found is None or found.end < self.span.end:
            return None
        scope = enclosing(self.document, found, ("function", "class"))
        if scope and not scope.span.contains(found):
            return None
        return found

    @lazy
    def slight(self) -> bool:
        """Whether no more than a word of code is selected: as good as a cursor, for in some editors
        (Helix, Kakoune) each move selects the word that it goes over.
        """
        code = self.document.language is not None and not self.document.language.prose
        return code and len(self.trimmed) > 0 and is_word(self.document, self.trimmed)

    @lazy
    def code(self) -> Span | None:
        """The selected code, as whole as it can be rewritten: what is exactly an expression, or
        several beside each other, as it is; in the middle of a line, those that it touches there;
        else whole lines.
        """
        if self.lines is None or self.slight:
            return self.lines
        nodes = nodes_over(self.document, self.trimmed)
        within_line = len(self.document.slice(self.lines).splitlines()) == 1
        fits = nodes is not None and self.lines.contains(nodes)
        return nodes if fits and (within_line or nodes == self.trimmed) else self.lines

    @lazy
    def lines(self) -> Span | None:
        """The selected text as whole lines, from the first character to the last."""
        if self.span.start == self.span.end or len(self.trimmed) == 0:
            return None
        lines = self.document.lines
        first = lines.start(lines.line_at(self.trimmed.start))
        last = lines.end(lines.line_at(self.trimmed.end))
        text = self.document.slice(Span(first, last))
        return Span(first + len(text) - len(text.lstrip()), first + len(text.rstrip()))
