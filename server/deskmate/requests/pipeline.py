"""The one way from a request to a checked proposal: an editor and the command line both take it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from deskmate.actions.catalog import Action
from deskmate.actions.prompt import describe, instruct
from deskmate.actions.targets import find_target
from deskmate.cloud.payload import visible
from deskmate.core.target import WHOLE, Result, Target
from deskmate.core.text.text import Span
from deskmate.engines.engine import Engine, Usage
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, EngineError, ModelError, Refused
from deskmate.requests.escalation import Escalation, escalate, remark
from deskmate.requests.facts import facts_of, shown_elsewhere
from deskmate.requests.repair_loop import OnUpdate, Update
from deskmate.requests.request import Done, FileChange, Request, Work
from deskmate.requests.workers.cleaning import clean
from deskmate.requests.workers.coding import code, read_code
from deskmate.requests.workers.converting import convert
from deskmate.requests.workers.digesting import digest
from deskmate.requests.workers.extracting import extract
from deskmate.requests.workers.labelling import classify
from deskmate.requests.workers.labelling import describe as describe_text
from deskmate.requests.workers.writing import write
from deskmate.routing.facts import without_wish
from deskmate.routing.policy import ASKED_FOR, Kind, Route, route

log = logging.getLogger(__name__)

WORKERS: dict[Result, Callable[[Work], Awaitable[Done]]] = {
    "replace": code,
    "insert": code,
    "docstring": code,
    "new-file": code,
    "show": code,
    "prose": write,
    "corrections": write,
    "translation": write,
    "digest": digest,
    "front-matter": describe_text,
    "records": extract,
    "labels": classify,
}
"""Who makes which result by asking a model."""

WITHOUT_MODEL: dict[Result, Callable[[Request, Target], Done]] = {
    "structure": clean,
    "convert": convert,
    "clean": clean,
}
"""Who makes which result by rules."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reply that passed the gate: a change of a file, or Markdown to show.

    `anchor` is the span of the request's document that must not be touched meanwhile; `target`
    says in words what was worked on; `notes` what the gate fixed, `warnings` what is worth a
    second look; `left_out` which context did not fit the budget; `seconds` the time from request
    to proposal. `reply` is what the model said, `tried` what the replies before it failed on.
    `route` is where it was to be answered and why, `elsewhere` the provider of a model that is not
    on this machine, if one answered.
    """

    action: Action
    target: str
    anchor: Span
    change: FileChange | None
    shown: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]
    model: str
    usage: Usage
    seconds: float
    reply: str
    tried: tuple[str, ...]
    route: Route = field(default_factory=lambda: Route("local"))
    elsewhere: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know of it, in sentences."""
        unseen = f"The model did not see, for lack of room: {', '.join(self.left_out)}."
        return (*self.warnings, *self.notes, *([unseen] if self.left_out else []))

    @property
    def cost(self) -> str:
        """What it took, in words."""
        if not self.model:
            return "without a model"
        tokens = self.usage.completion_tokens
        return f"{tokens} tokens in {self.seconds:.1f} s" if tokens else "as answered before"


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
        return await asyncio.to_thread(propose_by_rules, request)
    escalation = escalation or Escalation()
    instruction, _ = without_wish(request.instruction)
    asked = replace(request, instruction=instruction)

    async def by(large: bool, on_update: OnUpdate) -> Proposal:
        return await propose(asked, await tiers.engine(large), on_update, stop)

    async def routed(route: Route, here: Callable[[OnUpdate], Awaitable[Proposal]]) -> Proposal:
        if route.kind in ("local", "local_large"):
            return _noted(replace(await here(on_update), route=route), remark(route))

        async def away(engine: Engine, on_update: OnUpdate) -> Proposal:
            shown = replace(asked, others=shown_elsewhere(request)[1:])
            proposal = await propose(shown, engine, on_update, stop)
            return replace(proposal, elsewhere=escalation.provider)

        proposal, note = await escalate(escalation, route, away, here, on_update)
        return replace(_noted(proposal, note), route=route)

    if request.large:
        return await by(True, on_update)
    route = await _route(request, tiers, escalation, on_update)
    await escalation.kept(route)
    large = route.kind == "local_large" or (route.hard and tiers.has_large)
    try:
        return await routed(route, partial(by, large))
    except Refused as refused:
        first = refused
    if route.kind != "local":
        raise first
    again = await _route(replace(request, tried="refused"), tiers, escalation, on_update)
    if not route.bar:
        await escalation.kept(again)
    if again.kind == "local":
        raise first
    log.info("Another model is asked: %s", first)
    here = partial(by, True) if tiers.has_large else partial(_fail, first)
    try:
        proposal = await routed(again, here)
    except (EngineError, ModelError) as error:
        told = f"{first} The larger model could not be asked: {error}"
        raise Refused(told, first.tried, first.reply, first.model) from error
    note = f"{first.model} found no usable answer, so {proposal.model} was asked."
    return _noted(replace(proposal, tried=first.tried + proposal.tried), note)


