"""Comments that a change drops: put back where the code around them stands, or said to be gone.

Code and comments are taken apart by rows: the lines of code, without their comments, and what
stands between them. The rows of before and after are matched; a comment belongs to the row that it
stands in, or to the place between two rows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deskmate.core.gate.always_checks import line_at
from deskmate.core.gate.change import Change
from deskmate.core.syntax.comments import comments_in
from deskmate.core.syntax.directives import (
    is_about_next,
    is_directive,
    is_reminder,
    without_mark,
)
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.queries import Scope, scopes
from deskmate.core.syntax.tokens import Token, tokens
from deskmate.core.text.text import Edit, Span, common_items, line_end, replaced_blocks


@dataclass(frozen=True, slots=True)
class Lost:
    """A comment that is gone, the line that it begins on, and whether somebody relies on it."""

    text: str
    line: str
    needed: bool

    @property
    def first_line(self) -> str:
        """How it begins, to be quoted."""
        line = self.text.split("\n")[0].strip()
        return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1].rstrip()}…"


_QUOTED = 70


def lost_comments(change: Change) -> tuple[Lost, ...]:
    """The comments that stood in the target and stand nowhere in what it has become, neither as
    they were nor in other words at the same place.
    """
    matched, document = _match(change), change.before
    return tuple(
        Lost(
            one.text,
            line_at(document, document.lines.line_at(one.span.start)),
            one.needed and not (one.of_a_line and matched.place(one) is None),
        )
        for one in matched.unaccounted
    )


def put_back(change: Change) -> tuple[Edit, ...]:
    """The edits of `change.after` that put back what it dropped, where it has a place."""
    matched = _match(change)
    return tuple(_Putting(change, matched).edits())


@dataclass(frozen=True, slots=True)
class _Comment:
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
class _Row:
    """Lines of code, most often one. `code` is what they say, layout and comments aside."""

    first: int
    last: int
    code: str = ""
    tokens: list[Token] = field(default_factory=list)
    comments: list[_Comment] = field(default_factory=list)

    @property
    def words(self) -> Counter[str]:
        """Its tokens, to be compared with those of another."""
        return Counter(token.text for token in self.tokens)


@dataclass(slots=True)
class _Code:
    """The rows of a piece of code, and the comments between them: `gaps[i]` stands above row `i`,
    the last below all of them.
    """

    document: Document
    rows: list[_Row]
    gaps: list[list[_Comment]]

    def comments(self) -> Iterator[_Comment]:
        for at, gap in enumerate(self.gaps):
            yield from gap
            if at < len(self.rows):
                yield from self.rows[at].comments


def _read(document: Document, span: Span) -> _Code:
    lines = document.lines
    spans = comments_in(document, span)
    rows: list[_Row] = []
    for token in _code_tokens(document, span, spans):
        first, last = lines.line_at(token.span.start), lines.line_at(token.span.end)
        if not rows or first > rows[-1].last:
            rows.append(_Row(first, last))
        rows[-1].last = max(rows[-1].last, last)
        rows[-1].tokens.append(token)
    gaps: list[list[_Comment]] = [[] for _ in range(len(rows) + 1)]
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
    return _Code(document, rows, gaps)


def _plain(document: Document, span: Span, row: _Row) -> str:
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


def _comment(document: Document, span: Span, row: int, alone: bool) -> _Comment:
    text, language = document.slice(span), document.language
    said = [form for line in text.split("\n") for form in without_mark(line)]
    directive = next((one for one in said if is_directive(one, language)), "")
    of_a_line = bool(directive) and (not alone or is_about_next(directive, language))
    told = bool(directive) or text.startswith("#!")
    reminds = not told and any(map(is_reminder, said))
    return _Comment(text, span, row, alone, told or reminds, of_a_line, reminds)


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


@dataclass(slots=True)
class _Matched:
    """Before and after side by side. `same` are rows that came back as they were, `like` those that
    changed with what they have become; `unaccounted` the comments that are gone, `found` those
    that stand there, with the comment of after that they are. `kept` are the rows of after that
    came back, `new` the words of its own comments, by their rows and whether they are alone.
    """

    before: _Code
    after: _Code
    same: dict[int, int]
    like: dict[int, int]
    unaccounted: list[_Comment] = field(default_factory=list)
    found: dict[_Comment, _Comment] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    new: defaultdict[tuple[int, bool], set[str]] = field(default_factory=lambda: defaultdict(set))

    def row(self, at: int) -> int | None:
        """What a row has become; None where it is gone."""
        return self.same.get(at, self.like.get(at))

    def new_at(self, comment: _Comment) -> set[str]:
        """The words of comments that nobody wrote before, where a comment of before belongs."""
        place = self.place(comment)
        row = place[0] + place[1] if place else -1
        return self.new.get((row, True), set()) | self.new.get((row, False), set())

    def has_another(self, comment: _Comment) -> bool:
        """Whether a comment that nobody wrote before stands right where one of before belongs."""
        place = self.place(comment)
        return place is not None and (place[0] + place[1], comment.alone) in self.new

    def place(self, comment: _Comment) -> tuple[int, bool] | None:
        """The row of after that a comment belongs above, or (True) below of; None where the code
        around it is gone. For one that stands in a row, what that row has become.
        """
        at = comment.row
        if not comment.alone or comment.of_a_line:
            row = self.row(at)
            return None if row is None else (row, False)
        size = len(self.before.rows)
        above = -1 if at == 0 else self.same.get(at - 1)
        below = len(self.after.rows) if at == size else self.same.get(at)
        ends = at == size or _column(self.before, comment) > _row_column(self.before, at)
        if ends and above is not None and above >= 0:
            return (above, True)
        if below is not None:
            return (below, False)
        if above is not None and above + 1 not in self.kept:
            return (above + 1, False)
        near, before = self.like.get(at), self.like.get(at - 1)
        if near is not None:
            return (near, False)
        return (before, True) if ends and before is not None else None


def _column(code: _Code, comment: _Comment) -> int:
    lines = code.document.lines
    text = code.document.text[lines.start(lines.line_at(comment.span.start)) : comment.span.start]
    return len(text.expandtabs(4))


def _row_column(code: _Code, at: int) -> int:
    start = code.rows[at].tokens[0].span.start
    lines = code.document.lines
    return len(code.document.text[lines.start(lines.line_at(start)) : start].expandtabs(4))


def _match(change: Change) -> _Matched:
    before = _read(change.before, change.target.span)
    after = _read(change.after, change.span)
    pairs = common_items([row.code for row in before.rows], [row.code for row in after.rows])
    like: dict[int, int] = {}
    for old, new in replaced_blocks(pairs, len(before.rows), len(after.rows)):
        like |= _alike(before, after, old, new)
    matched = _Matched(before, after, dict(pairs), like, kept=frozenset(j for _, j in pairs))
    _account(matched, [s for s in scopes(change.before) if s.stub])
    if change.target.is_about_comments:
        kept = [one for one in matched.unaccounted if one.needed and not one.reminds]
        matched.unaccounted[:] = kept
    return matched


def _alike(before: _Code, after: _Code, old: range, new: range) -> dict[int, int]:
    """What rows have become that changed, in order: the most alike of those near, or where as many
    came as went, the one in its place.
    """
    found: dict[int, int] = {}
    counts = {at: after.rows[at].words for at in new}
    start = new.start
    for at in old:
        own = before.rows[at].words
        expected = new.start + (at - old.start) * len(new) // max(1, len(old))
        near = range(max(start, expected - _NEAR), min(new.stop, expected + _NEAR))
        likeness = {
            other: 2 * (own & counts[other]).total() / (own.total() + counts[other].total())
            for other in near
        }
        best = max(near, key=lambda other: likeness[other], default=None)
        if best is not None and likeness[best] >= _ALIKE:
            found[at] = best
        elif len(old) == len(new) and expected in near:
            found[at] = expected
        else:
            continue
        start = found[at] + 1
    return found


_NEAR = 12
"""Rows on either side of where one is expected among which it is looked for."""
_ALIKE = 0.5
"""The share of its tokens that a changed row still has."""


def _account(matched: _Matched, stubs: Sequence[Scope]) -> None:
    """Sorts the comments of before by whether after has them: at their place, or anywhere; or what
    they say in other words at their place. A TODO goes with the stub that it stood in.
    """
    here: dict[tuple[tuple[str, ...], int], list[_Comment]] = defaultdict(list)
    there: dict[tuple[str, ...], list[_Comment]] = defaultdict(list)
    for comment in reversed(list(matched.after.comments())):
        here[comment.words, comment.row].append(comment)
        there[comment.words].append(comment)
    taken: set[Span] = set()
    left = []
    for comment in matched.before.comments():
        place = matched.place(comment)
        rows = () if place is None else range(place[0], place[0] + 1 + place[1])
        twins = next((found for row in rows if (found := here[comment.words, row])), None)
        if twins:
            matched.found[comment] = twins.pop()
            taken.add(matched.found[comment].span)
        else:
            left.append(comment)
    missing = []
    for comment in left:
        anywhere = there[comment.words]
        while anywhere and anywhere[-1].span in taken:
            anywhere.pop()
        if anywhere:
            matched.found[comment] = anywhere.pop()
            taken.add(matched.found[comment].span)
        else:
            missing.append(comment)
    for comment in matched.after.comments():
        if comment.span not in taken:
            matched.new[comment.row, comment.alone] |= {word.lower() for word in comment.words}
    for comment in missing:
        said = matched.new_at(comment)
        known = sum(word.lower() in said for word in comment.words) / len(comment.words)
        if known >= (_REPEATED if comment.needed else _REWORDED):
            continue
        if not comment.needed or not any(stub.span.contains(comment.span) for stub in stubs):
            matched.unaccounted.append(comment)


_REWORDED = 0.5
"""The share of a comment's words from which on another at its place is the same in other words."""
_REPEATED = 0.9


