"""The comments that a change drops, put back where the code around them stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from deskmate.core.gate.change import Change
from deskmate.core.gate.comment_rows import Code, Comment, Row
from deskmate.core.gate.comments import Matched, match_comments
from deskmate.core.text.text import Edit, Span, line_end


def put_back(change: Change) -> tuple[Edit, ...]:
    """The edits of `change.after` that put back what it dropped, where it has a place."""
    matched = match_comments(change)
    return tuple(_Putting(change, matched).edits())


class _Putting:
    """The edits of after that put back the comments that are gone, as they stood."""

    def __init__(self, change: Change, matched: Matched) -> None:
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

    def _behind(self, comment: Comment, old: Row, new: Row) -> int | None:
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

    def _put_at(self, run: list[Comment], row: int, below: bool) -> None:
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

    def _put_above(self, run: list[Comment], offset: int, was: str) -> None:
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

    def _put_below(self, run: list[Comment], offset: int, was: str) -> None:
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

    def _blank_lines(self, run: list[Comment]) -> str:
        """The blank lines below comments, as many as there were."""
        blank = _BLANK.match(self._before.document.text, run[-1].span.end)
        ends = re.findall(r"\r\n|\r|\n", blank[0]) if blank else []
        return self._end * max(0, len(ends) - 1)

    def _moved(self, run: list[Comment], was: str, now: str) -> str:
        """The lines of comments, without the last line end, moved from one margin to another."""
        document = self._before.document
        first = document.lines.start(document.lines.line_at(run[0].span.start))
        text = document.text[first : run[-1].span.end]
        if was == now:
            return text
        lines = text.splitlines(keepends=True)
        return "".join(now + line[len(was) :] if line.startswith(was) else line for line in lines)


_BLANK = re.compile(r"\s*")


def _runs(gap: list[Comment], gone: set[Span]) -> Iterator[list[Comment]]:
    """The comments that are gone, those together that stood together."""
    run: list[Comment] = []
    for one in gap:
        if one.span in gone:
            run.append(one)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _extent(row: Row) -> Span:
    """From the first token or comment of a row to the last."""
    spans = [*(one.span for one in row.comments), row.tokens[0].span, row.tokens[-1].span]
    return Span(min(spans).start, max(span.end for span in spans))


def _end(row: Row, comment: Comment) -> int:
    """Where what stands before a comment in its row ends."""
    ends = [*(one.span.end for one in row.comments), *(token.span.end for token in row.tokens)]
    return max(end for end in ends if end <= comment.span.start)


def _margin(code: Code, row: Row) -> str:
    return _column_text(code, _extent(row).start)


def _column_text(code: Code, offset: int) -> str:
    """The blanks that the line of an offset begins with."""
    lines = code.document.lines
    number = lines.line_at(offset)
    text = code.document.text[lines.start(number) : lines.end(number)]
    return text[: len(text) - len(text.lstrip())]
