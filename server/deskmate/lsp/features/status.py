"""`deskmate.status`: what would answer, and where, for what an editor always shows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from deskmate.errors import ModelError

if TYPE_CHECKING:
    from deskmate.lsp.session import Session
    from deskmate.settings.schema import LocalSettings


async def report_status(session: Session) -> dict[str, Any]:
    """The model's name, the host that it runs on where that is not this machine, and what keeps it
    from answering; "" for what there is none of. No model is asked or loaded.
    """
    local = session.configuration.settings.local
    return await asyncio.to_thread(_find_status, local)


def _find_status(local: LocalSettings) -> dict[str, Any]:
    from deskmate.engines.http import is_this_machine
    from deskmate.engines.models.catalogue import find_model
    from deskmate.engines.table import too_far

    host = "" if is_this_machine(local.url) else urlsplit(local.url).hostname or ""
    if local.engine == "openai":
        return {"model": local.model, "host": host, "problem": too_far(local.url)}
    if local.engine == "scripted":
        return {"model": Path(local.model).stem, "host": "", "problem": ""}
    try:
        return {"model": find_model(local.model).stem, "host": "", "problem": ""}
    except ModelError as error:
        return {"model": "", "host": "", "problem": str(error)}
