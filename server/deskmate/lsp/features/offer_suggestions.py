"""Asks once, ever, whether text is to be suggested while its user types: when the first action has
been answered, so that the model is loaded, and where this machine is fast enough for that.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from deskmate.errors import DeskmateError
from deskmate.files.disk import exists
from deskmate.files.places import place
from deskmate.files.replace import replace_file
from deskmate.lsp.outcome import Outcome

if TYPE_CHECKING:
    from deskmate.lsp.session import Session

log = logging.getLogger(__name__)

YES, NO = "Yes", "No"


def offer_after(session: Session, done: asyncio.Future[Outcome]) -> None:
    """Asks after a job that ended so, in the background; once in a session at most, for it takes
    the model some seconds to find out how fast it is.
    """
    if session.offering is None and done.result().status in ("applied", "shown"):
        session.offering = asyncio.create_task(_offer(session))


async def _offer(session: Session) -> None:
    try:
        if not await _is_worth_asking(session):
            return
        await asyncio.to_thread(_note)
        answer = await session.client.choose(_QUESTION, YES, NO)
        if answer == YES:
            await session.set_own({_ENABLED: True})
    except (DeskmateError, OSError) as error:
        log.warning("Nothing is suggested while you type: %s", error)


async def _is_worth_asking(session: Session) -> bool:
    """Whether it is not on, nobody has said that it is to be off, the editor shows it, nobody was
    asked before, and it is fast enough here.
    """
    settings = session.configuration.settings.completion
    if settings.enabled or session.model.paused or not session.client.shows_suggestions:
        return False
    if await asyncio.to_thread(_asked_or_said, session):
        return False
    async with session.model.use() as tiers:
        engine = await tiers.completion_engine()
        if (await engine.capabilities()).fim is None:
            return False
        from deskmate.requests.completion import measure_completion

        return await measure_completion(engine) * 1000 <= settings.slowest_ms


def _asked_or_said(session: Session) -> bool:
    return exists(place("asked-suggestions")) or session.configuration.is_said(_ENABLED)


def _note() -> None:
    """Keeps that it was asked; where that cannot be kept, it is asked again."""
    with suppress(OSError):
        replace_file(place("asked-suggestions"), b"", private=True)


_ENABLED = "completion.enabled"

_QUESTION = (
    "Deskmate: suggest text while you type? The model on this machine is fast enough for it. "
    "`completion.enabled` in your settings.toml turns it on and off."
)
