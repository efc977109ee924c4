"""No model is installed: offers to install one, and does it."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from deskmate.errors import ModelMissing

if TYPE_CHECKING:
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session

INSTALL, NOT_NOW = "Install", "Not now"


async def offer_install(session: Session, job: Job, missing: ModelMissing) -> bool:
    """Installs the model that is missing, if the user wants it; whether they do. No turn is held
    meanwhile, for they may never answer.

    Raises `missing` where the editor cannot ask them, ModelError where it cannot be fetched.
    """
    from deskmate.engines.models.catalogue import find

    wanted = session.configuration.settings.local.model
    model = find(wanted)
    job.report("waiting for your answer")
    question = (
        "Deskmate has no model to answer with yet. "
        f"Install {model.title} ({model.size / 1e6:,.0f} MB)? It runs on this machine."
    )
    answer = await session.client.choose(question, INSTALL, NOT_NOW)
    if answer is None:
        raise missing
    if answer == INSTALL:
        await _install(session, job, wanted)
    return answer == INSTALL


async def _install(session: Session, job: Job, name: str) -> None:
    """In a thread, which a cancelled job stops at its next report."""
    from deskmate.engines.models.download import install

    loop, stopped = asyncio.get_running_loop(), threading.Event()

    def report(done: int, total: int, doing: str) -> None:
        if stopped.is_set():
            raise _Stopped
        message = f"installing, {done / 1e6:,.0f} of {total / 1e6:,.0f} MB, {doing}"
        loop.call_soon_threadsafe(job.report, message)

    try:
        installed = await asyncio.to_thread(install, name, report)
    finally:
        stopped.set()
    if installed.note:
        session.client.say(installed.note)


class _Stopped(Exception):
    """The job was cancelled; what has been fetched is kept for the next time."""
