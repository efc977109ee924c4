"""Documentation on save, as a source action, and of a whole file by hand.

Before or right after a save only what is ready goes in, so nothing here waits for a model but the
command that a user starts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.core.syntax.undocumented import Documentation, documentation, put_in, undocumented
from deskmate.core.text.text import Edit
from deskmate.errors import ActionError, DeskmateError, EngineError, ModelError, Refused, Stale
from deskmate.lsp.apply_edit import apply_latest
from deskmate.lsp.arguments import read_object, read_text, waits
from deskmate.lsp.background.docstrings import ACTION, make_selection
from deskmate.lsp.convert import to_text_edits, to_workspace_edit
from deskmate.lsp.features.run_action import with_model
from deskmate.lsp.jobs import Job
from deskmate.lsp.outcome import Outcome, to_outcome
from deskmate.lsp.pygls_protocol import DOCSTRINGS
from deskmate.lsp.session import Session
from deskmate.lsp.turns import read_in_turn
from deskmate.requests.figures import Figures

if TYPE_CHECKING:
    from deskmate.core.syntax.document import Document
    from deskmate.core.syntax.queries import Scope
    from deskmate.engines.tiers import Tiers
    from deskmate.requests.repair_loop import Update
    from deskmate.requests.request import Request

log = logging.getLogger(__name__)

KIND = "source.deskmate.docstrings"
"""The kind of the source action."""

TITLE = "Add docstrings"


async def edit_before_save(
    session: Session, params: types.WillSaveTextDocumentParams
) -> list[types.TextEdit] | None:
    """The documentation that is ready, for an editor that asks before it saves. Not where it saves
    by itself after a while: the user is in the middle of something then.
    """
    document = session.documents.get(params.text_document.uri)
    by_itself = params.reason == types.TextDocumentSaveReason.AfterDelay
    if document is None or by_itself or not _is_on(session):
        return None
    ready = session.prepared_docstrings.list_ready(document.uri)
    edits = await read_in_turn(document, partial(put_in, document, ready))
    return to_text_edits(document, edits, session.documents.encoding)


async def edit_after_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    """Puts it in now for an editor that did not ask before, where an edit can say which version of
    the text it is for.
    """
    uri = params.text_document.uri
    ready = session.prepared_docstrings.list_ready(uri) if _is_on(session) else ()
    if ready and not session.client.waits_before_saving and session.client.checks_versions:
        document = session.documents.get(uri)
        edits = await read_in_turn(document, partial(put_in, document, ready)) if document else ()
        if document and edits:
            encoding, sent = session.documents.encoding, session.documents.start_trail()
            edit = to_workspace_edit(document, edits, encoding, versioned=True)
            if (await session.client.apply(edit, TITLE)).applied:
                await sent.wait(document, 1)  # until it has told us of it
    await session.prepared_docstrings.note_save(uri)


def _is_on(session: Session) -> bool:
    return session.configuration.settings.docstrings.on_save != "off"


def offer_source_actions(
    session: Session, document: Document, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """What is ready as an edit, where the editor asks for exactly this kind, as it does when it
    saves; otherwise the command for the whole file, where the user looks for what there is.
    """
    language = document.language
    if language is None or language.doc is None:
        return
    only, tags = _list_kinds(params), session.client.model_tags
    if KIND in only:
        if edits := put_in(document, session.prepared_docstrings.list_ready(document.uri)):
            encoding, versioned = session.documents.encoding, session.client.checks_versions
            edit = to_workspace_edit(document, edits, encoding, versioned=versioned)
            yield types.CodeAction(TITLE, kind=KIND, edit=edit, tags=tags)
    elif _is_sought(only, params.context.trigger_kind):
        title = f"{TITLE} to the whole file"
        arguments = [{"uri": params.text_document.uri}]
        command = types.Command(title, DOCSTRINGS, arguments=arguments)
        yield types.CodeAction(title, kind=KIND, command=command, tags=tags)


def want_docstrings(session: Session, document: Document, params: types.CodeActionParams) -> None:
    """Has documentation written from now on, where the editor asks for exactly this kind."""
    if document.language and document.language.doc and KIND in _list_kinds(params):
        session.prepared_docstrings.want()


def _list_kinds(params: types.CodeActionParams) -> list[str]:
    return [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]


def _is_sought(only: list[str], trigger: types.CodeActionTriggerKind | None) -> bool:
    if only:
        return any(not kind or KIND.startswith(f"{kind}.") for kind in only)
    return trigger == types.CodeActionTriggerKind.Invoked


async def document_file(session: Session, *arguments: Any) -> dict[str, Any]:
    """The command `deskmate.docstrings`: documents a whole file, as a job."""
    wait = waits(arguments)
    try:
        given = read_object(DOCSTRINGS, arguments, "uri, wait?")
        document = await session.documents.read(read_text(DOCSTRINGS, given, "uri"))
        action = await session.find_action(ACTION, document.uri)
        wanted = make_selection(action, session.configuration.of(document.uri).docstrings)
        found = await read_in_turn(document, partial(undocumented, document, wanted))
        if not found:
            raise ActionError(
                "There is nothing here to document: `docstrings.public_only` and "
                "`docstrings.min_lines` say what is."
            )
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=wait)
    session.prompt_warmup.stop()
    job = session.jobs.start(TITLE, partial(_document, session, document, found))
    return await session.answer_for(job, wait=wait)


@dataclass
class _Written:
    """What has been written so far of one file, why some of it was not, and why it ended early."""

    done: list[Documentation] = field(default_factory=list)
    failed: list[DeskmateError] = field(default_factory=list)
    completion_tokens: int = 0
    prompt_tokens: int = 0
    model: str = ""
    ended: str = ""


async def _document(
    session: Session, document: Document, found: tuple[Scope, ...], job: Job
) -> Outcome:
    """One after the other, and all that are done in one edit, so that one undo takes them out."""
    job.stop = asyncio.Event()
    written = _Written()
    await with_model(session, job, partial(_write_all, session, document, found, job, written))
    stopped, job.stop = job.stop.is_set(), None
    if not written.done:
        if stopped:
            raise asyncio.CancelledError
        raise written.failed[0]

    def make_edits(now: Document) -> tuple[Edit, ...]:
        edits = put_in(now, written.done)
        if not edits:
            raise Stale(
                "You edited every function while it was being documented, so nothing was applied."
            )
        return edits

    await apply_latest(session.client, session.documents, document.uri, make_edits, TITLE)
    count, whole = len(written.done), len(found)
    message = f"{TITLE}: {count} of {whole}."
    if written.failed:
        message += f" No usable answer for {len(written.failed)}."
    if written.ended:
        message += f" It ended early: {written.ended}"
    figures = Figures(
        model=written.model,
        prompt_tokens=written.prompt_tokens,
        completion_tokens=written.completion_tokens,
    )
    return Outcome("applied", message, figures=figures)


async def _write_all(
    session: Session,
    document: Document,
    found: tuple[Scope, ...],
    job: Job,
    written: _Written,
    tiers: Tiers,
) -> None:
    """Until all are written, the user has enough of it, or the model fails."""
    from deskmate.requests.request import resolve

    resolve_at = partial(
        resolve,
        await session.find_action(ACTION, document.uri),
        document,
        settings=session.configuration.of(document.uri),
        others=session.documents.list_others(document.uri),
        root=await asyncio.to_thread(session.find_root, document.uri),
    )
    for number, scope in enumerate(found, 1):
        part = f"`{scope.name}`, {number} of {len(found)}"
        try:
            request = await asyncio.to_thread(resolve_at, scope.span)
            await _unless_stopped(job, _write(request, scope, tiers, job, part, written))
        except (Refused, ActionError) as error:
            log.info("No documentation of %s: %s", scope.name, error)
            written.failed.append(error)
        except (EngineError, ModelError) as error:
            if not written.done:
                raise
            written.ended = str(error)
            return
        if job.stop is not None and job.stop.is_set():
            return


async def _unless_stopped(job: Job, work: Any) -> None:
    assert job.stop is not None, "it can be stopped"
    task, stop = asyncio.create_task(work), asyncio.create_task(job.stop.wait())
    try:
        await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        stop.cancel()
        task.cancel()
        await asyncio.wait([task])


async def _write(
    request: Request, scope: Scope, tiers: Tiers, job: Job, part: str, written: _Written
) -> None:
    from deskmate.requests.pipeline import propose_in_tiers

    def report(update: Update) -> None:
        job.report(f"{part}: {update}")

    proposal = await propose_in_tiers(request, tiers, report)
    assert proposal.change is not None, "documentation is a change"
    done = documentation(request.document, scope, proposal.change.edits)
    if done is not None and not proposal.risks:  # nobody would look at those
        written.done.append(done)
    written.completion_tokens += proposal.usage.completion_tokens
    written.prompt_tokens += proposal.usage.prompt_tokens
    written.model = proposal.model
