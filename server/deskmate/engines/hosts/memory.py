"""What the models that this process has loaded take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

SHARED: dict[int, int] = {}
"""The processes of hosts that this one shares, and how many others hold each."""


def tell_others() -> str:
    """How many others share a host with this process, in words; "" for none."""
    others = max(SHARED.values(), default=0)
    return f"{others} other{'s' if others > 1 else ''}" if others else ""


def measure_memory() -> int:
    """Bytes of memory of the hosts that this process has started or shares, and of what they
    started; 0 where none runs. It asks the system, so it belongs in a thread.
    """
    import psutil

    taken: dict[int, int] = {}
    for process in _find_hosts():
        try:
            for one in (process, *process.children(recursive=True)):
                taken[one.pid] = one.memory_info().rss
        except psutil.Error:
            continue  # it has ended meanwhile
    return sum(taken.values())


def _find_hosts() -> Iterator[psutil.Process]:
    import psutil

    for pid in tuple(SHARED):
        with suppress(psutil.Error):
            yield psutil.Process(pid)
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any(_HOSTS in word for word in process.cmdline()):
                yield process


_HOSTS = "deskmate.engines.hosts."
