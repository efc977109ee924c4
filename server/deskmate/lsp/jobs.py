"""Work that takes a while, with progress, to be cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from deskmate.lsp.client import Client
from deskmate.lsp.outcome import Outcome, to_outcome
from deskmate.lsp.progress import Progress

log = logging.getLogger(__name__)

WAITING = "waiting for your answer"
"""What the progress says while a question is open."""

PATIENCE = 1.0
"""Seconds after which an editor that is to apply an edit shows it to its user first."""

Work = Callable[["Job"], Coroutine[Any, Any, Outcome]]


class Jobs:
    """The jobs under way; whose turn it is with the model is the engine's queue to say. `busy` is
    told whether there are any.
    """

    def __init__(self, client: Client, busy: Callable[[bool], None] = lambda _: None) -> None:
        self._client = client
        self._busy = busy
        self._running: dict[int, Job] = {}
        self._count = 0

    def start(self, title: str, work: Work) -> Job:
        """Begins `work` as a job of its own, and shows its progress under `title`."""
        self._count += 1
        job = Job(self._count, title, self._client)
        self._running[job.id] = job
        self._busy(True)
        job.begin(work)
        job.outcome.add_done_callback(lambda _: self._remove(job))
        return job

    def _remove(self, job: Job) -> None:
        del self._running[job.id]
        if not self._running:
            self._busy(False)

    def cancel(self, job_id: int | None = None) -> int:
        """Cancels one job, or all of them; how many were under way, and not ending already."""
        running = [job for job in self._running.values() if not job.ending]
        chosen = [job for job in running if job_id in (None, job.id)]
        for job in chosen:
            job.cancel()
        return len(chosen)

    def cancel_progress(self, token: int | str) -> None:
        """Cancels the job that is shown under that token."""
        for job in list(self._running.values()):
            if job.token == token:
                job.cancel()

    async def aclose(self) -> None:
        """Cancels every job and waits until the model has let go of them."""
        outcomes = [job.outcome for job in self._running.values()]
        for job in self._running.values():
            job.abort()
        await asyncio.gather(*outcomes)


class Job:
    """One piece of work under way. `outcome` is set once, however it ends. Long work waits for
    `stop`, too: it then hands over what is done.
    """

    def __init__(self, job_id: int, title: str, client: Client) -> None:
        self.id = job_id
        self.title = title
        self.token = f"deskmate: {title} #{job_id}"
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.stop: asyncio.Event | None = None
        self._progress = Progress(client, self.token, title)
        self._task: asyncio.Task[Outcome] | None = None

    @property
    def ending(self) -> bool:
        """Whether it has been told to end, and cleans up."""
        return self._task is not None and self._task.cancelling() > 0

    def begin(self, work: Work) -> None:
        """Starts the work as a task."""
        self._progress.begin()
        self._task = asyncio.create_task(work(self))
        self._task.add_done_callback(self._end)

    def report(self, message: str) -> None:
        """Says how far it is."""
        self._progress.report(message)

    @contextmanager
    def waiting(self, message: str) -> Iterator[None]:
        """Says what is asked of the editor, and after PATIENCE that it is the user who is waited
        for: whatever an editor does by itself is done by then.
        """
        self.report(message)
        later = asyncio.get_running_loop().call_later(PATIENCE, self.report, WAITING)
        try:
            yield
        finally:
            later.cancel()

    def cancel(self) -> None:
        """Ends the work, keeping what is done where it can; a second time, without."""
        if self.stop is not None and not self.stop.is_set():
            self.stop.set()
        else:
            self.abort()

    def abort(self) -> None:
        """Ends the work where it stands; the outcome follows when it has cleaned up."""
        if self._task is not None:
            self._task.cancel()

    async def wait(self) -> Outcome:
        """The outcome; whoever is cancelled while waiting for it cancels the job."""
        try:
            return await asyncio.shield(self.outcome)
        except asyncio.CancelledError:
            self.cancel()
            raise

    def _end(self, task: asyncio.Task[Outcome]) -> None:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        outcome = to_outcome(error) if error else task.result()
        tokens = outcome.figures.completion_tokens
        log.info("%s: %s, %d tokens", self.token, outcome.status, tokens)
        self._progress.end(outcome.message)
        self.outcome.set_result(outcome)
