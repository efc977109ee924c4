"""The mistakes that rules find in the prose of a document, and what puts each of them right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from deskmate.core.prose.corrections import Correction, corrections
from deskmate.core.prose.edits import Ruled, settle
from deskmate.core.prose.replies import restore
from deskmate.core.prose.spelling import Finding, Lint, corrected, findings
from deskmate.core.prose.switches import find_own_words
from deskmate.core.prose.units import Unit, units
from deskmate.core.prose.vocabulary import Vocabulary
from deskmate.core.syntax.document import Document
from deskmate.core.target import Rejected
from deskmate.core.text.text import Edit, Span, apply_edits


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake at `span` of the document: what stands there, why it is one, and in words what may
    be meant.
    """

    span: Span
    old: str
    reason: str
    unit: Unit
    finding: Finding

    def __str__(self) -> str:
        """For the user: `“teh”: the? (spelling)`."""
        return f"“{self.old}”: {' or '.join(self.finding.words)}? ({self.reason})"


def vocabulary_of(document: Document, knows: Callable[[str], bool]) -> Vocabulary:
    """The words of a whole document, of which `knows` are the project's or the user's."""
    prose = tuple(unit.marked for unit in units(document, Span(0, len(document.text))))
    own = find_own_words(document.text)
    return Vocabulary(document.text, prose, lambda word: word in own or knows(word))


def mistakes(
    document: Document,
    found: Sequence[Unit],
    lints: Sequence[Sequence[Lint]],
    vocabulary: Vocabulary,
) -> tuple[Mistake, ...]:
    """What is wrong in the units of a document, given what the checker says of each; by the same
    measure as proofreading: names, quotations and code are left alone.
    """
    per_unit = findings([unit.marked for unit in found], lints, vocabulary)
    return tuple(
        mistake
        for unit, of_unit in zip(found, per_unit, strict=True)
        for one in of_unit
        for mistake in _mistakes(document, unit, one)
    )


def put_right(unit: Unit, found: Sequence[Finding]) -> Ruled:
    """A unit with what is certain put right."""
    done: list[Correction] = []
    for finding in found:
        if finding.certain:
            done += _corrections(unit, finding, finding.words[0])
    text = apply_edits(unit.text, [one.edit for one in done])
    return Ruled(text, corrected(unit.marked, found), tuple(done))


def fixes(document: Document, mistake: Mistake) -> list[tuple[str, tuple[Edit, ...]]]:
    """The words that may be meant, with the checked edits that put them there."""
    found = []
    for word in mistake.finding.words:
        try:
            new = _corrections(mistake.unit, mistake.finding, word)
            text = apply_edits(mistake.unit.text, [one.edit for one in new])
            done = settle(document, mistake.unit, text, new)
        except Rejected:
            continue
        if done.edits:
            found.append((word, done.edits))
    return found


def _mistakes(document: Document, unit: Unit, finding: Finding) -> Iterator[Mistake]:
    for one in _corrections(unit, finding, finding.words[0]):
        span = _in_document(document, unit, one.edit.span)
        yield Mistake(span, document.slice(span).strip(), one.reason, unit, finding)


def _corrections(unit: Unit, finding: Finding, word: str) -> tuple[Correction, ...]:
    """What it comes to in a unit when a word stands in the place of what was found."""
    line = restore(apply_edits(unit.marked, [Edit(finding.span, word)]), unit)
    return corrections(unit.text, line, vouched=finding.reason)


def _in_document(document: Document, unit: Unit, span: Span) -> Span:
    """Where in the document a stretch of a unit's text stands, which is on one line."""
    at, offset = unit.span.start, 0
    for line in unit.text.split("\n"):
        start = document.text.index(line, at)
        if span.start <= offset + len(line):
            return Span(start + span.start - offset, start + min(span.end - offset, len(line)))
        at, offset = start + len(line), offset + len(line) + 1
    return unit.span
