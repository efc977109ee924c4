"""Replies that hold only a part of the target: put over the lines that they replace, where it is
certain which those are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deskmate.core.gate.code_lines import alike
from deskmate.core.gate.edits.fit import Fit, cut_out
from deskmate.core.reply.elisions import is_elision
from deskmate.core.reply.readings import Reading
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import at_margin, flat, indent_unit, margin_at, reindent
from deskmate.core.syntax.queries import Scope, imports, problems, scopes
from deskmate.core.syntax.signatures import signature
from deskmate.core.target import Target
from deskmate.core.text.matching import opcodes
from deskmate.core.text.span_set import SpanSet
from deskmate.core.text.text import Edit, Span


def join_fragments(pieces: Sequence[Reading], target: Target) -> Iterator[Fit]:
    """The whole target with these pieces of a reply in their places, where they are certain."""
    if target.scope is not None and target.scope.stub:
        return  # there is nothing that could be kept
    whole = Document(
        target.document.uri, None, "\n".join(p.code for p in pieces), target.document.language
    )
    original = flat(target.document, target.span)
    places: list[_Place] = []
    for piece in pieces:
        found = _in_members(piece.code, target) or _over_lines(piece, target, original)
        if found is None and _shares_lines(piece.code, original):
            return  # who knows what the rest of it is about
        new = [place for place in found or () if place.text != original[place.start : place.end]]
        places = [old for old in places if not any(old.overlaps(place) for place in new)] + new
    if not places:
        return
    code = original
    for place in sorted(places, key=lambda place: -place.start):
        code = code[: place.start] + place.text + code[place.end :]
    first = min(original.count("\n", 0, place.start) for place in places) + 1
    last = max(original.count("\n", 0, place.end) for place in places) + 1
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    yield Fit(code, whole, True, (f"The reply held only {lines} of it; the rest was kept.",))


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of the original, at the left margin, and what stands there then."""

    start: int
    end: int
    text: str

    def overlaps(self, other: _Place) -> bool:
        return self.start < other.end and other.start < self.end


def _shares_lines(code: str, original: str) -> bool:
    there = {_words(line) for line in original.split("\n")}
    return any(_words(line) in there for line in code.split("\n") if _says(line))


# By the names of functions


def _in_members(code: str, target: Target) -> list[_Place] | None:
    """The places of the functions that a piece holds, in a class or function that has each of them
    exactly once; None where it holds anything else that is not there already.
    """
    scope = target.scope
    if scope is None or scope.body is None:
        return None
    document = target.document
    inner = [s for s in scopes(document) if scope.span.contains(s.span) and s.span != scope.span]
    inner = [s for s in inner if s.kind == "function"]
    for read, within in _readings(code, target, scope) if inner else ():
        here = [s for s in scopes(read) if within.contains(s.span) and s.kind == "function"]
        here = [
            s for s in here if not any(o.span != s.span and o.span.contains(s.span) for o in here)
        ]
        if not here or any(p.span.overlaps(within) for p in problems(read)):
            continue
        found = [_member(read, new, inner, document) for new in here]
        if any(old is None for old in found) or not _is_rest_known(read, within, here, target):
            continue
        if any(is_elision(line) for new in here for line in read.slice(new.span).split("\n")):
            continue
        alone = Document(document.uri, None, code, document.language)
        return [
            _placed(read, new, old, within, alone, target)
            for new, old in zip(here, found, strict=True)
            if old is not None
        ]
    return None


