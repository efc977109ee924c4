"""Data takes no more than its share when there is four times as much of it, to be read, written in
each format, and compared with what was written.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from deskmate.core.data.formats import TITLES, Goal, read_again, read_noted, write_data
from deskmate.core.data.losses import list_losses
from deskmate.errors import ActionError

TEXTS = tomllib.loads(Path(__file__).with_name("data.toml").read_text(encoding="utf-8"))
LENGTH = 6000
"""Characters of the shorter text."""

VALUES: dict[str, Callable[[int], Any]] = {
    "rows": lambda count: [{"id": one, "name": "b"} for one in range(count)],
    "keys of their own": lambda count: [{f"k{one}": one} for one in range(count)],
    "keys": lambda count: {f"k{one}": "b" for one in range(count)},
    "text": lambda count: {"a": "word  \n" * count},
}
COUNT = 260
"""Values of the shorter list; of four times as many no table is made where each has its own key."""

SHARE, SLIGHT = 9.0, 0.05
"""As in `test_growth.py`: linear is 4, quadratic 16."""


@pytest.mark.parametrize("kind", TEXTS)
def test_reading_grows_with_the_text(kind: str) -> None:
    given = {"before": "", "after": "", **TEXTS[kind]}

    def make(length: int) -> str:
        pieces = range(length // len(given["piece"]))
        text = "".join(given["piece"].replace("{n}", str(number)) for number in pieces)
        return f"{given['before']}{text}{given['after']}"

    assert_grows_evenly(lambda text: read_noted(text, given["form"]), make, LENGTH)


@pytest.mark.parametrize("goal", TITLES)
@pytest.mark.parametrize("kind", VALUES)
def test_writing_grows_with_the_value(kind: str, goal: Goal) -> None:
    def convert(value: Any) -> None:
        list_losses(value, read_again(write_data(value, goal), value, goal), goal)

    assert_grows_evenly(convert, VALUES[kind], COUNT)


def assert_grows_evenly(
    work: Callable[[Any], object], make: Callable[[int], Any], length: int
) -> None:
    long = measure(work, make(4 * length))
    if long > SLIGHT and long / measure(work, make(length)) > SHARE:
        long = min(measure(work, make(4 * length)) for _ in range(3))
        assert long / max(measure(work, make(length)) for _ in range(3)) <= SHARE


def measure(work: Callable[[Any], object], given: Any) -> float:
    """Seconds of the processor."""
    began = time.thread_time()
    with suppress(ActionError):
        work(given)
    return time.thread_time() - began
