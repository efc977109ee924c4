"""What the editor shows of a job while it runs."""

from __future__ import annotations

import asyncio
import time

from lsprotocol import types

from deskmate.lsp.client import Client

INTERVAL = 0.1
"""Seconds between two reports, so that a fast model does not flood a slow client."""


class Progress:
    """The progress of one job, from `begin` to `end`. Where the editor has no place for it,
    nothing is sent; nor does anything wait for the editor's answer.
    """

    def __init__(self, client: Client, token: str, title: str) -> None:
        self._client = client
        self._token = token
        self._title = title
        self._message = ""
        self._final: str | None = None
        self._shown = False
        self._reported = 0.0
        self._later: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Asks the editor for a place, and shows the job there once it has one."""
        self._opening = asyncio.create_task(self._open())

    def report(self, message: str) -> None:
        """Says how far it is; of reports close behind another, only the last one."""
        self._message = message
        if self._shown and self._later is None:
            wait = max(0.0, self._reported + INTERVAL - time.monotonic())
            self._later = asyncio.get_running_loop().call_later(wait, self._send)

    def end(self, message: str) -> None:
        """Takes it away, with a last word."""
        self._final = message
        if self._shown:
            self._shown = False
            self._client.progress(self._token, types.WorkDoneProgressEnd(message=message))

    def _send(self) -> None:
        self._later = None
        if self._shown:
            self._reported = time.monotonic()
            report = types.WorkDoneProgressReport(message=self._message)
            self._client.progress(self._token, report)

    async def _open(self) -> None:
        if not await self._client.create_progress(self._token):
            return
        self._shown = True
        begin = types.WorkDoneProgressBegin(
            title=self._title, cancellable=True, message=self._message
        )
        self._client.progress(self._token, begin)
        if self._final is not None:
            self.end(self._final)
