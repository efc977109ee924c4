"""Any server that speaks the OpenAI protocol: the local host, llama-server, Ollama, vLLM, …

A server needs no more than `/chat/completions` and `/models`. What else it can do is asked of it
once, and again after it went away; never guessed from a name.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, TypeVar

from deskmate.engines.engine import Capabilities, Chunk, Prompt
from deskmate.engines.http import persist, sendable
from deskmate.engines.keys import find_key
from deskmate.engines.near import Reach
from deskmate.engines.openai.capabilities import Reasoning, Server, ask_server, plain_server
from deskmate.engines.openai.client import ApiClient, APIError, APIStatusError, Events
from deskmate.engines.openai.errors import explain, no_stream, timed_out
from deskmate.engines.openai.stream import Answer, cut_off
from deskmate.errors import EngineError, EngineUnavailable
from deskmate.settings.sections.local import LocalSettings

T = TypeVar("T")

DISPENSABLE = ("stream_options", "seed", "temperature", "reasoning_effort", "response_format")
"""Parts of a request that a server may not know; it is asked again without the one it names."""

RENAMED = {"max_tokens": "max_completion_tokens"}
"""Parts of a request that newer models know by another name, which they say."""


class OpenAICompatible:
    """The server at `url`, which is everything before `/chat/completions`.

    `model` is the server's own name for one; empty, it is the first that the server lists.
    `context` narrows what the server allows, in tokens; `reasoning` says how much a model that can
    think does so. After `timeout` seconds without a sign of the model a request is given up; one
    that the server is too busy for is sent again up to `retries` times. `section` is where all this
    is set, for what the user is told. One that is not `curious` asks the server nothing beforehand,
    and believes no more than what the protocol promises. One further away than its `reach` is never
    connected to.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        model: str = "",
        context: int = 0,
        reasoning: Reasoning = "off",
        timeout: float = 60,
        retries: int = 0,
        section: str = "local",
        curious: bool = True,
        reach: Reach = "network",
    ) -> None:
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._model = model
        self._context = context
        self._reasoning = reasoning
        self._timeout = timeout
        self._retries = retries
        self._section = section
        self._curious = curious
        self._reach: Reach = reach
        self._asking = asyncio.Lock()
        self._client: ApiClient | None = None
        self._server: Server | None = None
        self._dispensed: set[str] = set()
        self._renamed: set[str] = set()

    async def capabilities(self) -> Capabilities:
        """What the server says that it can do. Raises EngineError."""
        _, server = await self._ready()
        return server.capabilities

    async def count_tokens(self, text: str) -> int:
        """Exact where the server has a tokenizer, else an estimate on the high side."""
        client, server = await self._ready()
        if not server.tokenizer:
            return len(text.encode(errors="surrogatepass")) // 2 + 1
        question = client.post(server.tokenizer, {"content": sendable(text)})
        answer: Any = await self._explained(question)
        return len(answer["tokens"])

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer as it comes. Closing this closes the connection, which ends the generation.

        Raises EngineError.
        """
        client, server = await self._ready()
        prefill = prompt.prefill if server.capabilities.prefill else ""
        answer = Answer(prefill, self._section, several=prompt.answers > 1)
        request = _request(prompt, server)
        events = await persist(lambda: self._explained(self._open(client, request)), self._retries)
        try:
            while (event := await self._next(events, answer)) is not None:
                chunk = answer.take(event)
                if chunk.text or chunk.reasoning or chunk.finish or chunk.read is not None:
                    yield chunk
            if not answer.begun:
                raise no_stream(self._url, events.kind, self._section)
            yield answer.end(self._url)
        finally:
            await events.aclose()

    async def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the server says at a `path` beside those of the protocol, to what is posted there.
        Raises EngineError.
        """
        client, _ = await self._ready()
        where = self._url.removesuffix("/v1") + path
        if body is None:
            return await self._explained(client.get(where))
        return await self._explained(client.post(where, body))

    async def aclose(self) -> None:
        """Closes every connection."""
        client, self._client, self._server = self._client, None, None
        if client is not None:
            await client.aclose()

    async def _ready(self) -> tuple[ApiClient, Server]:
        """The client, and what is known of the server; asked by one request for all that wait."""
        async with self._asking:
            if self._client is None:
                self._client = await asyncio.to_thread(
                    ApiClient, self._url, self._api_key, self._reach
                )
            if self._server is None and not self._curious:
                self._server = plain_server(self._model, self._context, self._reasoning)
            if self._server is None:
                asking = ask_server(
                    self._client, self._url, self._model, self._context, self._reasoning
                )
                self._server = await self._explained(asking)
            return self._client, self._server

    async def _open(self, client: ApiClient, request: dict[str, Any]) -> Events:
        while True:
            sent = {
                RENAMED[key] if key in self._renamed else key: value
                for key, value in request.items()
                if key not in self._dispensed
            }
            try:
                return await client.stream("/completions" if "prompt" in sent else _CHAT, sent)
            except APIStatusError as error:
                said = str(error.body) if error.status_code in (400, 422) else ""
                named = {key for key in DISPENSABLE if key in sent and key in said}
                renamed = {key for key, new in RENAMED.items() if key in sent and new in said}
                if not named and not renamed:
                    raise
                self._dispensed |= named
                self._renamed |= renamed

    async def _next(self, events: Events, answer: Answer) -> Any:
        """The next event, None at the end, which a complete answer may have without a farewell."""
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
        try:
            async with asyncio.timeout(self._timeout):
                return await step
        except TimeoutError:
            raise timed_out(self._timeout, self._section) from None
        except (APIError, ValueError) as error:
            failure = explain(error, self._url, self._model, self._section)
            if isinstance(failure, EngineUnavailable):
                self._server = None  # what comes back may be another
            raise failure from error


def make_local(local: LocalSettings) -> OpenAICompatible:
    """The engine of the server at `local.url`, in the user's own network."""
    return OpenAICompatible(
        local.url,
        api_key=local.api_key or find_key(local.url),
        model=local.model,
        context=local.context,
        reasoning=local.reasoning,
        timeout=local.timeout,
    )


_CHAT = "/chat/completions"


def _chat(prompt: Prompt, server: Server) -> list[dict[str, str]]:
    messages = [{"role": one.role, "content": sendable(one.content)} for one in prompt.messages]
    if prompt.prefill and server.capabilities.prefill:
        messages.append({"role": "assistant", "content": sendable(prompt.prefill)})
    return messages


def _request(prompt: Prompt, server: Server) -> dict[str, Any]:
    capabilities = server.capabilities
    request: dict[str, Any] = {
        "model": server.model,
        **({"prompt": sendable(prompt.raw)} if prompt.raw else {"messages": _chat(prompt, server)}),
        "max_tokens": prompt.max_tokens and prompt.max_tokens + server.thinking,
        "temperature": prompt.temperature,
        "seed": prompt.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
        **server.extra,
    }
    if prompt.answers > 1:
        request["n"] = prompt.answers
    if prompt.begins:
        request["grammar"] = f"root ::= {json.dumps(prompt.begins)} .*"
    if server.effort:
        request["reasoning_effort"] = server.effort
    if prompt.stop:
        request["stop"] = list(prompt.stop)
    if prompt.schema is not None and (capabilities.json_schema or server.try_schema):
        schema = {"name": "answer", "strict": True, "schema": prompt.schema}
        request["response_format"] = {"type": "json_schema", "json_schema": schema}
    return request
