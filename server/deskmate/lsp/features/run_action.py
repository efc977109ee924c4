"""What a job of `deskmate.run` does: its turn with the model, then the result to the editor."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types

from deskmate.core.target import IN_PARTS
from deskmate.errors import ModelMissing, Refused
from deskmate.lsp.apply_edit import apply
from deskmate.lsp.apply_together import apply_together
from deskmate.lsp.attempts import make_attempt
from deskmate.lsp.features.answer_page import make_page, make_turn, say_place, show_answer
from deskmate.lsp.features.confirm import confirm, refuse_unversioned
from deskmate.lsp.features.consent import make_user
from deskmate.lsp.features.install_model import offer_install
from deskmate.lsp.features.run_consent import make_asking
from deskmate.lsp.last_reply import LastReply
from deskmate.lsp.outcome import Declined, Outcome, Status
from deskmate.lsp.showing import Stream, show

if TYPE_CHECKING:
    from deskmate.engines.tiers import Tiers
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session
    from deskmate.lsp.trail import Trail
    from deskmate.requests.proposal import Proposal
    from deskmate.requests.repair_loop import OnUpdate, Update
    from deskmate.requests.request import Request

log = logging.getLogger(__name__)

Result = TypeVar("Result")


async def carry_out(session: Session, request: Request, trail: Trail, job: Job) -> Outcome:
    """Asks the model, and hands over what came of it; `trail` began when the document of the
    request was taken. Raises DeskmateError.
    """
    refuse_unversioned(session.client, request)
    attempt = make_attempt(request)
    request = replace(
        request,
        tried=session.attempts.find_earlier(attempt),
        ask_to_run=make_asking(session, job, request.settings.routing.wait),
    )
    try:
        outcome, proposal = await _carry_out(session, request, trail, job)
    except Refused:
        session.attempts.note(attempt, "refused")
        raise
    if _changes_target(proposal):  # else the text is what it was, though nobody took it back
        session.attempts.note(attempt, outcome.status)
    return outcome


async def show_prompt_of(session: Session, request: Request, job: Job) -> Outcome:
    """Shows what `request` would show the model, and what there was no room for."""
    from deskmate.requests.pipeline import preview_prompt

    async def work(tiers: Tiers) -> str:
        return await preview_prompt(request, tiers)

    text = await with_model(session, job, work)
    title = f"{request.title}: what the model is shown"
    await show(session.client, title, text)
    return Outcome("shown", f"{title}.")


def _changes_target(proposal: Proposal) -> bool:
    """Whether the text that the request was about is another with the proposal's edits."""
    change, target = proposal.change, proposal.request.target
    if change is None or change.before.uri != target.host.uri:
        return False
    span = target.host_span
    return any(edit.span.start < span.end and edit.span.end > span.start for edit in change.edits)


async def _carry_out(
    session: Session, request: Request, trail: Trail, job: Job
) -> tuple[Outcome, Proposal]:
    action, conversation = request.action, ""
    if action.shows:
        conversation = session.conversations.name(job.id)
        page = make_page(job.id, job.title, conversation) | _say_place(session, request)
        with closing(Stream(session.client, page)) as stream:
            proposal = await _propose(session, request, job, stream.add)
            stream.complete(proposal.shown)
        if proposal.shown:
            session.conversations.begin(conversation, make_turn(proposal))
    else:
        if action.result in IN_PARTS:
            job.stop = asyncio.Event()
        proposal = await _propose(session, request, job)
        job.stop = None
    if proposal.change is None:  # it may turn out so: a text with no place for front matter, say
        if not (action.shows and session.client.streams):
            await show_answer(session, trail, f"{job.title} {proposal.target}", proposal.shown)
        outcome = _make_outcome("shown", proposal)
        return replace(outcome, conversation=conversation), proposal
    await confirm(session.client, proposal, job.report)
    with job.waiting("applying"):
        make = apply_together if proposal.crosses_files else apply
        applied = await make(session.client, session.documents, trail, proposal)
    changed = proposal.change.before.uri
    if changed != request.document.uri:
        await session.client.show_file(changed)
    log.info("%s: %s", request.title, proposal.evidence)
    if proposal.judgement.proof in ("ran", "fixed"):
        told = f"{request.title}: {proposal.evidence}"  # after the progress: Helix has one line
        job.outcome.add_done_callback(lambda _: session.client.say(told))
    for warning in proposal.warnings:
        session.client.say(f"{request.title}: {warning}", types.MessageType.Warning)
    return replace(_make_outcome("applied", proposal), applied=applied), proposal


def _say_place(session: Session, request: Request) -> dict[str, Any]:
    from deskmate.actions.prompt import describe

    target, encoding = request.target, session.documents.encoding
    return say_place(describe(target), target.host, target.host_span, encoding)


async def _propose(
    session: Session,
    request: Request,
    job: Job,
    on_update: OnUpdate = lambda update: None,
) -> Proposal:
    from deskmate.requests.consent_question import find_escalation
    from deskmate.requests.pipeline import propose_in_tiers

    def report(update: Update) -> None:
        job.report(str(update))
        on_update(update)

    escalation = await find_escalation(request, make_user(session.client))

    async def work(tiers: Tiers) -> Proposal:
        return await propose_in_tiers(request, tiers, report, job.stop, escalation)

    try:
        proposal = await with_model(session, job, work)
    except Refused as refused:
        session.last_reply = LastReply(request.title, str(refused), refused.reply, refused.tried)
        raise
    session.last_reply = LastReply(request.title, "", proposal.reply, proposal.tried)
    return proposal


async def with_model(
    session: Session, job: Job, work: Callable[[Tiers], Awaitable[Result]]
) -> Result:
    """What `work` comes to; where no model is installed, after it has been, if the user wants
    that. Raises Declined where they do not.
    """
    try:
        async with session.model.use() as tiers:
            return await work(tiers)
    except ModelMissing as missing:
        if not await offer_install(session, job, missing):
            raise Declined(str(missing)) from missing
    async with session.model.use() as tiers:
        return await work(tiers)


def _make_outcome(status: Status, proposal: Proposal) -> Outcome:
    done = f"{proposal.request.title}: {proposal.target}."
    told = " ".join((done, *proposal.remarks, f"({proposal.figures})"))
    return Outcome(status, told, proposal.target, proposal.figures, proposal.evidence)
