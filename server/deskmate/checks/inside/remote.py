"""Compares what code of other languages does with what it would do: `python -m PACKAGE.remote JSON
COMMAND…`, where the keys are the fields of `Task`. The command, which is told the same, makes two
programs, one of each version, or says why not. They are given numbers, of which they make their
arguments by themselves: the same of the same numbers, and smaller ones of fewer and smaller ones.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from .differences import find_difference
from .outcomes import Outcome
from .served import Served, make_programs
from .task import Task

_PATIENCE = 0.5
"""Seconds after which an input is none for the code as it is."""

_SLOWER, _ENDLESS, _TWICE = 20, 5, 10
"""As in `comparing`."""

_STEPS = 1000
"""How many smaller inputs are tried at most for one that tells two versions apart."""

_MOST = 60
"""How many numbers an input is made of at most."""

_WIDE = 1 << 16


def main() -> None:
    """Says what it finds, then what it has done, in lines of JSON."""
    told, command = json.loads(sys.argv[1]), sys.argv[2:]
    task, started = Task(**told), time.monotonic()
    plan = make_programs(command, told)
    if "callees" not in plan:
        _say(**plan)
        return
    _say(made=True)
    # Compiling has taken some of the time, at first most of it.
    end = min(time.monotonic() + task.seconds, started + 1.5 * task.seconds)
    old, control, new = (Served(plan[name], plan["folder"]) for name in ("old", "old", "new"))
    try:
        _compare(plan["callees"], old, control, new, end, task.inputs)
    finally:
        for one in (old, control, new):
            one.end()


def _say(**found: Any) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def _compare(
    callees: list[dict[str, Any]],
    old: Served,
    control: Served,
    new: Served,
    end: float,
    inputs: int,
) -> None:
    if not old.begin() or not control.begin():
        _say(problem="it cannot be loaded by itself")
        return
    if not new.begin():
        _say(call="", before="it could be loaded", now="it cannot")
        return
    told: dict[str, Any] = {"compared": 0, "left": []}
    lines: set[int] = set()
    for at, callee in enumerate(callees):
        share = (end - time.monotonic()) / (len(callees) - at)
        mine, its = old.hello["callees"][at], new.hello["callees"][at]
        one = _Comparison(at, old, control, new, time.monotonic() + share)
        one.reason = callee.get("left") or mine.get("left") or ""
        if mine != its:
            one.reason = "takes or gives values of another form than before"
        one.run(mine.get("seen", 0), -(-inputs // len(callees)))
        if one.found:
            break
        if one.reason:
            who = "it" if len(callees) == 1 else f"`{callee['name']}`"
            told["left"].append(f"{who} {one.reason}")
            continue
        told["compared"] += len(one.compared)
        lines.update(callee["lines"])
    _say(**told, reached=len(lines & old.lines), lines=len(lines))


class _Comparison:
    """One callee in both versions. The control is another program of the old one: where that
    differs, too, it is not the text that does it.
    """

    def __init__(self, at: int, old: Served, control: Served, new: Served, end: float) -> None:
        self.compared: set[str] = set()
        self.found = self.unordered = self.returned = False
        self.reason = ""
        self._at, self._old, self._control, self._new, self._end = at, old, control, new, end
        self._endless = 0

    def run(self, seen: int, inputs: int) -> None:
        """Tries inputs until one tells the two apart, then smaller ones."""
        found = None
        for draws in itertools.islice(_make_draws(seen, inputs), 4 * inputs + seen):
            if self.reason or len(self.compared) >= inputs or self._is_over():
                break
            if self._try(draws):
                found = draws
                break
        steps = _STEPS
        while found is not None and steps > 0:
            for smaller in _shrink(found):
                steps -= 1
                if steps <= 0 or self._is_over() or self._try(smaller):
                    found = smaller if steps > 0 and not self._is_over() else None
                    break
            else:
                found = None
        if not self.reason and not self.found and not self.returned:
            self.reason = "gives nothing with any input that could be made"
            if self._endless >= _ENDLESS:
                self.reason = "takes too long"

    def _is_over(self) -> bool:
        return time.monotonic() > self._end or self._endless >= _ENDLESS

    def _try(self, draws: list[int]) -> bool:
        """Whether an input tells the two apart."""
        call, before = self._old.ask(self._at, draws, _PATIENCE)
        self._endless += before.kind == "endless"
        if before.kind == "effect":
            self.reason = before.shown
        if call in self.compared or before.kind in ("effect", "unfit", "endless", "ended"):
            return False
        patience = _PATIENCE if self.found else 3 * _PATIENCE  # the first is to be sure
        _, after = self._new.ask(self._at, draws, patience)
        if after.kind == "endless" and patience < _SLOWER * before.seconds:
            return False
        differ = find_difference(before, after, unordered=self.unordered)
        if differ or len(self.compared) < _TWICE:
            for one in (self._control, self._old):
                if not self._is_same_again(before, one.ask(self._at, draws, 3 * _PATIENCE)[1]):
                    self.reason = "does not give the same twice"
                    return False
            differ = find_difference(before, after, unordered=self.unordered)
        if differ:
            _, after = self._new.ask(self._at, draws, 2 * patience)  # once more, with more time
            differ = find_difference(before, after, unordered=self.unordered)
        self._endless += after.kind == "endless"
        if not differ:
            self.compared.add(call)
            self.returned = self.returned or before.kind == "returned"
            return False
        self.found = True
        _say(call=call, before=differ[0], now=differ[1])
        return True

    def _is_same_again(self, before: Outcome, again: Outcome) -> bool:
        """Whether the code as it is gives the same; if but for the order, that is nobody's."""
        if not find_difference(before, again, unordered=self.unordered):
            return True
        self.unordered = not find_difference(before, again, unordered=True)
        return self.unordered


def _make_draws(seen: int, inputs: int) -> Iterator[list[int]]:
    """Numbers to make inputs of: the first says which of the calls that were `seen`, and 0 none."""
    for at in range(seen):
        yield [at + 1]
    dice = random.Random(1)
    for at in itertools.count():
        size = 1 + _MOST * (at % inputs) // inputs
        yield [0, *(dice.randrange(_WIDE) for _ in range(1 + size))]


def _shrink(draws: list[int]) -> Iterator[list[int]]:
    """What is like it and smaller, the smallest first."""
    if draws[0]:
        return
    for size in (16, 8, 4, 2, 1):
        for at in range(1, len(draws), size):
            yield [*draws[:at], *draws[at + size :]]
    for at in range(1, len(draws)):
        for less in dict.fromkeys((0, 1, draws[at] % 256, draws[at] // 2, draws[at] - 1)):
            if 0 <= less < draws[at]:
                yield [*draws[:at], less, *draws[at + 1 :]]


if __name__ == "__main__":
    main()
