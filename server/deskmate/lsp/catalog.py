"""The actions of one session: those that may be offered, and the question about a project's own."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.errors import explain_os_error
from deskmate.lsp.client import Client

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deskmate.actions.action import Action
    from deskmate.checks.project_actions import ActionsQuestion, Loaded

log = logging.getLogger(__name__)


class Catalog:
    """The actions, which are read when they are first needed, and looked at again after each time
    that they were, so that no menu waits for a disk. A project's wait for the user's leave, which
    is asked for once in a session, unless the editor says that they trust the project.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._loaded: dict[Path | None, Loaded] = {}
        self._looking: dict[Path | None, asyncio.Task[Loaded]] = {}
        self._told: set[str] = set()
        self._asked: dict[Path, asyncio.Task[None]] = {}

    async def load(self, folder: Path | None) -> Mapping[str, Action]:
        """The actions by id, in the order of a menu, in that folder of the workspace."""
        if folder not in self._loaded:
            return (await self._look(folder)).actions
        if folder not in self._looking or self._looking[folder].done():
            self._looking[folder] = asyncio.create_task(self._look(folder))
        return self._loaded[folder].actions

    def stop(self) -> None:
        """Waits for no answer any more."""
        for task in (*self._asked.values(), *self._looking.values()):
            task.cancel()

    async def _look(self, folder: Path | None) -> Loaded:
        from deskmate.checks.project_actions import load_allowed

        trusted = self._client.folders if self._client.trusts else ()
        known = self._loaded.get(folder)
        loaded = await asyncio.to_thread(load_allowed, folder, trusted=trusted, known=known)
        self._loaded[folder] = loaded
        if loaded is not known:
            self._tell(loaded)
        return loaded

    def _tell(self, loaded: Loaded) -> None:
        for problem in loaded.problems:
            if problem not in self._told:
                self._told.add(problem)
                self._client.say(problem, types.MessageType.Warning)
        for question in loaded.questions:
            if question.folder not in self._asked:
                self._asked[question.folder] = asyncio.create_task(self._ask(question))

    async def _ask(self, question: ActionsQuestion) -> None:
        from deskmate.checks.consent_store import decide_actions
        from deskmate.checks.project_actions import CHOICES

        answer = await self._client.choose(question.words, *CHOICES)
        if answer is None:
            self._client.say(question.how)
        elif answer in CHOICES:
            try:
                await asyncio.to_thread(decide_actions, question.folder, CHOICES[answer])
            except OSError as error:
                self._client.say(
                    f"That cannot be kept: {explain_os_error(error)}", types.MessageType.Error
                )
            self._loaded.clear()
