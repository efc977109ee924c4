"""Two runs, or two arms of one, task by task: is the difference more than chance?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from deskmate.evaluation.report import outcome
from deskmate.evaluation.running import Arm, Result

Turn = Literal["same", "better", "worse"]

SURE = 0.05
"""The chance below which a difference is taken for one."""


BESIDE: Mapping[Arm, tuple[str, str]] = {
    "bare": ("bare", "Deskmate"),
    "cloud": ("the cloud model", "the local one"),
    "alone": ("its file alone", "the project"),
    "before": ("Deskmate before", "Deskmate now"),
    "aider": ("aider", "Deskmate"),
}
"""What stands beside Deskmate with the local model in a run, and what the two are called then."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same task twice."""

    first: Result
    second: Result

    @property
    def turn(self) -> Turn:
        """What the second is to the first."""
        if self.first.right == self.second.right:
            return "same"
        return "better" if self.second.right else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How often the second was right where the first was not, and the other way round, in `tasks`;
    `chance` is how likely so large a difference is where there is none.
    """

    tasks: int
    first: int
    second: int
    better: int
    worse: int

    @property
    def chance(self) -> float:
        """By McNemar's exact test, two-sided, 0 to 1."""
        return mcnemar(self.better, self.worse)


def pairs(one: Iterable[Result], other: Iterable[Result]) -> list[Pair]:
    """The tasks that both have by the same arm, in the order of the first."""
    there = {(result.suite, result.task, result.arm): result for result in other}
    return [
        Pair(result, there[key])
        for result in one
        if (key := (result.suite, result.task, result.arm)) in there
    ]


def arms(results: Sequence[Result], first: str, second: str) -> list[Pair]:
    """The tasks that one run has by both arms."""
    there = {(one.suite, one.task): one for one in results if one.arm == second}
    return [
        Pair(one, there[one.suite, one.task])
        for one in results
        if one.arm == first and (one.suite, one.task) in there
    ]


def compared(found: Sequence[Pair]) -> Comparison:
    """What the pairs come to."""
    return Comparison(
        tasks=len(found),
        first=sum(one.first.right for one in found),
        second=sum(one.second.right for one in found),
        better=sum(one.turn == "better" for one in found),
        worse=sum(one.turn == "worse" for one in found),
    )


def mcnemar(better: int, worse: int) -> float:
    """How likely a split at least as uneven is if both ways are as likely (McNemar 1947, exact)."""
    count = better + worse
    tail = sum(math.comb(count, at) for at in range(min(better, worse) + 1))
    return min(1.0, float(2 * tail / 2**count))


def in_words(one: Comparison, first: str = "the first", second: str = "the second") -> str:
    """The comparison as a sentence or two."""
    if not one.tasks:
        return "They have no task in common."
    tasks = "1 task" if one.tasks == 1 else f"{one.tasks} tasks"
    said = (
        f"Of {tasks} in both, {first} has {one.first} right and {second} {one.second}: "
        f"{one.better} that only {second} has, {one.worse} that only {first} has. "
    )
    if one.better == one.worse:
        return said + "That is no difference."
    if one.chance < SURE:
        who = second if one.better > one.worse else first
        return said + f"More than chance: {who} is better (McNemar's exact test, p = {_p(one)})."
    return said + f"That may be chance (McNemar's exact test, p = {_p(one)})."


def _p(one: Comparison) -> str:
    return f"{one.chance:.3f}" if one.chance >= 0.001 else "less than 0.001"


def differing(found: Iterable[Pair]) -> list[tuple[str, ...]]:
    """The tasks that one has right and the other has not, below a head."""
    rows: list[tuple[str, ...]] = [("suite", "task", "by", "first", "second", "why")]
    for pair in found:
        if pair.turn != "same":
            wrong = pair.second if pair.first.right else pair.first
            said = (outcome(pair.first), outcome(pair.second))
            rows.append((wrong.suite, wrong.task, wrong.arm, *said, wrong.reason))
    return rows
