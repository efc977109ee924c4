"""No model is installed: offers to install one, when the first action needs it and once when the
server starts for the first time, and does it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from deskmate.errors import EngineUnavailable, ModelError, ModelMissing
from deskmate.files.disk import exists
from deskmate.files.places import place
from deskmate.files.replace import replace_file
from deskmate.lsp.jobs import WAITING
from deskmate.lsp.outcome import Outcome

if TYPE_CHECKING:
    from deskmate.engines.models.recommend import Recommendation
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session

log = logging.getLogger(__name__)

INSTALL, SMALLER, NOT_NOW = "Install", "Install the small one", "Not now"


async def offer_at_start(session: Session) -> None:
    """Asks once, ever, which model to install; where the editor may keep its user from their work
    to ask, it only says so. An action that needs one asks anew.
    """
    asked = place("asked")
    if session.configuration.settings.local.model:
        return
    if await asyncio.to_thread(exists, asked):
        return
    await asyncio.to_thread(_note, asked)
    if not session.client.asks_in_passing:
        session.client.say(
            "Deskmate has no model to answer with yet: `deskmate models install` installs one that "
            "fits this machine, or the first action asks whether to."
        )
        return
    name = await _ask(session, "")
    if name:
        job = session.jobs.start("Installing a model", lambda job: _start(session, job, name))
        await session.answer_for(job, wait=False)


async def offer_install(session: Session, job: Job, missing: ModelMissing) -> bool:
    """Installs the model that is missing, if the user wants it; whether they do. No turn is held
    meanwhile, for they may never answer.

    Raises `missing` where the editor cannot ask them, ModelError where it cannot be fetched.
    """
    job.report(WAITING)
    name = await _ask(session, session.configuration.settings.local.model)
    if name is None:
        raise missing
    if name:
        await install_model(session, job, name)
    return bool(name)


async def _ask(session: Session, wanted: str) -> str | None:
    """The name of the model that the user wants, "" for none; None where nobody can be asked."""
    best, *others = await asyncio.to_thread(_find_choices, wanted)
    question = (
        "Deskmate has no model to answer with yet. "
        f"Install {best.model.title} ({_cost(best)})? It runs on this machine."
    )
    for one in others:
        question += f" {one.model.title} is smaller, and more often wrong ({_cost(one)})."
    buttons = (INSTALL, *(SMALLER for _ in others), NOT_NOW)
    answer = await session.client.choose(question, *buttons)
    if answer is None:
        return None
    names = dict(zip(buttons, (one.model.name for one in (best, *others)), strict=False))
    return names.get(answer, "")


def _find_choices(wanted: str) -> tuple[Recommendation, ...]:
    """The model that is wanted; for "" the best for this machine, and the default where that is
    another.
    """
    from deskmate.engines.models.catalogue import catalogue, find
    from deskmate.engines.models.recommend import (
        Recommendation,
        find_seconds,
        recommend,
        this_machine,
    )

    default = find(wanted)
    try:
        machine, disk = this_machine()
    except EngineUnavailable:
        return (Recommendation(default, ""),)
    small = Recommendation(default, "", find_seconds(default, machine))
    if wanted:
        return (small,)
    found = recommend(catalogue(), machine, disk)
    best = next((one for one in found if one.model.use == "coding"), small)
    return (small,) if best.model == default else (best, small)


def _cost(one: Recommendation) -> str:
    """What a model takes, in a few words."""
    seconds = f", about {one.seconds:.0f} s for a fix here" if one.seconds else ""
    return f"{one.model.size / 1e6:,.0f} MB, {one.model.licence}{seconds}"


async def _start(session: Session, job: Job, name: str) -> Outcome:
    await install_model(session, job, name)
    async with session.model.use() as tiers:
        engine = await tiers.engine()
        return Outcome("ready", (await engine.capabilities()).model)


async def install_model(session: Session, job: Job, name: str) -> None:
    """In a thread, which a cancelled job stops at its next report; then a copy where one is faster
    here. Raises ModelError.
    """
    from deskmate.engines.builds.comparing import make_copy
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
    if installed.source:
        try:
            local = session.configuration.settings.local
            await make_copy(installed.path, local, job.report)
        except (ModelError, OSError) as error:
            log.warning("No copy of %s was made: %s", installed.path, error)


def _note(asked: Path) -> None:
    """Keeps that it was asked; where that cannot be kept, it is asked again."""
    with suppress(OSError):
        replace_file(asked, b"", private=True)


class _Stopped(Exception):
    """The job was cancelled; what has been fetched is kept for the next time."""
