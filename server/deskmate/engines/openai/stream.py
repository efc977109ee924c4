"""One streamed answer in the OpenAI protocol: its events in, chunks out."""

from __future__ import annotations

from typing import Any, Literal

from deskmate.engines.engine import Chunk, Usage
from deskmate.errors import EngineDeclined, EngineLost, EngineRejected


class Answer:
    """What has come of one answer, or of `several` at once. `prefill` is taken off the beginning of
    one where a server repeats it.

    Servers differ in what they send, so nothing is taken for granted of an event.
    """

    def __init__(self, prefill: str, section: str = "local", *, several: bool = False) -> None:
        self.begun = False
        self._several = several
        self._section = section
        self._prefill = prefill
        self._held = ""
        self._finish = ""
        self._said = False
        self._usage: Usage | None = None

    @property
    def complete(self) -> bool:
        """Whether the server has said that this is the end of the answer."""
        return bool(self._finish)

    def take(self, event: object) -> Chunk:
        """What an event adds to the answer, if anything."""
        self.begun = True
        told = event if isinstance(event, dict) else {}
        choices = told.get("choices")
        self._usage = _usage(told.get("usage")) or self._usage
        if not isinstance(choices, list):
            raise EngineRejected(
                "The server sent something that is not part of the OpenAI protocol. "
                f"Check whether `{self._section}.url` is the right address."
            )
        choice = choices[0] if choices else None
        if not isinstance(choice, dict):
            return _reading(told)
        finish = choice.get("finish_reason")
        self._finish = finish or self._finish
        delta = choice.get("delta")
        self._said = self._said or bool(_text(delta, "content"))
        if self._several:
            ended: Literal["stop", "length"] | None = None
            if finish:
                ended = "length" if finish == "length" else "stop"
            text = _text(delta, "content") or _text(choice, "text")
            return Chunk(text, finish=ended, answer=choice.get("index", 0))
        reasoning = _text(delta, "reasoning_content") or _text(delta, "reasoning")
        text = self._new(_text(delta, "content") or _text(choice, "text"))
        return Chunk(text, reasoning) if text or reasoning else _reading(told)

    def end(self, url: str) -> Chunk:
        """The last chunk. Raises EngineLost where the answer breaks off before its end."""
        if self._finish == "content_filter":
            raise EngineDeclined(f"The server at {url} withheld its answer (content filter).")
        if not self._finish:
            raise cut_off(url)
        held, self._held = self._held, ""
        if self._said and self._usage and not self._usage.completion_tokens:
            self._usage = None  # it sends the numbers, and has not counted
        cut = self._finish == "length" and not self._several
        return Chunk(held, finish="length" if cut else "stop", usage=self._usage)

    def _new(self, text: str) -> str:
        """`text` without what it repeats of the prefill; held back while it may be that."""
        if not self._prefill or not text:
            return text
        self._held += text
        if self._held != self._prefill and self._prefill.startswith(self._held):
            return ""
        new, self._prefill, self._held = self._held.removeprefix(self._prefill), "", ""
        return new


def cut_off(url: str) -> EngineLost:
    """The connection ended, and the answer had not."""
    return EngineLost(
        f"The server at {url} went away in the middle of its answer; nothing was changed. Try "
        f"again, and check its log if this repeats."
    )


def _text(delta: object, name: str) -> str:
    value = delta.get(name) if isinstance(delta, dict) else None
    return value if isinstance(value, str) else ""


def _reading(event: dict[str, Any]) -> Chunk:
    """How much of the prompt has been read, and what was read before, as llama.cpp's server tells
    on request.
    """
    told = event.get("prompt_progress")
    if not isinstance(told, dict) or not told.get("total"):
        return Chunk()
    usage = Usage(told["total"], told.get("cache", 0))
    return Chunk(read=float(told.get("processed", 0) / told["total"]), usage=usage)


def _usage(told: Any) -> Usage | None:
    if not isinstance(told, dict):
        return None
    details = told.get("prompt_tokens_details")
    return Usage(
        prompt_tokens=told.get("prompt_tokens") or 0,
        cached_tokens=(details.get("cached_tokens") if isinstance(details, dict) else 0) or 0,
        completion_tokens=told.get("completion_tokens") or 0,
    )