class _Putting:
    """The edits of after that put back the comments that are gone, as they stood."""

    def __init__(self, change: Change, matched: _Matched) -> None:
        self._change, self._matched = change, matched
        self._before, self._after = matched.before, matched.after
        self._left = [
            one for one in matched.unaccounted if one.needed or not matched.has_another(one)
        ]  # what has another comment at its place now is not doubled
        self._gone = {comment.span for comment in self._left}
        self._inserted: defaultdict[int, str] = defaultdict(str)
        self._replaced: list[Edit] = []
        self._end = line_end(change.before.text)

    def edits(self) -> Iterator[Edit]:
        """Each of them, in order."""
        for at in sorted({one.row for one in self._left if not one.alone}):
            self._put_in(at)
        for at in sorted({one.row for one in self._left if one.alone}):
            self._put_between(at)
        inserted = [Edit(Span(at, at), text) for at, text in self._inserted.items()]
        yield from sorted([*inserted, *self._replaced], key=lambda edit: edit.span)

    def _put_in(self, at: int) -> None:
        """What stood in a row: with all of the row where it came back without any comment."""
        to = self._matched.row(at)
        if to is None:
            return
        old, new = self._before.rows[at], self._after.rows[to]
        gone = [one for one in old.comments if one.span in self._gone]
        if at in self._matched.same and not new.comments and len(gone) == len(old.comments):
            was = self._before.document.slice(_extent(old))
            self._replaced.append(Edit(_extent(new), was))
            return
        for one in gone:
            place = self._behind(one, old, new) if not new.comments else None
            if place is not None:
                self._inserted[place] += self._before.document.text[_end(old, one) : one.span.end]

    def _behind(self, comment: _Comment, old: _Row, new: _Row) -> int | None:
        """Where it goes in a row that changed: behind its last token, as it was."""
        if comment.span.start < old.tokens[-1].span.end or "\n" in comment.text:
            return None
        end = new.tokens[-1].span.end
        document = self._after.document
        rest = document.text[end : document.lines.end(document.lines.line_at(end))]
        return end if not rest.strip() else None

    def _put_between(self, at: int) -> None:
        """What stood above a row, or below the last."""
        gap = self._before.gaps[at]
        gone = [one for one in gap if one.span in self._gone]
        if len(gone) == len(gap) and self._put_all_between(at):
            return
        for run in _runs(gap, self._gone):
            place = self._matched.place(run[0])
            after = next((one for one in gap if one.span > run[-1].span), None)
            before = next((one for one in reversed(gap) if one.span < run[0].span), None)
            if after and (twin := self._matched.found.get(after)) and twin.alone:
                self._put_above(run, twin.span.start, _column_text(self._before, after.span.start))
            elif before and (twin := self._matched.found.get(before)) and twin.alone:
                self._put_below(run, twin.span.end, _column_text(self._before, before.span.start))
            elif place is not None:
                self._put_at(run, *place)

    def _put_all_between(self, at: int) -> bool:
        """All that stood between two rows which still stand side by side, to the letter."""
        same, rows, new = self._matched.same, self._before.rows, self._after.rows
        above, below = same.get(at - 1), same.get(at)
        if above is None or below != above + 1 or self._after.gaps[below]:
            return False
        was = [_margin(self._before, rows[at - 1]), _margin(self._before, rows[at])]
        now = [_margin(self._after, new[above]), _margin(self._after, new[below])]
        if was != now:
            return False
        old, document = self._before.document, self._after.document
        text = old.text[old.lines.end(rows[at - 1].last) : old.lines.start(rows[at].first)]
        start, end = document.lines.end(new[above].last), document.lines.start(new[below].first)
        self._replaced.append(Edit(Span(start, end), text))
        return True

    def _put_at(self, run: list[_Comment], row: int, below: bool) -> None:
        rows = self._after.rows
        if not rows:
            return
        if below or row == len(rows):
            row = min(row, len(rows) - 1)
            end = _extent(rows[row]).end
            old = max(0, run[0].row - 1)
            self._put_below(run, end, _margin(self._before, self._before.rows[old]))
            return
        old = min(run[0].row, len(self._before.rows) - 1)
        margin = _margin(self._before, self._before.rows[old])
        self._put_above(run, _extent(rows[row]).start, margin)

    def _put_above(self, run: list[_Comment], offset: int, was: str) -> None:
        """On lines of their own above that of an offset, as far in as it is compared to `was`."""
        document = self._after.document
        line = document.lines.start(document.lines.line_at(offset))
        margin = document.text[line:offset]
        start = max(line, self._change.span.start)
        if margin.strip():
            return
        text = self._moved(run, was, margin) + self._blank_lines(run)
        if start > line:
            text = text.removeprefix(document.text[line:start]) + self._end + margin
            self._inserted[start] += text
        else:
            self._inserted[line] += text + self._end

    def _put_below(self, run: list[_Comment], offset: int, was: str) -> None:
        document = self._after.document
        number = document.lines.line_at(offset)
        end = document.lines.end(number)
        start = document.text[document.lines.start(number) : end]
        margin = start[: len(start) - len(start.lstrip())]
        if document.text[offset:end].strip():
            return
        self._inserted[min(end, max(offset, self._change.span.end))] += self._end + self._moved(
            run, was, margin
        )

    def _blank_lines(self, run: list[_Comment]) -> str:
        """The blank lines below comments, as many as there were."""
        rest = self._before.document.text[run[-1].span.end :]
        blank = rest[: len(rest) - len(rest.lstrip())]
        return self._end * max(0, len(re.findall(r"\r\n|\r|\n", blank)) - 1)

    def _moved(self, run: list[_Comment], was: str, now: str) -> str:
        """The lines of comments, without the last line end, moved from one margin to another."""
        document = self._before.document
        first = document.lines.start(document.lines.line_at(run[0].span.start))
        text = document.text[first : run[-1].span.end]
        if was == now:
            return text
        lines = text.splitlines(keepends=True)
        return "".join(now + line[len(was) :] if line.startswith(was) else line for line in lines)


def _runs(gap: list[_Comment], gone: set[Span]) -> Iterator[list[_Comment]]:
    """The comments that are gone, those together that stood together."""
    run: list[_Comment] = []
    for one in gap:
        if one.span in gone:
            run.append(one)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _extent(row: _Row) -> Span:
    """From the first token or comment of a row to the last."""
    spans = [*(one.span for one in row.comments), row.tokens[0].span, row.tokens[-1].span]
    return Span(min(spans).start, max(span.end for span in spans))


def _end(row: _Row, comment: _Comment) -> int:
    """Where what stands before a comment in its row ends."""
    ends = [*(one.span.end for one in row.comments), *(token.span.end for token in row.tokens)]
    return max(end for end in ends if end <= comment.span.start)


def _margin(code: _Code, row: _Row) -> str:
    return _column_text(code, _extent(row).start)


def _column_text(code: _Code, offset: int) -> str:
    """The blanks that the line of an offset begins with."""
    lines = code.document.lines
    number = lines.line_at(offset)
    text = code.document.text[lines.start(number) : lines.end(number)]
    return text[: len(text) - len(text.lstrip())]
