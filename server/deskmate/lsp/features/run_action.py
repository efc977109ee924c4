"""What a job of `deskmate.run` does: its turn with the model, then the result to the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types

from deskmate.actions.targets import find_target
from deskmate.core.target import IN_PARTS
from deskmate.errors import ModelMissing, Refused
from deskmate.lsp.apply_edit import apply
from deskmate.lsp.attempts import Attempt
from deskmate.lsp.features.consent import escalation
from deskmate.lsp.features.install_model import offer_install
from deskmate.lsp.last_reply import LastReply
from deskmate.lsp.outcome import Declined, Outcome, Status
from deskmate.lsp.showing import Stream, show

if TYPE_CHECKING:
    from deskmate.actions.catalog import Action
    from deskmate.actions.targets import Diagnostic
    from deskmate.core.syntax.document import Document
    from deskmate.core.target import Wish
    from deskmate.core.text.text import Span
    from deskmate.engines.tiers import Tiers
    from deskmate.lsp.documents import Trail
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session
    from deskmate.requests.escalation import Escalation
    from deskmate.requests.pipeline import Proposal
    from deskmate.requests.repair_loop import OnUpdate, Update
    from deskmate.requests.request import Request

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Taken:
    """What the work needs of the documents, taken in one moment; `trail` notes what is edited
    from that moment on. `large`: the larger model is asked; `wish`: the cloud model, if it may be.
    """

    document: Document
    span: Span
    diagnostics: tuple[Diagnostic, ...]
    instruction: str
    others: tuple[Document, ...]
    root: Path | None
    trail: Trail
    large: bool = False
    wish: Wish = ""
    schema: Any = None


async def carry_out(session: Session, action: Action, taken: Taken, job: Job) -> Outcome:
    """Asks the model, and hands over what came of it. Raises DeskmateError."""
    from deskmate.engines.tiers import is_for_large
    from deskmate.requests.facts import shown_elsewhere, with_modules
    from deskmate.requests.request import Request

    project = session.project(taken.document.uri)
    settings = session.configuration.in_project(project)
    request = Request(
        action=action,
        document=taken.document,
        span=taken.span,
        instruction=taken.instruction,
        diagnostics=taken.diagnostics,
        others=taken.others,
        root=taken.root,
        docstrings=settings.docstrings.style,
        rules=settings.text.rules,
        data=settings.data,
        schema=taken.schema,
        large=taken.large or is_for_large(settings, action.id),
        wish=taken.wish,
    )
    attempt = _attempt(request)
    request = replace(with_modules(request), tried=session.attempts.before(attempt))
    shown = tuple(one.uri for one in shown_elsewhere(request))
    there = await escalation(session, action.id, action.title, project, shown, settings)
    try:
        outcome = await _carry_out(session, request, taken, there, job)
    except Refused:
        session.attempts.note(attempt, "refused")
        raise
    session.attempts.note(attempt, outcome.status)
    return outcome


async def _carry_out(
    session: Session, request: Request, taken: Taken, there: Escalation, job: Job
) -> Outcome:
    action = request.action
    if action.shows:
        with closing(Stream(session.client, job.id, job.title)) as stream:
            proposal = await _propose(session, request, there, job, stream.add)
            stream.complete(proposal.shown)
    else:
        if action.result in IN_PARTS:
            job.stop = asyncio.Event()
        proposal = await _propose(session, request, there, job)
        job.stop = None
    if proposal.change is None:  # it may turn out so: a text with no place for front matter, say
        if not (action.shows and session.client.streams):
            await show(session.client, f"{job.title} {proposal.target}", proposal.shown)
        return _outcome("shown", proposal)
    job.report("applying")
    await apply(session.client, session.documents, taken.trail, taken.document, proposal)
    changed = proposal.change.before.uri
    if changed != taken.document.uri:
        await session.client.show_file(changed)
    for warning in proposal.warnings:
        session.client.say(f"{action.title}: {warning}", types.MessageType.Warning)
    return _outcome("applied", proposal)


def _attempt(request: Request) -> Attempt:
    """The request by what it is about; where that is a place, by the whole text around it."""
    target = find_target(request.action, request.document, request.span)
    text = (target.original if target else "") or request.document.text
    return Attempt(request.action.id, request.document.uri, text)


async def _propose(
    session: Session,
    request: Request,
    there: Escalation,
    job: Job,
    on_update: OnUpdate = lambda update: None,
) -> Proposal:
    from deskmate.requests.pipeline import propose_in_tiers

    def report(update: Update) -> None:
        job.report(str(update))
        on_update(update)

    title = request.action.title
    try:
        proposal = await with_model(
            session, job, lambda tiers: propose_in_tiers(request, tiers, report, job.stop, there)
        )
    except Refused as refused:
        session.last_reply = LastReply(title, str(refused), refused.reply, refused.tried)
        raise
    session.last_reply = LastReply(title, "", proposal.reply, proposal.tried)
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


def _outcome(status: Status, proposal: Proposal) -> Outcome:
    done = f"{proposal.action.title}: {proposal.target}, {proposal.cost}."
    done = " ".join((done, *proposal.remarks))
    return Outcome(
        status,
        done,
        proposal.target,
        proposal.model,
        proposal.usage.completion_tokens,
        proposal.seconds,
        len(proposal.tried) + 1,
        proposal.usage.prompt_tokens,
        proposal.elsewhere,
    )
