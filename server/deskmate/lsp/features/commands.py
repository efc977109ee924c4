"""The commands: `deskmate.run` starts an action, `deskmate.cancel` ends what runs, and
`deskmate.clearCache` forgets the answers that are kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.actions.action import ABOUT_PROBLEM
from deskmate.errors import ActionError, DeskmateError, explain_os_error
from deskmate.lsp.arguments import (
    read_diagnostics,
    read_object,
    read_range,
    read_text,
    to_wire,
    waits,
    write_diagnostic,
)
from deskmate.lsp.convert import to_diagnostics, to_selection
from deskmate.lsp.counting import count
from deskmate.lsp.features.offer_suggestions import offer_after
from deskmate.lsp.features.run_action import carry_out, show_prompt_of
from deskmate.lsp.outcome import to_outcome
from deskmate.lsp.pygls_protocol import RUN
from deskmate.lsp.session import Session, Turned

if TYPE_CHECKING:
    from deskmate.requests.request import Request


def to_arguments(
    action: str,
    uri: str,
    where: types.Range,
    diagnostics: Iterable[types.Diagnostic],
    *,
    cloud: bool = False,
) -> dict[str, Any]:
    """The argument of `deskmate.run` as a code action carries it."""
    concerned = [write_diagnostic(item) for item in diagnostics]
    arguments = {"action": action, "uri": uri, "range": to_wire(where)}
    more = {"diagnostics": concerned} if concerned else {}
    return arguments | more | ({"cloud": True} if cloud else {})


async def run(session: Session, *arguments: Any) -> dict[str, Any]:
    """Starts an action. The text is taken now, before anything is waited for."""
    wait = waits(arguments)
    try:
        trail = session.documents.start_trail()
        request = await _resolve(session, arguments)
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=wait)
    session.prompt_warmup.stop()
    session.menu = Turned()
    job = session.jobs.start(request.title, partial(carry_out, session, request, trail))
    job.outcome.add_done_callback(partial(count, session.aftermath.follow, request.name))
    job.outcome.add_done_callback(partial(offer_after, session))
    return await session.answer_for(job, wait=wait)


async def show_prompt(session: Session, *arguments: Any) -> dict[str, Any]:
    """Shows what an action would show the model, for the argument of `deskmate.run`."""
    wait = waits(arguments)
    try:
        request = await _resolve(session, arguments)
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=wait)
    job = session.jobs.start(request.title, partial(show_prompt_of, session, request))
    return await session.answer_for(job, wait=wait)


async def cancel(session: Session, *arguments: Any) -> dict[str, Any]:
    """Cancels the job named in `{job}`, or every job without an argument."""
    given = arguments[0] if arguments else None
    job = given.get("job") if isinstance(given, Mapping) else None
    return {"cancelled": session.jobs.cancel(job)}


async def clear_cache(session: Session) -> dict[str, Any]:
    """Forgets the answers and indexes that are kept, and tells the user."""
    from deskmate.engines.table import forget_answers
    from deskmate.workspace.index.store import forget_stores

    try:
        message = await asyncio.to_thread(forget_answers)
        await asyncio.to_thread(forget_stores, 0)
    except OSError as error:
        return session.answer_now(
            to_outcome(
                ActionError(f"The stored answers could not be deleted: {explain_os_error(error)}")
            ),
            wait=False,
        )
    session.client.say(message)
    return {"message": message}


async def _resolve(session: Session, arguments: Sequence[Any]) -> Request:
    """The request that the one argument of `deskmate.run` asks for: `action` at a `range` of the
    document `uri`. `large`: the larger model is to answer, `cloud`: the cloud model, if the user
    agrees; `problem`: nothing but what is reported is asked about. `schema` is a JSON Schema, or
    the path of one, for what is extracted. Raises ActionError that says what is wrong in it, or
    that the action does not apply there.
    """
    from deskmate.requests.request import resolve

    keys = (
        "action, uri, range, instruction?, diagnostics?, problem?, schema?, large?, cloud?, wait?"
    )
    given = read_object(RUN, arguments, keys)
    reported = read_diagnostics(RUN, given)
    action_id, uri = read_text(RUN, given, "action"), read_text(RUN, given, "uri")
    where = read_range(RUN, given.get("range"))
    instruction = read_text(RUN, given, "instruction", "")
    documents, encoding = session.documents, session.documents.encoding
    document = await documents.read(uri)
    others = documents.list_others(uri)
    action = await session.find_action(action_id, document.uri)
    if given.get("problem") is True and action.problem and reported:
        action = replace(action, choice=ABOUT_PROBLEM)
    project = await asyncio.to_thread(session.find_project, document.uri)
    return await asyncio.to_thread(
        resolve,
        action,
        document,
        to_selection(document, where, encoding),
        settings=await session.configuration.load_for(project),
        instruction=instruction,
        wish="cloud" if given.get("cloud") is True else "",
        diagnostics=to_diagnostics(document, reported, encoding),
        others=others,
        project=project,
        root=await asyncio.to_thread(session.find_root, document.uri),
        large=given.get("large") is True,
        schema=given.get("schema"),
    )
