"""What is compiled before the first code of a project can be called: made while a model still
writes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from deskmate.checks.sandbox import Limits, run_code
from deskmate.checks.suites import RUN_LIMITS
from deskmate.checks.toolchains import (
    INSIDE,
    kept_folder,
    read_inside,
    read_rows,
    spell_out,
    surround,
)

log = logging.getLogger(__name__)

_SECONDS = 120
"""What it may take, while others come first."""


def can_warm(language: str) -> bool:
    """Whether there is something to make."""
    return "ready" in read_rows("toolchains.toml").get(language, {})


async def warm(folder: Path, language: str) -> None:
    """Has it made, first for all projects, then for the one in `folder`, of which nothing is run:
    an example of ours is, in the jail, where whatever else runs comes first. Whoever asks for the
    same meanwhile waits for it. Raises nothing.
    """
    async with _MAKING[folder, language]:
        if (folder, language) in _READY:
            return
        try:
            await _make(folder, language)
        except Exception:
            log.exception("What calls code cannot be made ready")


async def _make(folder: Path, language: str) -> None:
    row = read_rows("toolchains.toml")[language]
    known = {"{file}": f"{INSIDE}/{row['ready']}", "{symbol}": ""}
    words = spell_out(row["examples"]["command"], language)
    command = [known.get(word, word).replace("{cache}", str(kept_folder(folder))) for word in words]
    limits = replace(Limits(seconds=_SECONDS), **RUN_LIMITS)
    for shares in (True, False) if "begins_as" in row else (False,):
        around = await asyncio.to_thread(
            surround, folder, language, whole=False, runs=not shares, shares=shares
        )
        ran = await run_code(read_inside(), command, limits, replace(around, gives_way=True))
        log.debug("%s is made ready: %s", language, ran)
        if "ok - " not in ran.output:
            return
    _READY.add((folder, language))


_READY = set[tuple[Path, str]]()
_MAKING = defaultdict[tuple[Path, str], asyncio.Lock](asyncio.Lock)
