"""What becomes another value where data is written in a format that has not all that it holds, in
sentences: what is read again is compared with what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deskmate.core.data.formats import TITLES, Goal


def list_losses(value: Any, back: Any, goal: Goal) -> tuple[str, ...]:
    """What who reads the format gets otherwise than it was: `back` for `value`. Nothing where both
    are the same, with the order of their keys and the kinds of their values.
    """
    found: dict[str, dict[str, None]] = {}
    if goal == "toml" and not isinstance(value, Mapping):
        found["TOML has no list at the top level: the rows are under `rows`."] = {}
        value = {"rows": value if isinstance(value, list) else [value]}
    if goal in ("csv", "tsv", "table"):
        inner = _below_names(value)
        if isinstance(inner, list) and inner is not value:
            found["The names above the list are left out."] = {}
        value = inner if isinstance(inner, list) else value
    if goal != "toml" and isinstance(back, list) and not isinstance(value, list):
        found["A single value is a list of one."] = {}
        value = [value]
    if goal in ("csv", "tsv", "table"):
        if not all(isinstance(one, Mapping) for one in value):
            found["Values that are no records are in a column called `value`."] = {}
        value = [one if isinstance(one, Mapping) else {"value": one} for one in value]
    for sentence, place in _differences(value, back, ""):
        found.setdefault(sentence.format(title=TITLES[goal]), {})[place] = None
    return tuple(_tell(sentence, [*places]) for sentence, places in found.items())


def _below_names(value: Any) -> Any:
    """What is below keys of which each stands alone."""
    while isinstance(value, Mapping) and len(value) == 1:
        value = next(iter(value.values()))
    return value


def _tell(sentence: str, places: Sequence[str]) -> str:
    named = ", ".join(f"`{one}`" for one in places[:_SHOWN] if one)
    more = " …" if len(places) > _SHOWN else ""
    return f"{sentence[:-1]}: {named}{more}." if named else sentence


_SHOWN = 3


def _differences(value: Any, back: Any, place: str) -> Iterator[tuple[str, str]]:
    """Each difference, as a sentence and the key that it is at."""
    if isinstance(value, Mapping) and isinstance(back, Mapping):
        yield from _keys(value, back, place)
    elif isinstance(value, list) and isinstance(back, list) and len(value) == len(back):
        for one, other in zip(value, back, strict=True):
            yield from _differences(one, other, place)
    elif isinstance(value, (Mapping, list)):
        yield "Nested values are JSON in their cells.", ""
    elif type(value) is not type(back) or value != back:
        yield _otherwise(value, back), place


def _keys(
    value: Mapping[str, Any], back: Mapping[str, Any], place: str
) -> Iterator[tuple[str, str]]:
    for key, one in value.items():
        if key in back:
            yield from _differences(one, back[key], key)
        elif one is None:
            yield "{title} has no null: keys without a value are left out.", ""
        else:
            yield "A column without a name and values is left out.", ""
    yield from ((_EMPTY, key) for key in back if key not in value)
    if [key for key in value if key in back] != [key for key in back if key in value]:
        yield "The keys are in another order.", place


def _otherwise(value: Any, back: Any) -> str:
    if value in (None, "") and back in (None, ""):
        return _EMPTY
    if isinstance(value, str):
        return "Texts that look like numbers or truth values are read as such."
    return "Numbers and truth values are texts where others of their column are."


_EMPTY = "{title} has no difference between null, an empty text and no value at all."
