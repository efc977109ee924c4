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
        self._usage: Usage | None = None

    @property
    def complete(self) -> bool:
        """Whether the server has said that this is the end of the answer."""
        return bool(self._finish)

    def take(self, event: object) -> Chunk:
        """What an event adds to the answer, if anything."""
        self.begun = True
        choices = getattr(event, "choices", None)
        self._usage = _usage(getattr(event, "usage", None)) or self._usage
        if not isinstance(choices, list):
            raise EngineRejected(
                "The server sent something that is not part of the OpenAI protocol. "
                f"Check whether `{self._section}.url` is the right address."
            )
        if not choices:
            return Chunk(read=_read(event))
        choice = choices[0]
        finish = getattr(choice, "finish_reason", None)
        self._finish = finish or self._finish
        delta = getattr(choice, "delta", None)
        if self._several:
            ended: Literal["length"] | None = "length" if finish == "length" else None
            return Chunk(_text(delta, "content"), finish=ended, answer=choice.index)
        reasoning = _text(delta, "reasoning_content") or _text(delta, "reasoning")
        text = self._new(_text(delta, "content"))
        return Chunk(text, reasoning, None if text or reasoning else _read(event))

    def end(self, url: str) -> Chunk:
        """The last chunk. Raises EngineLost where the answer breaks off before its end."""
        if self._finish == "content_filter":
            raise EngineDeclined(f"The server at {url} withheld its answer (content filter).")
        if not self._finish:
            raise cut_off(url)
        held, self._held = self._held, ""
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
    value = getattr(delta, name, None)
    return value if isinstance(value, str) else ""


def _read(event: object) -> float | None:
    """How much of the prompt has been read, as llama.cpp's server tells on request."""
    told = getattr(event, "prompt_progress", None)
    if not isinstance(told, dict) or not told.get("total"):
        return None
    return float(told.get("processed", 0) / told["total"])


def _usage(told: Any) -> Usage | None:
    if told is None:
        return None
    details = getattr(told, "prompt_tokens_details", None)
    return Usage(
        prompt_tokens=getattr(told, "prompt_tokens", None) or 0,
        cached_tokens=getattr(details, "cached_tokens", None) or 0,
        completion_tokens=getattr(told, "completion_tokens", None) or 0,
    )
