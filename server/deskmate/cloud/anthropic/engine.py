"""Claude, by Anthropic's own SDK, which is an optional part of the installation.

What a model can do is asked of the server once; its newer models refuse a temperature and the
beginning of an answer, so neither is ever sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import TYPE_CHECKING, Any, TypeVar

from deskmate.cloud.anthropic.errors import explain, not_installed, timed_out
from deskmate.cloud.anthropic.stream import Answer, cut_off
from deskmate.engines.engine import Capabilities, Chunk, Prompt
from deskmate.engines.http import http_error, make_http_client, persist, sendable, sendable_key
from deskmate.engines.openai.capabilities import MINIMUM, THINKING, Reasoning
from deskmate.errors import EngineError, EngineUnavailable

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncStream
    from anthropic.types import ModelInfo, RawMessageStreamEvent

T = TypeVar("T")

UNKNOWN_CONTEXT = 200_000
"""Tokens that are assumed where the server does not say: no Claude has fewer."""


class Claude:
    """`model` at `url`, which is everything before `/v1/messages`.

    `context` narrows what the model allows, in tokens; `reasoning` says how much it thinks. After
    `timeout` seconds without a sign of it a request is given up; one that the server is too busy
    for is sent again up to `retries` times.
    """

    def __init__(
        self,
        model: str,
        *,
        url: str,
        api_key: str,
        context: int = 0,
        reasoning: Reasoning = "low",
        timeout: float = 120,
        retries: int = 0,
    ) -> None:
        self._model = model
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._context = context
        self._reasoning = reasoning
        self._timeout = timeout
        self._retries = retries
        self._asking = asyncio.Lock()
        self._client: AsyncAnthropic | None = None
        self._about: ModelInfo | None = None

    async def capabilities(self) -> Capabilities:
        """What the server says of the model. Raises EngineError."""
        _, about = await self._ready()
        has = about.max_input_tokens or UNKNOWN_CONTEXT
        can = about.capabilities
        return Capabilities(
            model=self._model,
            context=max(MINIMUM, min(has, self._context or has) - THINKING[self._reasoning]),
            json_schema=bool(can and can.structured_outputs.supported),
            slots=_SLOTS,
        )

    async def count_tokens(self, text: str) -> int:
        """An estimate on the high side: the text itself goes nowhere before it is asked about."""
        return len(text.encode(errors="surrogatepass")) // 2 + 1

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer as it comes. Closing this closes the connection, which ends the generation.

        Raises EngineError.
        """
        client, about = await self._ready()
        answer = Answer()
        request = self._request(prompt, about)
        events = await persist(lambda: self._explained(_open(client, request)), self._retries)
        try:
            while (event := await self._next(events, answer)) is not None:
                chunk = answer.take(event)
                if chunk.text or chunk.reasoning:
                    yield chunk
            yield answer.end(self._url)
        finally:
            await events.close()

    async def aclose(self) -> None:
        """Closes every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _ready(self) -> tuple[AsyncAnthropic, ModelInfo]:
        """The client, and what is known of the model; asked by one request for all that wait."""
        async with self._asking:
            if self._client is None:
                self._client = await asyncio.to_thread(_client, self._url, self._api_key)
            client = self._client
            if self._about is None:
                self._about = await persist(
                    lambda: self._explained(client.models.retrieve(self._model)), self._retries
                )
            return client, self._about

    def _request(self, prompt: Prompt, about: ModelInfo) -> dict[str, Any]:
        system = "\n\n".join(one.content for one in prompt.messages if one.role == "system")
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": one.role, "content": sendable(one.content)}
                for one in prompt.messages
                if one.role != "system"
            ],
            "max_tokens": prompt.max_tokens + THINKING[self._reasoning],
            "stream": True,
            **_thinking(about, self._reasoning),
        }
        if system:
            request["system"] = sendable(system)
        if prompt.stop:
            request["stop_sequences"] = list(prompt.stop)
        can = about.capabilities
        if prompt.schema is not None and can and can.structured_outputs.supported:
            form = {"type": "json_schema", "schema": prompt.schema}
            request["output_config"] = {**request.get("output_config", {}), "format": form}
        return request

    async def _next(
        self, events: AsyncStream[RawMessageStreamEvent], answer: Answer
    ) -> RawMessageStreamEvent | None:
        """The next event, None at the end."""
        try:
            return await self._explained(anext(events, None))
        except EngineError as error:
            if answer.complete:
                return None
            if isinstance(error, EngineUnavailable):
                raise cut_off(self._url) from error
            raise

    async def _explained(self, step: Awaitable[T]) -> T:
        """What comes of `step`, in time. Raises EngineError, which says why not."""
        import anthropic

        try:
            async with asyncio.timeout(self._timeout):
                return await step
        except TimeoutError:
            raise timed_out(self._timeout) from None
        except (anthropic.AnthropicError, http_error(), ValueError) as error:
            raise explain(error, self._url, self._model) from error


_SLOTS = 4
"""Requests at the same time that no account is too small for."""


def _client(url: str, api_key: str) -> AsyncAnthropic:
    """The SDK's client. It is imported only now, in a thread, as it takes 0.7 s and 45 MB."""
    try:
        import anthropic
    except ImportError as error:
        raise not_installed() from error
    # The SDK's own HTTP client would take a proxy from the environment for this machine, too.
    http = make_http_client(url, "internet")
    # Without a key of ours the SDK would look for one in places of its own.
    return anthropic.AsyncAnthropic(
        base_url=url,
        api_key=sendable_key(api_key, url) or "none",
        http_client=http,
        max_retries=0,
        open_telemetry=False,
    )


async def _open(
    client: AsyncAnthropic, request: dict[str, Any]
) -> AsyncStream[RawMessageStreamEvent]:
    events: AsyncStream[RawMessageStreamEvent] = await client.messages.create(**request)
    return events


def _thinking(about: ModelInfo, reasoning: Reasoning) -> dict[str, Any]:
    """How a model is told how much to think, in the way that it knows."""
    can = about.capabilities
    if can is None:
        return {}
    types = can.thinking.types
    if reasoning == "off":
        for kind in ("between_tools", "disabled"):
            if getattr(types, kind).supported:
                return {"thinking": {"type": kind}}
        return {"output_config": {"effort": "low"}} if can.effort.supported else {}
    if types.adaptive.supported:
        effort = {"output_config": {"effort": reasoning}} if can.effort.supported else {}
        return {"thinking": {"type": "adaptive"}, **effort}
    if types.enabled.supported:
        return {"thinking": {"type": "enabled", "budget_tokens": THINKING[reasoning]}}
    return {}
