"""Says something about a whole text: a summary, minutes, its next paragraph, itself as a list."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from deskmate.actions.pieces import DENSITY
from deskmate.actions.prompt import instruct
from deskmate.core.prose.digest_edits import is_plain, put_digest
from deskmate.core.prose.digests import (
    Digest,
    Passage,
    count_sentences,
    is_repetition,
    passages,
    read_digest,
    restored,
)
from deskmate.core.prose.minutes import NOTHING
from deskmate.core.prose.replies import check_language
from deskmate.core.prose.units import open_markdown
from deskmate.core.syntax.document import Document
from deskmate.core.target import Rejected
from deskmate.core.text.text import Span, apply_edits
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.errors import ActionError, Refused
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.repair_loop import OnUpdate, Update, add, listen
from deskmate.requests.request import Request
from deskmate.requests.workers.writing import MARKS

log = logging.getLogger(__name__)

SYSTEM = """\
You are a careful editor of texts. You are given one instruction and one text. Do exactly what the \
instruction says and nothing else. Answer with the new text only: no introduction, no comment, no \
quotation marks around it."""

TRIES = 3
"""How often a passage is asked for."""

TEMPLATE_TOKENS = 96
"""Room for the chat template's own tokens."""


async def digest(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """What is said of the target, shown or put where the action says. A text that is longer than
    the model's window is read in passages. Raises Refused where no answer may stand, ActionError,
    EngineError.
    """
    target, action = request.target, request.action
    document, capabilities = target.document, await engine.capabilities()
    instruction = instruct(action, target, request.instruction)
    tokens = action.tokens + (len(target.original) // 3 if action.put == "replace" else 0)
    room = int((capabilities.context - tokens - TEMPLATE_TOKENS) / DENSITY) - len(instruction)
    if room < _LEAST:
        raise ActionError("This is longer than the model can write. Select a smaller part.")
    within = target.span
    if action.put == "below" and action.form == "paragraphs":
        within = Span(0, within.end)
    found = passages(document, within, room)
    if action.put == "below" and action.form == "paragraphs":
        found = found[-1:]
    if action.put == "replace":
        _check_replaceable(document, target.span, found)
    reader = _Reader(request, instruction, tokens, engine, on_update)
    told = [await reader.read(one, at, len(found)) for at, one in enumerate(found, 1)]
    if len(told) > 1:
        told = [await _join(reader, told, action.form, room)]
    text = told[0].text
    change = None
    if action.put != "show":
        edits = put_digest(document, target.span, text, action.put)
        change = FileChange(document, edits, apply_edits(document.text, edits))
    unchanged = change is not None and change.after.split() == document.text.split()
    return Proposal(
        request,
        change=FileChange(document, (), document.text) if unchanged else change,
        shown=text if change is None else "",
        notes=("There is nothing to change.",) if unchanged else (),
        warnings=tuple(dict.fromkeys(one for each in told for one in each.warnings)),
        model=capabilities.model,
        usage=reader.usage,
        reply=reader.reply,
        tried=tuple(reader.tried),
    )


_LEAST = 500  # characters of a text that must fit beside the answer


def _check_replaceable(document: Document, span: Span, found: tuple[Passage, ...]) -> None:
    """Raises ActionError where more than paragraphs and lists would be rewritten, or where they
    stand inside of something.
    """
    lines = document.lines
    start = lines.start(lines.line_at(span.start))
    if len(found) > 1:
        raise ActionError("This is longer than the model can write. Select a smaller part.")
    if document.slice(Span(start, span.start)).strip():
        raise ActionError("Select whole paragraphs or a whole list that stand by themselves.")
    if not is_plain(document.slice(span)):
        raise ActionError(
            "Only paragraphs and lists can be rewritten in another form; select just those."
        )


async def _join(reader: _Reader, told: list[Digest], form: str, room: int) -> Digest:
    """One answer out of those for each passage. Lists are joined; paragraphs are read once more."""
    warnings = tuple(one for each in told for one in each.warnings)
    if form in ("bullets", "sections"):
        return Digest(_merge([one.text for one in told]), warnings)
    whole = "\n\n".join(one.text for one in told)
    document = open_markdown(whole)
    again = passages(document, Span(0, len(whole)), room)
    last = await reader.read(again[0], 1, 1)
    return Digest(last.text, (*warnings, *last.warnings))


def _merge(parts: list[str]) -> str:
    """Lists joined, those below the same name into one."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        name = ""
        for line in filter(None, part.split("\n")):
            if line.startswith("**"):
                name = line
            else:
                found.setdefault(name, {})[line] = None
    for items in found.values():
        for nothing in NOTHING if len(items) > 1 else ():
            items.pop(f"- {nothing}", None)
    return "\n\n".join(
        "\n".join(([name, ""] if name else []) + list(items)) for name, items in found.items()
    )


class _Reader:
    """Asks about one passage after the other."""

    def __init__(
        self,
        request: Request,
        instruction: str,
        tokens: int,
        engine: Engine,
        on_update: OnUpdate,
    ) -> None:
        self._action = request.action
        self._instruction = instruction
        self._told = request.instruction  # by which the user may ask for another form
        self._most = 0 if self._told else request.action.most
        self._tokens = tokens
        self._engine = engine
        self._on_update = on_update
        self.usage = Usage()
        self.reply = ""
        self.tried: list[str] = []

    async def read(self, passage: Passage, number: int, count: int) -> Digest:
        """The first answer that may stand. Raises Refused."""
        action = self._action
        asked = self._instruction + (f" {MARKS}" if passage.kept else "")
        messages: tuple[Message, ...] = (
            Message("system", SYSTEM),
            Message("user", f"{asked}\n\nText:\n{passage.marked}"),
        )
        prompt = Prompt(messages, max_tokens=self._tokens)
        part = f"{number} of {count}" if count > 1 else ""
        findings: list[str] = []
        for attempt in range(TRIES):
            self.reply, cut, usage = await listen(
                self._engine,
                prompt,
                lambda update: self._tell(update, part, passage),
                "repairing" if attempt else "writing",
            )
            self.usage = add(self.usage, usage)
            try:
                if cut and action.put == "replace":
                    raise Rejected("The reply is longer than the text; keep to what it says.")
                whole, told = action.put == "replace", " ".join((SYSTEM, asked, *findings))
                text = _whole_sentences(self.reply) if cut else self.reply
                found = read_digest(
                    text, passage, action.form, told, whole=whole, parts=action.parts
                )
                self._check(found, passage)
                return self._count(found, passage, last=attempt == TRIES - 1)
            except Rejected as rejected:
                log.debug("Rejected: %s\n%s", rejected, self.reply)
                findings.append(str(rejected))
                again = Message("user", f"That cannot be used: {rejected} Answer again.")
                messages = (*prompt.messages[:2], Message("assistant", self.reply), again)
                prompt = replace(prompt, messages=messages, temperature=0.3 * (attempt + 1))
        self.tried += findings
        model = (await self._engine.capabilities()).model
        raise Refused(
            f"No usable answer after {TRIES} tries, so nothing was changed. {findings[-1]} "
            "A larger model or a smaller selection may help.",
            tuple(findings),
            self.reply,
            model,
        )

    def _check(self, found: Digest, passage: Passage) -> None:
        action = self._action
        if not is_plain(found.text):
            raise Rejected("The reply has more than paragraphs and lists; answer with those only.")
        if not self._told:
            check_language(found.text, passage.marked)
        shortens = action.put in ("show", "top")
        if shortens and len(found.text) > max(_SHARE * len(passage.marked), _SHORT):
            raise Rejected("The reply is nearly as long as the text; say only what matters most.")
        if (
            action.put == "below"
            and action.form == "paragraphs"
            and is_repetition(found.text, restored(passage.marked, passage))
        ):
            raise Rejected("The reply repeats the text; write something new.")

    def _count(self, found: Digest, passage: Passage, *, last: bool) -> Digest:
        """The digest, with a warning where it is longer than promised after the `last` try. Raises
        Rejected after the others.
        """
        bullets = self._action.form == "bullets"
        count = found.text.count("\n") + 1 if bullets else count_sentences(found.text)
        if not self._most or count <= self._most:
            return found
        unit = "points" if bullets else "sentences"
        if not last:
            raise Rejected(f"The reply has {count} {unit}; write {self._most} at most.")
        said = f"It has {count} {unit}, more than {self._most}."
        return replace(found, warnings=(*found.warnings, said))

    def _tell(self, update: Update, part: str, passage: Passage) -> None:
        """What has marks, or is a part only, is not for the user to read as it comes."""
        shown = self._action.shows and not part and not passage.kept
        self._on_update(replace(update, part=part, text=update.text if shown else ""))


_SHORT = 200  # characters that a summary may have however short the text is
_SHARE = 0.7  # of the text's length is what a summary may have at most


def _whole_sentences(reply: str) -> str:
    """A reply that was cut off, up to the last end of a sentence or line."""
    end = max(reply.rfind(". "), reply.rfind(".\n"), reply.rfind("\n"))
    return reply[: end + 1] if end > 0 else reply
