"""`deskmate.ask`: a question, answered while it is written; its code can be put into the file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.core.reply.snippets import inserted, snippets
from deskmate.errors import DeskmateError
from deskmate.lsp.arguments import read_diagnostics, read_object, read_range, read_text, waits
from deskmate.lsp.convert import to_diagnostics, to_selection, to_workspace_edit
from deskmate.lsp.counting import count
from deskmate.lsp.features.answer_page import make_page, say_place, show_answer
from deskmate.lsp.features.consent import make_user
from deskmate.lsp.features.run_action import with_model
from deskmate.lsp.last_reply import LastReply
from deskmate.lsp.outcome import Outcome, to_outcome
from deskmate.lsp.pygls_protocol import ASK
from deskmate.lsp.showing import Stream

if TYPE_CHECKING:
    from deskmate.core.syntax.document import Document
    from deskmate.core.text.text import Span
    from deskmate.engines.tiers import Tiers
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session
    from deskmate.lsp.trail import Trail
    from deskmate.requests.question import Answered, Question
    from deskmate.requests.repair_loop import Update
    from deskmate.requests.retrieval import Source

INSERT = "deskmate.insert"
"""The kind of the code actions that put the answer's code into the file."""


async def ask(session: Session, *arguments: Any) -> dict[str, Any]:
    """Starts answering. The text is taken now, before anything is waited for."""
    wait = waits(arguments)
    try:
        trail = session.documents.start_trail()
        question = await _resolve(session, arguments)
        joined = read_text(ASK, arguments[0], "conversation", "")
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=wait)
    session.prompt_warmup.stop()
    job = session.jobs.start(question.title, partial(_carry_out, session, question, trail, joined))
    job.outcome.add_done_callback(partial(count, session.aftermath.follow, question.name))
    return await session.answer_for(job, wait=wait)


async def _resolve(session: Session, arguments: Sequence[Any]) -> Question:
    """The question that the one argument of `deskmate.ask` asks. Raises ActionError."""
    from deskmate.requests.question import resolve_question

    keys = "question, conversation?, uri?, range?, printed?, diagnostics?, large?, cloud?, wait?"
    given = read_object(ASK, arguments, keys)
    uri = read_text(ASK, given, "uri", "")
    sources = await _find_sources(session, uri, given.get("range"))
    project = await asyncio.to_thread(session.find_project, uri)
    reported, encoding = read_diagnostics(ASK, given), session.documents.encoding
    return resolve_question(
        read_text(ASK, given, "question"),
        sources,
        diagnostics=to_diagnostics(sources[0].document, reported, encoding) if sources else (),
        settings=await session.configuration.load_for(project),
        wish="cloud" if given.get("cloud") is True else "",
        project=project,
        large=given.get("large") is True,
        piped=read_text(ASK, given, "printed", ""),
    )


def offer_insertions(session: Session, document: Document, span: Span) -> list[types.CodeAction]:
    """The code of the last answer that would stand at the cursor, as finished edits."""
    found = []
    for snippet in session.snippets[:_MOST]:
        edit = inserted(document, span.end, snippet)
        if edit is not None:
            versioned = session.client.checks_versions
            change = to_workspace_edit(
                document, [edit], session.documents.encoding, versioned=versioned
            )
            title = f"Insert the answer's code: {snippet.title}"
            tags = session.client.model_tags
            found.append(types.CodeAction(title=title, kind=INSERT, edit=change, tags=tags))
    return found


_MOST = 3


async def _find_sources(session: Session, uri: str, given: Any) -> tuple[Source, ...]:
    """The document, or what is selected of it. A cursor selects nothing, so it means the whole."""
    from deskmate.core.text.text import Span
    from deskmate.requests.retrieval import Source

    if not uri:
        return ()
    document = await session.documents.read(uri)
    span = Span(0, len(document.text))
    if given is not None:
        chosen = to_selection(document, read_range(ASK, given), session.documents.encoding)
        span = chosen if len(chosen) else span
    return (Source(document, span),)


async def _carry_out(
    session: Session, question: Question, trail: Trail, joined: str, job: Job
) -> Outcome:
    from deskmate.requests.question import add_named

    name = joined or session.conversations.name(job.id)
    title = question.text.split("\n")[0][:_TITLE]
    page = make_page(job.id, title, name) | _say_place(session, question)
    async with session.conversations.join(name) as conversation:
        question = await asyncio.to_thread(add_named, question, session.documents.all())
        question = replace(question, earlier=conversation.turns)
        answered = await _answer(session, question, page, job)
        conversation.turns = answered.turns
    session.last_reply = LastReply(job.title, "", answered.text, ())
    session.snippets = snippets(answered.text)
    if not session.client.streams:
        notes = "".join(f"\n\n*{note}*" for note in answered.notes)
        await show_answer(session, trail, title, answered.text + notes)
    message = " ".join((f"{question.title}: {answered.figures}.", *answered.notes))
    about = ", ".join(source.title for source in (*question.sources, *question.retrieved.named))
    return Outcome("shown", message, about, answered.figures, conversation=name)


_TITLE = 80  # characters of a question that name the answer


def _say_place(session: Session, question: Question) -> dict[str, Any]:
    if not question.sources:
        return {}
    source = question.sources[0]
    return say_place(source.title, source.document, source.span, session.documents.encoding)


async def _answer(session: Session, question: Question, page: dict[str, Any], job: Job) -> Answered:
    from deskmate.requests.consent_question import find_escalation
    from deskmate.requests.question import answer_in_tiers

    escalation = await find_escalation(question, make_user(session.client))
    with closing(Stream(session.client, page)) as stream:

        def report(update: Update) -> None:
            job.report(str(update))
            stream.add(update)

        async def work(tiers: Tiers) -> Answered:
            return await answer_in_tiers(question, tiers, report, escalation)

        return await with_model(session, job, work)
