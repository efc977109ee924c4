"""A small server that speaks Anthropic's protocol, so that it can break it too."""

from __future__ import annotations

import json
from typing import Any

from chat_server import Asked, ChatServer, Page, as_json

MESSAGES = "/v1/messages"
ABOUT = "/v1/models/claude-test"


class ClaudeServer(ChatServer):
    """Answers about its model and, with numbers up to `max_tokens`, messages."""

    @property
    def url(self) -> str:
        """What `cloud.url` would be."""
        return super().url.removesuffix("/v1")

    def messages(self) -> list[Any]:
        """The bodies of the requests for an answer, in order."""
        return [one.body for one in self.asked if one.path == MESSAGES]

    def _usual(self, asked: Asked) -> Page:
        if asked.path.startswith("/v1/models/"):
            return as_json(about())
        if asked.path == MESSAGES:
            return counting(asked.body["max_tokens"])
        return failure("not_found_error", "Not found", 404)


def about(*thinking: str, effort: bool = True, context: int = 1_000_000) -> dict[str, Any]:
    """A model of which thinking in these ways can be asked."""
    kinds = thinking or ("adaptive", "between_tools")
    types = {
        kind: {"supported": kind in kinds}
        for kind in ("adaptive", "between_tools", "disabled", "enabled")
    }
    can: dict[str, Any] = {
        "effort": {"supported": effort},
        "structured_outputs": {"supported": True},
        "thinking": {"supported": True, "types": types},
    }
    return {
        "id": "claude-test",
        "type": "model",
        "display_name": "Claude Test",
        "max_input_tokens": context,
        "max_tokens": 128_000,
        "capabilities": can,
    }


def failure(kind: str, message: str, status: int, **headers: str) -> Page:
    """An error as the server says it."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return as_json(body, status, **headers)


def stream(*texts: str, reason: str | None = "end_turn", thinking: str = "") -> Page:
    """An answer in these pieces."""
    return Page((*begin(), *said(*texts, thinking=thinking), *end(reason, len(texts))))


def counting(tokens: int) -> Page:
    """A model that counts until it is cut off, slowly enough to be interrupted."""
    pieces: list[bytes | float] = list(begin())
    for number in range(tokens):
        pieces += [delta("text_delta", text=f"{number} "), 0.002]
    return Page((*pieces, *end("max_tokens", tokens)))


def begin() -> tuple[bytes, ...]:
    """The events before the first text."""
    usage = {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 1}
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-test",
        "content": [],
        "stop_reason": None,
        "usage": usage,
    }
    block = {"type": "text", "text": ""}
    return (
        event("message_start", message=message),
        event("content_block_start", index=0, content_block=block),
        event("ping"),
    )


def said(*texts: str, thinking: str = "") -> tuple[bytes, ...]:
    """The events of the text."""
    thought = (delta("thinking_delta", thinking=thinking),) if thinking else ()
    return (*thought, *(delta("text_delta", text=text) for text in texts))


def delta(kind: str, **about: str) -> bytes:
    """A piece of an answer."""
    return event("content_block_delta", index=0, delta={"type": kind, **about})


def end(reason: str | None, tokens: int, **details: object) -> tuple[bytes, ...]:
    """The events after the last text; none of them without a reason."""
    if reason is None:
        return ()
    about = {"stop_reason": reason, "stop_sequence": None, **details}
    return (
        event("content_block_stop", index=0),
        event("message_delta", delta=about, usage={"output_tokens": tokens}),
        event("message_stop"),
    )


def event(kind: str, **about: object) -> bytes:
    """One event of any kind."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **about})}\n\n".encode()
