"""Many spans that are asked again and again whether another shares a character with one of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from deskmate.core.text.text import Span


class SpanSet:
    """Spans in any order, sorted once: an answer takes steps as the logarithm of their number."""

    def __init__(self, spans: Iterable[Span]) -> None:
        all_spans = sorted(spans)
        wide = [one for one in all_spans if len(one)]
        self._starts = [one.start for one in wide]
        self._ends = list(accumulate((one.end for one in wide), max))  # up to here, the furthest
        self._points = [one.start for one in all_spans if not len(one)]

    def overlaps(self, span: Span) -> bool:
        """Whether any of them does, as `Span.overlaps` has it."""
        point = bisect_left(self._points, span.start)
        if point < len(self._points) and self._points[point] <= span.end:
            return True
        if len(span):
            before = bisect_left(self._starts, span.end)
            return before > 0 and self._ends[before - 1] > span.start
        before = bisect_right(self._starts, span.end)
        return before > 0 and self._ends[before - 1] >= span.start
