"""Rewrites prose a paragraph at a time: only prose reaches the model, only prose comes back.

What cannot be rewritten stays as it is, and is said; what is done when the user stops it is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from deskmate.actions.prompt import instruct
from deskmate.core.prose.edits import Ruled, UnitEdits, correct, rewrite, settle
from deskmate.core.prose.english import find_clear_language
from deskmate.core.prose.replies import restore, usual_width
from deskmate.core.prose.units import Unit, too_long, units
from deskmate.core.target import Rejected, Target
from deskmate.core.text.text import Edit, Span, apply_edits
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.errors import EngineError, Refused
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.repair_loop import OnUpdate, Update, add, listen
from deskmate.requests.request import Request
from deskmate.requests.workers.proofreading import MANY, read_by_rules

log = logging.getLogger(__name__)

ANSWER = "Answer with the new text alone."

MARKS = "Keep marks such as `code1` and [words](link2) as they are, each of them once."

KEEP = "Keep what is in backticks, and links with their addresses, to the letter."

TRIES = 3
"""How often a paragraph is asked for before it stays as it is. Of 42 texts the 0.5B model repeated
10 that it was to say otherwise; asked up to twice more, at `OTHERWISE`, it left 8 of 91.
"""

OTHERWISE = 0.8
"""The temperature at which a text is asked for that the model has repeated."""


async def write(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """The target rewritten as the instruction says, a paragraph at a time. Raises Refused where
    none of it could be, EngineError.
    """
    target, document = request.target, request.document
    found = find_units(target)
    width = usual_width(units(document, Span(0, len(document.text))))
    reading = await read_by_rules(request, found)
    writer = _Writer(request, engine, on_update, width)
    edits: list[Edit] = []
    asked, ended = 0, ""
    for number, unit in enumerate(found, 1):
        writer.part = f"{number} of {len(found)}" if len(found) > 1 else ""
        try:
            part = await unless(stop, writer.rewrite(unit, reading.ruled[number - 1]))
        except EngineError as error:
            if not edits:
                raise
            ended = f"{error} "
            break
        if part is None:
            break
        asked = number
        edits += part
    model = (await engine.capabilities()).model
    if stop.is_set() and not edits:
        raise asyncio.CancelledError
    if not edits and writer.left and len(writer.left) == asked:
        raise Refused(
            f"No usable answer, so nothing was changed. {writer.left[0]} A larger model or a "
            f"smaller selection may help.",
            tuple(writer.left),
            writer.reply,
            model,
        )
    notes = [*writer.notes, *_list_left(writer.left, len(found))]
    if asked < len(found):
        notes.append(f"{ended}It ended after {asked} of {len(found)} paragraphs.")
    if not edits:
        notes = ["There is nothing to change.", *notes]
    if long := too_long(document, target.span):
        notes.append(long)
    notes += reading.list_doubts(edits)
    return Proposal(
        request,
        change=FileChange(document, tuple(edits), apply_edits(document.text, edits)),
        notes=tuple(notes),
        warnings=tuple(writer.warnings),
        model=model,
        usage=writer.usage,
        reply=writer.reply,
    )


def find_units(target: Target) -> tuple[Unit, ...]:
    """What of the target's prose is asked for. Links lead to headings by their words, so those are
    corrected or translated and not rewritten, if there is anything else.
    """
    found = units(target.document, target.span)
    body = tuple(unit for unit in found if unit.kind != "heading")
    return body or found if target.result == "prose" else found


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, Part]) -> Part | None:
    """What `work` comes to; None where `stop` is set before, which ends it."""
    doing, waiting = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        waiting.cancel()
        doing.cancel()
        await asyncio.wait({doing, waiting})


Part = TypeVar("Part")


def _list_left(left: Sequence[str], count: int) -> Iterator[str]:
    """What stays as it is."""
    yield from left[:MANY]
    if len(left) > MANY:
        yield f"{len(left)} of {count} paragraphs were left as they are."


class _Writer:
    """Asks for one paragraph after the other, and keeps what there is to tell."""

    def __init__(self, request: Request, engine: Engine, on_update: OnUpdate, width: int) -> None:
        target = request.target
        self._engine = engine
        self._document = target.document
        self._corrects = target.result == "corrections"
        self._rewrites = target.result == "prose"
        self._translates = target.result == "translation"
        self._shortens = request.action.shortens
        self._findings = ""  # what the model was told of its replies for this paragraph
        self._told = request.instruction  # by which the user may ask for another language
        self._instruction = instruct(request.action, target, request.instruction)
        language = find_clear_language(target.document.slice(target.span))
        if language not in ("", "english") and not self._translates and not self._told:
            self._instruction += f" Write {language.title()}, as the text is."
        self._width = width
        self._on_update = on_update
        self.part = ""
        self.reply = ""
        self.usage = Usage()
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.left: list[str] = []

    async def rewrite(self, unit: Unit, ruled: Ruled) -> tuple[Edit, ...]:
        """The edits of one paragraph; none where it stays as it is. `ruled` is its text as the
        model is given it to correct.
        """
        prompt = first = self._ask_first(unit, ruled)
        self._findings = ""
        finding = ""
        best: UnitEdits | None = None
        reply = ""  # that one's
        tries = 1 if self._corrects and not unit.kept else TRIES
        for attempt in range(1, tries + 1):
            self.reply, _, usage = await listen(self._engine, prompt, self._tell, "writing")
            self.usage = add(self.usage, usage)
            try:
                found = self._read_reply(unit, ruled)
            except Rejected as rejected:
                log.debug("Rejected: %s\n%s", rejected, self.reply)
                finding = str(rejected)
                prompt = self._ask_again(first, finding, attempt, unit, ruled)
                continue
            if not self._rewrites or (found.edits and not found.lost and not found.warnings):
                return self._take(found)
            if best is None or self._rank(found) > self._rank(best):
                best, reply = found, self.reply
            if found.lost:
                gone = f"The reply leaves out {', '.join(found.lost)}."
                prompt = self._ask_again(first, gone, attempt, unit, ruled)
            else:
                prompt = replace(first, temperature=OTHERWISE, seed=attempt)
        if best is not None and (self._shortens or not best.lost):
            self.reply = reply
            return self._take(best)
        if best is not None:
            finding = f"The reply leaves out {', '.join(best.lost)}."
        if ruled.notes:
            return self._take(settle(self._document, unit, ruled.text, ruled.notes))
        words = " ".join(unit.text.split()[:_WORDS])
        self.left.append(f"“{words} …” was left as it is: {finding}")
        return ()

    def _rank(self, found: UnitEdits) -> tuple[bool, bool, int]:
        """How good a reply is: first comes that nothing is left out, unless it is to be shorter."""
        remarks = len(found.lost) + len(found.warnings)
        return self._shortens or not found.lost, bool(found.edits), -remarks

    def _ask_first(self, unit: Unit, ruled: Ruled) -> Prompt:
        """A text that is written anew is shown as it stands: small models leave out marks, which
        mean nothing to them. Of what is to be kept they are told only then: who is told that
        corrects less, and now and then repeats it instead.
        """
        if self._rewrites:
            return self._ask(restore(unit.marked, unit), KEEP if unit.kept else "")
        return self._ask(ruled.marked, MARKS if unit.kept and self._translates else "")

    def _ask(self, text: str, keep: str) -> Prompt:
        """The instruction first: it is the same for every paragraph, so it is read once."""
        asked = " ".join(filter(None, (self._instruction, keep, ANSWER)))
        return Prompt((Message("user", f"{asked}\n\n{text}"),), max_tokens=len(text) + 64)

    def _ask_again(
        self, first: Prompt, finding: str, attempt: int, unit: Unit, ruled: Ruled
    ) -> Prompt:
        """What is asked after a reply that cannot be used. Where something has to be kept to the
        letter, it is shown in the other way before.
        """
        if attempt == 1 and unit.kept and not self._translates:
            return self._ask(ruled.marked, MARKS)
        self._findings += f"{finding} "
        (asked,) = first.messages
        # Small models answer a remark on their reply with one on the remark.
        told = f"The last answer could not be used: {finding}\n\n{asked.content}"
        return replace(first, messages=(Message("user", told),), temperature=0.3 * attempt)

    def _read_reply(self, unit: Unit, ruled: Ruled) -> UnitEdits:
        """What the last reply comes to. Raises Rejected."""
        if self._corrects:
            return correct(self._document, unit, self.reply, ruled)
        asked = f"{self._instruction} {MARKS} {KEEP} {ANSWER} {self._findings}"
        names = not self._translates
        return rewrite(
            self._document,
            unit,
            self.reply,
            self._width,
            asked,
            names=names,
            same_language=names and not self._told,
        )

    def _take(self, found: UnitEdits) -> tuple[Edit, ...]:
        """The edits, with what there is to tell of them."""
        self.notes += found.notes
        self.warnings += found.warnings
        self.warnings += (f"“{one}” is not in the new text." for one in found.lost)
        return found.edits

    def _tell(self, update: Update) -> None:
        self._on_update(replace(update, part=self.part, text=""))


_WORDS = 5