def _readings(code: str, target: Target, scope: Scope) -> Iterator[tuple[Document, Span]]:
    """The code by itself, and as the body of the scope that it may be members of."""
    document = target.document
    yield Document(document.uri, None, code, document.language), Span(0, len(code))
    assert scope.body is not None
    braces = document.text[scope.body.start : scope.body.start + 1] == "{"
    body = Span(scope.body.start + 1, scope.body.end - 1) if braces else scope.body
    margin = margin_at(document, scope.span.start) + indent_unit(document, scope.span)
    fixed = at_margin(Document(document.uri, None, code, document.language))
    text = reindent(code.strip("\n"), margin, indent_unit(document, scope.span), fixed=fixed)
    text = text.lstrip()
    before, behind = (f"\n{margin}", "\n") if braces else ("", "")
    start = body.start + len(before)
    yield document.changed(Edit(body, before + text + behind)), Span(start, start + len(text))


def _member(read: Document, new: Scope, inner: Sequence[Scope], document: Document) -> Scope | None:
    named = [old for old in inner if old.name == new.name]
    if len(named) > 1:
        named = [old for old in named if signature(document, old) == signature(read, new)]
    return named[0] if len(named) == 1 else None


def _is_rest_known(read: Document, within: Span, here: Sequence[Scope], target: Target) -> bool:
    """Whether what a piece holds besides these functions stands in the target as well."""
    known = {_words(line) for line in target.original.splitlines()}
    apart = SpanSet([*(s.outer for s in here), *imports(read)])
    at = within.start
    for line in read.slice(within).split("\n"):
        span = Span(at, at + len(line))
        at = span.end + 1
        if not line.strip() or is_elision(line) or apart.overlaps(span):
            continue
        if _says(line) and _words(line) not in known:
            return False
    return True


def _placed(
    read: Document, new: Scope, old: Scope, within: Span, alone: Document, target: Target
) -> _Place:
    document = target.document
    member = replace(target, span=old.span, scope=old)
    code = cut_out(read, new, within, alone, member).code
    unit, margin = indent_unit(document, target.span), margin_at(document, target.span.start)
    inside = margin_at(document, old.span.start).removeprefix(margin)
    fixed = at_margin(Document(document.uri, None, code, document.language))
    text = reindent(code.strip("\n"), inside, unit, flat(document, old.span), fixed).lstrip()
    start = len(flat(document, Span(target.span.start, old.span.start)))
    return _Place(
        start, start + len(flat(document, Span(target.span.start, old.span.end))) - start, text
    )


# By lines


def _over_lines(piece: Reading, target: Target, original: str) -> list[_Place] | None:
    """The places of a piece's stretches of lines between "and so on", each of which begins and
    ends at a line that stands there, or at one that takes the place of another.
    """
    places: list[_Place] = []
    old = _rows(original)
    at = 0
    for stretch in _stretches(piece.code):
        document = target.document
        unit = indent_unit(document, target.span)
        fixed = at_margin(Document(document.uri, None, stretch, document.language))
        new = _rows(reindent(stretch, "", unit, original, fixed, within=True))
        region = _find_region(new, old[at:], piece.closed)
        if region is None:
            return None
        first, last = region[0] + at, region[1] + at
        if _is_cut_short(new[-1], old[last:]):
            return None
        shift = old[first].margin - new[0].margin
        lines = [_shifted(row.text, shift) for row in _all_rows(new)]
        places.append(_Place(old[first].start, old[last].end, "\n".join(lines)))
        at = last + 1
    return places or None


def _is_cut_short(end: _Row, old: Sequence[_Row]) -> bool:
    """Whether nothing would come to what follows the first of the old rows."""
    if len(old) < 2 or end.words == old[0].words or old[1].margin < old[0].margin:
        return False
    return end.words[:1] in (("return",), ("raise",), ("throw",), ("break",), ("continue",))


