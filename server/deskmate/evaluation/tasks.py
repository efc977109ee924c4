"""What a model is measured by: real files, an action at a place in them, and how to tell whether
the outcome is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from deskmate.checks.sandbox import Limits
from deskmate.core.text.text import Span

Half = Literal["tuned", "unseen", "both"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: the document's `text` afterwards, the files that were `made` beside it
    (or changed there), by their paths, the `answer` that was shown, and the `warnings` with it.
    """

    text: str
    made: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an outcome is worth: `reason` says in a line why it is not right, "" where it is;
    `counts` are numbers of the suite's own. It is not `well_formed` where it is broken in a way
    that its syntax does not tell.
    """

    reason: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    well_formed: bool = True


Judge = Callable[[Outcome, Limits], Awaitable[Verdict]]
"""Says what an outcome is worth; what it runs keeps to the limits. It never raises, whatever the
model has written.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """The action called `action` at `span` of a file: `document` is its name, `text` what it holds;
    `files` are others of its project, by their paths. `language` is what a report calls it.

    `instruction` and `more` go into the `Request`, the latter by its fields (`schema`, …).
    `wish` is what the model without Deskmate is asked for, in a sentence or two, before the file
    (of prose, before the span): its answer replaces the span, or is shown, or is the new file
    `makes`, by what the action does.

    `judge` says what came of it. `runs_code` where it runs what the model writes; `needs` are the
    commands that must be there for that, or `module:NAME` for a module of this Python. Where it
    `asks` no model, the judge alone says what it is worth. `unseen` is the half that it is in,
    where its name does not tell.
    """

    id: str
    suite: str
    action: str
    language: str
    document: str
    text: str
    span: Span
    wish: str
    judge: Judge
    files: Mapping[str, str] = field(default_factory=dict)
    instruction: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    makes: str = ""
    runs_code: bool = False
    needs: tuple[str, ...] = ()
    asks: bool = True
    unseen: bool | None = None


def chosen(tasks: Iterable[Task], half: Half, limit: int, seed: int) -> list[Task]:
    """`limit` of the tasks (0: all), the suites in turn, each in an order that `seed` shuffles, of
    one half of them: what prompts are tuned on, or what they have not seen. The split is the same
    for ever.
    """
    suites: dict[str, list[Task]] = {}
    for task in tasks:
        unseen = _hash(task.id) % 2 == 1 if task.unseen is None else task.unseen
        if half == "both" or unseen == (half == "unseen"):
            suites.setdefault(task.suite, []).append(task)
    for found in suites.values():
        found.sort(key=lambda task: _hash(f"{seed} {task.suite} {task.id}"))
    turns = max(map(len, suites.values()), default=0)
    kept = [found[turn] for turn in range(turns) for found in suites.values() if turn < len(found)]
    return kept[:limit] if limit else kept


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
