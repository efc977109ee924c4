"""Runs tasks through the same `propose()` as the editor, and through the same model without it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from deskmate.actions.catalog import Action
from deskmate.actions.targets import find_target
from deskmate.asking import Update, listen
from deskmate.core.document import Document, open_document
from deskmate.core.fences import find_pieces
from deskmate.core.syntax import problems
from deskmate.core.text import Edit, Span, apply_edits
from deskmate.engines.engine import Engine, Message, Prompt
from deskmate.errors import ActionError, Refused
from deskmate.evaluation.sandbox import Limits, run_code
from deskmate.evaluation.tasks import SUITES, Task
from deskmate.pipeline import propose
from deskmate.work import Request

Arm = Literal["deskmate", "bare"]
Status = Literal["applied", "refused"]


@dataclass(frozen=True, slots=True)
class Result:
    """How one task went. `well_formed`: the file has no syntax error that it did not have; one that
    was left as it was has none. `tries` are replies of the model, `first` seconds to its first
    token. `reason` says why it is not right, in a line. `counts` are numbers of the suite's own.
    """

    task: str
    suite: str
    action: str
    language: str
    arm: Arm
    status: Status
    right: bool
    well_formed: bool
    tries: int
    tokens: int
    seconds: float
    first: float
    reason: str
    counts: Mapping[str, int]


async def run_task(
    task: Task, arm: Arm, engine: Engine, actions: Mapping[str, Action], limits: Limits
) -> Result:
    """The result of one task. Raises EngineError, ModelError."""
    document = open_document(f"file:///eval/{task.document}", task.text)
    action = actions[SUITES[task.suite]]
    clock = _Clock()
    attempt = _with_deskmate if arm == "deskmate" else _bare
    done = await attempt(task, document, action, engine, clock)
    ended = clock.elapsed
    well_formed = len(problems(done.after)) <= len(problems(document))
    ran = await _check(task, done.after.text, limits) if done.status == "applied" else done.reason
    return Result(
        task=task.id,
        suite=task.suite,
        action=action.id,
        language=task.language,
        arm=arm,
        status=done.status,
        right=ran == "",
        well_formed=well_formed,
        tries=done.tries,
        tokens=done.tokens,
        seconds=ended,
        first=clock.first,
        reason=ran,
        counts={},
    )


@dataclass(frozen=True, slots=True)
class _Done:
    after: Document
    status: Status
    tries: int
    tokens: int
    reason: str = ""


class _Clock:
    """Seconds since it was made, and until the first token."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.first = 0.0

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def tick(self, update: Update) -> None:
        if not self.first and update.tokens:
            self.first = self.elapsed


async def _with_deskmate(
    task: Task, document: Document, action: Action, engine: Engine, clock: _Clock
) -> _Done:
    request = Request(action, document, Span(task.at, task.at))
    try:
        proposal = await propose(request, engine, clock.tick)
    except Refused as refused:
        return _Done(document, "refused", len(refused.tried), 0, refused.tried[-1][:_LINE])
    except ActionError as error:
        return _Done(document, "refused", 0, 0, str(error)[:_LINE])
    assert proposal.change is not None
    after = open_document(document.uri, proposal.change.after)
    tries = len(proposal.tried) + 1
    return _Done(after, "applied", tries, proposal.usage.completion_tokens)


async def _bare(
    task: Task, document: Document, action: Action, engine: Engine, clock: _Clock
) -> _Done:
    """The plain request, and its reply put where the function stands, as it comes."""
    target = find_target(action, document, Span(task.at, task.at))
    scope = target.scope if target else None
    if scope is None:
        return _Done(document, "refused", 0, 0, "No function stands there.")
    wish = "Fix the bug in" if task.suite == "fix" else "Write"
    fence = document.language.fence if document.language else ""
    asked = (
        f"{wish} the function `{task.name}` in this file. Answer with the whole function.\n\n"
        f"```{fence or task.language}\n{document.text}\n```"
    )
    messages = (Message("user", asked),)
    prompt = Prompt(messages, max_tokens=1024)
    reply, _, usage = await listen(engine, prompt, clock.tick, "writing")
    pieces = [piece.text for piece in find_pieces(reply) if piece.fenced] or [reply]
    text = apply_edits(document.text, [Edit(scope.span, pieces[0].rstrip("\n"))])
    return _Done(open_document(document.uri, text), "applied", 1, usage.completion_tokens)


async def _check(task: Task, code: str, limits: Limits) -> str:
    """Why the code is not right; "" where it is."""
    files = {name: text.replace("{code}", code) for name, text in task.files.items()}
    ran = await run_code(files, task.command, limits)
    if ran.passed:
        return ""
    if ran.ending != "ended":
        return f"went beyond its limit: {ran.ending}"
    lines = [line.strip() for line in ran.output.splitlines() if line.strip()]
    return (lines[-1] if lines else f"exit status {ran.status}")[:_LINE]


_LINE = 160  # characters of a reason
