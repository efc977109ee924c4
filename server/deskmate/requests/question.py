"""Answers a question about a selection, files, or nothing in particular."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.pieces import estimate_tokens
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.syntax.document import Document
from deskmate.core.target import Wish
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, Refused
from deskmate.requests.answer_checks import (
    NOT_SAID,
    UNKNOWN,
    Held,
    check_lines,
    find_given,
    is_made_up,
    name_missing_files,
    warn,
)
from deskmate.requests.conversation import Turn, describe_piece, fit_turns, list_unseen
from deskmate.requests.doubts import find_doubts, is_private
from deskmate.requests.escalation import Escalation, describe_route, escalate
from deskmate.requests.facts import gather_question_facts
from deskmate.requests.figures import Figures
from deskmate.requests.mentions import describe_problems, note_unknown
from deskmate.requests.piped import fit_piped
from deskmate.requests.repair_loop import OnUpdate, Update, listen
from deskmate.requests.retrieval import Retrieved, Source, retrieve
from deskmate.routing.facts import Facts, split_wish
from deskmate.routing.policy import route
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings

SYSTEM = """\
You are an experienced programmer and writer who answers questions inside an editor. Answer \
briefly and in Markdown. If you do not know, or the text that you are given does not say, say so."""

ANSWER = 1024
"""Tokens that an answer may have."""

TEMPLATE_TOKENS = 96
"""Room for the chat template's own tokens."""

FORGOTTEN = "The model no longer sees all that was said earlier, for lack of room."
"""Said where a conversation has become longer than the model can read."""

