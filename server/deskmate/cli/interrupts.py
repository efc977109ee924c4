"""Whoever ends a command does it as Ctrl-C does, so that nothing half done stays behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]
"""What is sent by whoever stops the machine, a service or a job, or closes the terminal."""


@contextmanager
def end_as_interrupted() -> Iterator[None]:
    """Whoever ends this process meanwhile interrupts it. What it was told to pass over, as by
    `nohup`, it still does.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone may set this
        yield
        return
    before = {one: signal.getsignal(one) for one in ENDING}
    for one, handler in before.items():
        if handler == signal.SIG_DFL:
            signal.signal(one, _interrupt)
    try:
        yield
    finally:
        for one, handler in before.items():
            if handler == signal.SIG_DFL:
                signal.signal(one, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Does what Ctrl-C does just now; where that is passed over, as in the background, ends it."""
    handler = signal.getsignal(signal.SIGINT)
    (handler if callable(handler) else signal.default_int_handler)(signal.SIGINT, frame)
