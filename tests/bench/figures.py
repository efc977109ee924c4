"""The table that `make bench` prints."""

from __future__ import annotations

import statistics


def line(name: str, seconds: list[float], goal: str = "") -> None:
    """One line of the table, in milliseconds."""
    median = statistics.median(seconds) * 1000
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000 if len(seconds) > 1 else median
    print(f"{name:46}{median:>6.1f} ms{p95:>6.1f} ms   {goal}")


def ratio(name: str, value: float, goal: str = "") -> None:
    """One line of the table, as a ratio."""
    print(f"{name:46}{value:>6.2f} ×            {goal}")