def _stretches(code: str) -> Iterator[str]:
    found: list[str] = []
    for line in [*code.split("\n"), "..."]:
        if not is_elision(line):
            found.append(line)
            continue
        text = "\n".join(found).strip("\n")
        if any(_says(line) for line in text.split("\n")):
            yield text
        found = []


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that is not blank: its text, its columns of indentation, its words, where it stands
    in the whole, and how many blank lines are above it.
    """

    text: str
    margin: int
    words: tuple[str, ...]
    start: int
    end: int
    blank: int


def _rows(text: str) -> list[_Row]:
    found: list[_Row] = []
    at = blank = 0
    for line in text.split("\n"):
        if line.strip():
            wide = line.expandtabs(4)
            margin = len(wide) - len(wide.lstrip())
            found.append(_Row(line, margin, _words(line), at, at + len(line), blank))
        blank = 0 if line.strip() else blank + 1
        at += len(line) + 1
    return found


def _all_rows(rows: Sequence[_Row]) -> Iterator[_Row]:
    """The rows with the blank lines between them."""
    for at, row in enumerate(rows):
        for _ in range(row.blank if at else 0):
            yield replace(row, text="")
        yield row


def _words(line: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+|[^\w\s]", line.rstrip(" \t;,")))


def _says(line: str) -> bool:
    """Whether a line is more than the end of something."""
    words = re.findall(r"\w+", line)
    return bool(words) and words[0] not in ("end", "else", "fi", "done", "esac", "do", "then")


def _shifted(line: str, shift: int) -> str:
    if shift >= 0 or not line.strip():
        return " " * shift + line if line.strip() else line
    return line[min(-shift, len(line) - len(line.lstrip())) :]


def _find_region(new: Sequence[_Row], old: Sequence[_Row], closed: bool) -> tuple[int, int] | None:
    """The first and the last of the old rows that the new ones replace; None where that is not
    certain: every new one that is not new altogether has its row there, none of those is left
    without, and there is no other such place.
    """
    if len(new) == 1:
        there = [at for at, row in enumerate(old) if row.words == new[0].words]
        return (there[0], there[0]) if len(there) == 1 else None
    found: list[tuple[int, int, int]] = []
    firsts, lasts = _ends(new[0], new[1], old, 1), _ends(new[-1], new[-2], old, -1)
    if len(firsts) * len(lasts) > _PLACES or len(new) * len(old) > _PAIRS:
        return None
    for first in firsts:
        for last in lasts:
            same = _same(new, old[first : last + 1], closed) if last > first else 0
            if same:
                found.append((same, first, last))
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1:]


_PLACES = 50
"""Stretches of which it is never certain which one is meant."""
_PAIRS = 250_000
"""Rows times rows beyond which they are not compared."""


def _ends(row: _Row, beside: _Row, old: Sequence[_Row], step: int) -> list[int]:
    """Where a stretch may begin (or, with a `step` of -1, end): at the same row, or else at one
    that it is a change of and whose neighbour is there.
    """
    same = [at for at, other in enumerate(old) if other.words == row.words]
    if same:
        return same
    likeness = [alike(other.words, row.words) for other in old]
    best = max(likeness, default=0)
    inside = range(max(0, -step), len(old) - max(0, step))
    near = [at for at in inside if old[at + step].words == beside.words]
    return [at for at in near if likeness[at] >= 0.6 and likeness[at] == best]


def _are_changes(old: Sequence[_Row], new: Sequence[_Row]) -> bool:
    """Whether each old row is changed to one of the new ones, in their order."""
    rest = iter(new)
    return all(any(alike(row.words, other.words) >= 0.6 for other in rest) for row in old)


def _same(new: Sequence[_Row], old: Sequence[_Row], closed: bool) -> int:
    """How many rows are as they were, where the new ones may stand for all of the old; else 0."""
    if old[0].margin - new[0].margin != old[-1].margin - new[-1].margin:
        return 0
    if not closed and new[-1].words != old[-1].words:
        return 0
    same = said = 0
    for tag, i, j, k, n in opcodes([row.words for row in old], [row.words for row in new]):
        if tag == "equal":
            same += j - i
            said += sum(_says(row.text) for row in old[i:j])
        elif not _are_changes(old[i:j], new[k:n]):
            return 0  # some would be deleted
    return same if said and 2 * same >= len(new) else 0
