"""What rules put right in a text before a model reads it, or where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskmate.core.prose.edits import Ruled, settle
from deskmate.core.prose.spelling import findings
from deskmate.core.prose.spelling_fixes import Mistake, mistakes, put_right, vocabulary_of
from deskmate.core.prose.units import Unit, units
from deskmate.core.text.text import Edit, apply_edits
from deskmate.errors import ModelMissing
from deskmate.harper import client as rules
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.request import Request, find_project
from deskmate.workspace.words import KnownWords

MANY = 3
"""What may be mistakes, of which each is named."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What rules say of the units of a text: each as it is put right, and what is not certain."""

    ruled: tuple[Ruled, ...]
    doubtful: tuple[Mistake, ...] = ()

    def list_doubts(self, edits: Sequence[Edit]) -> Iterator[str]:
        """What may be a mistake and is still there after `edits`."""
        left = [
            one for one in self.doubtful if not any(edit.span.overlaps(one.span) for edit in edits)
        ]
        yield from (f"{one}." for one in left[:MANY])
        if len(left) > MANY:
            yield f"So may {len(left) - MANY} other words be misspelled."


async def read_by_rules(request: Request, found: Sequence[Unit]) -> Reading:
    """What rules say of these units, where they are asked for."""
    if request.target.result != "corrections" or not request.settings.text.rules:
        return Reading(tuple(Ruled(unit.text, unit.marked) for unit in found))
    return await asyncio.to_thread(_read, request, found)


def _read(request: Request, found: Sequence[Unit]) -> Reading:
    document, lines = request.document, [unit.marked for unit in found]
    known = KnownWords(find_project(request), request.others)
    vocabulary = vocabulary_of(document, known)
    lints = rules.lint(lines)
    ruled = zip(found, findings(lines, lints, vocabulary), strict=True)
    return Reading(
        tuple(put_right(unit, one) for unit, one in ruled),
        tuple(
            mistake
            for mistake in mistakes(document, found, lints, vocabulary)
            if not mistake.finding.certain
        ),
    )


async def correct_by_rules(request: Request, missing: ModelMissing) -> Proposal:
    """What rules put right in a text, where no model is installed, which is said. Raises
    ModelMissing where rules are not to be asked.
    """
    if not request.settings.text.rules:
        raise missing
    document = request.document
    found = units(document, request.target.span)
    reading = await read_by_rules(request, found)
    edits: list[Edit] = []
    notes: list[str] = []
    for unit, ruled in zip(found, reading.ruled, strict=True):
        done = settle(document, unit, ruled.text, ruled.notes)
        edits += done.edits
        notes += done.notes
    return Proposal(
        request,
        change=FileChange(document, tuple(edits), apply_edits(document.text, edits)),
        notes=(
            *(() if edits else ("There is nothing to change.",)),
            *notes,
            *reading.list_doubts(edits),
            f"Only rules were asked, for English. {missing}",
        ),
    )
