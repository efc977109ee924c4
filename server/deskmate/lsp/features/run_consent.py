"""The question whether a project's tests may be run to check answers, in any editor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deskmate.lsp.jobs import WAITING
from deskmate.lsp.session import Session

if TYPE_CHECKING:
    from deskmate.checks.consent import AskToRun, RunQuestion
    from deskmate.lsp.jobs import Job


def make_asking(session: Session, job: Job, wait: float) -> AskToRun:
    """Puts the same question once in a session, and says in the job's progress that it is open;
    after `wait` seconds nobody waits for the answer any more, which is kept when it comes. A
    decision is forgotten here: it is in the user's file, from which they may take it back.
    """
    from deskmate.checks.consent import CHOICES

    async def put(question: RunQuestion) -> str | None:
        from deskmate.checks.consent_store import decide_run

        answer = await session.client.choose(question.words, *CHOICES)
        if answer in CHOICES:
            choice = CHOICES[answer]
            await asyncio.to_thread(decide_run, question.folder, choice, question.missing)
            del session.run_questions[question]
        return answer

    async def ask(question: RunQuestion) -> str | None:
        asked = session.run_questions
        if question not in asked:
            asked[question] = asyncio.create_task(put(question))
        task = asked[question]
        if not task.done():
            job.report(WAITING)
        await asyncio.wait({task}, timeout=wait)
        return task.result() if task.done() else ""

    return ask
