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

SYSTEM = """\
You are a careful editor of texts. You are given one instruction and one text. Do exactly what the \
instruction says and nothing else. Answer with the new text only: no introduction, no comment, no \
quotation marks around it."""

MARKS = "Keep marks such as `code1` and [words](link2) as they are, each of them once."

KEEP = "Keep what is in backticks, and links with their addresses, to the letter."

TRIES = 2
"""How often a paragraph is asked for before it stays as it is."""


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
        if self._corrects:
            prompt = self._ask_plainly(ruled.marked)
        elif self._rewrites:
            prompt = self._ask_as_it_stands(unit, (Message("system", SYSTEM),))
        else:
            prompt = self._ask_with_marks(unit, ruled)
        self._findings = ""
        finding = ""
        second_best: UnitEdits | None = None
        for attempt in range(1 if self._corrects and not unit.kept else TRIES):
            self.reply, _, usage = await listen(self._engine, prompt, self._tell, "writing")
            self.usage = add(self.usage, usage)
            try:
                found = self._read_reply(unit, ruled)
                if not self._rewrites or (found.edits and not found.lost):
                    return self._take(found)
                second_best = self._choose(second_best, found)
                if found.lost:
                    gone = f"The reply leaves out {', '.join(found.lost)}."
                    prompt = self._ask_again(prompt, gone, attempt, unit, ruled)
                else:
                    prompt = self._ask_as_it_stands(unit, ())
            except Rejected as rejected:
                log.debug("Rejected: %s\n%s", rejected, self.reply)
                finding = str(rejected)
                prompt = self._ask_again(prompt, finding, attempt, unit, ruled)
        if second_best is not None and (self._shortens or not second_best.lost):
            return self._take(second_best)
        if second_best is not None:
            finding = f"The reply leaves out {', '.join(second_best.lost)}."
        if ruled.notes:
            return self._take(settle(self._document, unit, ruled.text, ruled.notes))
        words = " ".join(unit.text.split()[:_WORDS])
        self.left.append(f"“{words} …” was left as it is: {finding}")
        return ()

    def _choose(self, before: UnitEdits | None, found: UnitEdits) -> UnitEdits:
        """The better one of two replies: one that changes something, without what it leaves out
        unless it is to be shorter.
        """
        if before is None or (before.lost and not found.lost and not self._shortens):
            return found
        return before if before.edits else found

    def _ask_plainly(self, text: str) -> Prompt:
        """The instruction first: it is the same for every paragraph, so it is read once. Small
        models that are told what to keep correct less, and now and then repeat that instead.
        """
        messages = (Message("user", f"{self._instruction}\n\n{text}"),)
        return Prompt(messages, max_tokens=len(text) + 64)

    def _ask_with_marks(self, unit: Unit, ruled: Ruled) -> Prompt:
        """The same, with what is to become of the marks that stand for what is kept."""
        marks = f" {MARKS}" if unit.kept else ""
        asked = f"{self._instruction}{marks}\n\nText:\n{ruled.marked}"
        messages = (Message("system", SYSTEM), Message("user", asked))
        return Prompt(messages, max_tokens=len(ruled.marked) + 64)

    def _ask_again(
        self, prompt: Prompt, finding: str, attempt: int, unit: Unit, ruled: Ruled
    ) -> Prompt:
        """What is asked after a reply that cannot be used. Where something has to be kept to the
        letter, it is shown in the other way.
        """
        if unit.kept and not self._translates:
            return self._ask_with_marks(unit, ruled)
        self._findings += f"{finding} "
        *before, asked = prompt.messages
        # Small models answer a remark on their reply with one on the remark.
        told = f"The last answer could not be used: {finding}\n\n{asked.content}"
        messages = (*before, Message("user", told))
        return replace(prompt, messages=messages, temperature=0.3 * (attempt + 1))

    def _ask_as_it_stands(self, unit: Unit, system: tuple[Message, ...]) -> Prompt:
        """The text as it stands, without marks: where a text is written anew, small models leave
        out what means nothing to them. Without `system` they sooner change what they repeated.
        """
        keep = f" {KEEP}" if unit.kept else ""
        asked = f"{self._instruction}{keep}\n\nText:\n{restore(unit.marked, unit)}"
        return Prompt((*system, Message("user", asked)), max_tokens=len(unit.text) + 64)

    def _read_reply(self, unit: Unit, ruled: Ruled) -> UnitEdits:
        """What the last reply comes to. Raises Rejected."""
        if self._corrects:
            return correct(self._document, unit, self.reply, ruled)
        asked = f"{SYSTEM} {self._instruction} {MARKS} {KEEP} {self._findings}"
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
