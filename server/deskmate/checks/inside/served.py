"""A version of code that another program calls: it is asked in lines, and answers in lines of JSON
that begin with a mark, whatever else the code prints.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from typing import Any

from .outcomes import Outcome

_MARK = "deskmate:"

_BEGINS = 10
"""Seconds that a program may take to begin."""


def make_programs(command: list[str], task: dict[str, Any]) -> dict[str, Any]:
    """What a command says that is told what programs to make, as JSON: how they are started, or as
    `problem` why there are none.
    """
    told = json.dumps(task)
    made = subprocess.run([*command, told], stdin=subprocess.DEVNULL, capture_output=True)
    lines = made.stdout.decode("utf-8", "replace").splitlines()
    try:
        return dict(json.loads(lines[-1]))
    except (IndexError, ValueError):
        why = made.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return {"problem": f"it cannot be compared ({''.join(why)[:200]})"}


class Served:
    """One version, by a program that is started when it is asked, and anew when it has ended."""

    def __init__(self, command: list[str], folder: str) -> None:
        self.hello: dict[str, Any] = {}
        self.lines: set[int] = set()
        self._command, self._folder = command, folder
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.Queue[str | None] = queue.Queue()

    def begin(self) -> bool:
        """Whether it has begun, and said hello."""
        if self._process is None:
            self._said = queue.Queue()
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
            given = self._process.stdout, self._said
            threading.Thread(target=_read, args=given, daemon=True).start()
            said = self._hear(_BEGINS)
            if not isinstance(said, dict):
                self.end()
                return False
            self.hello = said
        return True

    def ask(self, callee: int, draws: list[int], seconds: float) -> tuple[str, Outcome]:
        """The call that is made of these numbers, as it is written, and what comes of it."""
        if not self.begin():
            return "", Outcome("unfit")
        started = time.perf_counter()
        self._send(" ".join(map(str, (callee, *draws))))
        written = self._hear(seconds)
        if isinstance(written, dict):
            written = str(written.get("call", ""))
            told = self._hear(seconds)
            if isinstance(told, dict):
                self.lines.update(told.get("lines", ()))
                return written, read_outcome(told, time.perf_counter() - started)
        else:
            written, told = "", written
        self.end()
        return written, Outcome(told, seconds=time.perf_counter() - started)

    def tell(self, words: str, seconds: float) -> dict[str, Any] | str:
        """What it answers to this line, or why it says nothing: `endless` or `ended`."""
        if not self.begin():
            return "ended"
        self._send(words)
        told = self._hear(seconds)
        if not isinstance(told, dict):
            self.end()
        return told

    def _send(self, words: str) -> None:
        assert self._process is not None and self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(words + "\n")
            self._process.stdin.flush()

    def _hear(self, seconds: float) -> dict[str, Any] | str:
        """What it says next, or why it says nothing: `endless` or `ended`."""
        try:
            line = self._said.get(timeout=seconds)
        except queue.Empty:
            return "endless"
        return "ended" if line is None else dict(json.loads(line[len(_MARK) :]))

    def end(self) -> None:
        """Ends its program."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _read(pipe: Any, said: queue.Queue[str | None]) -> None:
    for line in pipe:
        if line.startswith(_MARK):
            said.put(line)
    said.put(None)


def read_outcome(told: dict[str, Any], seconds: float) -> Outcome:
    """What came of a call, of what the program says of it."""
    return Outcome(
        "unfit" if told.get("unfit") else told["kind"],
        freeze(told.get("value")),
        told.get("shown", ""),
        output=told.get("output", ""),
        left=freeze(told.get("left") or []),
        left_shown=tuple(told.get("leftShown") or ()),
        seconds=seconds,
    )


def freeze(told: Any) -> Any:
    """Plain tuples of what is told, as `describe` makes them: maps and sets have no order."""
    if isinstance(told, dict):
        return {name: freeze(one) for name, one in told.items()}
    if not isinstance(told, list):
        return told
    if told[:1] == ["float"]:
        return ("float", float(told[1]))
    frozen = [freeze(one) for one in told]
    if told[:1] in (["map"], ["set"]):
        frozen[1:] = sorted(frozen[1:], key=repr)
    return tuple(frozen)
