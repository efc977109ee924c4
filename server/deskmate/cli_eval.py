"""`deskmate eval`: tasks through this model, with progress, resumed after a kill."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.cli_eval_report import Telling, compare, report, tell
from deskmate.cli_run import Progress, say
from deskmate.engines.engine import Engine
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError
from deskmate.evaluation.running import Arm, run_task
from deskmate.evaluation.runs import Run, begin, last, version
from deskmate.evaluation.sandbox import Limits
from deskmate.evaluation.tasks import SUITES, Half, Suite, Task, chosen, load_tasks
from deskmate.settings import Settings
from deskmate.settings_sources import load_settings

__all__ = ["Options", "Telling", "compare", "evaluate", "report"]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for: `model` instead of that of the settings, `data` where the tasks lie;
    after `minutes` no further task is begun, with 0 all are.
    """

    suites: Sequence[str]
    data: Path
    model: str = ""
    against_bare: bool = False
    half: Half = "both"
    limit: int = 0
    seed: int = 1
    minutes: float = 0
    resume: bool = False
    run_code: bool = False


def evaluate(options: Options, telling: Telling) -> Run:
    """Runs the tasks and prints what came of it. Raises DeskmateError, OSError."""
    suites: list[Suite] = [one for one in SUITES if one in options.suites or not options.suites]
    unknown = [one for one in options.suites if one not in SUITES]
    if unknown:
        raise ActionError(f"There is no suite {unknown[0]}. There are {', '.join(SUITES)}.")
    if not options.run_code:
        raise ActionError(
            "These tasks run what the model writes: in a process of its own, with limits on time, "
            "memory, files and processes, without network on Linux. Say --run-code if it may."
        )
    tasks, missing = load_tasks(options.data, suites)
    for reason in missing:
        say(f"Left out: {reason}")
    settings, problems = load_settings(None)
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
    arms: tuple[Arm, ...] = ("deskmate", "bare") if options.against_bare else ("deskmate",)
    try:
        engines = await _engines(arms, tiers)
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
        await tiers.aclose()


async def _engines(arms: Sequence[Arm], tiers: Tiers) -> dict[Arm, Engine]:
    """What answers for each arm."""
    return {arm: await tiers.engine() for arm in arms}


async def _run_tasks(
    run: Run, tasks: Sequence[Task], engines: Mapping[Arm, Engine], options: Options
) -> None:
    """Runs what the run has no result of; each is kept as it comes."""
    actions, _ = load_actions()
    every = [(task, arm) for task in tasks for arm in engines]
    todo = [(task, arm) for task, arm in every if not run.has(task.id, task.suite, arm)]
    pace = _Pace(len(every), len(todo))
    try:
        for task, arm in todo:
            if options.minutes and pace.seconds > options.minutes * 60:
                say(f"{options.minutes:g} minutes are over: {_so_far(len(run.results), every)}")
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
