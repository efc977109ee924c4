"""How fast suggestions are here, and what follows from that."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median


class SuggestionPace:
    """What suggestions took: how long to wait for a pause in the typing before one is asked for,
    and whether that is of any use here.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._took: deque[float] = deque(maxlen=_ASKED)
        self._until = 0.0

    def note(self, seconds: float) -> None:
        """One was answered in that time, of a text that the model had read but for what was typed
        since.
        """
        self._took.append(seconds)

    @property
    def pause(self) -> float:
        """Seconds without a key after which the model is asked: less where it answers sooner."""
        typical = median(self._took) if self._took else _MOST
        return min(_MOST, max(_LEAST, typical * _SHARE))

    def is_slow(self, slowest: float) -> bool:
        """Whether most take longer than `slowest` seconds."""
        return len(self._took) >= _TOLD and median(self._took) > slowest

    @property
    def rests(self) -> bool:
        """Whether nothing is asked for by itself for now."""
        return self._clock() < self._until

    def rest(self, seconds: float) -> None:
        """Asks for nothing by itself for a while; what was measured before is forgotten."""
        self._until = self._clock() + seconds
        self._took.clear()

    def wake(self) -> None:
        """The model or the settings are others: measures anew."""
        self.rest(0)


_ASKED = 9
_TOLD = 5
_LEAST, _MOST, _SHARE = 0.02, 0.3, 0.2
