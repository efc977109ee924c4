"""What the results of a run come to, with how sure that is."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Literal

from deskmate.evaluation.running import Result

HEAD = (
    "suite",
    "by",
    "tasks",
    "right",
    "95 %",
    "well-formed",
    "refused",
    "repaired",
    "tokens",
    "first s",
    "s",
    "tokens/s",
)

Part = Literal["suite", "action", "proof"]
Outcome = Literal["right", "wrong", "refused"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What one arm made of a suite or of an action: how many tasks it had, and of how many the
    answer was right, well-formed, refused or repaired. `low` to `high` is the share that is likely
    right; tokens, seconds to the first token and to the end, and tokens a second are those of the
    median task, the last None where no task tells. `counts` are the suite's own numbers, of all
    tasks together.
    """

    name: str
    arm: str
    tasks: int
    right: int
    well_formed: int
    refused: int
    repaired: int
    tokens: float
    first: float
    seconds: float
    speed: float | None
    counts: Mapping[str, int]

    @property
    def share(self) -> float:
        """How much of it is right, 0 to 1."""
        return self.right / self.tasks

    @property
    def low(self) -> float:
        """The least share that is likely right."""
        return interval(self.right, self.tasks)[0]

    @property
    def high(self) -> float:
        """The greatest share that is likely right."""
        return interval(self.right, self.tasks)[1]


def summaries(results: Iterable[Result], part: Part = "suite") -> list[Summary]:
    """One for each suite, action or proof, and arm; by name."""

    def key(one: Result) -> tuple[str, str]:
        return getattr(one, part), one.arm

    return [
        _summary(name, arm, list(group))
        for (name, arm), group in groupby(sorted(results, key=key), key)
    ]


def _summary(name: str, arm: str, found: Sequence[Result]) -> Summary:
    asked = [one for one in found if one.first] or found
    # What is read between two replies takes time too, so that only first ones tell how fast it is.
    counts = Counter[str]()
    for one in found:
        counts.update(one.counts)
    speeds = [
        one.completion_tokens / (one.seconds - one.first)
        for one in found
        if one.tries == 1 and one.completion_tokens and one.first and one.seconds > one.first
    ]
    return Summary(
        name=name,
        arm=arm,
        tasks=len(found),
        right=sum(one.right for one in found),
        well_formed=sum(one.well_formed for one in found),
        refused=sum(one.status == "refused" for one in found),
        repaired=sum(one.tries > 1 for one in found),
        tokens=median(one.completion_tokens for one in found),
        first=median(one.first for one in asked),
        seconds=median(one.seconds for one in found),
        speed=median(speeds) if speeds else None,
        counts=dict(counts),
    )


def outcome(result: Result) -> Outcome:
    """How a task went, in a word."""
    if result.right:
        return "right"
    return "refused" if result.status == "refused" else "wrong"


def table(results: Iterable[Result], part: Part = "suite") -> list[tuple[str, ...]]:
    """A row for each suite, action or proof, and arm, below `HEAD`."""
    return [(part, *HEAD[1:]), *(cells(one) for one in summaries(results, part))]


def cells(one: Summary) -> tuple[str, ...]:
    """A summary in words, in the order of `HEAD`."""
    return (
        one.name,
        one.arm,
        str(one.tasks),
        percent(one.share),
        f"{percent(one.low)}–{percent(one.high)}",
        percent(one.well_formed / one.tasks),
        percent(one.refused / one.tasks),
        percent(one.repaired / one.tasks),
        f"{one.tokens:.0f}" if one.tokens else "–",
        f"{one.first:.1f}" if one.first else "–",
        f"{one.seconds:.1f}",
        "–" if one.speed is None else f"{one.speed:.0f}",
    )


def counted(results: Iterable[Result]) -> list[str]:
    """What the suites have counted, a line for each suite and arm that has."""
    return [
        f"{one.name}, {one.arm}: {told_counts(one.counts)}"
        for one in summaries(results)
        if one.counts
    ]


def told_counts(counts: Mapping[str, int]) -> str:
    """Counts in words."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def by_action(results: Sequence[Result]) -> bool:
    """Whether a table by action says what one by suite does not: some suite has several actions,
    or some action is in several suites.
    """
    pairs = {(one.suite, one.action) for one in results}
    return len(pairs) > min(len({suite for suite, _ in pairs}), len({act for _, act in pairs}))


def interval(right: int, count: int) -> tuple[float, float]:
    """The share that is likely meant, 95 times of 100 (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    low, high = (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)
    return max(0.0, low), min(1.0, high)


def times(own: int, other: int) -> float:
    """How many times as many; infinite where there are none of the other, NaN where of neither."""
    return own / other if other else math.inf if own else math.nan


def likely_times(pairs: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    """Between what lies how many times as often the second is right as the first, in 95 of 100
    draws of as many pairs from these (a bootstrap), the same ones each time; draws in which neither
    has any right tell nothing.
    """
    draw = random.Random(1)
    drawn = (draw.choices(pairs, k=len(pairs)) for _ in range(_DRAWS if pairs else 0))
    counts = ((sum(one for one, _ in it), sum(one for _, one in it)) for it in drawn)
    ratios = sorted(times(own, other) for other, own in counts if own or other)
    if not ratios:
        return math.nan, math.nan
    return ratios[int(len(ratios) * 0.025)], ratios[math.ceil(len(ratios) * 0.975) - 1]


_DRAWS = 2000


def laid_out(rows: Sequence[Sequence[str]], words: int = 2) -> str:
    """A table in columns: `words` columns on the left, the numbers on the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < words else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def percent(share: float) -> str:
    """A share as it is read."""
    return f"{share:.0%}".replace("%", " %")
