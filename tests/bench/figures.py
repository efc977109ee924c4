"""The table that `make bench` prints, and the figures of it that docs/reliability.toml keeps."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import tomlkit

RECORD = Path(__file__).parents[2] / "docs" / "reliability.toml"


def line(name: str, seconds: list[float], goal: str = "") -> None:
    """One line of the table, in milliseconds."""
    median = statistics.median(seconds) * 1000
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000 if len(seconds) > 1 else median
    print(f"{name:46}{median:>6.1f} ms{p95:>6.1f} ms   {goal}")


def ratio(name: str, value: float, goal: str = "") -> None:
    """One line of the table, as a ratio."""
    print(f"{name:46}{value:>6.2f} ×            {goal}")


def record(part: str, rows: Sequence[dict[str, Any]], load: float) -> None:
    """Keeps the figures of one run in place of those of an earlier one, with the day, the machine,
    and how many processes wanted its processors meanwhile.
    """
    document = tomlkit.parse(RECORD.read_text(encoding="utf-8") if RECORD.exists() else "")
    document[part] = {
        "date": date.today().isoformat(),
        "machine": f"{platform.system()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}",
        "load": round(load, 1),
        "rows": list(rows),
    }
    RECORD.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")


def find_load() -> float:
    """Processes that wanted a processor, as a mean of the last five minutes."""
    return psutil.getloadavg()[1]
