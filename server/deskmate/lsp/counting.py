"""Counts how jobs end, for `deskmate stats`."""

from __future__ import annotations

import asyncio

from deskmate.lsp.outcome import Outcome


def count(action_id: str, done: asyncio.Future[Outcome]) -> None:
    """Counts the outcome of a job, in a thread: the disk may be slow."""
    from deskmate.requests import stats

    outcome = done.result()
    asyncio.get_running_loop().run_in_executor(
        None, stats.count, action_id, outcome.status, outcome.figures
    )
