"""Where the server's log goes: standard error, which editors show, or a file. Never stdout."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to(level: str = "info", file: str = "") -> None:
    """Logs what is at least `level` to `file`, or to standard error.

    pygls notes every message word for word, so it is heard only at "debug".
    """
    handler: logging.Handler
    try:
        if file:  # at "debug" it has prompts and code
            Path(file).touch(0o600)
        handler = logging.FileHandler(file, encoding="utf-8") if file else _make_handler()
    except OSError as error:
        handler = _make_handler()
        logging.getLogger(__name__).error("The log cannot go to %s: %s", file, error)
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel("WARNING")
    for name in ("deskmate", "pygls"):
        quiet = name == "pygls" and level != "debug"
        logging.getLogger(name).setLevel("WARNING" if quiet else level.upper())


def _make_handler() -> logging.Handler:
    return logging.StreamHandler(sys.stderr)
