"""Whose turn it is to ask a model: the most urgent first, then the owner whose last turn was the
longest ago, then whoever came first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import get_args

from deskmate.engines.engine import Priority

RANKS = {priority: rank for rank, priority in enumerate(get_args(Priority))}
"""The most urgent has 0."""


@dataclass(eq=False, slots=True)
class Owner:
    """Who asks; `served` says when they were last admitted, the higher the later."""

    served: int = 0


@dataclass(eq=False, slots=True)
class Turn:
    """One request. `admitted` is called when it may be sent, `give_way` when it has to be stopped
    for a more urgent one (None: it is not).
    """

    rank: int
    admitted: Callable[[], object]
    give_way: Callable[[], object] | None = None
    owner: Owner = field(default_factory=Owner)


class Turns:
    """As many at a time as there are `slots`, all of them of one rank: a free slot is no reason to
    slow down somebody who waits.
    """

    def __init__(self, slots: int = 1) -> None:
        self.slots = slots
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []
        self._numbers = count(1)

    def begin(self, turn: Turn) -> None:
        """Puts it in the queue; it may be admitted at once."""
        self._waiting.append(turn)
        self._admit()

    def end(self, turn: Turn) -> None:
        """It is over, or was given up. One that was ended before stays so."""
        for turns in (self._running, self._waiting):
            if turn in turns:
                turns.remove(turn)
        self._admit()

    def _admit(self) -> None:
        """Lets in whose turn it is, and stops what is less urgent than that."""
        while self._waiting:
            first = min(self._waiting, key=lambda turn: (turn.rank, turn.owner.served))
            for turn in self._running:
                if turn.rank > first.rank and turn.give_way is not None:
                    turn.give_way()
                    turn.give_way = None  # a second time would interrupt how it ends
            if len(self._running) >= self.slots:
                return
            if any(turn.rank != first.rank for turn in self._running):
                return
            self._waiting.remove(first)
            self._running.append(first)
            first.owner.served = next(self._numbers)
            first.admitted()