STAYS = (
    "It was answered here: an earlier question of this conversation was to stay on this machine. "
    "Begin a new conversation to ask a model elsewhere."
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, resolved: its `text` without `@local` and `@cloud`, and where the user wants it
    answered; with `large` the larger model is asked at once. `diagnostics` are what the
    editor reports of its first source, `retrieved` is what it names of its project, `earlier` what
    was said before it, `piped` what a command printed.
    """

    text: str
    sources: tuple[Source, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    retrieved: Retrieved = field(default_factory=Retrieved)
    settings: Settings = field(default_factory=Settings)
    wish: Wish = ""
    project: Project | None = None
    large: bool = False
    earlier: tuple[Turn, ...] = ()
    piped: str = ""

    @property
    def name(self) -> str:
        """What its consent, its ledger and its statistics are kept under."""
        return "ask"

    @property
    def title(self) -> str:
        """What the user calls it."""
        return "Ask"

    @property
    def stays(self) -> bool:
        """Whether it, or anything before it, was to be answered on this machine."""
        return self.wish == "local" or any(turn.stays for turn in self.earlier)

    @property
    def shown(self) -> tuple[str, ...]:
        """The URIs of the documents of which a model sees something."""
        sources = (*self.sources, *self.retrieved.named)
        uris = (one.document.uri for one in sources), (one.uri for one in self.retrieved.pointed)
        before = chain.from_iterable(turn.shown for turn in self.earlier)
        return tuple(dict.fromkeys(filter(None, chain(*uris, before))))


def resolve_question(
    text: str,
    sources: Sequence[Source] = (),
    *,
    diagnostics: tuple[Diagnostic, ...] = (),
    settings: Settings | None = None,
    wish: Wish = "",
    project: Project | None = None,
    large: bool = False,
    earlier: tuple[Turn, ...] = (),
    piped: str = "",
) -> Question:
    """The question that the user asks, after `earlier` ones. `wish` is where they want it answered,
    unless its text says it. Raises ActionError where nothing is asked.
    """
    said, wished = split_wish(text)
    if all(one.isspace() or not one.isprintable() for one in said):
        raise ActionError("There is no question. Write one, such as: deskmate ask 'What is X?'")
    settings = settings or Settings()
    return Question(
        said.strip(),
        tuple(sources),
        diagnostics,
        settings=settings,
        wish=wished or wish,
        project=project,
        large=large,
        earlier=earlier,
        piped=piped,
    )


def add_named(question: Question, documents: Iterable[Document]) -> Question:
    """The question with what it names and points at in its project, in which these `documents` are
    open. It reads files, so it belongs in a thread.
    """
    if question.project is None:
        return question
    near = next((file_path(one.document.uri) for one in question.sources), None)
    known = {one.document.uri for one in question.sources}
    problems = tuple(
        line
        for one in question.sources[:1]
        for line in describe_problems(one.document, question.diagnostics)
    )
    retrieved = retrieve(question.text, question.project, documents, near, known, problems)
    return replace(question, retrieved=retrieved)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in Markdown; `notes` are what the user should know of it, in sentences, `elsewhere`
    is the provider of a model that is not on this machine, if one answered; `turns` is the
    conversation as it is now.
    """

    text: str
    notes: tuple[str, ...]
    model: str
    usage: Usage
    seconds: float
    elsewhere: str = ""
    turns: tuple[Turn, ...] = ()

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
    pieces = {describe_piece(*text): text[0] for text in _find_texts(question)}
    turns = fit_turns(question.earlier, pieces, budget)
    unseen = list_unseen(turns, pieces)
    budget -= sum(turn.cost for turn in turns)
    shown, left_out = _fit({piece: pieces[piece] for piece in unseen}, budget)
    piped, cut_out = fit_piped(question.piped, budget - estimate_tokens(shown))
    shown = piped + shown
    before = chain.from_iterable(turn.messages for turn in turns)
    messages = (Message("system", SYSTEM), *before, Message("user", f"{shown}{question.text}"))
    sources = (*question.sources, *question.retrieved.named)
    texts = (*(turn.messages[0].content for turn in turns), shown, question.text)
    given = find_given(texts, sources, question.retrieved.pointed)
    private = is_private(question.text)
    held = Held(on_update, given, back=private)
    if private and not shown and not turns:
        held.complete(UNKNOWN, "")
        seconds = time.monotonic() - started
        asked = Turn(question.text, UNKNOWN, stays=question.stays)
        return Answered(UNKNOWN, (), "", Usage(), seconds, turns=(asked,))
    said, cut, usage = await listen(engine, Prompt(messages, max_tokens=room), held, "writing")
    text = find_answer(said).text.strip()
    if not text:
        raise Refused(
            "The model gave no answer. Rephrase the question and ask again.",
            (),
            said,
            capabilities.model,
        )
    if private and is_made_up(text, given):
        text = NOT_SAID
    checked = check_lines(text, given)
    warning = warn(checked.text)
    held.complete(checked.text, warning)
    missing = await asyncio.to_thread(name_missing_files, checked.text, given, question.project)
    seen = ", ".join(one.title for one in question.retrieved.named if f"`{one.title}`" in shown)
    looked_at = [f"Looked up in the project: {seen}."] if seen else []
    forgotten = [] if turns == question.earlier else [FORGOTTEN]
    ended = ["The answer was cut off."] if cut else []
    said_of = (*left_out, *cut_out, *forgotten, *checked.notes, *missing, *ended)
    notes = (*looked_at, *note_unknown(question.retrieved.unknown), *said_of)
    turn = Turn(question.text, checked.text, shown, question.shown, question.stays)
    return Answered(
        checked.text + warning,
        (*notes, *find_doubts(question.text)),
        capabilities.model,
        usage,
        time.monotonic() - started,
        turns=(*turns, turn),
    )


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
        if question.stays and question.wish == "cloud":
            note = STAYS
    return replace(answered, notes=(*answered.notes, note)) if note else answered


def _gather_facts(question: Question, window: int) -> Facts:
    """The facts of a question; the files that it is about count as modules."""
    sources = question.sources
    size = sum(estimate_tokens(source.document.slice(source.span)) for source in sources)
    document, span = (sources[0].document, sources[0].span) if sources else (None, Span(0, 0))
    wish: Wish = "local" if question.stays else question.wish
    facts = gather_question_facts(
        question.text, document, span, size=size, window=window, wish=wish
    )
    return replace(facts, modules=tuple(source.title for source in sources[1:]))


def _find_texts(question: Question) -> Iterator[tuple[str, str, str]]:
    """What a question is shown, in its order: titles, texts, and what they are on a fence."""
    for piece in question.retrieved.pointed:
        yield piece.title, piece.text, piece.fence
    for source in (*question.sources, *question.retrieved.named):
        yield source.described


def _fit(pieces: Mapping[str, str], budget: int) -> tuple[str, list[str]]:
    """As many pieces as fit, whole or not at all, and what was left out by their titles."""
    shown, left_out = "", []
    for piece, title in pieces.items():
        cost = estimate_tokens(piece)
        if cost <= budget:
            budget -= cost
            shown += piece
        else:
            left_out.append(f"The model did not see {title.strip('`')}, for lack of room.")
    return shown, left_out
