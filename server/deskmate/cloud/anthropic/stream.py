"""One streamed answer of Claude: its events in, chunks out."""

from __future__ import annotations

from deskmate.engines.engine import Chunk, Usage
from deskmate.errors import EngineDeclined, EngineLost, EngineRejected


class Answer:
    """What has come of one answer. An event of a kind that is not known says nothing."""

    def __init__(self) -> None:
        self._begun = False
        self._reason = ""
        self._why = ""
        self._read = self._cached = self._written = 0

    @property
    def complete(self) -> bool:
        """Whether the server has said why the answer ends."""
        return bool(self._reason)

    def take(self, event: object) -> Chunk:
        """What an event adds to the answer, if anything."""
        match getattr(event, "type", None):
            case "message_start":
                self._begun = True
                self._count(getattr(getattr(event, "message", None), "usage", None))
            case "content_block_delta":
                delta = getattr(event, "delta", None)
                return Chunk(_text(delta, "text"), _text(delta, "thinking"))
            case "message_delta":
                delta = getattr(event, "delta", None)
                self._reason = _text(delta, "stop_reason") or self._reason
                self._why = _text(getattr(delta, "stop_details", None), "explanation")
                self._count(getattr(event, "usage", None))
        return Chunk()

    def end(self, url: str) -> Chunk:
        """The last chunk. Raises EngineLost where the answer breaks off before its end, and
        EngineRejected where it is none.
        """
        if not self._begun:
            raise EngineRejected(
                f"The server at {url} answered with something that is not a response from Claude. "
                f"Check whether `cloud.url` is the right address."
            )
        if not self._reason:
            raise cut_off(url)
        if self._reason == "refusal":
            why = f": {self._why.rstrip('.')}" if self._why else ""
            raise EngineDeclined(
                f"The model declines to answer this{why}. Rephrase the request, or ask the local "
                f"model."
            )
        is_cut = self._reason in ("max_tokens", "model_context_window_exceeded")
        usage = Usage(self._read, self._cached, self._written)
        return Chunk(finish="length" if is_cut else "stop", usage=usage)

    def _count(self, usage: object) -> None:
        """Each event tells what it is by then."""
        new, cached, kept = (
            _number(usage, name)
            for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        )
        if new or cached or kept:
            self._read, self._cached = new + cached + kept, cached
        self._written = _number(usage, "output_tokens") or self._written


def cut_off(url: str) -> EngineLost:
    """The connection ended, and the answer had not."""
    return EngineLost(
        f"The server at {url} went away in the middle of its answer; nothing was changed. Try "
        f"again."
    )


def _text(part: object, name: str) -> str:
    value = getattr(part, name, None)
    return value if isinstance(value, str) else ""


def _number(part: object, name: str) -> int:
    value = getattr(part, name, None)
    return value if isinstance(value, int) else 0
