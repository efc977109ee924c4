"""The rule checker, [Harper](https://writewithharper.com): English spelling in milliseconds, with
no model.

It takes 180 MB with its dictionaries, so it runs in a process of its own, which begins when it is
first asked and ends when nobody has asked for a while. Where it cannot run nothing is found.
"""

from __future__ import annotations

import atexit
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence

from deskmate.core.prose.spelling import Lint
from deskmate.core.text.text import Span

log = logging.getLogger(__name__)

IDLE = 300.0
"""Seconds after which the process ends."""


def lint(lines: Sequence[str]) -> list[tuple[Lint, ...]]:
    """What the checker says of each line of Markdown. Waits for it: about a second the first time;
    may be called from any thread.
    """
    with _lock:
        for _ in range(2):  # it may have died since it was last asked
            try:
                return _asked(lines)
            except (OSError, ValueError) as error:
                log.debug("The rule checker is not there: %s", error)
                _end()
    return [()] * len(lines)


def end() -> None:
    """Ends the process, if there is one."""
    with _lock:
        _end()


atexit.register(end)
_lock = threading.Lock()
_process: subprocess.Popen[str] | None = None
_timer: threading.Timer | None = None


def _asked(lines: Sequence[str]) -> list[tuple[Lint, ...]]:
    process = _started()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(list(lines)) + "\n")
    process.stdin.flush()
    found = json.loads(process.stdout.readline())
    return [
        tuple(
            Lint(Span(start, end), rule, kind, tuple(meant))
            for start, end, rule, kind, meant in line
        )
        for line in found
    ]


def _started() -> subprocess.Popen[str]:
    global _process, _timer
    if _timer is not None:
        _timer.cancel()
    if _process is None or _process.poll() is not None:
        _process = subprocess.Popen(
            [sys.executable, "-m", "deskmate.harper.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    _timer = threading.Timer(IDLE, end)
    _timer.daemon = True
    _timer.start()
    return _process


def _end() -> None:
    global _process
    if _process is not None:
        _process.kill()
        _process.communicate()
        _process = None
