"""Answers a question about a selection, files, or nothing in particular."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from deskmate.actions.pieces import estimate_tokens
from deskmate.actions.used_names import find_said
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.syntax.document import Document
from deskmate.core.target import Wish
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name, file_path
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, Refused
from deskmate.requests.doubts import find_doubts
from deskmate.requests.escalation import Escalation, describe_route, escalate
from deskmate.requests.facts import gather_question_facts
from deskmate.requests.figures import Figures
from deskmate.requests.repair_loop import OnUpdate, Update, listen
from deskmate.routing.facts import Facts, split_wish
from deskmate.routing.policy import route
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.workspace.index.index import open_index

SYSTEM = """\
You are an experienced programmer and writer who answers questions inside an editor. Answer \
briefly and in Markdown. If you do not know, or the text that you are given does not say, say so."""

ANSWER = 1024
"""Tokens that an answer may have."""

TEMPLATE_TOKENS = 96
"""Room for the chat template's own tokens."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a question is about: a document, and the part of it that is meant; `name` is what the
    file is called in its project, where that is known.
    """

    document: Document
    span: Span
    name: str = ""

    @property
    def title(self) -> str:
        """Its file and lines."""
        lines = self.document.lines
        first, last = lines.line_at(self.span.start) + 1, lines.line_at(self.span.end) + 1
        if self.name:
            return f"{self.name}:{first}"
        name = file_name(self.document.uri)
        if len(self.span) >= len(self.document.text.strip()):
            return name
        return f"{name}, line {first}" if first == last else f"{name}, lines {first} to {last}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, resolved: its `text` without `@local` and `@cloud`, and where the user wants it
    answered; with `large` the larger model is asked at once. `named` are the definitions of the
    project that it names.
    """

    text: str
    sources: tuple[Source, ...] = ()
    named: tuple[Source, ...] = ()
    settings: Settings = field(default_factory=Settings)
    wish: Wish = ""
    project: Project | None = None
    large: bool = False

    @property
    def name(self) -> str:
        """What its consent, its ledger and its statistics are kept under."""
        return "ask"

    @property
    def title(self) -> str:
        """What the user calls it."""
        return "Ask"

    @property
    def shown(self) -> tuple[str, ...]:
        """The URIs of the documents of which a model sees something."""
        return tuple(source.document.uri for source in (*self.sources, *self.named))


def resolve_question(
    text: str,
    sources: Sequence[Source] = (),
    *,
    settings: Settings | None = None,
    wish: Wish = "",
    project: Project | None = None,
    large: bool = False,
) -> Question:
    """The question that the user asks. `wish` is where they want it answered, unless its text says
    it. Raises ActionError where nothing is asked.
    """
    said, wished = split_wish(text)
    if not said.strip():
        raise ActionError("There is no question. Write one, such as: deskmate ask 'What is X?'")
    settings = settings or Settings()
    return Question(
        said.strip(),
        tuple(sources),
        settings=settings,
        wish=wished or wish,
        project=project,
        large=large,
    )


def add_named(question: Question, documents: Iterable[Document]) -> Question:
    """The question with the definitions of its project that it names, as far as the index has them
    or they are in one of the open `documents`. It reads files, so it belongs in a thread.
    """
    if question.project is None:
        return question
    index = open_index(question.project, documents)
    near = next((file_path(one.document.uri) for one in question.sources), None)
    known = {one.document.uri for one in question.sources}
    found: list[Source] = []
    for name in find_said(question.text):
        for one in index.find(name, near, most=_MEANINGS):
            document = index.document(one.path)
            if document is not None and document.uri not in known:
                span = one.definition.span
                short = Span(span.start, min(span.end, span.start + _LONGEST))
                found.append(Source(document, short, index.title(one.path)))
    return replace(question, named=tuple(found[:_MOST]))


_MEANINGS = 2
_MOST = 6
"""Definitions that a question is shown."""
_LONGEST = 2000
"""Characters of one."""


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
    def figures(self) -> Figures:
        """What it took."""
        return Figures(
            model=self.model,
            elsewhere=self.elsewhere,
            attempts=1,
            prompt_tokens=self.usage.prompt_tokens,
            completion_tokens=self.usage.completion_tokens,
            seconds=self.seconds,
        )


async def answer(
    question: Question, engine: Engine, on_update: OnUpdate = lambda update: None
) -> Answered:
    """The model's answer. Cancelling it stops the generation.

    Raises ActionError where the question is too long, Refused where nothing is answered,
    EngineError, ModelMissing.
    """
    started = time.monotonic()
    on_update(Update("loading the model"))
    capabilities = await engine.capabilities()
    on_update(Update("waiting"))
    room = min(ANSWER, capabilities.context // 3)
    spent = estimate_tokens(SYSTEM + question.text) + TEMPLATE_TOKENS
    budget = capabilities.context - room - spent
    if budget < 0:
        raise ActionError("The question is longer than the model can read. Shorten it.")
    shown, left_out = _fit((*question.sources, *question.named), budget)
    messages = (Message("system", SYSTEM), Message("user", f"{shown}{question.text}"))
    said, cut, usage = await listen(engine, Prompt(messages, max_tokens=room), on_update, "writing")
    text = find_answer(said).text.strip()
    if not text:
        raise Refused(
            "The model gave no answer. Rephrase the question and ask again.",
            (),
            said,
            capabilities.model,
        )
    ended = ["The answer was cut off."] if cut else []
    seen = ", ".join(one.title for one in question.named if f"`{one.title}`" in shown)
    looked_at = [f"Looked up in the project: {seen}."] if seen else []
    notes = (*looked_at, *left_out, *ended, *find_doubts(question.text))
    return Answered(text, notes, capabilities.model, usage, time.monotonic() - started)


async def answer_in_tiers(
    question: Question,
    tiers: Tiers,
    on_update: OnUpdate = lambda update: None,
    escalation: Escalation | None = None,
) -> Answered:
    """As `answer`, by the model that the question needs, on the user's terms. Raises what `answer`
    does.
    """
    escalation = escalation or Escalation()

    async def ask_cloud(engine: Engine, on_update: OnUpdate) -> Answered:
        answered = await answer(question, engine, on_update)
        return replace(answered, elsewhere=escalation.provider)

    async def ask_tier(large: bool, on_update: OnUpdate) -> Answered:
        return await answer(question, await tiers.engine(large), on_update)

    if question.large:
        return await ask_tier(True, on_update)
    on_update(Update("loading the model"))
    facts = _gather_facts(question, (await (await tiers.engine()).capabilities()).context)
    found = route(facts, escalation.settings, escalation.list_available(large=tiers.has_large))
    large = found.kind == "local_large" or (found.hard and tiers.has_large)
    here = partial(ask_tier, large)
    if found.kind in ("ask", "cloud"):
        answered, note = await escalate(escalation, found, ask_cloud, here, on_update)
    else:
        await escalation.note_kept(found)
        answered, note = await here(on_update), describe_route(found)
    return replace(answered, notes=(*answered.notes, note)) if note else answered


def _gather_facts(question: Question, window: int) -> Facts:
    """The facts of a question; the files that it is about count as modules."""
    sources = question.sources
    size = sum(estimate_tokens(source.document.slice(source.span)) for source in sources)
    document, span = (sources[0].document, sources[0].span) if sources else (None, Span(0, 0))
    facts = gather_question_facts(
        question.text, document, span, size=size, window=window, wish=question.wish
    )
    return replace(facts, modules=tuple(source.title for source in sources[1:]))


def _fit(sources: Sequence[Source], budget: int) -> tuple[str, list[str]]:
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
