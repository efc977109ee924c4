"""What a menu lists for a single reported problem: an action limited to it, under its message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deskmate.actions.action import Action
from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.targets import find_target
from deskmate.core.syntax.blocks import block_at
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import enclosing
from deskmate.core.syntax.unsuitable import obstacle
from deskmate.core.text.safe import safe_text
from deskmate.core.text.text import Span

MOST = 2
"""Problems of one place that have entries of their own: the most severe."""

WIDE = 60
"""Characters of a problem's message that a menu shows."""


@dataclass(frozen=True, slots=True)
class ProblemOffer:
    """An action for one problem, where it is to be asked for, and how a menu lists it."""

    action: Action
    problem: Diagnostic
    place: Span
    title: str


def offer_problems(
    actions: Iterable[Action], document: Document, span: Span, diagnostics: Iterable[Diagnostic]
) -> tuple[ProblemOffer, ...]:
    """The actions that have entries of their own for a problem, for those that touch `span`."""
    actions = [one for one in actions if one.problem and not obstacle(document, edits=one.edits)]
    here = [one for one in diagnostics if one.span.overlaps(span)]
    found: dict[str, list[ProblemOffer]] = {}
    for problem in sorted(here, key=lambda one: one.severity):
        message = shorten(problem.message)
        if message not in found and (offered := _offer(actions, document, problem, message)):
            found[message] = offered
        if len(found) == MOST:
            break
    return tuple(offer for offered in found.values() for offer in offered)


def shorten(message: str) -> str:
    """The first line of a problem's message, as much of it as a menu shows."""
    line = next((one for one in safe_text(message).splitlines() if one.strip()), "")
    words = " ".join(line.split())
    if len(words) <= WIDE:
        return words
    whole, _, _ = words[:WIDE].rpartition(" ")
    return (whole if len(whole) > WIDE // 2 else words[: WIDE - 1]).rstrip() + "…"


def _offer(
    actions: Sequence[Action], document: Document, problem: Diagnostic, message: str
) -> list[ProblemOffer]:
    place = _find_place(document, problem)
    return [
        ProblemOffer(one, problem, place, f"{one.problem}: {message}" if message else one.problem)
        for one in actions
        if find_target(one, document, place) is not None
    ]


def _find_place(document: Document, problem: Diagnostic) -> Span:
    """The beginning of the problem where it lies in a function, class or section, which is then
    worked on; else its lines, since no whole file is.
    """
    at = Span(problem.span.start, problem.span.start)
    block = block_at(document, at)
    inside, here = (block.document, block.find_inner(at)) if block else (document, at)
    around = enclosing(inside, here, ("function", "class", "section"), anonymous=True)
    if around is not None:
        return at
    lines, last = document.lines, max(at.start, problem.span.end - 1)
    return Span(lines.start(lines.line_at(at.start)), lines.end(lines.line_at(last)))
