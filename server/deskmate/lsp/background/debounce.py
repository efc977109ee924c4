"""Work that begins when nothing has happened for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Debounce:
    """Calls `begin` once `seconds` have passed since the last `note`."""

    def __init__(self, seconds: float, begin: Callable[[], None]) -> None:
        self._seconds = seconds
        self._begin = begin
        self._timer: asyncio.TimerHandle | None = None

    def note(self) -> None:
        """Something has happened: the while starts over."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._begin)

    def stop(self) -> None:
        """Nothing is called before the next `note`."""
        if self._timer is not None:
            self._timer.cancel()
