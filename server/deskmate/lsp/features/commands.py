"""The commands: `deskmate.run` starts an action, `deskmate.cancel` ends what runs, and
`deskmate.clearCache` forgets the answers that are kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lsprotocol import types

from deskmate.errors import ActionError, DeskmateError
from deskmate.lsp.arguments import (
    one_object,
    to_diagnostic,
    to_range,
    to_text,
    to_wire,
    waits,
)
from deskmate.lsp.convert import diagnostics_of, selection_of
from deskmate.lsp.counting import count
from deskmate.lsp.features.run_action import Taken, carry_out
from deskmate.lsp.outcome import outcome_of
from deskmate.lsp.pygls_protocol import RUN
from deskmate.lsp.session import Session


@dataclass(frozen=True, slots=True)
class Asked:
    """What `deskmate.run` was given. `large`: the larger model is to answer, `cloud`: the cloud
    model, if the user agrees. `schema` is a JSON Schema, or the path of one, for what is extracted.
    `wait`: the caller waits for the outcome, and tells the user of it; otherwise it is answered at
    once and the server tells them.
    """

    action: str
    uri: str
    range: types.Range
    instruction: str = ""
    diagnostics: tuple[types.Diagnostic, ...] = ()
    large: bool = False
    cloud: bool = False
    schema: Any = None
    wait: bool = False


def to_arguments(
    action: str,
    uri: str,
    where: types.Range,
    diagnostics: Iterable[types.Diagnostic],
    *,
    cloud: bool = False,
) -> dict[str, Any]:
    """The argument of `deskmate.run` as a code action carries it."""
    concerned = [{"range": to_wire(item.range), "message": item.message} for item in diagnostics]
    arguments = {"action": action, "uri": uri, "range": to_wire(where)}
    more = {"diagnostics": concerned} if concerned else {}
    return arguments | more | ({"cloud": True} if cloud else {})


async def run(session: Session, *arguments: Any) -> dict[str, Any]:
    """Starts an action. The text is taken now, before anything is waited for."""
    wait = waits(arguments)
    try:
        asked = read_arguments(arguments)
        taken = _take(session, asked)
        action = await session.action(asked.action)
    except DeskmateError as error:
        return session.told(outcome_of(error), wait=wait)
    session.prompt_warmup.stop()
    job = session.jobs.start(action.title, partial(carry_out, session, action, taken))
    job.outcome.add_done_callback(partial(count, action.id))
    return await session.answer_for(job, wait=wait)


async def cancel(session: Session, *arguments: Any) -> dict[str, Any]:
    """Cancels the job named in `{job}`, or every job without an argument."""
    given = arguments[0] if arguments else None
    job = given.get("job") if isinstance(given, Mapping) else None
    return {"cancelled": session.jobs.cancel(job)}


async def clear_cache(session: Session) -> dict[str, Any]:
    """Forgets the answers that are kept, and tells the user."""
    from deskmate.engines.table import forget_answers

    try:
        message = await asyncio.to_thread(forget_answers)
    except OSError as error:
        return session.told(
            outcome_of(ActionError(f"The stored answers could not be deleted: {error}.")),
            wait=False,
        )
    session.client.say(message)
    return {"message": message}


def read_arguments(arguments: Sequence[Any]) -> Asked:
    """The one argument of `deskmate.run`. Raises ActionError that says what is wrong in it."""
    keys = "action, uri, range, instruction?, schema?, large?, cloud?, wait?"
    given = one_object(RUN, arguments, keys)
    diagnostics = given.get("diagnostics") or ()
    if not isinstance(diagnostics, Sequence) or isinstance(diagnostics, str):
        raise ActionError(f"{RUN}: `diagnostics` must be a list.")
    return Asked(
        action=to_text(RUN, given, "action"),
        uri=to_text(RUN, given, "uri"),
        range=to_range(RUN, given.get("range")),
        instruction=to_text(RUN, given, "instruction", ""),
        diagnostics=tuple(to_diagnostic(RUN, one) for one in diagnostics),
        large=given.get("large") is True,
        cloud=given.get("cloud") is True,
        schema=given.get("schema"),
        wait=waits(arguments),
    )


def _take(session: Session, asked: Asked) -> Taken:
    """Everything that the work needs of the documents, by value."""
    documents = session.documents
    document = documents.read(asked.uri)
    return Taken(
        document=document,
        span=selection_of(document, asked.range, documents.encoding),
        diagnostics=diagnostics_of(document, asked.diagnostics, documents.encoding),
        instruction=asked.instruction,
        others=documents.others(document.uri),
        root=session.root(document.uri),
        trail=documents.trail(),
        large=asked.large,
        wish="cloud" if asked.cloud else "",
        schema=asked.schema,
    )
