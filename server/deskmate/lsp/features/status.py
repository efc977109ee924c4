"""`deskmate.status`: what would answer, and where, for what an editor always shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from deskmate.lsp.model import PAUSED

if TYPE_CHECKING:
    from deskmate.lsp.session import Session
    from deskmate.settings.sections.local import LocalSettings


async def report_status(session: Session) -> dict[str, Any]:
    """The model's name, the host that it runs on where that is not this machine, and what keeps it
    from answering; "" for what there is none of. No model is asked or loaded.
    """
    local = session.configuration.settings.local
    found = await asyncio.to_thread(_find_status, local)
    return found | ({"problem": PAUSED} if session.model.paused else {})


def _find_status(local: LocalSettings) -> dict[str, Any]:
    from deskmate.engines.table import describe_engine

    model, host, problem = describe_engine(local)
    return {"model": model, "host": host, "problem": problem}
