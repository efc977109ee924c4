"""`deskmate eval`: tasks through this model, with progress, resumed after a kill."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.cli_run import Progress, say
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError
from deskmate.evaluation.report import differing, laid_out, table
from deskmate.evaluation.running import Arm, run_task
from deskmate.evaluation.runs import Run, begin, last, read
from deskmate.evaluation.sandbox import Limits
from deskmate.evaluation.tasks import SUITES, Half, Suite, Task, chosen, load_tasks
from deskmate.settings import Settings
from deskmate.settings_sources import load_settings


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for: `model` instead of that of the settings, `data` where the tasks lie."""

    suites: Sequence[str]
    data: Path
    model: str = ""
    against_bare: bool = False
    half: Half = "both"
    limit: int = 0
    seed: int = 1
    resume: bool = False
    run_code: bool = False
    json_file: str = ""


def evaluate(options: Options) -> None:
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
    asyncio.run(_evaluate(tasks, settings, options))


def compare(first: str, second: str) -> None:
    """Prints two runs side by side, and the tasks in which they differ. Raises ActionError,
    OSError.
    """
    one, other = read(Path(first)), read(Path(second))
    for run in (one, other):
        say(f"{run.path.name}: {run.about['model']}")
        print(laid_out(table(run.results)), end="\n\n")
    print(laid_out(differing(one.results, other.results)))


async def _evaluate(tasks: Sequence[Task], settings: Settings, options: Options) -> None:
    tiers = Tiers(settings)
    arms: tuple[Arm, ...] = ("deskmate", "bare") if options.against_bare else ("deskmate",)
    try:
        engine = await tiers.engine()
        model = (await engine.capabilities()).model
        about = {
            "model": model,
            "suites": sorted({task.suite for task in tasks}),
            "tasks": len(tasks),
            "half": options.half,
            "seed": options.seed,
            "arms": arms,
        }
        about = json.loads(json.dumps(about))
        run = (last(about) if options.resume else None) or begin(about)
        actions, _ = load_actions()
        todo = [
            (task, arm) for task in tasks for arm in arms if not run.has(task.id, task.suite, arm)
        ]
        pace = _Pace(len(todo))
        for task, arm in todo:
            pace.show(f"{task.suite} {task.id}")
            run.add(await run_task(task, arm, engine, actions, Limits(seconds=15)))
        pace.end()
    finally:
        await tiers.aclose()
    _report(run, options)


def _report(run: Run, options: Options) -> None:
    print(laid_out(table(run.results)))
    say(f"{run.about['model']}; the results are in {run.path}.")
    if options.json_file:
        told = {**run.about, "results": [asdict(result) for result in run.results]}
        Path(options.json_file).write_text(json.dumps(told, indent=1), encoding="utf-8")


class _Pace:
    """How far it is, and how long it takes still."""

    def __init__(self, count: int) -> None:
        self._progress = Progress("eval")
        self._count = count
        self._done = 0
        self._started = time.monotonic()

    def show(self, what: str) -> None:
        left = ""
        if self._done:
            seconds = (time.monotonic() - self._started) / self._done * (self._count - self._done)
            left = f", {seconds / 60:.0f} min left" if seconds > 90 else f", {seconds:.0f} s left"
        self._progress.show(f"{self._done} of {self._count}{left}: {what}")
        self._done += 1

    def end(self) -> None:
        self._progress.clear()
