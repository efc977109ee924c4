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
from types import FrameType
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
            found.append((seconds, _name(self)))

    asyncio.events.Handle._run = timed  # type: ignore[method-assign]


def _name(handle: Any) -> str:
    """What a step of the loop ran: of a task where it stands by now."""
    task = getattr(handle._callback, "__self__", None)
    return repr(task if isinstance(task, asyncio.Task) else handle)


def watch_interpreter(found: Steps) -> None:
    """Notes what the process took of the processor while this thread wanted to run and could not:
    how long one piece of C held the interpreter, and where that was.
    """

    def tick() -> None:
        own = threading.get_ident()
        last = time.process_time()
        while True:
            time.sleep(0.001)
            now = time.process_time()
            if now - last > 0.02:
                frames = sys._current_frames()
                loop = _where(frames.pop(threading.main_thread().ident or 0, None))
                others = [_where(frame) for of, frame in frames.items() if of != own]
                where = " | ".join([f"loop: {loop}", *filter(None, others)])
                found.append((now - last, where))
                now = time.process_time()
            last = now

    threading.Thread(target=tick, daemon=True).start()


def _where(frame: FrameType | None) -> str:
    """The functions of ours that a thread is in, innermost first."""
    names: list[str] = []
    while frame is not None and len(names) < 4:
        if "deskmate" in frame.f_code.co_filename:
            names.append(f"{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(names)


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
    holds: Steps = []

    def begin() -> None:
        steps.clear()
        holds.clear()

    watch(steps)
    watch_interpreter(holds)
    add_command(begin)
    try:
        code = serve()
    finally:
        told = {
            "steps": sorted(steps, reverse=True)[:WORST],
            "holds": sorted(holds, reverse=True)[:WORST],
            "unit": measure_unit(),
        }
        Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    raise SystemExit(code)
