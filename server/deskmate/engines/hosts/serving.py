"""The server of a host whose engine has none: the protocol of llama.cpp's server, as far as it is
needed here, on 127.0.0.1 and only with the key.
"""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from deskmate.engines.hosts.host import Configuration


@dataclass(frozen=True, slots=True)
class Piece:
    """What is new of an answer: its `text`; in `read` how many tokens the prompt has, how many were
    read before, and how many are read now; at the end why it is one, and what it cost.
    """

    text: str = ""
    read: tuple[int, int, int] | None = None
    finish: str = ""
    usage: dict[str, Any] | None = None


class Answering(Protocol):
    """A model, as the server needs it: `context` in tokens, and whether it is `busy` now."""

    context: int
    busy: bool

    def tokenize(self, text: str) -> list[int]:
        """The tokens of a text."""
        ...

    def answer(self, request: dict[str, Any]) -> Generator[Piece, None, None]:
        """Answers one request, as long as somebody takes the pieces. Raises ValueError for one
        that cannot be.
        """
        ...


class Server(ThreadingHTTPServer):
    """Serves `model`, and ends the process after the idle time that is configured; the parent then
    starts another one for the next request.
    """

    daemon_threads = True

    def __init__(self, model: Answering, configuration: Configuration) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, model, configuration))
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._model = model
        self._sleep = configuration.sleep
        self._used = time.monotonic()

    def service_actions(self) -> None:
        """Called twice a second."""
        now = time.monotonic()
        if self._model.busy:
            self._used = now
        elif 0 < self._sleep < now - self._used:
            os._exit(0)


class _Handler(BaseHTTPRequestHandler):
    """One connection: only with the key, and no web page may read the answer."""

    timeout = 60  # seconds that somebody may take to ask or to listen

    def __init__(self, model: Answering, configuration: Configuration, *rest: Any) -> None:
        self._model = model
        self._configuration = configuration
        super().__init__(*rest)

    def do_GET(self) -> None:
        """What the server is."""
        pages: dict[str, Any] = {
            "/health": {"status": "ok"},
            "/v1/models": {"object": "list", "data": [{"id": self._configuration.name}]},
            "/props": {
                "default_generation_settings": {"n_ctx": self._model.context},
                "total_slots": 1,
                "json_schema": False,
            },
            "/slots": [{"id": 0, "is_processing": self._model.busy}],
        }
        if self._allowed():
            page = pages.get(self.path)
            self._send(200 if page is not None else 404, page or _error("not found"))

    def do_POST(self) -> None:
        """What is asked of the model."""
        if not self._allowed():
            return
        try:
            length = int(self.headers.get("Content-Length") or 0)
            request = json.loads(self.rfile.read(length))
            if self.path == "/tokenize":
                self._send(200, {"tokens": self._model.tokenize(str(request["content"]))})
            elif self.path == "/v1/chat/completions":
                self._stream(request)
            else:
                self._send(404, _error("not found"))
        except (ValueError, KeyError, TypeError) as error:
            self._send(400, _error(str(error)))
        except OSError:
            self.close_connection = True  # nobody listens any more

    def _stream(self, request: dict[str, Any]) -> None:
        with closing(self._model.answer(request)) as pieces:
            first = next(pieces)  # before anything is said, so that what cannot be is an error
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self._event(first)
            for piece in pieces:
                self._event(piece)
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, piece: Piece) -> None:
        delta = {"role": "assistant", "content": piece.text}
        choice = {"index": 0, "delta": delta, "finish_reason": piece.finish or None}
        event: dict[str, Any] = {
            "object": "chat.completion.chunk",
            "id": "deskmate",
            "created": int(time.time()),
            "model": self._configuration.name,
            "choices": [choice],
        }
        if piece.read:
            names = ("total", "cache", "processed")
            event["prompt_progress"] = dict(zip(names, piece.read, strict=True))
        if piece.usage:
            event["usage"] = piece.usage
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()

    def _allowed(self) -> bool:
        given = self.headers.get("Authorization", "")
        allowed = hmac.compare_digest(given.encode(), f"Bearer {self._configuration.key}".encode())
        if not allowed:
            self._send(401, _error("the key is wrong"))
        return allowed

    def _send(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: Any) -> None:
        """Nothing: what is asked is nobody's business."""


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message}}
