"""What became of the last requests, so that the same one again is known: kept in memory only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from deskmate.requests.request import Request
    from deskmate.routing.facts import Tried


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request by its action, its document and the text that it was about."""

    action: str
    uri: str
    text: str


def make_attempt(request: Request) -> Attempt:
    """A request by what it is about; where that is a place, by the whole text around it."""
    text = request.target.original or request.document.text
    return Attempt(request.name, request.document.uri, text)


class Attempts:
    """The last requests that ended with an edit or a refusal."""

    def __init__(self) -> None:
        self._ended: deque[tuple[Attempt, Literal["applied", "refused"]]] = deque(maxlen=_KEPT)

    def note(self, attempt: Attempt, status: str) -> None:
        """Notes how a request ended; any other status says nothing of the answer."""
        if status in ("applied", "refused"):
            self._ended.append((attempt, "applied" if status == "applied" else "refused"))

    def find_earlier(self, attempt: Attempt) -> Tried:
        """What became of the same request on the same text before. Where its edit was applied and
        the text is what it was, the user took it back.
        """
        for known, status in reversed(self._ended):
            if known == attempt:
                return "undone" if status == "applied" else "refused"
        return ""


_KEPT = 32
