"""The suite `questions`: questions with known answers, of `questions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Engine
from deskmate.evaluation.checking import Expected, check
from deskmate.evaluation.tasks import Task
from deskmate.requests.question import answer, resolve_question
from deskmate.requests.repair_loop import OnUpdate
from deskmate.requests.retrieval import Source

ASK = "ask"
"""What stands for an action in a task that is a question: its text is the task's instruction."""

ADMITS = (
    r"(?i)(?:do not|don't|doesn't|does not|cannot|can't|not able to|unable to|no) (?:\w+ ){0,2}"
    r"(?:know|say|tell|mention|specif|provide|access|answer|assist|contain|include|information|way)"
    r"|(?:not|isn't) (?:provided|given|mentioned|specified|stated|included|available)"
    r"|weiß (?:ich )?(?:es )?nicht|kann (?:ich )?\w*\s?nicht|keine Informationen"
)
"""How an answer says that it does not know."""

WARNS = (
    r"(?i)careful|caution|warning|before you run|permanent|irrevers|cannot be (?:undone|recovered)"
    r"|can't be undone|lose|lost|overwrit|back ?up|dangerous|with care|security risk|double-check"
)
"""How an answer says what may go wrong."""


def question_tasks(data: Path | None = None) -> tuple[list[Task], list[str]]:
    """The questions, each a task."""
    return list(map(_task, rows())), []


def rows() -> Iterator[Mapping[str, Any]]:
    """Every question as it is written."""
    text = (resources.files(__package__) / "questions.toml").read_text(encoding="utf-8")
    yield from tomllib.loads(text)["question"]


def _task(row: Mapping[str, Any]) -> Task:
    text = row.get("text", "")
    also = {"right": (), "admitted": (ADMITS,), "warned": (WARNS,)}[row["kind"]]
    expected = Expected(
        before=text,
        document=row.get("file", ""),
        shows=True,
        has=(*row.get("has", ()), *also),
        lacks=tuple(row.get("lacks", ())),
    )
    return Task(
        id=f"{row['kind']}-{row['id']}",
        suite="questions",
        action=ASK,
        language="text",
        document=row.get("file", "question.txt"),
        text=text,
        span=Span(0, len(text)),
        wish=row["question"],
        judge=partial(check, expected),
        instruction=row["question"],
    )


async def ask(task: Task, document: Document, engine: Engine, on_update: OnUpdate) -> str:
    """The answer as Deskmate gives it. Raises Refused, ActionError, EngineError."""
    sources = [Source(document, task.span)] if task.text else []
    question = resolve_question(task.instruction, sources)
    return (await answer(question, engine, on_update)).text
