"""Results made up for the tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deskmate.evaluation.running import Arm, Result


def result(
    task: str = "1",
    suite: str = "fix",
    action: str = "fix-bug",
    arm: Arm = "deskmate",
    *,
    right: bool = True,
    refused: bool = False,
    well_formed: bool = True,
    seconds: float = 5.0,
    reason: str = "",
    counts: Mapping[str, int] = MappingProxyType({}),
) -> Result:
    """One that went well, but for what is said of it."""
    return Result(
        task=task,
        suite=suite,
        action=action,
        language="python",
        arm=arm,
        status="refused" if refused else "applied",
        right=right,
        well_formed=well_formed,
        tries=1,
        completion_tokens=40,
        seconds=seconds,
        first=1.0,
        reason=reason,
        counts=dict(counts),
    )


def several(right: int, of: int, **more: object) -> list[Result]:
    """So many tasks, of which the first `right` are right; `more` holds for each."""
    return [result(f"T/{at}", right=at < right, **more) for at in range(of)]  # type: ignore[arg-type]
