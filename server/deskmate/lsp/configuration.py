"""The settings as this editor has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.lsp.client import Client
from deskmate.lsp.logs import log_to

if TYPE_CHECKING:
    from deskmate.settings.project import Project
    from deskmate.settings.resolve import Problem
    from deskmate.settings.schema import Settings

SECTION = "deskmate"
"""Under which an editor keeps the settings that are meant for us."""


class Configuration:
    """What the editor sends, and the settings that come of it and of the user's and the project's
    files. What is wrong in them is shown once.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sent: object = None
        self._settings: Settings | None = None
        self._shown: set[Problem] = set()

    async def connect(self) -> None:
        """Asks the editor for its settings, and to be told when they change."""
        await self.refresh(None)
        await self._client.watch_settings(SECTION)

    async def refresh(self, pushed: object) -> None:
        """Takes the editor's settings as they are now, or what it pushed where it keeps none."""
        pulled = await self._client.settings(SECTION)
        self._sent = pushed if pulled is None else pulled
        self._settings = self._load()

    @property
    def settings(self) -> Settings:
        """The settings that hold now, for all that is not about one document."""
        if self._settings is None:
            self._settings = self._load()
        return self._settings

    def load_for(self, project: Project | None) -> Settings:
        """The settings that hold in a project, as its files say at this moment."""
        from deskmate.settings.sources import load_settings

        folders = project.folders if project else ()
        settings, problems = load_settings(folders, (self._client.options, self._sent))
        for problem in problems:
            if problem not in self._shown:
                self._shown.add(problem)
                self._client.say(f"Deskmate: {problem}", types.MessageType.Warning)
        return settings

    def _load(self) -> Settings:
        from deskmate.settings.project import project_of

        root = next(iter(self._client.folders), None)
        settings = self.load_for(project_of(root / "x", root) if root else None)
        log_to(settings.log.level, settings.log.file)
        return settings
