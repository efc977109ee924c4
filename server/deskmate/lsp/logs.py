"""Where the server's log goes: standard error, which editors show, or a file. Never stdout.

A disk may never answer, and an editor may read nothing of what it is told: so a thread writes, and
nobody waits for it.
"""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from queue import Full, Queue
from typing import TextIO

from deskmate.errors import explain_os_error
from deskmate.files.disk import in_home

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

WAITING = 10_000
"""Lines that wait to be written at most; further ones are lost."""

PATIENCE = 1.0
"""Seconds that the end of a log, or of the process, waits for what is not yet written."""


def log_to(level: str = "info", file: str = "") -> None:
    """Logs what is at least `level` to `file`, or to standard error.

    pygls notes every message word for word, so it is heard only at "debug".
    """
    handler = Writer(file)
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    old = root.handlers[:]
    root.handlers[:] = [handler]
    for one in old:
        one.close()
    root.setLevel("WARNING")
    for name in ("deskmate", "pygls"):
        quiet = name == "pygls" and level != "debug"
        logging.getLogger(name).setLevel("WARNING" if quiet else level.upper())


class Writer(logging.Handler):
    """Writes to a file, or to standard error, in a thread of its own."""

    def __init__(self, file: str = "") -> None:
        super().__init__()
        self._lines: Queue[str | None] = Queue(WAITING)
        self._thread = threading.Thread(target=self._work, args=(file,), name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Has it written when its turn comes."""
        try:
            self._lines.put_nowait(self.format(record))
        except Full:
            pass
        except Exception:  # what is logged cannot be put in words: no reason for its caller to fail
            self.handleError(record)

    def close(self) -> None:
        """Once all is written, or after a while."""
        with suppress(Full):
            self._lines.put_nowait(None)
        self._thread.join(PATIENCE)
        super().close()

    def _work(self, file: str) -> None:
        standard = sys.stderr  # which another may stand for at the end
        stream = _open(file) or standard
        while (line := self._lines.get()) is not None:
            with suppress(OSError, ValueError):  # a full disk, an editor that is gone
                print(line, file=stream, flush=True)
        if stream is not standard:
            with suppress(OSError):
                stream.close()


def _open(file: str) -> TextIO | None:
    if not file:
        return None
    try:
        path = in_home(file)
        path.touch(0o600)  # at "debug" it has prompts and code
        return path.open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        logging.getLogger(__name__).error("The log cannot go to %s", explain_os_error(error))
        return None
