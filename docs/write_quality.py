"""Measures the models of docs/quality.toml and writes docs/quality.md: of each task that
docs/quality.jsonl has no result of it keeps one there, a line each, so that it can be stopped and
goes on. What is to be measured anew is taken out of that file first. With `--limit` it tries so
many tasks of each model, and both files go to build/, anew each time; with `--minutes 0` it writes
the page only. Everything else that a model is run with comes from your settings.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.checks.sandbox import Limits
from deskmate.engines.models.catalogue import find_model
from deskmate.engines.tiers import Tiers
from deskmate.errors import DeskmateError, ModelError
from deskmate.evaluation.quality import Recorded, quality_page
from deskmate.evaluation.running import Arm, run_task
from deskmate.evaluation.runs import version
from deskmate.evaluation.suites import find_tasks
from deskmate.evaluation.tasks import Task, chosen
from deskmate.settings.sources import load_settings

DOCS = Path(__file__).parent
BUILD = DOCS.parent / "build"


def main() -> int:
    """Exit code 1 where nothing could be measured."""
    book = tomllib.loads((DOCS / "quality.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", help="all, where none is named")
    parser.add_argument("--model", action="append", help="instead of those of docs/quality.toml")
    parser.add_argument("--data", type=Path, help="where HumanEvalPack lies")
    parser.add_argument("--limit", type=int, default=0, help="so many tasks of each model")
    parser.add_argument("--minutes", type=float, default=56, help="for all models together")
    given = parser.parse_args()
    folder = BUILD if given.limit else DOCS
    folder.mkdir(exist_ok=True)
    record, ends = folder / "quality.jsonl", time.monotonic() + given.minutes * 60
    if given.limit:
        record.unlink(missing_ok=True)
    models = given.model or [one for one in book["models"] if _is_here(one)]
    try:
        tasks, left_out = find_tasks(given.suites, given.data, run_code=True)
        for reason in left_out:
            print(f"Left out: {reason}", file=sys.stderr)
        tasks = chosen(tasks, "unseen", given.limit, seed=1)
        for at, model in enumerate(models):
            now = time.monotonic()
            until = now + (ends - now) / (len(models) - at)
            asyncio.run(measure(model, tasks, book["arms"], record, until))
    except DeskmateError as error:
        print(error, file=sys.stderr)
        return 1
    page = folder / "quality.md"
    page.write_text(quality_page(recorded(record), book), encoding="utf-8", newline="\n")
    print(f"Wrote {page}.", file=sys.stderr)
    return 0


def _is_here(model: str) -> bool:
    try:
        find_model(model)
    except ModelError as error:
        print(f"Left out: {error}", file=sys.stderr)
        return False
    return True


def recorded(record: Path) -> list[Recorded]:
    """The results that there are, model by model."""
    text = record.read_text(encoding="utf-8") if record.exists() else ""
    return sorted(map(Recorded.read, text.splitlines()), key=lambda one: one.model)


async def measure(
    model: str, tasks: Sequence[Task], arms: Mapping[str, list[Arm]], record: Path, until: float
) -> None:
    """Keeps a result of each task and arm that the record has none of. Raises DeskmateError."""
    known = {
        (one.result.suite, one.result.task, one.result.arm)
        for one in recorded(record)
        if one.model == model
    }
    settings = load_settings()[0]
    settings = replace(
        settings,
        local=replace(settings.local, model=model),
        cache=replace(settings.cache, megabytes=0),
    )
    actions, tiers = load_actions()[0], Tiers(settings)
    try:
        for at, task in enumerate(tasks):
            every: list[Arm] = arms.get(task.suite, arms["*"]) if task.asks else ["deskmate"]
            # One goes first, then the other: the second finds a beginning that has been read.
            for arm in every if at % 2 else every[::-1]:
                if (task.suite, task.id, arm) in known:
                    continue
                if time.monotonic() > until:
                    return
                engine = await tiers.engine()
                result = await run_task(task, arm, engine, actions, Limits(seconds=60))
                with record.open("a", encoding="utf-8", newline="\n") as file:
                    file.write(Recorded(model, version(), result).line())
                said = "right" if result.right else result.reason
                print(f"{task.suite} {task.id}, {arm}: {said}", file=sys.stderr)
    finally:
        await tiers.aclose()


if __name__ == "__main__":
    sys.exit(main())
