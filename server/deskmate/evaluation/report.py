"""What the results of a run come to, with how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median

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
    "s",
)


def table(results: Iterable[Result]) -> list[tuple[str, ...]]:
    """A row for each suite and arm, below `HEAD`: shares in per cent, tokens and seconds of the
    median task.
    """

    def key(one: Result) -> tuple[str, str]:
        return one.suite, one.arm

    rows: list[tuple[str, ...]] = [HEAD]
    for (suite, arm), group in groupby(sorted(results, key=key), key):
        found = list(group)
        count = len(found)
        right = sum(one.right for one in found)
        low, high = interval(right, count)
        rows.append(
            (
                suite,
                arm,
                str(count),
                _share(right, count),
                f"{low:.0%}–{high:.0%}".replace("%", " %"),
                _share(sum(one.well_formed for one in found), count),
                _share(sum(one.status == "refused" for one in found), count),
                _share(sum(one.tries > 1 for one in found), count),
                f"{median(one.tokens for one in found):.0f}",
                f"{median(one.seconds for one in found):.1f}",
            )
        )
    return rows


def interval(right: int, count: int) -> tuple[float, float]:
    """The share that is likely meant, 95 times of 100 (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def laid_out(rows: Sequence[Sequence[str]]) -> str:
    """A table in columns: words on the left, numbers on the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def differing(one: Iterable[Result], other: Iterable[Result]) -> list[tuple[str, ...]]:
    """The tasks that one run has right and the other has not, below a head."""
    there = {(result.suite, result.task, result.arm): result for result in other}
    rows: list[tuple[str, ...]] = [("suite", "task", "by", "first", "second", "why")]
    for result in one:
        match = there.get((result.suite, result.task, result.arm))
        if match and match.right != result.right:
            wrong = match if result.right else result
            said = ("right", "wrong") if result.right else ("wrong", "right")
            rows.append((result.suite, result.task, result.arm, *said, wrong.reason))
    return rows


def _share(part: int, count: int) -> str:
    return f"{part / count:.0%}".replace("%", " %")
