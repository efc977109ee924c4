"""Runs tasks through the same `propose()` as the editor, and through the same model without it."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from deskmate.actions.action import Action
from deskmate.checks.consent import ONCE, RunQuestion
from deskmate.checks.sandbox import Limits
from deskmate.checks.verdict import Judgement, Proof
from deskmate.core.reply.fences import find_fenced
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.queries import problems
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Edit, apply_edits
from deskmate.core.text.uri import file_path, file_uri
from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Message, Prompt
from deskmate.errors import ActionError, EngineRejected, Refused
from deskmate.evaluation.questions import ASK, ask
from deskmate.evaluation.tasks import Outcome, Task, Verdict
from deskmate.requests.pipeline import propose
from deskmate.requests.repair_loop import Update, listen
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import project_of

log = logging.getLogger(__name__)

Arm = Literal["deskmate", "bare", "cloud", "alone", "before", "aider"]
"""Deskmate with the local model, that model without Deskmate, Deskmate with the cloud model, and
with the local one that is shown nothing of the project but the file; for `docs/quality.md` Deskmate
as it was at an earlier commit, and another program.
"""
Status = Literal["applied", "refused"]


@dataclass(frozen=True, slots=True)
class Result:
    """How one task went. `well_formed`: the file has no syntax error that it did not have, and a
    new one has none. `tries` are replies of the model, `completion_tokens` what all of them were
    together, `first` seconds to its first token. `reason` says why it is not right, in a line.
    `counts` are numbers of the suite's own; `evidence` is what Deskmate itself said of the answer,
    and `proof` how much that is.
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
    completion_tokens: int
    seconds: float
    first: float
    reason: str
    counts: Mapping[str, int]
    proof: Proof = ""
    evidence: str = ""


async def run_task(
    task: Task, arm: Arm, engine: Engine, actions: Mapping[str, Action], limits: Limits
) -> Result:
    """The result of one task. Raises ActionError where there is no such action, EngineError,
    ModelError.
    """
    if not task.asks:
        return await _unasked(task, arm, limits)
    if task.action not in actions and task.action != ASK:
        raise ActionError(f"{task.suite} {task.id} is about {task.action}, which is no action.")
    if arm == "alone":
        task = replace(task, more={**task.more, "alone": True})
    attempt = _bare if arm == "bare" else _ask if task.action == ASK else _with_deskmate
    with tempfile.TemporaryDirectory(prefix="deskmate-eval-") as folder:
        place = _Place.lay_out(task, actions.get(task.action), folder)
        clock, metered = _Clock(), _Metered(engine)
        done = await attempt(task, place, metered, clock)
        ended = clock.elapsed
    verdict = Verdict(done.reason)
    if done.status == "applied":
        verdict = await _judged(task, done.outcome, limits)
    return Result(
        task=task.id,
        suite=task.suite,
        action=task.action,
        language=task.language,
        arm=arm,
        status=done.status,
        right=verdict.reason == "",
        well_formed=verdict.well_formed and _well_formed(place.document, done.outcome),
        tries=done.tries,
        completion_tokens=metered.completion_tokens,
        seconds=ended,
        first=clock.first,
        reason=" ".join(verdict.reason.split())[:_LINE],
        counts=verdict.counts,
        proof=done.judgement.proof,
        evidence=done.judgement.evidence,
    )


async def _unasked(task: Task, arm: Arm, limits: Limits) -> Result:
    """The result of what is decided without a model."""
    clock = _Clock()
    verdict = await _judged(task, Outcome(task.text), limits)
    return Result(
        task=task.id,
        suite=task.suite,
        action=task.action,
        language=task.language,
        arm=arm,
        status="applied",
        right=verdict.reason == "",
        well_formed=True,
        tries=0,
        completion_tokens=0,
        seconds=clock.elapsed,
        first=0.0,
        reason=" ".join(verdict.reason.split())[:_LINE],
        counts=verdict.counts,
    )


_LINE = 160  # characters of a reason


async def _judged(task: Task, outcome: Outcome, limits: Limits) -> Verdict:
    """What the task's judge says; one that fails is a failed task, never a broken run."""
    try:
        return await task.judge(outcome, limits)
    except Exception as error:
        log.exception("The judge of %s %s failed.", task.suite, task.id)
        return Verdict(f"The judge failed, which is a mistake of Deskmate's: {error!r}")


def _well_formed(before: Document, outcome: Outcome) -> bool:
    made = (open_document(f"file:///{name}", text) for name, text in outcome.made.items())
    after = open_document(before.uri, outcome.text)
    return len(problems(after)) <= len(problems(before)) and not any(map(problems, made))


