"""`deskmate eval`: tasks through this model, with progress, resumed after a kill."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from deskmate.actions.catalog import load_actions
from deskmate.checks.sandbox import Limits
from deskmate.cli.eval_report import Telling, tell
from deskmate.cli.progress import Progress, say
from deskmate.cli.terminal import ask_to_agree
from deskmate.engines.engine import Engine
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError
from deskmate.evaluation.running import Arm, run_task
from deskmate.evaluation.runs import Run, begin, last, version
from deskmate.evaluation.suites import find_tasks
from deskmate.evaluation.tasks import Half, Task, chosen
from deskmate.requests.escalation import find_cloud
from deskmate.routing.policy import ASKED_FOR
from deskmate.settings.schema import Settings
from deskmate.settings.sources import load_settings

Against = Literal["", "bare", "cloud", "alone"]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for: `suites`, all where none is named; `data` where HumanEvalPack lies;
    `model` instead of that of the settings. After `minutes` no further task is begun, with 0 all
    are.
    """

    suites: Sequence[str]
    data: Path | None = None
    model: str = ""
    against: Against = ""
    half: Half = "both"
    limit: int = 0
    seed: int = 1
    minutes: float = 0
    resume: bool = False
    run_code: bool = False


def evaluate(options: Options, telling: Telling) -> Run:
    """Runs the tasks and prints what came of it. Raises DeskmateError, OSError."""
    tasks, left_out = find_tasks(options.suites, options.data, run_code=options.run_code)
    for reason in left_out:
        say(f"Left out: {reason}")
    settings, problems = load_settings()
    for problem in problems:
        say(str(problem))
    if options.model:
        settings = replace(settings, local=replace(settings.local, model=options.model))
    settings = replace(settings, cache=replace(settings.cache, megabytes=0))
    tasks = chosen(tasks, options.half, options.limit, options.seed)
    run = asyncio.run(_evaluate(tasks, settings, options))
    tell(run, settings, telling)
    return run


async def _evaluate(tasks: Sequence[Task], settings: Settings, options: Options) -> Run:
    tiers = Tiers(settings)
    arms: tuple[Arm, ...] = ("deskmate", options.against) if options.against else ("deskmate",)
    away: list[Engine] = []
    try:
        if options.against == "cloud":
            away.append(await _cloud(settings, len(tasks)))
        engines = {arm: away[0] if arm == "cloud" else await tiers.engine() for arm in arms}
        about = {
            "model": (await engines["deskmate"].capabilities()).model,
            "suites": sorted({task.suite for task in tasks}),
            "tasks": len(tasks),
            "half": options.half,
            "seed": options.seed,
            "arms": arms,
            "version": version(),
        }
        about = json.loads(json.dumps(about))
        run = (last(about) if options.resume else None) or begin(about)
        await _run_tasks(run, tasks, engines, options)
        return run
    finally:
        for engine in away:
            await engine.aclose()
        await tiers.aclose()


async def _cloud(settings: Settings, count: int) -> Engine:
    """The gateway to the cloud model, if the user agrees that so many tasks go through it. Raises
    ActionError where they do not.
    """
    cloud = find_cloud(settings, "eval", None, ())
    if cloud is None or settings.routing.mode == "never":
        raise ActionError(
            "No cloud model may be asked: set `cloud.engine` in your own settings, and "
            "`routing.mode` to anything but `never`."
        )
    words = (
        f"Send {count} tasks, one after the other, to {cloud.provider} ({cloud.model})? They are "
        f"the suites' own texts, and nothing of yours. Your budget is kept: "
        f"${settings.cloud.day_budget:.2f} a day."
    )
    if not await ask_to_agree(words):
        raise ActionError("Nothing was sent, because you did not agree.")
    return cloud.open((ASKED_FOR,))


async def _run_tasks(
    run: Run, tasks: Sequence[Task], engines: Mapping[Arm, Engine], options: Options
) -> None:
    """Runs what the run has no result of; each is kept as it comes."""
    actions, _ = load_actions()
    every = [(task, arm) for task in tasks for arm in engines if task.asks or arm == "deskmate"]
    todo = [(task, arm) for task, arm in every if not run.has(task.id, task.suite, arm)]
    pace = _Pace(len(every), len(todo))
    try:
        for task, arm in todo:
            if options.minutes and pace.seconds > options.minutes * 60:
                say(f"{options.minutes:g} minutes have passed: {_so_far(len(run.results), every)}")
                return
            pace.show(f"{task.suite} {task.id}")
            run.add(await run_task(task, arm, engines[arm], actions, Limits(seconds=15)))
    except BaseException:  # Ctrl-C cancels; an engine may fail
        pace.end()
        say(f"Stopped: {_so_far(len(run.results), every)}")
        raise
    finally:
        pace.end()


def _so_far(done: int, every: Sequence[object]) -> str:
    return f"{done} of {len(every)} are done and kept; the same command with --resume goes on."


class _Pace:
    """How far it is, and how long it takes still: `todo` of `count` are to be done."""

    def __init__(self, count: int, todo: int) -> None:
        self._progress = Progress("eval")
        self._count = count
        self._todo = todo
        self._done = 0
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self._started

    def show(self, what: str) -> None:
        """Shows what is done next."""
        left = ""
        if self._done:
            seconds = self.seconds / self._done * (self._todo - self._done)
            left = f", {seconds / 60:.0f} min left" if seconds > 90 else f", {seconds:.0f} s left"
        before = self._count - self._todo
        self._progress.show(f"{before + self._done} of {self._count}{left}: {what}")
        self._done += 1

    def end(self) -> None:
        """Leaves an empty line behind."""
        self._progress.clear()
