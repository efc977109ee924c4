"""The one gateway: everything that goes to a model elsewhere goes through here, and comes back.

What is behind it, `providers.py` and `anthropic/`, nothing outside of `cloud` may import: a
contract in pyproject.toml says so. To whoever asks, the gateway is an engine like any other, for
one consent.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from deskmate.cloud.anthropic.errors import not_installed
from deskmate.cloud.ledger import Budget, Entry, Ledger, Outcome, Stayed, describe_counts, now
from deskmate.cloud.payload import DATA, Payload, pack
from deskmate.cloud.placeholders import NOTHING, Restoring, hidden
from deskmate.cloud.prices import Price, find_context, find_price
from deskmate.cloud.private_values import find_whereabouts, read_secrets
from deskmate.cloud.providers import Provider, create_cloud_engine, provider
from deskmate.core.text.uri import file_path, name_in
from deskmate.engines.engine import Capabilities, Chunk, Engine, Message, Prompt, Usage
from deskmate.engines.openai.capabilities import MINIMUM, THINKING
from deskmate.errors import EngineDeclined, EngineError, EngineRejected, EngineUnavailable, NotSent
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.workspace.ignore import may_leave

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Consent:
    """That requests of one action may leave this machine: what for, and why."""

    action: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """What would leave this machine: exactly `text`, of at most `prompt_tokens`, for at most
    `price` US dollars, None where nobody knows, with text from each of `files` in it.
    `redactions` are the kinds of what was taken out, and how often each; `over` says in a sentence
    which budget it exceeds, if it does.
    """

    text: str
    prompt_tokens: int
    price: float | None = None
    redactions: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    over: str = ""


def open_gateway(
    settings: Settings,
    consent: Consent,
    project: Project | None = None,
    shown: Iterable[str] = (),
    ledger: Ledger | None = None,
) -> Gateway:
    """The engine of `settings.cloud`, for what `consent` allows, in a project. `shown` are the URIs
    of the documents of which there is something in the requests.

    Raises NotSent where one of them may not leave, and EngineUnavailable where no engine is set.
    """
    files = []
    for uri in shown:
        path = file_path(uri)
        if path is None or project is None:
            raise NotSent(
                f"Nothing was sent: {name_in(uri)} is not part of a project, so nothing "
                f"says whether it may leave this machine. Save it in one, or ask the local model."
            )
        if not may_leave(path, project):
            raise NotSent(
                f"Nothing was sent: {path.name} never leaves this machine: its name, .gitignore or "
                f".deskmateignore says so, or it is outside the project. Ask the local model."
            )
        files.append(project.name(path))
    who = provider(settings.cloud)
    return Gateway(settings, consent, project, tuple(files), who, ledger or Ledger())


def find_turned_on(settings: Settings) -> tuple[str, str] | None:
    """The provider and the model that the user turned on; None where they did not."""
    if settings.cloud.engine == "off":
        return None
    who = provider(settings.cloud)
    return who.title, who.model


def find_usual_price(settings: Settings) -> tuple[str, Price | None]:
    """The cloud model that answers of this machine are compared with, and its price: the one that
    the user turned on, or else Claude's usual one.
    """
    cloud = settings.cloud
    who = provider(cloud if cloud.engine != "off" else replace(cloud, engine="anthropic"))
    return who.model, _find_price(settings, who)


def note_stayed(
    settings: Settings,
    consent: Consent,
    project: Project | None,
    outcome: Stayed,
    sending: Sending,
) -> None:
    """Writes down a request that would have left and stayed here; does nothing where nothing can be
    written.
    """
    entry = _make_entry(settings, consent, project, sending)
    try:
        Ledger().note(replace(entry, outcome=outcome))
    except NotSent as error:
        log.warning("What stayed here is not written down: %s", error)


def find_destination(settings: Settings) -> str:
    """Who would be asked, in words. Raises EngineUnavailable where nobody can be."""
    who = provider(settings.cloud)
    create_cloud_engine(settings.cloud)
    if settings.cloud.engine == "anthropic" and find_spec("anthropic") is None:
        raise not_installed()
    return f"{who.model} at {who.url}"


class Gateway:
    """An engine to which nothing goes but what was packed, and is in the ledger. It is made, with
    the user's key, when something is sent.
    """

    def __init__(
        self,
        settings: Settings,
        consent: Consent,
        project: Project | None,
        files: tuple[str, ...],
        who: Provider,
        ledger: Ledger,
    ) -> None:
        self._settings = settings
        self._consent = consent
        self._project = project
        self._files = files
        self._who = who
        self._price = _find_price(settings, who)
        self._ledger = ledger
        cloud = settings.cloud
        self._budget = Budget(cloud.day_budget, cloud.month_budget)
        self._secrets: Sequence[str] | None = None
        self._taken_out: Mapping[str, str] = NOTHING
        self._engine: Engine | None = None
        self._making = asyncio.Lock()

    async def capabilities(self) -> Capabilities:
        """What is known of the model here: nobody elsewhere is asked before something is sent."""
        cloud = self._settings.cloud
        has = find_context(self._who.model) or UNKNOWN_CONTEXT
        room = min(has, cloud.context or has) - THINKING[cloud.reasoning]
        return Capabilities(self._who.model, context=max(MINIMUM, room), slots=_SLOTS)

    async def count_tokens(self, text: str) -> int:
        """An estimate on the high side, made here."""
        return len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 1

    async def preview(self, prompt: Prompt) -> Sending:
        """What `stream` would send, and what that may cost; nothing is. Raises NotSent."""
        payload, sent = await asyncio.to_thread(self._pack, prompt)
        return await asyncio.to_thread(self._describe, payload, sent)

    def spend_more(self) -> None:
        """The user wants this sent though it costs more than their budget."""
        self._budget = Budget()

    async def aclose(self) -> None:
        """Closes the engine, if it was made."""
        if self._engine is not None:
            await self._engine.aclose()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer, with what was taken out of the request back in it.

        Raises NotSent where the request may not leave, and EngineError.
        """
        payload, sent = await asyncio.to_thread(self._pack, prompt)
        engine = await self._connect()
        number = await asyncio.to_thread(self._begin, payload, sent)
        back = Restoring(payload.placeholders)
        outcome: Outcome = "cancelled"
        usage: Usage | None = None
        said: list[str] = []
        try:
            async with aclosing(engine.stream(sent)) as chunks:
                async for chunk in chunks:
                    said.append(chunk.text)
                    usage = chunk.usage or usage
                    if chunk.finish:
                        outcome = "answered"
                    yield _restore(chunk, back)
        except EngineError as error:
            outcome = "failed"
            begun = said or isinstance(error, EngineDeclined)
            if not begun and isinstance(error, EngineRejected | EngineUnavailable):
                usage = Usage()  # an answer that never began costs nothing
            raise
        finally:
            await asyncio.shield(asyncio.to_thread(self._end, number, outcome, usage, said))

    async def _connect(self) -> Engine:
        """The engine; made in a thread, as a keyring or a command of the user's may take long."""
        async with self._making:
            if self._engine is None:
                cloud = self._settings.cloud
                self._engine = await asyncio.to_thread(create_cloud_engine, cloud)
            return self._engine

    def _pack(self, prompt: Prompt) -> tuple[Payload, Prompt]:
        """The request as it is sent."""
        if self._secrets is None:
            self._secrets = read_secrets(self._project)
        schema = "" if prompt.schema is None else json.dumps(prompt.schema, ensure_ascii=False)
        said = [one.content for one in prompt.messages]
        first = next((at for at, one in enumerate(prompt.messages) if one.role == "assistant"), 0)
        if first:  # what was taken out before stays so, whatever the model made of it
            said[first:] = [hidden(text, self._taken_out) for text in said[first:]]
        payload = pack(
            [*said, prompt.prefill, schema, *prompt.stop],
            self._secrets,
            find_whereabouts(self._project),
            self._taken_out,
            personal=self._settings.cloud.personal_data == "redact",
            internal=self._settings.cloud.internal_names == "redact",
        )
        self._taken_out = payload.placeholders
        texts = list(payload.texts)
        messages = tuple(
            Message(one.role, text) for one, text in zip(prompt.messages, texts, strict=False)
        )
        prefill, schema, *stop = texts[len(messages) :]
        return payload, replace(
            prompt,
            messages=(Message("system", DATA), *messages),
            prefill=prefill,
            schema=json.loads(schema) if schema else None,
            stop=tuple(stop),
        )

    def _begin(self, payload: Payload, sent: Prompt) -> int:
        """Writes down what is about to be sent, if there is money for it."""
        sending = self._describe(payload, sent)
        entry = _make_entry(self._settings, self._consent, self._project, sending)
        completion_tokens = self._measure(sent)[2]
        keep = self._settings.ledger.keep_payloads
        entry = replace(
            entry, completion_tokens=completion_tokens, request=sending.text if keep else ""
        )
        return self._ledger.begin(entry, self._budget)

    def _describe(self, payload: Payload, sent: Prompt) -> Sending:
        text, prompt_tokens, completion_tokens = self._measure(sent)
        price = self._price.compute(prompt_tokens, 0, completion_tokens) if self._price else None
        over = self._ledger.find_overrun(price, self._who.model, self._budget)
        return Sending(text, prompt_tokens, price, dict(payload.kinds), self._files, over)

    def _measure(self, sent: Prompt) -> tuple[str, int, int]:
        """What is sent as one text, and the most tokens that it and its answer can have."""
        parts = [f"{one.role}: {one.content}" for one in sent.messages]
        if sent.schema is not None:
            parts.append(json.dumps(sent.schema, ensure_ascii=False))
        whole = "\n\n".join(parts)
        prompt_tokens = len(whole.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 1
        return whole, prompt_tokens, sent.max_tokens + THINKING[self._settings.cloud.reasoning]

    def _end(self, number: int, outcome: Outcome, usage: Usage | None, said: list[str]) -> None:
        """Updates the ledger. What nobody told the cost of keeps the most that it can be."""
        known: dict[str, str | int | float | None] = {}
        if usage is not None:
            known = {
                "prompt_tokens": usage.prompt_tokens,
                "cached_tokens": usage.cached_tokens,
                "completion_tokens": usage.completion_tokens,
            }
            if self._price is not None:
                cost = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
                known["price"] = self._price.compute(*cost)
        if self._settings.ledger.keep_payloads:
            known["answer"] = "".join(said)
        try:
            self._ledger.end(number, outcome, **known)
        except NotSent as error:
            log.warning("The ledger could not be updated: %s", error)


def _make_entry(
    settings: Settings, consent: Consent, project: Project | None, sending: Sending
) -> Entry:
    who = provider(settings.cloud)
    return Entry(
        time=now(),
        project=str(project.folder) if project else "",
        action=consent.action,
        reasons="; ".join(consent.reasons),
        provider=who.title,
        model=who.model,
        prompt_tokens=sending.prompt_tokens,
        price=sending.price,
        redactions=describe_counts(sending.redactions),
    )


def _find_price(settings: Settings, who: Provider) -> Price | None:
    return find_price(who.model, settings.cloud.input_price, settings.cloud.output_price)


UNKNOWN_CONTEXT = 128_000
"""Tokens that a model elsewhere is believed to have where nobody says."""

_SLOTS = 4
"""Requests at the same time that no account is too small for."""

_BYTES_A_TOKEN = 2
"""Of text in the densest tokenizer, for code: an estimate on the high side."""


def _restore(chunk: Chunk, back: Restoring) -> Chunk:
    text = back.take(chunk.text)
    if chunk.finish:
        text += back.end()
    return replace(chunk, text=text) if text != chunk.text else chunk
