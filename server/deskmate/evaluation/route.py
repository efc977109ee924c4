"""The suite `route`: is a hard request told from an everyday one? No model is asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from deskmate.checks.sandbox import Limits
from deskmate.core.text.text import Span
from deskmate.evaluation.labelled import Labelled, labelled
from deskmate.evaluation.tasks import Outcome, Task, Verdict


def route_tasks(data: Path | None = None) -> tuple[list[Task], list[str]]:
    """The requests that are labelled, each a task."""
    return [_task(number, one) for number, one in enumerate(labelled(), 1)], []


def _task(number: int, one: Labelled) -> Task:
    return Task(
        id=f"{Path(one.file).stem}-{number}",
        suite="route",
        action="route",
        language=one.language or "text",
        document="request",
        text=one.instruction,
        span=Span(0, 0),
        wish="",
        judge=partial(_judge, one),
        asks=False,
        unseen=one.unseen or one.later,
    )


async def _judge(one: Labelled, outcome: Outcome, limits: Limits) -> Verdict:
    said = one.route().kind == "ask"
    counts = {"hard": int(one.hard), "missed": int(one.hard and not said)}
    counts |= {"everyday": int(not one.hard), "false alarms": int(said and not one.hard)}
    if said == one.hard:
        return Verdict("", counts)
    return Verdict(f"It is {'hard' if one.hard else 'an everyday request'}: {one.why}", counts)
