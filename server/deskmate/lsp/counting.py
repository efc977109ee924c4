"""Counts how jobs end, for `deskmate stats`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from deskmate.lsp.applied import Applied
from deskmate.lsp.outcome import Outcome

Follow = Callable[[Applied, "asyncio.Future[int | None]", str], None]


def count(follow: Follow, action_id: str, done: asyncio.Future[Outcome]) -> None:
    """Counts the outcome of a job, in a thread: the disk may be slow. `follow` is given an edit
    that can be followed, and its row to come.
    """
    from deskmate.requests import stats

    outcome = done.result()
    row = asyncio.get_running_loop().run_in_executor(
        None, stats.count, action_id, outcome.status, outcome.figures
    )
    if outcome.applied is not None:
        follow(outcome.applied, row, outcome.message)
