"""What the project beside the code is worth: our tasks of several files, each with what
`docs/context.md` says and with its own file alone, by a real model. Each result is a line of
docs/quality-projects.jsonl, so that it can be stopped and goes on; `docs/write_quality.py
--recorded` makes the page of them.

    python tests/evaluation/measure_projects.py MODEL [--minutes 30] [--half unseen]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.checks.sandbox import Limits
from deskmate.engines.tiers import Tiers
from deskmate.evaluation.projects import project_tasks
from deskmate.evaluation.running import run_task
from deskmate.evaluation.runs import version
from deskmate.evaluation.tasks import Half, chosen
from deskmate.settings.schema import CacheSettings, LocalSettings, Settings

RECORD = Path(__file__).parents[2] / "docs" / "quality-projects.jsonl"


async def measure(model: str, half: Half, minutes: float, limit: int) -> None:
    """Runs what the record has no result of."""
    known = {(one["model"], one["alone"], one["task"]) for one in recorded()}
    ends = time.monotonic() + minutes * 60
    tiers = Tiers(Settings(local=LocalSettings(model=model), cache=CacheSettings(megabytes=0)))
    actions, _ = load_actions()
    try:
        engine = await tiers.engine()
        tasks = chosen(project_tasks()[0], half, limit, 1)
        tasks.sort(key=lambda task: task.action == "write-tests")  # which take longest by far
        for at, task in enumerate(tasks):
            # One goes first, then the other: the second finds a beginning that has been read.
            for alone in (bool(at % 2), not at % 2):
                if (model, alone, task.id) in known:
                    continue
                if time.monotonic() > ends:
                    return
                asked = replace(task, more={"alone": alone})
                result = await run_task(asked, "deskmate", engine, actions, Limits(seconds=60))
                line = {"model": model, "alone": alone, "version": version(), **asdict(result)}
                with RECORD.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                said = "right" if result.right else result.reason
                print(task.id, "alone" if alone else "project", said, file=sys.stderr)
    finally:
        await tiers.aclose()


def recorded() -> list[dict[str, object]]:
    """The results that there are."""
    if not RECORD.exists():
        return []
    return [json.loads(line) for line in RECORD.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--half", default="both", choices=("tuned", "unseen", "both"))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--limit", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(measure(given.model, given.half, given.minutes, given.limit))
