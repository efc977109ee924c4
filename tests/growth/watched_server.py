"""The server, with its event loop watched: what each step of the loop takes of the processor.

That is what the server itself adds to a silence, however busy the machine is. It is watched from
the command `watch.begin` on. When it ends, the steps that took longest go to the file that is named
on the command line, with the seconds that a million steps of Python take here and now.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deskmate.lsp import server
from deskmate.lsp.serve import serve

WORST = 20
"""Steps that are told of."""

Steps = list[tuple[float, str]]


def watch(found: Steps) -> None:
    """Notes every step of the loop of this thread: its seconds and what was run."""
    run, here = asyncio.events.Handle._run, threading.get_ident()

    def timed(self: Any) -> None:
        began = time.thread_time()
        run(self)
        seconds = time.thread_time() - began
        if threading.get_ident() == here and seconds > 0.001:
            found.append((seconds, repr(self)))

    asyncio.events.Handle._run = timed  # type: ignore[method-assign]


def add_command(begin: Callable[[], None]) -> None:
    """Has the server know `watch.begin`, and `watch.hold`, which holds the loop."""
    create = server.create_server

    def create_watched() -> tuple[Any, Any]:
        made, connection = create()

        @made.command("watch.begin")
        async def watch_begin(*_: Any) -> None:
            begin()

        @made.command("watch.hold")
        async def watch_hold(*_: Any) -> None:
            sum(number % 7 for number in range(5_000_000))

        return made, connection

    server.create_server = create_watched


def measure_unit() -> float:
    """Seconds of the processor for a million steps of Python: the least of a few tries."""
    tries = []
    for _ in range(5):
        began = time.thread_time()
        for _step in range(1_000_000):
            pass
        tries.append(time.thread_time() - began)
    return min(tries)


if __name__ == "__main__":
    steps: Steps = []
    watch(steps)
    add_command(steps.clear)
    try:
        code = serve()
    finally:
        told = {"steps": sorted(steps, reverse=True)[:WORST], "unit": measure_unit()}
        Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    raise SystemExit(code)
