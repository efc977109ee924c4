"""`deskmate.commitMessage`: a message for what is staged, for an editor's own box of commits."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from deskmate.core.text.uri import file_path
from deskmate.errors import ActionError, DeskmateError, Refused
from deskmate.lsp.arguments import read_object, read_text
from deskmate.lsp.counting import count
from deskmate.lsp.features.run_action import with_model
from deskmate.lsp.last_reply import LastReply
from deskmate.lsp.outcome import Outcome, to_outcome
from deskmate.lsp.pygls_protocol import COMMIT_MESSAGE

if TYPE_CHECKING:
    from deskmate.engines.tiers import Tiers
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session
    from deskmate.requests.proposal import Proposal
    from deskmate.requests.repair_loop import Update
    from deskmate.requests.request import Request

ACTION = "commit-message"


async def write(session: Session, *arguments: Any) -> dict[str, Any]:
    """The outcome once it is there, with the message as `text`, "" where there is none."""
    try:
        request = await _resolve(session, arguments)
    except DeskmateError as error:
        return {**session.answer_now(to_outcome(error), wait=True), "text": ""}
    written: list[str] = []
    job = session.jobs.start(request.title, partial(_carry_out, session, request, written))
    job.outcome.add_done_callback(partial(count, session.aftermath.follow, request.name))
    return {**await session.answer_for(job, wait=True), "text": "".join(written)}


async def _resolve(session: Session, arguments: tuple[Any, ...]) -> Request:
    """The request for the repository around the folder `uri`, where the user has `typed` some of
    the message, with an `instruction`. Raises ActionError.
    """
    from deskmate.requests.commit_request import resolve_commit_message

    given = read_object(COMMIT_MESSAGE, arguments, "uri, typed?, instruction?")
    uri = read_text(COMMIT_MESSAGE, given, "uri")
    folder = file_path(uri)
    if folder is None:
        raise ActionError(f"{COMMIT_MESSAGE}: `uri` must be a folder on this machine, not {uri}.")
    project = await asyncio.to_thread(session.find_project, f"{uri.rstrip('/')}/x")
    return await asyncio.to_thread(
        resolve_commit_message,
        await session.find_action(ACTION, f"{uri.rstrip('/')}/x"),
        folder,
        read_text(COMMIT_MESSAGE, given, "typed", ""),
        settings=await session.configuration.load_for(project),
        instruction=read_text(COMMIT_MESSAGE, given, "instruction", ""),
        project=project,
    )


async def _carry_out(session: Session, request: Request, written: list[str], job: Job) -> Outcome:
    from deskmate.requests.pipeline import propose_in_tiers

    def report(update: Update) -> None:
        job.report(str(update))

    async def work(tiers: Tiers) -> Proposal:
        return await propose_in_tiers(request, tiers, report)

    try:
        proposal = await with_model(session, job, work)
    except Refused as refused:
        session.last_reply = LastReply(request.title, str(refused), refused.reply, refused.tried)
        raise
    assert proposal.change is not None, "a message is a change"
    written.append(proposal.change.after)
    message = " ".join((f"{request.title}: {proposal.figures}.", *proposal.remarks))
    return Outcome("ready", message, figures=proposal.figures)
