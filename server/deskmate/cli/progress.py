"""What the user is told on standard error, beside what a program may read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deskmate.cli.screen import unguarded
from deskmate.core.text.safe import visible
from deskmate.requests.repair_loop import Update


def say(message: str) -> None:
    """Tells the user, beside what a program may read."""
    print(message, file=sys.stderr)


class Progress:
    """One line on standard error that says how far it is, where somebody watches, and not while
    they are asked something.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._watched = sys.stderr.isatty()
        self._width = 0

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Shows nothing meanwhile."""
        self.clear()
        watched, self._watched = self._watched, False
        try:
            yield
        finally:
            self._watched = watched

    def update(self, update: Update) -> None:
        """Shows what the pipeline tells."""
        self.show(str(update))

    def show(self, words: str) -> None:
        """Puts these words in the place of those before."""
        if self._watched:
            line = visible(f"{self._title}: {words}")
            self._draw(line.ljust(self._width))
            self._width = len(line)

    def clear(self) -> None:
        """Leaves an empty line behind."""
        if self._watched:
            self._draw(" " * self._width + "\r")

    def _draw(self, line: str) -> None:
        print("\r" + line, end="", file=unguarded(sys.stderr), flush=True)
