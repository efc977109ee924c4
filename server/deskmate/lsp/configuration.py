"""The settings as this editor has them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.text.uri import file_path
from deskmate.lsp.client import Client
from deskmate.lsp.logs import log_to
from deskmate.settings.engines import ENGINES
from deskmate.settings.schema import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from deskmate.settings.project import Project
    from deskmate.settings.resolve import Problem

SECTION = "deskmate"
"""Under which an editor keeps the settings that are meant for us."""

PATIENCE = 3.0
"""Seconds that it has to tell them before a command goes on without."""


class Configuration:
    """What the editor sends, and the settings that come of it, of the user's and the project's
    files, and of what they choose in the session. What is wrong in them is shown once.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sent: object = None
        self.settings = Settings()
        """Those that hold now, for all that is not about one document: a session begins by reading
        them, and no message is read before they are there.
        """
        self._in_folders: dict[Path | None, Settings] = {}
        self._shown: set[Problem] = set()
        self._connected = asyncio.Event()
        self._chosen: tuple[str, str] | None = None

    async def connect(self) -> None:
        """Asks the editor for its settings, and to be told when they change."""
        await self.refresh(None)
        self._connected.set()
        await self._client.watch_settings(SECTION)

    async def wait(self) -> None:
        """Until the editor has told its settings the first time, or does not in that time."""
        if not self._connected.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._connected.wait(), PATIENCE)
            self._connected.set()

    async def refresh(self, pushed: object) -> None:
        """Takes the editor's settings as they are now, or what it pushed where it keeps none."""
        pulled = await self._client.settings(SECTION)
        self._sent = pushed if pulled is None else pulled
        await self.reread()

    async def reread(self) -> None:
        """Takes the user's own file as it is now, and the project's. What the editor sends later is
        handled when that is done.
        """
        rereading = asyncio.create_task(self._reread())
        self._client.hold(rereading)
        await rereading

    def is_said(self, key: str) -> bool:
        """Whether the user has said something about a setting."""
        from deskmate.settings.sources import is_said

        return is_said(key, (self._client.options, self._sent))

    def of(self, uri: str) -> Settings:
        """Those that hold in the workspace's folder of a document, as they were last read."""
        folder = self._client.folder_of(file_path(uri))
        return self._in_folders.get(folder, self.settings)

    async def load_for(self, project: Project | None) -> Settings:
        """The settings that hold in a project, as its files say at this moment."""
        from deskmate.settings.sources import load_settings

        folders = project.folders if project else ()
        sent = (self._client.options, self._sent)
        settings, problems = await asyncio.to_thread(load_settings, folders, sent)
        for problem in problems:
            if problem not in self._shown:
                self._shown.add(problem)
                self._client.say(f"Deskmate: {problem}", types.MessageType.Warning)
        return self._with_chosen(settings)

    async def choose_model(self, name: str) -> None:
        """Has the settings name that model, for as long as `local.model` stays what it is."""
        self._chosen = None
        self._chosen = (await self._load(next(iter(self._client.folders), None))).local.model, name
        await self.reread()

    def _with_chosen(self, settings: Settings) -> Settings:
        local, chosen = settings.local, self._chosen
        if chosen is None or chosen[0] != local.model or not ENGINES[local.engine].catalogue:
            return settings
        return replace(settings, local=replace(local, model=chosen[1]))

    async def _reread(self) -> None:
        first, *others = self._client.folders or (None,)
        self.settings = await self._load(first)
        self._in_folders = {one: await self._load(one) for one in others}
        await asyncio.to_thread(log_to, self.settings.log.level, self.settings.log.file)

    async def _load(self, folder: Path | None) -> Settings:
        from deskmate.settings.project import project_of

        project = await asyncio.to_thread(project_of, folder / "x", folder) if folder else None
        return await self.load_for(project)
