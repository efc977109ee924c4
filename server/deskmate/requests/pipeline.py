"""The one way from a request to a checked proposal: an editor and the command line both take it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from deskmate.cloud.payload import visible
from deskmate.core.gate.trust import find_orders, find_risks
from deskmate.core.target import WHOLE, Result
from deskmate.core.text.text import apply_edits
from deskmate.engines.engine import Engine
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, EngineError, ModelError, ModelMissing, Refused
from deskmate.requests.context import find_context, find_here
from deskmate.requests.escalation import Escalation, describe_route, escalate
from deskmate.requests.facts import gather_facts
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.repair_loop import OnUpdate, Update
from deskmate.requests.request import Request
from deskmate.requests.workers.changing import change_together
from deskmate.requests.workers.cleaning import clean
from deskmate.requests.workers.coding import describe_prompt, read_code, write_code
from deskmate.requests.workers.committing import write_message
from deskmate.requests.workers.converting import convert
from deskmate.requests.workers.digesting import digest
from deskmate.requests.workers.extracting import extract
from deskmate.requests.workers.labelling import classify, describe
from deskmate.requests.workers.proofreading import correct_by_rules
from deskmate.requests.workers.writing import write
from deskmate.routing.policy import ASKED_FOR, Kind, Route, route

log = logging.getLogger(__name__)

Worker = Callable[[Request, Engine, OnUpdate, asyncio.Event], Awaitable[Proposal]]
"""Makes what is asked for, and tells how far it is. Once the event is set the user wants what is
done so far and no more.
"""

WORKERS: dict[Result, Worker] = {
    "replace": write_code,
    "insert": write_code,
    "docstring": write_code,
    "new-file": write_code,
    "show": write_code,
    "prose": write,
    "corrections": write,
    "translation": write,
    "digest": digest,
    "front-matter": describe,
    "records": extract,
    "labels": classify,
    "message": write_message,
}
"""Who makes which result by asking a model."""

WITHOUT_MODEL: dict[Result, Callable[[Request], Proposal]] = {
    "structure": clean,
    "convert": convert,
    "clean": clean,
}
"""Who makes which result by rules."""


async def propose_in_tiers(
    request: Request,
    tiers: Tiers,
    on_update: OnUpdate = lambda update: None,
    stop: asyncio.Event | None = None,
    escalation: Escalation | None = None,
) -> Proposal:
    """As `propose`, by the model that the request needs: the local one, the larger one where one is
    set, or on the user's terms the cloud model of `escalation`. What the local model finds no
    usable answer to is asked of those, too.
    """
    if request.action.result in WITHOUT_MODEL:
        return await _propose_by_rules(request)
    escalation = escalation or Escalation()

    async def ask_tier(large: bool, on_update: OnUpdate) -> Proposal:
        return await propose(request, await tiers.engine(large), on_update, stop)

    async def ask_cloud(engine: Engine, on_update: OnUpdate) -> Proposal:
        shown = tuple(one for one in request.others if one.uri in request.shown)
        proposal = await propose(replace(request, others=shown), engine, on_update, stop)
        return replace(proposal, elsewhere=escalation.provider)

    async def take(route: Route, here: Callable[[OnUpdate], Awaitable[Proposal]]) -> Proposal:
        if route.kind in ("local", "local_large"):
            proposal, note = await here(on_update), describe_route(route)
        else:
            proposal, note = await escalate(escalation, route, ask_cloud, here, on_update)
        return replace(_add_note(proposal, note), route=route)

    if request.large:
        return await ask_tier(True, on_update)
    first = await _find_route(request, tiers, escalation, on_update)
    await escalation.note_kept(first)
    large = first.kind == "local_large" or (first.hard and tiers.has_large)
    try:
        return await take(first, partial(ask_tier, large))
    except ModelMissing as missing:
        if request.target.result != "corrections":
            raise
        return await correct_by_rules(request, missing)
    except Refused as error:
        refused = error
    if first.kind != "local":
        raise refused
    again = replace(request, tried="refused", failed=refused.failed)
    second = await _find_route(again, tiers, escalation, on_update)
    if not first.bar:
        await escalation.note_kept(second)
    if second.kind == "local":
        raise refused
    log.info("Another model is asked: %s", refused)
    here = partial(ask_tier, True) if tiers.has_large else partial(_refuse, refused)
    try:
        proposal = await take(second, here)
    except (EngineError, ModelError) as error:
        told = f"{refused} The larger model could not be asked: {error}"
        raise Refused(told, refused.tried, refused.reply, refused.model) from error
    note = f"{refused.model} found no usable answer, so {proposal.model} was asked."
    return _add_note(replace(proposal, tried=refused.tried + proposal.tried), note)


async def _find_route(
    request: Request, tiers: Tiers, escalation: Escalation, on_update: OnUpdate
) -> Route:
    """Where the request is answered. What is made in parts stays here: each part is small, and what
    some of them show of other files is known only then.
    """
    target = request.target
    if target.result not in WHOLE or request.action.together:
        large = request.tried == "refused" and tiers.has_large
        kind: Kind = "local_large" if large else "local"
        return Route(kind, (ASKED_FOR,), bar="parts") if request.wish == "cloud" else Route(kind)
    on_update(Update("loading the model"))
    facts = gather_facts(request, await (await tiers.engine()).capabilities())
    found = route(facts, escalation.settings, escalation.list_available(large=tiers.has_large))
    edits = request.action.result not in ("show", "new-file")
    if found.kind in ("ask", "cloud") and edits and visible(target.original) != target.original:
        kind = "local_large" if tiers.has_large else "local"
        return replace(found, kind=kind, bar="unseen")  # what is not sent could not come back
    return found


async def _refuse(error: Refused, on_update: OnUpdate) -> Proposal:
    raise error


def _add_note(proposal: Proposal, note: str) -> Proposal:
    return replace(proposal, notes=(*proposal.notes, note)) if note else proposal


async def propose(
    request: Request,
    engine: Engine,
    on_update: OnUpdate = lambda update: None,
    stop: asyncio.Event | None = None,
) -> Proposal:
    """A checked proposal for `request`, by that engine, which is not asked where rules suffice.
    Cancelling it stops the engine's generation, as `stop` does, where what is done of a long text
    by then is proposed.

    Raises ActionError where the request cannot be worked on, Refused where no reply may stand, and
    EngineError or ModelError where the model could not answer.
    """
    if request.action.result in WITHOUT_MODEL:
        return await _propose_by_rules(request)
    started = time.monotonic()
    on_update(Update("loading the model"))
    await engine.capabilities()
    on_update(Update("waiting"))
    worker = change_together if request.action.together else WORKERS[request.target.result]
    proposal = await worker(request, engine, on_update, stop or asyncio.Event())
    proposal = _put_back(_judge_trust(proposal))
    return replace(proposal, seconds=time.monotonic() - started)


def _put_back(proposal: Proposal) -> Proposal:
    """A change of a block as one of the text that it stands in. Raises ActionError where the block
    cannot hold it.
    """
    change, block = proposal.change, proposal.request.target.block
    if change is None or block is None or change.before is not block.document:
        return proposal
    edits = block.put_back(change.after)
    if edits is None:
        raise ActionError("The new code would end the block that it stands in, so nothing changed.")
    after = apply_edits(block.host.text, edits)
    return replace(proposal, change=FileChange(block.host, edits, after))


def _judge_trust(proposal: Proposal) -> Proposal:
    """What the user has to see before the change is applied, whoever made it, and whether what the
    model was shown spoke to it.
    """
    request, changes = proposal.request, proposal.changes
    if not changes:
        return proposal
    before = (request.document.text, *(one.before.text for one in changes))
    known = "\n".join((*before, request.instruction))
    shown = (*before, *(one.text for one in request.pieces))
    risks = (risk for one in changes for risk in find_risks(known, one.after))
    return replace(
        proposal,
        risks=tuple(dict.fromkeys(risks)),
        warnings=(*proposal.warnings, *find_orders("\n".join(shown))),
    )


async def _propose_by_rules(request: Request) -> Proposal:
    started = time.monotonic()
    proposal = await asyncio.to_thread(WITHOUT_MODEL[request.target.result], request)
    return replace(_put_back(proposal), seconds=time.monotonic() - started)


async def preview_prompt(request: Request, tiers: Tiers) -> str:
    """What the model that would be asked is shown, as Markdown. Raises ActionError for actions
    that ask part by part, or no model.
    """
    if request.target.result not in WHOLE or request.action.together:
        raise ActionError(
            f"“{request.title}” asks the model part by part, or not at all; only the prompts of "
            "actions on code can be shown."
        )
    return await describe_prompt(request, await tiers.engine(request.large))


async def warm_up(request: Request, engine: Engine) -> None:
    """Has the engine read `request`, so that it begins at once if it is chosen; another action at
    the same place has all but its own instruction read. Does nothing where the engine remembers
    nothing. Raises EngineError.
    """
    capabilities = await engine.capabilities()
    if capabilities.prefix_cache and request.target.result in WHOLE:
        around = request.document, request.others, request.project
        here = await asyncio.to_thread(find_here, *around)
        context = await asyncio.to_thread(find_context, request.target, here)
        await read_code(replace(request, pieces=context.pieces), engine)
