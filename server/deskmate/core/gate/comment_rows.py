"""Code by rows: the lines of code without their comments, and what stands between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deskmate.core.syntax.comments import comments_in
from deskmate.core.syntax.directives import is_about_next, is_directive, is_reminder, without_mark
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.tokens import Token, tokens
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. `row` is the row that it stands in, or above of where it is `alone` on its lines
    (the number of rows for those below the last). It is `of_a_line` where it tells a tool something
    about one, and `needed` where somebody relies on it as long as what it is about is there; it
    `reminds` where what it asks for may be done.
    """

    text: str
    span: Span
    row: int
    alone: bool
    needed: bool
    of_a_line: bool
    reminds: bool

    @property
    def words(self) -> tuple[str, ...]:
        """What it says, without its marks and its layout."""
        return tuple(_WORD.findall(self.text)) or (self.text.strip(),)


_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Row:
    """Lines of code, most often one. `code` is what they say, layout and comments aside."""

    first: int
    last: int
    code: str = ""
    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def words(self) -> Counter[str]:
        """Its tokens, to be compared with those of another."""
        return Counter(token.text for token in self.tokens)


@dataclass(slots=True)
class Code:
    """The rows of a piece of code, and the comments between them: `gaps[i]` stands above row `i`,
    the last below all of them.
    """

    document: Document
    rows: list[Row]
    gaps: list[list[Comment]]

    def comments(self) -> Iterator[Comment]:
        """All of them, in order."""
        for at, gap in enumerate(self.gaps):
            yield from gap
            if at < len(self.rows):
                yield from self.rows[at].comments


def read_code(document: Document, span: Span) -> Code:
    """The rows of a piece of code, and its comments."""
    lines = document.lines
    spans = comments_in(document, span)
    rows: list[Row] = []
    for token in _code_tokens(document, span, spans):
        first, last = lines.line_at(token.span.start), lines.line_at(token.span.end)
        if not rows or first > rows[-1].last:
            rows.append(Row(first, last))
        rows[-1].last = max(rows[-1].last, last)
        rows[-1].tokens.append(token)
    gaps: list[list[Comment]] = [[] for _ in range(len(rows) + 1)]
    starts = [row.first for row in rows]
    for here in spans:
        first, last = lines.line_at(here.start), lines.line_at(here.end)
        at = bisect_right(starts, first) - 1
        if at >= 0 and first <= rows[at].last:
            rows[at].comments.append(_comment(document, here, at, False))
            rows[at].last = max(rows[at].last, last)
        elif at + 1 < len(rows) and last == rows[at + 1].first:
            rows[at + 1].comments.append(_comment(document, here, at + 1, False))
            rows[at + 1].first = first
        else:
            gaps[at + 1].append(_comment(document, here, at + 1, True))
    for row in rows:
        row.code = _plain(document, span, row)
    return Code(document, rows, gaps)


def _plain(document: Document, span: Span, row: Row) -> str:
    """What a row says without blanks between its tokens and without comments. What grammars make no
    token of (the number before a unit in CSS) is said too.
    """
    at = max(span.start, document.lines.start(row.first))
    end = min(span.end, document.lines.end(row.last))
    pieces = [(one.span, "") for one in row.comments] + [(one.span, one.text) for one in row.tokens]
    said = []
    for here, text in sorted(pieces):
        said += ["".join(document.text[at : here.start].split()), text]
        at = max(at, here.end)
    return "".join([*said, *document.text[at:end].split()])


def _comment(document: Document, span: Span, row: int, alone: bool) -> Comment:
    text, language = document.slice(span), document.language
    said = [form for line in text.split("\n") for form in without_mark(line)]
    directive = next((one for one in said if is_directive(one, language)), "")
    of_a_line = bool(directive) and (not alone or is_about_next(directive, language))
    told = bool(directive) or text.startswith("#!")
    reminds = not told and any(map(is_reminder, said))
    return Comment(text, span, row, alone, told or reminds, of_a_line, reminds)


def _code_tokens(document: Document, span: Span, comments: Sequence[Span]) -> Iterator[Token]:
    """The tokens that are no part of a comment; of text that may hold code, the words."""
    starts = [comment.start for comment in comments]
    for token in tokens(document, span):
        at = bisect_right(starts, token.span.start) - 1
        if at >= 0 and token.span.start < comments[at].end:
            continue
        if "\n" not in token.text or not _embeds(document):
            yield token
            continue
        for word in re.finditer(r"\S+", token.text):
            here = Span(word.start(), word.end()).shifted(token.span.start)
            near = bisect_right(starts, here.start) - 1
            if near < 0 or here.start >= comments[near].end:
                yield Token(word[0], here, token.type)


def _embeds(document: Document) -> bool:
    return document.language is not None and query(document.language, "injections") is not None
