"""The results of a run on disk, a line each, written as they come, so that it can be resumed."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from deskmate.errors import ActionError
from deskmate.evaluation.running import Result
from deskmate.files.places import place


def runs_folder() -> Path:
    """Where runs are kept: in the user's state folder."""
    return place("evaluations")


@dataclass
class Run:
    """One run: its file, what it is about, and its results so far."""

    path: Path
    about: dict[str, Any]
    results: list[Result]
    _there: set[tuple[str, str, str]] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self._there |= {(one.task, one.suite, one.arm) for one in self.results}

    def add(self, result: Result) -> None:
        """Keeps a result. Raises OSError."""
        self.results.append(result)
        self._there.add((result.task, result.suite, result.arm))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")

    def has(self, task: str, suite: str, arm: str) -> bool:
        """Whether there is a result of this."""
        return (task, suite, arm) in self._there


def begin(about: dict[str, Any]) -> Run:
    """A new run. Raises OSError."""
    folder = runs_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1
    while True:
        path = folder / f"{number:03}.jsonl"
        try:
            path.touch(0o600, exist_ok=False)
            path.write_text(json.dumps(about) + "\n", encoding="utf-8")
        except FileExistsError:
            number += 1
            continue
        return Run(path, about, [])


def last(about: dict[str, Any] | None = None) -> Run | None:
    """The newest run about the same, or about anything; None where there is none. What a kill left
    of its last line is taken away, so that it can go on. Raises OSError.
    """
    numbered = (path for path in runs_folder().glob("*.jsonl") if path.stem.isdigit())
    for path in sorted(numbered, key=lambda path: int(path.stem), reverse=True):
        with suppress(ActionError):  # an older Deskmate's
            run = read(path)
            if about is None or run.about == about:
                _fix(path)
                return run
    return None


def read(path: Path) -> Run:
    """A run from its file, or from its number; a last line that was not written whole is left out.
    Raises ActionError where it is none, OSError.
    """
    if not path.exists() and path.name.isdigit():
        path = runs_folder() / f"{int(path.name):03}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        about = json.loads(lines[0])
        whole = [line for line in lines[1:] if line.endswith("\n")]
        return Run(path, about, [Result(**json.loads(line)) for line in whole])
    except (IndexError, ValueError, TypeError):
        raise ActionError(f"{path} holds no run of `deskmate eval`.") from None


def _fix(path: Path) -> None:
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)


@cache
def version() -> str:
    """What tells this Deskmate from one with other code, prompts or tasks: a run that was begun
    with another cannot be gone on with, for its results are not of the same thing.
    """
    digest = hashlib.sha256()
    for name, data in sorted(_files(resources.files("deskmate"), "")):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:12]


def _files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    """The files of the package that are not made of others, by their names in it."""
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        if one.is_dir():
            if one.name not in ("__pycache__", "editors"):
                found += _files(one, f"{prefix}{one.name}/")
        elif one.name.endswith(_SOURCES):
            found.append((f"{prefix}{one.name}", one.read_bytes()))
    return found


_SOURCES = (".py", ".md", ".toml", ".scm")
