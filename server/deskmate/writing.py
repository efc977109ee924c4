"""Rewrites prose a paragraph at a time: only prose reaches the model, only prose comes back.

What cannot be rewritten stays as it is, and is said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deskmate.asking import OnUpdate, Update, add, listen
from deskmate.core.document import Document
from deskmate.core.prose import Unit, units
from deskmate.core.prose_edits import correct, rewrite
from deskmate.core.prose_replies import usual_width
from deskmate.core.target import Rejected, Target
from deskmate.core.text import Edit, Span, apply_edits
from deskmate.engines.engine import Capabilities, Engine, Message, Prompt, Usage
from deskmate.errors import Refused

log = logging.getLogger(__name__)

SYSTEM = """\
You are a careful editor of texts. You are given one instruction and one text. Do exactly what the \
instruction says and nothing else. Answer with the new text only: no introduction, no comment, no \
quotation marks around it."""

MARKS = "Keep marks such as `code1` and [words](link2) as they are, each of them once."

TRIES = 2
"""How often a paragraph is asked for before it stays as it is."""

MANY = 3
"""Paragraphs that were left as they are, of which each is named."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a text: the edits and the document with them, what to tell the user, what it
    cost, and what the model said last.
    """

    edits: tuple[Edit, ...]
    after: Document
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    usage: Usage
    reply: str
    tried: tuple[str, ...]


async def write(
    engine: Engine,
    capabilities: Capabilities,
    target: Target,
    instruction: str,
    on_update: OnUpdate,
) -> Written:
    """`target` rewritten as `instruction` says, a paragraph at a time. Raises Refused where none
    of it could be, EngineError.
    """
    document = target.document
    found = to_rewrite(target)
    width = usual_width(units(document, Span(0, len(document.text))))
    writer = _Writer(engine, target, instruction, width, on_update)
    edits: list[Edit] = []
    for number, unit in enumerate(found, 1):
        writer.part = f"{number} of {len(found)}" if len(found) > 1 else ""
        edits += await writer.rewrite(unit)
    if not edits and len(writer.left) == len(found):
        raise Refused(
            f"No usable answer, so nothing was changed. {writer.left[0]} A larger model or a "
            f"smaller selection may help.",
            tuple(writer.left),
            writer.reply,
            capabilities.model,
        )
    after = replace(document, text=apply_edits(document.text, edits), _earlier=None)
    notes = [*writer.notes, *_left(writer.left, len(found))]
    if not edits:
        notes = ["There is nothing to change.", *notes]
    return Written(
        tuple(edits),
        after,
        tuple(notes),
        tuple(writer.warnings),
        writer.usage,
        writer.reply,
        tuple(writer.left),
    )


def to_rewrite(target: Target) -> tuple[Unit, ...]:
    """What of the target's prose is asked for. Links lead to headings by their words, so those are
    corrected and not rewritten, if there is anything else.
    """
    found = units(target.document, target.span)
    body = tuple(unit for unit in found if unit.kind != "heading")
    return found if target.result == "corrections" else body or found


def _left(left: Sequence[str], count: int) -> Iterator[str]:
    """What stays as it is."""
    yield from left[:MANY]
    if len(left) > MANY:
        yield f"{len(left)} of {count} paragraphs were left as they are."


class _Writer:
    """Asks for one paragraph after the other, and keeps what there is to tell."""

    def __init__(
        self, engine: Engine, target: Target, instruction: str, width: int, on_update: OnUpdate
    ) -> None:
        self._engine = engine
        self._document = target.document
        self._corrects = target.result == "corrections"
        self._instruction = instruction
        self._width = width
        self._on_update = on_update
        self.part = ""
        self.reply = ""
        self.usage = Usage()
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.left: list[str] = []

    async def rewrite(self, unit: Unit) -> tuple[Edit, ...]:
        """The edits of one paragraph; none where it stays as it is."""
        prompt = self._prompt(unit)
        finding = ""
        for attempt in range(1 if self._corrects else TRIES):
            self.reply, _, usage = await listen(self._engine, prompt, self._tell, "writing")
            self.usage = add(self.usage, usage)
            try:
                return self._edits(unit)
            except Rejected as rejected:
                log.debug("Rejected: %s\n%s", rejected, self.reply)
                finding = str(rejected)
                prompt = self._again(prompt, finding, attempt)
        words = " ".join(unit.text.split()[:_WORDS])
        self.left.append(f"“{words} …” was left as it is: {finding}")
        return ()

    def _prompt(self, unit: Unit) -> Prompt:
        """The instruction first: it is the same for every paragraph, so it is read once."""
        asked = f"{self._instruction} {MARKS}\n\nText:\n{unit.marked}"
        messages = (Message("system", SYSTEM), Message("user", asked))
        return Prompt(messages, max_tokens=len(unit.marked) + 64)

    def _again(self, prompt: Prompt, finding: str, attempt: int) -> Prompt:
        told = Message("user", f"That cannot be used: {finding} Answer again with the text only.")
        messages = (*prompt.messages[:2], Message("assistant", self.reply), told)
        return replace(prompt, messages=messages, temperature=0.3 * (attempt + 1))

    def _edits(self, unit: Unit) -> tuple[Edit, ...]:
        """The edits that the last reply comes to. Raises Rejected."""
        if self._corrects:
            found = correct(self._document, unit, self.reply)
        else:
            asked = f"{SYSTEM} {self._instruction} {MARKS}"
            found = rewrite(self._document, unit, self.reply, self._width, asked)
        self.notes += found.notes
        self.warnings += found.warnings
        return found.edits

    def _tell(self, update: Update) -> None:
        self._on_update(replace(update, part=self.part, text=""))


_WORDS = 5
