"""A span that follows the edits made around it, and knows when one touched it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where `span` is now; `touched` once an edit changed something inside."""

    span: Span
    touched: bool = False

    def after(self, edit: Edit) -> Anchor:
        """The anchor once `edit` has been made.

        What ends before the span moves it, what begins behind it does not concern it, all else
        touches it. At the very border, taking text away is outside, and so is text that keeps to
        lines of its own; typing on at the end of the last line is inside.
        """
        span, cut = self.span, edit.span
        if not cut and not edit.text:
            return self
        moved = replace(self, span=span.shifted(len(edit.text) - len(cut)))
        if cut.end < span.start:
            return moved
        if cut.start > span.end:
            return self
        if cut.end == span.start and (not edit.text or edit.text.endswith(("\n", "\r"))):
            return moved
        if cut.start == span.end and (not edit.text or edit.text.startswith(("\n", "\r"))):
            return self
        start = min(span.start, cut.start)
        end = max(span.end, cut.end) + len(edit.text) - len(cut)
        return Anchor(Span(start, end), touched=True)