async def _route(
    request: Request, tiers: Tiers, escalation: Escalation, on_update: OnUpdate
) -> Route:
    """Where the request is answered. What is made in parts stays here: each part is small."""
    target = find_target(request.action, request.document, request.span)
    if target is None or target.result not in WHOLE:
        large = request.tried == "refused" and tiers.has_large
        kind: Kind = "local_large" if large else "local"
        wanted = (without_wish(request.instruction)[1] or request.wish) == "cloud"
        return Route(kind, (ASKED_FOR,), bar="parts") if wanted else Route(kind)
    on_update(Update("loading the model"))
    facts = facts_of(request, target, await (await tiers.engine()).capabilities())
    found = route(facts, escalation.settings, escalation.available(large=tiers.has_large))
    edits = request.action.result not in ("show", "new-file")
    if found.kind in ("ask", "cloud") and edits and visible(target.original) != target.original:
        kind = "local_large" if tiers.has_large else "local"
        return replace(found, kind=kind, bar="unseen")  # what is not sent could not come back
    return found


async def _fail(error: Refused, on_update: OnUpdate) -> Proposal:
    raise error


def _noted(proposal: Proposal, note: str) -> Proposal:
    return replace(proposal, notes=(*proposal.notes, note)) if note else proposal


async def propose(
    request: Request,
    engine: Engine,
    on_update: OnUpdate = lambda update: None,
    stop: asyncio.Event | None = None,
) -> Proposal:
    """A checked proposal for `request`. Cancelling it stops the engine's generation, as `stop`
    does, where what is done of a long text by then is proposed.

    Raises ActionError where the action does not apply, Refused where no reply may stand, and
    EngineError or ModelError where the model could not answer.
    """
    started = time.monotonic()
    target = _target(request)
    on_update(Update("loading the model"))
    await engine.capabilities()
    on_update(Update("waiting"))
    instruction = instruct(request.action, target, request.instruction)
    done = await WORKERS[target.result](
        Work(request, target, instruction, engine, on_update, stop or asyncio.Event())
    )
    return _proposal(request, target, done, started)


def propose_by_rules(request: Request) -> Proposal:
    """A proposal for what needs no model. Raises ActionError where the action does not apply."""
    started = time.monotonic()
    target = _target(request)
    return _proposal(request, target, WITHOUT_MODEL[target.result](request, target), started)


def _target(request: Request) -> Target:
    target = find_target(request.action, request.document, request.span)
    if target is None:
        raise ActionError(_not_here(request))
    return target


def _proposal(request: Request, target: Target, done: Done, started: float) -> Proposal:
    return Proposal(
        action=request.action,
        target=describe(target),
        anchor=target.span,
        change=done.change,
        shown=done.shown,
        notes=done.notes,
        warnings=done.warnings,
        left_out=done.left_out,
        model=done.model,
        usage=done.usage,
        seconds=time.monotonic() - started,
        reply=done.reply,
        tried=done.tried,
    )


async def read_ahead(request: Request, engine: Engine) -> None:
    """Has the engine read `request`, so that it begins at once if it is chosen; another action at
    the same place has all but its own instruction read. Does nothing where the engine remembers
    nothing. Raises EngineError.
    """
    capabilities = await engine.capabilities()
    target = find_target(request.action, request.document, request.span)
    if target is not None and capabilities.prefix_cache and target.result in WHOLE:
        await read_code(request, target, engine)


def _not_here(request: Request) -> str:
    line = request.document.lines.line_at(request.span.start) + 1
    if request.action.when == ("selected",):
        return f"“{request.action.title}” works on a selection: select the text or the rows first."
    scope = " or ".join(request.action.scope)
    needs = {"stub": "without a body yet", "undocumented": "without documentation"}
    detail = " ".join(needs[when] for when in request.action.when if when in needs)
    return (
        f"“{request.action.title}” does not apply at line {line}: it needs a {scope}"
        f"{' ' + detail if detail else ''} there. Put the cursor inside one, or select it."
    )