@dataclass(frozen=True, slots=True)
class _Place:
    """A task's action (a question has none) and document, in a folder where its project lies."""

    action: Action | None
    document: Document
    root: Path

    @classmethod
    def lay_out(cls, task: Task, action: Action | None, folder: str) -> _Place:
        root = Path(folder).resolve()
        for name, text in {**task.files, task.document: task.text}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return cls(action, open_document(file_uri(root / task.document), task.text), root)


@dataclass(frozen=True, slots=True)
class _Done:
    outcome: Outcome
    status: Status
    tries: int
    reason: str = ""
    judgement: Judgement = field(default_factory=Judgement)


class _Clock:
    """Seconds since it was made, and until the first token."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.first = 0.0

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def tick(self, update: Update) -> None:
        if not self.first and update.completion_tokens:
            self.first = self.elapsed


class _Metered(EngineWrapper):
    """The same engine, which counts the tokens of all its answers, those that are refused too."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.completion_tokens = 0

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer of the engine inside."""
        async with aclosing(self._engine.stream(prompt)) as chunks:
            async for chunk in chunks:
                if chunk.usage:
                    self.completion_tokens += chunk.usage.completion_tokens
                yield chunk


def _resolve(task: Task, place: _Place, action: Action) -> Request:
    return resolve(
        action,
        place.document,
        task.span,
        instruction=task.instruction,
        root=place.root,
        project=project_of(place.root / task.document, place.root),
        **task.more,
    )


async def _agree(question: RunQuestion) -> str:
    """The project is a throw-away one of ours, and its code is run in the jail anyway."""
    return ONCE


async def _with_deskmate(task: Task, place: _Place, engine: Engine, clock: _Clock) -> _Done:
    assert place.action is not None
    unchanged = Outcome(task.text)
    try:
        request = replace(_resolve(task, place, place.action), ask_to_run=_agree)
        proposal = await propose(request, engine, clock.tick)
    except Refused as refused:
        why = refused.tried[-1] if refused.tried else str(refused)
        return _Done(unchanged, "refused", len(refused.tried), why)
    except ActionError as error:
        return _Done(unchanged, "refused", 0, str(error))
    tries, change = len(proposal.tried) + bool(proposal.model), proposal.change
    judged = proposal.judgement
    if change is None:
        return _Done(Outcome(task.text, answer=proposal.shown), "applied", tries)
    path = file_path(change.before.uri)
    name = path.relative_to(place.root).as_posix() if path else task.document
    if name == task.document:
        done = Outcome(change.after, answer=proposal.shown, warnings=proposal.warnings)
        return _Done(done, "applied", tries, "", judged)
    made = Outcome(task.text, {name: change.after}, proposal.shown)
    return _Done(made, "applied", tries, "", judged)


async def _ask(task: Task, place: _Place, engine: Engine, clock: _Clock) -> _Done:
    try:
        said = await ask(task, place.document, engine, clock.tick)
    except (Refused, ActionError) as error:
        return _Done(Outcome(task.text), "refused", 1, str(error))
    return _Done(Outcome(task.text, answer=said), "applied", 1)


async def _bare(task: Task, place: _Place, engine: Engine, clock: _Clock) -> _Done:
    """The plain request, and its reply put where it belongs, as it comes."""
    document, action = place.document, place.action
    original, span = task.text, task.span
    if action is not None:
        try:
            target = _resolve(task, place, action).target
            original, span = target.original, target.span
        except ActionError as error:
            return _Done(Outcome(task.text), "refused", 0, str(error))
    prose = document.language is None or document.language.prose
    fence = document.language.fence if document.language else ""
    shown = original if prose else fenced(document.text, fence or task.language)
    asked = Prompt((Message("user", f"{task.wish}\n\n{shown}"),), max_tokens=1024)
    try:
        reply, _, _ = await listen(engine, asked, clock.tick, "writing")
    except EngineRejected as error:  # more than the model has room for
        return _Done(Outcome(task.text), "refused", 0, str(error))
    if task.makes:
        return _Done(Outcome(task.text, {task.makes: _plainly(reply, prose=False)}), "applied", 1)
    if action is None or not action.edits:
        return _Done(Outcome(task.text, answer=reply), "applied", 1)
    text = apply_edits(document.text, [Edit(span, _plainly(reply, prose=prose))])
    return _Done(Outcome(text), "applied", 1)


def _plainly(reply: str, *, prose: bool) -> str:
    """The first block in fences, or the whole reply. Prose may well have such blocks of its own, so
    that of a reply to it only one around everything goes.
    """
    blocks = [piece.text for piece in find_fenced(reply)]
    around = reply.strip().startswith("```") and reply.strip().endswith("```") and len(blocks) == 1
    return (blocks[0] if blocks and (around or not prose) else reply).strip("\n")
