"""What a model is measured by: real files, an action at a place in them, and how to tell whether
the outcome is right.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from deskmate.errors import ActionError

Suite = Literal["fix", "generate"]
Half = Literal["tuned", "unseen", "both"]

SUITES: dict[Suite, str] = {"fix": "fix-bug", "generate": "generate"}
"""The suites, and the action that each runs."""


@dataclass(frozen=True, slots=True)
class Task:
    """An action at `at` in a file, and the `files` and `command` that pass where it is right:
    `{code}` in them is the file afterwards. `name` is the function that it is about.
    """

    id: str
    suite: Suite
    language: str
    document: str
    text: str
    at: int
    name: str
    files: Mapping[str, str]
    command: tuple[str, ...]


def load_tasks(folder: Path, suites: Sequence[Suite]) -> tuple[list[Task], list[str]]:
    """The tasks of HumanEvalPack in a folder, and why some languages have none. Raises ActionError
    where there is nothing of it.
    """
    table = tomllib.loads(
        (resources.files(__package__) / "humanevalpack.toml").read_text(encoding="utf-8")
    )
    found, missing = list[Task](), list[str]()
    for language, about in table.items():
        path = folder / about["data"]
        if not path.is_file():
            missing.append(f"{language}: there is no {path}.")
        elif about["needs"] and not shutil.which(about["needs"]):
            missing.append(f"{language}: `{about['needs']}` is not installed.")
        else:
            found += [task for suite in suites for task in _tasks(path, language, about, suite)]
    if not found:
        raise ActionError(
            f"There are no tasks in {folder}. Get the files of HumanEvalPack (python.jsonl, "
            "js.jsonl, go.jsonl, java.jsonl; bigcode/humanevalpack on Hugging Face) and name their "
            "folder with --data. " + " ".join(missing)
        )
    return found, missing


def chosen(tasks: Iterable[Task], half: Half, limit: int, seed: int) -> list[Task]:
    """`limit` of the tasks (0: all) in an order that `seed` shuffles, of one half of them: what
    prompts are tuned on, or what they have not seen. The split is the same for ever.
    """
    kept = [
        task for task in tasks if half == "both" or (_hash(task.id) % 2 == 1) == (half == "unseen")
    ]
    kept.sort(key=lambda task: _hash(f"{seed} {task.suite} {task.id}"))
    return kept[:limit] if limit else kept


def _tasks(path: Path, language: str, about: dict[str, Any], suite: Suite) -> Iterator[Task]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        code = row["prompt"] + (row["buggy_solution"] if suite == "fix" else about["stub"])
        parts = {"{test}": row["test"], "{test_setup}": row.get("test_setup") or ""}
        yield Task(
            id=row["task_id"],
            suite=suite,
            language=language,
            document=about["document"],
            text=code,
            at=len(row["prompt"].rstrip()) - 1,
            name=row["entry_point"],
            files={name: _filled(text, parts) for name, text in about["files"].items()},
            command=tuple(about["command"]),
        )


def _filled(text: str, parts: Mapping[str, str]) -> str:
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
