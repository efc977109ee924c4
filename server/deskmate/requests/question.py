"""Answers a question about a selection, files, or nothing in particular."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from deskmate.actions.context import estimate_tokens, file_name
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.syntax.document import Document
from deskmate.core.target import Wish
from deskmate.core.text.text import Span
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, Refused
from deskmate.requests.escalation import Escalation, escalate, remark
from deskmate.requests.facts import facts_of_question
from deskmate.requests.repair_loop import OnUpdate, Update, listen
from deskmate.routing.facts import Facts, without_wish
from deskmate.routing.policy import route

SYSTEM = """\
You are an experienced programmer and writer who answers questions inside an editor. Answer \
briefly and in Markdown. If you do not know, or the text that you are given does not say, say so."""

ANSWER = 1024
"""Tokens that an answer may have."""

TEMPLATE_TOKENS = 96
"""Room for the chat template's own tokens."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a question is about: a document, and the part of it that is meant."""

    document: Document
    span: Span

    @property
    def title(self) -> str:
        """Its file and lines."""
        lines, name = self.document.lines, file_name(self.document.uri)
        if len(self.span) >= len(self.document.text.strip()):
            return name
        first, last = lines.line_at(self.span.start) + 1, lines.line_at(self.span.end) + 1
        return f"{name}, line {first}" if first == last else f"{name}, lines {first} to {last}"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in Markdown; `notes` are what the user should know of it, in sentences, `elsewhere`
    is the provider of a model that is not on this machine, if one answered.
    """

    text: str
    notes: tuple[str, ...]
    model: str
    usage: Usage
    seconds: float
    elsewhere: str = ""

    @property
    def cost(self) -> str:
        """What it took, in words."""
        tokens = self.usage.completion_tokens
        return f"{tokens} tokens in {self.seconds:.1f} s" if tokens else "as answered before"


async def answer(
    question: str,
    sources: Sequence[Source],
    engine: Engine,
    on_update: OnUpdate = lambda update: None,
) -> Answered:
    """The model's answer. Cancelling it stops the generation.

    Raises ActionError where nothing is asked, Refused where nothing is answered, EngineError,
    ModelMissing.
    """
    if not question.strip():
        raise ActionError("There is no question. Write one, such as: deskmate ask 'What is X?'")
    started = time.monotonic()
    on_update(Update("loading the model"))
    capabilities = await engine.capabilities()
    on_update(Update("waiting"))
    room = min(ANSWER, capabilities.context // 3)
    budget = capabilities.context - room - estimate_tokens(SYSTEM + question) - TEMPLATE_TOKENS
    if budget < 0:
        raise ActionError("The question is longer than what the model can read. Shorten it.")
    shown, left_out = _fitted(sources, budget)
    messages = (Message("system", SYSTEM), Message("user", f"{shown}{question.strip()}"))
    said, cut, usage = await listen(engine, Prompt(messages, max_tokens=room), on_update, "writing")
    text = find_answer(said).text.strip()
    if not text:
        raise Refused(
            "The model gave no answer. Rephrase the question and ask again.",
            (),
            said,
            capabilities.model,
        )
    notes = [*left_out, *(["The answer was cut off."] if cut else []), *doubts(question)]
    seconds = time.monotonic() - started
    return Answered(text, tuple(notes), capabilities.model, usage, seconds)


async def answer_in_tiers(
    question: str,
    sources: Sequence[Source],
    tiers: Tiers,
    on_update: OnUpdate = lambda update: None,
    escalation: Escalation | None = None,
    *,
    large: bool = False,
    wish: Wish = "",
) -> Answered:
    """As `answer`, by the model that the question needs, on the user's terms; with `large` by the
    larger one. `wish` is where they want it answered, unless the question says it. Raises what
    `answer` does.
    """
    escalation = escalation or Escalation()
    asked, said = without_wish(question)

    async def by(engine: Engine, on_update: OnUpdate) -> Answered:
        return await answer(asked, sources, engine, on_update)

    async def away(engine: Engine, on_update: OnUpdate) -> Answered:
        return replace(await by(engine, on_update), elsewhere=escalation.provider)

    async def by_local(large: bool, on_update: OnUpdate) -> Answered:
        return await by(await tiers.engine(large), on_update)

    if large:
        return await by_local(True, on_update)
    on_update(Update("loading the model"))
    facts = _facts(question, sources, (await (await tiers.engine()).capabilities()).context)
    facts = replace(facts, wish=said or wish)
    where = route(facts, escalation.settings, escalation.available(large=tiers.has_large))
    bigger = where.kind == "local_large" or (where.hard and tiers.has_large)
    here = partial(by_local, bigger)
    if where.kind in ("ask", "cloud"):
        answered, note = await escalate(escalation, where, away, here, on_update)
    else:
        await escalation.kept(where)
        answered, note = await here(on_update), remark(where)
    return replace(answered, notes=(*answered.notes, note)) if note else answered


def _facts(question: str, sources: Sequence[Source], window: int) -> Facts:
    """The facts of a question; the files that it is about count as modules."""
    size = sum(estimate_tokens(source.document.slice(source.span)) for source in sources)
    if not sources:
        return facts_of_question(question, None, Span(0, 0), size, window)
    first, *more = sources
    facts = facts_of_question(question, first.document, first.span, size, window)
    return replace(facts, modules=tuple(source.title for source in more))


def doubts(question: str) -> tuple[str, ...]:
    """Why an answer should not be taken on trust, by what is asked."""
    if _NEWS.search(question):
        return (
            "This asks for what may be newer than the model's knowledge; it cannot look it up, so "
            "check the answer.",
        )
    if _FACTS.search(question):
        return ("Exact facts are what a small model often makes up; check them.",)
    return ()


_NEWS = re.compile(
    r"\b(?:latest|newest|recent(?:ly)?|today|nowadays|this (?:year|month|week)"
    r"|current(?:ly)? (?:version|release|price|best|supported|recommended)"
    r"|release date|up to date|20(?:2[5-9]|[3-9]\d))\b",
    re.IGNORECASE,
)
_FACTS = re.compile(
    r"\b(?:who (?:is|was|wrote|invented)|when (?:did|was|were)|how (?:much|many) (?:does|is|are)"
    r"|which version|in which year|what year|price|cost of|licen[cs]e of|cite|citation|source for"
    r"|phone number|address of|population)\b",
    re.IGNORECASE,
)


def _fitted(sources: Sequence[Source], budget: int) -> tuple[str, list[str]]:
    """The sources as Markdown, as many as fit, whole or not at all, and what was left out."""
    shown, left_out = "", []
    for source in sources:
        language = source.document.language
        fence = language.fence if language else ""
        text = source.document.slice(source.span).rstrip()
        marks = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
        piece = f"`{source.title}`:\n{marks}{fence}\n{text}\n{marks}\n\n"
        cost = estimate_tokens(piece)
        if cost <= budget:
            budget -= cost
            shown += piece
        else:
            left_out.append(f"The model did not see {source.title}, for lack of room.")
    return shown, left_out
