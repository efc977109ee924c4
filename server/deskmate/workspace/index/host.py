"""The process that keeps the index of one project up to date, so that reading a large tree never
holds up the editor's server.

`python -m deskmate.workspace.index.host FOLDER` reads a message a line on standard input, JSON with
one key: `open`, a file that the editor shows; `changed`, files that may be others than before;
`pause`, whether to leave the machine to somebody else. It writes `done` and `total` while it reads
the project, once it knows how much there is. It ends when standard input does.

Several editors may each have one for the same project: one of them, which holds the lock, reads the
whole of it.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from deskmate.settings.project import Project, project_of
from deskmate.workspace.index.build import build, update, update_around
from deskmate.workspace.index.store import Store, forget_stores, open_store, store_path

log = logging.getLogger(__name__)

MANY = 100
"""Changed files that are read one by one; where there are more, what has changed is looked for."""

PATIENCE = 30.0
"""Seconds until the next try where the index cannot be written, or another process reads all."""

_TOLD = 0.2
"""Seconds between two reports."""

_OVER = object()
_RULES = (".gitignore", ".deskmateignore")


def main() -> None:
    """Works until standard input ends."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    give_way()
    project = project_of(Path(sys.argv[1]) / "x", Path(sys.argv[1]))
    assert project is not None, "a file below a folder is in it"
    messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(messages,), daemon=True).start()
    forget_stores()
    Indexer(open_store(project.folder), project, messages).run()


def give_way() -> None:
    """Lets every other process go first."""
    if sys.platform != "win32":
        os.nice(15)
    else:
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)


def _listen(messages: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        with suppress(ValueError):
            messages.put(json.loads(line))
    os._exit(0)  # at once: what is written is written whole or not at all


class Indexer:
    """What is to be read: files that somebody waits for first, then the whole project."""

    def __init__(
        self, store: Store, project: Project, messages: queue.SimpleQueue[dict[str, Any]]
    ) -> None:
        self._store = store
        self._project = project
        self._messages = messages
        self._lock = FileLock(f"{store_path(project.folder)}.lock")
        self._near: Path | None = None
        self._around: Iterator[None] | None = None
        self._whole: Iterator[tuple[int, int]] | None = None
        self._again: float | None = 0.0
        self._paused = False
        self._told = 0.0

    def run(self) -> None:
        """Works for ever."""
        while True:
            wait = self._step()
            with suppress(queue.Empty):
                self._take(self._messages.get(block=wait != 0, timeout=wait))

    def _step(self) -> float | None:
        """Does a little; how many seconds to wait for a message then, None for as long as it takes
        to come.
        """
        if self._paused:
            return None
        try:
            if self._around is not None:
                self._around = None if next(self._around, _OVER) is _OVER else self._around
            elif self._whole is not None:
                self._tell(next(self._whole, None))
            elif self._again is not None and time.monotonic() >= self._again:
                self._begin()
            elif self._again is not None:
                return self._again - time.monotonic()
            else:
                return None
        except OSError as error:
            log.warning("The index of %s cannot be written: %s", self._project.folder, error)
            self._around = self._whole = None
            self._again = time.monotonic() + PATIENCE
        return 0

    def _begin(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._again = time.monotonic() + PATIENCE
            return
        self._again = None
        self._whole = build(self._store, self._project, self._near)

    def _take(self, message: dict[str, Any]) -> None:
        if "pause" in message:
            self._paused = bool(message["pause"])
        if "open" in message:
            self._near = Path(message["open"])
            self._around = update_around(self._store, self._project, self._near)
        changed = [Path(one) for one in message.get("changed", ())]
        if len(changed) > MANY or any(one.name in _RULES or one.is_dir() for one in changed):
            self._whole, self._again = None, 0.0
        elif changed:
            try:
                update(self._store, self._project, changed)
            except OSError as error:
                log.warning("The index of %s cannot be written: %s", self._project.folder, error)
                self._again = time.monotonic() + PATIENCE

    def _tell(self, progress: tuple[int, int] | None) -> None:
        if progress is None:
            self._whole = None
            _say({"complete": True})
        elif progress[1] and time.monotonic() - self._told >= _TOLD:
            self._told = time.monotonic()
            _say({"done": progress[0], "total": progress[1]})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
