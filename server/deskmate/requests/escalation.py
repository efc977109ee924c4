"""Escalation to a cloud model: the user is asked with what exactly would be sent, and the local
answer is made meanwhile. What goes to a cloud model goes through `cloud/gateway.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

from deskmate.cloud.gateway import Consent, Sending, find_turned_on, note_stayed, open_gateway
from deskmate.cloud.ledger import Stayed
from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Prompt
from deskmate.errors import DeskmateError, NotSent, Refused
from deskmate.requests.repair_loop import OnUpdate, Update
from deskmate.routing.policy import ASKED_FOR, Available, Bar, Route, Standing
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.settings.sections.routing import RoutingSettings

Result = TypeVar("Result")


class Outbound(Engine, Protocol):
    """An engine elsewhere that can show what it would send, as `Gateway` does."""

    async def preview(self, prompt: Prompt) -> Sending:
        """What `stream` would send; nothing is. Raises NotSent where it may not leave."""
        ...

    def spend_more(self) -> None:
        """The user wants it sent though it costs more than their budget."""
        ...


@dataclass(frozen=True)
class Cloud:
    """A cloud model that the user turned on. `open` gives the engine for requests with these
    reasons, and raises NotSent where they may not leave; `note_stayed` writes down one that stays
    here. Nothing is sent before `open(…).stream(…)`.
    """

    provider: str
    model: str
    open: Callable[[tuple[str, ...]], Outbound]
    note_stayed: Callable[[tuple[str, ...], Stayed, Sending], None]


def find_cloud(
    settings: Settings, action: str, project: Project | None, shown: tuple[str, ...]
) -> Cloud | None:
    """The cloud model for requests of this action, from a project, with text from the documents
    `shown`, which are URIs, in them; None where the user turned none on.
    """
    on = find_turned_on(settings)
    if on is None:
        return None

    def note(reasons: tuple[str, ...], why: Stayed, sending: Sending) -> None:
        note_stayed(settings, Consent(action, reasons), project, why, sending)

    return Cloud(
        *on,
        lambda reasons: open_gateway(settings, Consent(action, reasons), project, shown),
        note,
    )


Answer = Literal["send", "local"]

Consult = Callable[[Cloud, Sending, Route], Awaitable[Answer]]
"""Asks the user. It is cancelled where the answer is no longer waited for."""


@dataclass(frozen=True)
class Escalation:
    """Where a request may go that is too hard for this machine, and how the user wants it.
    `standing` is what they decided for this project and this provider; without `consult` nobody can
    be asked.
    """

    settings: RoutingSettings = field(default_factory=RoutingSettings)
    cloud: Cloud | None = None
    standing: Standing = ""
    consult: Consult | None = None

    def list_available(self, *, large: bool) -> Available:
        """What could answer besides the local model."""
        return Available(
            large=large,
            cloud=self.cloud is not None,
            asks=self.consult is not None,
            standing=self.standing,
        )

    @property
    def provider(self) -> str:
        """Whose the cloud model is; "" where there is none."""
        return self.cloud.provider if self.cloud else ""

    async def note_kept(self, route: Route) -> None:
        """Writes down a request that may not leave, and would have."""
        if self.cloud is not None and route.bar not in ("", "parts", "unseen"):
            sending = Sending("", route.tokens)
            await asyncio.to_thread(self.cloud.note_stayed, route.reasons, "forbidden", sending)


def describe_route(route: Route) -> str:
    """What the user is told of a request that was answered here; "" for nothing."""
    if route.kind in ("ask", "cloud"):
        return ""
    if ASKED_FOR in route.reasons:
        return f"It was answered here: {_BARS[route.bar]}"
    return f"This may be too hard for a local model: {route.because}." if route.hard else ""


_BARS: Mapping[Bar, str] = {
    "": "the local model was asked.",
    "off": "no cloud model is turned on. Set `cloud.engine` in your own settings if you want one.",
    "mode": "`routing.mode` is `never`, in your settings or in those of this project.",
    "decision": "you decided never to send anything from this project. `deskmate consent revoke` "
    "takes that back.",
    "parts": "it is worked on in parts, and each is small.",
    "unseen": "there are characters in it that nobody sees, such as soft hyphens. Those are never "
    "sent, so an edit from elsewhere would lose them.",
    "nobody": "nobody can be asked here. Run it in a terminal, and choose “Always for this "
    "project” if you want that.",
}


async def escalate(
    escalation: Escalation,
    route: Route,
    ask_cloud: Callable[[Engine, OnUpdate], Awaitable[Result]],
    ask_local: Callable[[OnUpdate], Awaitable[Result]],
    on_update: OnUpdate,
) -> tuple[Result, str]:
    """What `ask_cloud` makes with the cloud model where `route` is `cloud`, or is `ask` and the
    user agrees; else what `ask_local` makes, which begins at once. And a note, "" for none.

    Raises what `ask_local` does; Refused where no reply of the cloud model may stand.
    """
    cloud = escalation.cloud
    assert cloud is not None, "such a route needs a cloud model"
    try:
        engine = await asyncio.to_thread(cloud.open, route.reasons)
    except NotSent as error:
        await asyncio.to_thread(cloud.note_stayed, route.reasons, "stopped", Sending("", 0))
        return await ask_local(on_update), _explain_failure(error)

    async def ask(engine: Engine, on_update: OnUpdate) -> Result:
        try:
            return await ask_cloud(engine, on_update)
        except Refused as refused:
            refused.elsewhere = cloud.provider
            raise

    async with aclosing(_WithConsent(engine, cloud, escalation.consult, route)) as guarded:
        if route.kind == "ask":
            return await _ask_both(guarded, escalation.settings.wait, ask, ask_local, on_update)
        try:
            return await ask(guarded, on_update), ""
        except _StaysLocal:
            return await ask_local(on_update), ""
        except Refused:
            raise
        except DeskmateError as error:
            return await ask_local(on_update), _explain_failure(error)


async def _ask_both(
    guarded: _WithConsent,
    wait: float,
    ask_cloud: Callable[[Engine, OnUpdate], Awaitable[Result]],
    ask_local: Callable[[OnUpdate], Awaitable[Result]],
    on_update: OnUpdate,
) -> tuple[Result, str]:
    """Both begin; the answer to the question says whose result counts."""
    note = ""
    held = _Held(on_update)
    local = asyncio.ensure_future(ask_local(held.update))
    guarded.on_agreed = local.cancel
    remote = asyncio.ensure_future(ask_cloud(guarded, guarded.hold_back(on_update)))
    try:
        await asyncio.wait({local, remote}, return_when=asyncio.FIRST_COMPLETED)
        if not remote.done() and not guarded.agreed:  # the local answer is there first
            on_update(Update("waiting for your answer"))
            decided = asyncio.ensure_future(guarded.decided.wait())
            waited = {decided, remote}
            await asyncio.wait(waited, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            decided.cancel()
        if guarded.agreed or (remote.done() and not isinstance(remote.exception(), _StaysLocal)):
            try:
                return await remote, ""
            except Refused:
                raise
            except DeskmateError as error:
                note = _explain_failure(error)
                if guarded.agreed:
                    return await ask_local(on_update), note
        held.release()
        return await local, note
    finally:
        for task in (local, remote):
            task.cancel()
        await asyncio.gather(local, remote, return_exceptions=True)


def _explain_failure(error: DeskmateError) -> str:
    return f"The cloud model could not be asked, so a local one answered: {error}"


class _StaysLocal(Exception):
    """The user wants nothing sent."""


class _WithConsent(EngineWrapper):
    """The cloud's engine behind the question, which is put once, with what the first request would
    send; where the user decided before, only if it costs more than they want to spend. Until it is
    answered with yes, nothing is sent; then `on_agreed` is called, as the machine need not go on
    with what nobody will read. What stays here is written down.
    """

    def __init__(
        self, engine: Outbound, cloud: Cloud, consult: Consult | None, route: Route
    ) -> None:
        super().__init__(engine)
        self._out = engine
        self._cloud = cloud
        self._consult = consult
        self._route = route
        self.on_agreed: Callable[[], object] = lambda: None
        self.agreed = False
        self.decided = asyncio.Event()

    def hold_back(self, on_update: OnUpdate) -> OnUpdate:
        """Tells how far it is only once it has begun."""
        return lambda update: on_update(update) if self.agreed else None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer. Raises _StaysLocal where the user does not agree."""
        try:
            if not self.agreed:
                await self._ask(await self._out.preview(prompt))
            async with aclosing(self._out.stream(prompt)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except NotSent:
            text = "".join(message.content for message in prompt.messages)
            await self._note_stayed("stopped", Sending("", await self.count_tokens(text)))
            raise

    async def _ask(self, sending: Sending) -> None:
        if self._route.kind == "ask" or (sending.over and self._consult is not None):
            assert self._consult is not None, "nobody can be asked"
            answer: Answer = "local"
            try:
                answer = await self._consult(self._cloud, sending, self._route)
            finally:  # it may be cancelled, as nobody waits for the answer any more
                if answer == "local":
                    await asyncio.shield(self._note_stayed("declined", sending))
            if answer == "local":
                self.decided.set()
                raise _StaysLocal
            if sending.over:
                self._out.spend_more()
        self.agreed = True
        self.decided.set()
        self.on_agreed()

    async def _note_stayed(self, why: Stayed, sending: Sending) -> None:
        await asyncio.to_thread(self._cloud.note_stayed, self._route.reasons, why, sending)


class _Held:
    """Keeps back the text of the local answer while nobody knows whether it counts."""

    def __init__(self, on_update: OnUpdate) -> None:
        self._on_update = on_update
        self._last: Update | None = None
        self._text = ""
        self._released = False

    def update(self, update: Update) -> None:
        """Tells how far it is; the text later."""
        if self._released:
            self._on_update(update)
            return
        self._text += update.text
        self._last = update if update.text else self._last
        self._on_update(replace(update, text=""))

    def release(self) -> None:
        """Tells the text so far, and from now on all of it."""
        if self._last is not None and not self._released:
            self._on_update(replace(self._last, text=self._text))
        self._released = True
