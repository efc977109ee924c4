"""The results of a run on disk, a line each, written as they come, so that it can be resumed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from deskmate.errors import ActionError
from deskmate.evaluation.running import Result


def runs_folder() -> Path:
    """Where runs are kept: in the user's state folder."""
    return Path(platformdirs.user_state_dir("deskmate", appauthor=False)) / "eval"


@dataclass
class Run:
    """One run: its file, what it is about, and its results so far."""

    path: Path
    about: dict[str, Any]
    results: list[Result]

    def add(self, result: Result) -> None:
        """Keeps a result. Raises OSError."""
        self.results.append(result)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")

    def has(self, task: str, suite: str, arm: str) -> bool:
        """Whether there is a result of this."""
        return any((one.task, one.suite, one.arm) == (task, suite, arm) for one in self.results)


def begin(about: dict[str, Any]) -> Run:
    """A new run. Raises OSError."""
    folder = runs_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1
    while True:
        path = folder / f"{number:03}.jsonl"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(json.dumps(about) + "\n")
        except FileExistsError:
            number += 1
            continue
        return Run(path, about, [])


def last(about: dict[str, Any]) -> Run | None:
    """The newest run about the same; None where there is none. Raises OSError."""
    for path in sorted(runs_folder().glob("*.jsonl"), reverse=True):
        run = read(path)
        if run.about == about:
            return run
    return None


def read(path: Path) -> Run:
    """A run from its file, or from its number; a last line that was not written whole is left out.
    Raises ActionError where it is none, OSError.
    """
    if not path.exists() and path.name.isdigit():
        path = runs_folder() / f"{int(path.name):03}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    try:
        about = json.loads(lines[0])
        whole = [line for line in lines[1:] if line.endswith("\n")]
        if len(whole) < len(lines) - 1:
            path.write_text("".join((lines[0], *whole)), encoding="utf-8")
        return Run(path, about, [Result(**json.loads(line)) for line in whole])
    except (IndexError, ValueError, TypeError):
        raise ActionError(f"{path} holds no run of `deskmate eval`.") from None
