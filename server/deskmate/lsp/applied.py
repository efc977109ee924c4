"""An edit of ours as the editor has it by now: what becomes of it is looked at later."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Applied:
    """An edit that made `after` of `before`: all that differs lies within `place` of `after`, whole
    lines with the line end before them.
    """

    title: str
    before: Document
    after: Document
    place: Span

    @property
    def old(self) -> str:
        """What stood in its place."""
        longer = len(self.after.text) - len(self.before.text)
        return self.before.text[self.place.start : self.place.end - longer]

    @property
    def new(self) -> str:
        """What stands there."""
        return self.after.text[self.place.start : self.place.end]


def make_applied(title: str, before: Document, after: Document, place: Span) -> Applied:
    """What has been applied, from the span of `after` that an edit made or was about."""
    text = after.text
    start = max(0, text.rfind("\n", 0, place.start))
    end = text.find("\n", place.end)
    return Applied(title, before, after, Span(start, len(text) if end < 0 else end))
