"""What two outcomes of one call differ in."""

from __future__ import annotations

from dataclasses import replace

from .outcomes import Outcome, find_scale, same, sort_all


def find_difference(
    before: Outcome, after: Outcome, *, unordered: bool = False
) -> tuple[str, str] | None:
    """What it did and what it does now, in words; None where that is the same, in any order if what
    it did was `unordered`.
    """
    scale = max(1.0, find_scale(before.left), find_scale(before.value))
    if unordered:
        before, after = (replace(one, value=sort_all(one.value)) for one in (before, after))
    if before.kind != after.kind or not same(before.value, after.value, scale):
        return _say(before, _PAST), _say(after, _NOW)
    if before.meant and before.says != after.says:
        return f"raised {before.shown}", f"raises {after.value[0]} ({after.says})"
    if before.output != after.output:
        return f"printed {before.output[:80]!r}", f"prints {after.output[:80]!r}"
    if not same(before.left, after.left, scale):
        for one, other in zip(before.left_shown, after.left_shown):
            if one != other:
                return f"left its argument as {one}", f"leaves it as {other}"
        return "left its arguments as they were", "changes them"
    return None


_PAST = {
    "returned": "returned",
    "raised": "raised",
    "panicked": "panicked",
    "threw": "threw",
    "endless": "ended",
}
_NOW = {
    "returned": "returns",
    "raised": "raises",
    "unfit": "raises",
    "panicked": "panics",
    "threw": "throws",
    "ended": "ends the program",
    "endless": "does not end",
}


def _say(outcome: Outcome, verbs: dict[str, str]) -> str:
    return f"{verbs.get(outcome.kind, '')} {outcome.shown}".strip()
