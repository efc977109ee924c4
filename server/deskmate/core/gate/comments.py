"""Comments that a change drops, and where they belong in what the code has become.

Code and comments are taken apart by rows (`comment_rows.py`). The rows of before and after are
matched; a comment belongs to the row that it stands in, or to the place between two rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from deskmate.core.gate.always_checks import line_at
from deskmate.core.gate.change import Change
from deskmate.core.gate.comment_rows import Code, Comment, read_code
from deskmate.core.syntax.queries import Scope, scopes
from deskmate.core.text.differences import common_items, replaced_blocks
from deskmate.core.text.text import Span


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
    matched, document = match_comments(change), change.before
    return tuple(
        Lost(
            one.text,
            line_at(document, document.lines.line_at(one.span.start)),
            one.needed and not (one.of_a_line and matched.place(one) is None),
        )
        for one in matched.unaccounted
    )


@dataclass(slots=True)
class Matched:
    """Before and after side by side. `same` are rows that came back as they were, `like` those that
    changed with what they have become; `unaccounted` the comments that are gone, `found` those
    that stand there, with the comment of after that they are. `kept` are the rows of after that
    came back, `new` the words of its own comments, by their rows and whether they are alone.
    """

    before: Code
    after: Code
    same: dict[int, int]
    like: dict[int, int]
    unaccounted: list[Comment] = field(default_factory=list)
    found: dict[Comment, Comment] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    new: defaultdict[tuple[int, bool], set[str]] = field(default_factory=lambda: defaultdict(set))

    def row(self, at: int) -> int | None:
        """What a row has become; None where it is gone."""
        return self.same.get(at, self.like.get(at))

    def new_at(self, comment: Comment) -> set[str]:
        """The words of comments that nobody wrote before, where a comment of before belongs."""
        place = self.place(comment)
        row = place[0] + place[1] if place else -1
        return self.new.get((row, True), set()) | self.new.get((row, False), set())

    def has_another(self, comment: Comment) -> bool:
        """Whether a comment that nobody wrote before stands right where one of before belongs."""
        place = self.place(comment)
        return place is not None and (place[0] + place[1], comment.alone) in self.new

    def place(self, comment: Comment) -> tuple[int, bool] | None:
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


def _column(code: Code, comment: Comment) -> int:
    lines = code.document.lines
    text = code.document.text[lines.start(lines.line_at(comment.span.start)) : comment.span.start]
    return len(text.expandtabs(4))


def _row_column(code: Code, at: int) -> int:
    start = code.rows[at].tokens[0].span.start
    lines = code.document.lines
    return len(code.document.text[lines.start(lines.line_at(start)) : start].expandtabs(4))


def match_comments(change: Change) -> Matched:
    """The target and what it has become, side by side."""
    before = read_code(change.before, change.target.span)
    after = read_code(change.after, change.span)
    pairs = common_items([row.code for row in before.rows], [row.code for row in after.rows])
    like: dict[int, int] = {}
    for old, new in replaced_blocks(pairs, len(before.rows), len(after.rows)):
        like |= _alike(before, after, old, new)
    matched = Matched(before, after, dict(pairs), like, kept=frozenset(j for _, j in pairs))
    _account(matched, [s for s in scopes(change.before) if s.stub])
    if change.target.is_about_comments:
        kept = [one for one in matched.unaccounted if one.needed and not one.reminds]
        matched.unaccounted[:] = kept
    return matched


def _alike(before: Code, after: Code, old: range, new: range) -> dict[int, int]:
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


def _account(matched: Matched, stubs: Sequence[Scope]) -> None:
    """Sorts the comments of before by whether after has them: at their place, or anywhere; or what
    they say in other words at their place. A TODO goes with the stub that it stood in.
    """
    here: dict[tuple[tuple[str, ...], int], list[Comment]] = defaultdict(list)
    there: dict[tuple[str, ...], list[Comment]] = defaultdict(list)
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
