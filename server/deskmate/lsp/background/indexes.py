"""The indexes of the projects that are open: each kept by a process of its own, which is told what
the editor shows and what becomes of files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deskmate.core.text.uri import file_path
from deskmate.lsp.progress import Progress
from deskmate.settings.project import Project, placed_in, project_around, project_of

if TYPE_CHECKING:
    from deskmate.core.syntax.document import Document
    from deskmate.lsp.client import Client
    from deskmate.lsp.configuration import Configuration
    from deskmate.lsp.documents import Documents
    from deskmate.workspace.index.client import Indexing
    from deskmate.workspace.index.index import ProjectIndex
    from deskmate.workspace.index.store import Store

MOST = 8
"""Projects with a process: whoever opens files of more has them looked up by their imports."""

WORTH_SHOWING = 500
"""Files that are to be read before the editor shows how far that is."""


class Indexes:
    """The indexes, by the folders of their projects. Nothing here waits for one."""

    def __init__(self, client: Client, documents: Documents, configuration: Configuration) -> None:
        self._client = client
        self._documents = documents
        self._configuration = configuration
        self._processes: dict[Path, Indexing] = {}
        self._stores: dict[Path, Store] = {}
        self._shown: dict[Path, Progress] = {}
        self._has_begun = False
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """The settings are known: indexes what is open, and asks to be told of changed files."""
        self._has_begun = True
        for document in self._documents.all():
            self.open(document.uri)
        if self._configuration.settings.index.enabled:
            await self._client.watch_files(_watched())

    def open(self, uri: str) -> None:
        """The editor shows a document: what is around it is indexed first."""
        if self._has_begun and self._configuration.settings.index.enabled:
            self._begin(partial(self._open, uri))

    async def _open(self, uri: str) -> None:
        project, placed = await asyncio.to_thread(self._place, uri)
        if project is None or placed is None:
            return
        folder, process = project.folder, self._processes.get(project.folder)
        if process is None and len(self._processes) < MOST and await _is_a_project(folder):
            from deskmate.workspace.index.client import Indexing

            process = Indexing(folder, lambda done, total: self._report(folder, done, total))
            self._processes[folder] = process
        if process is not None:
            process.open(placed)

    def change(self, uris: Iterable[str]) -> None:
        """These files were written, made, renamed or deleted."""
        if self._processes:
            self._begin(partial(self._change, list(uris)))

    async def _change(self, uris: list[str]) -> None:
        paths = await asyncio.to_thread(_place_all, uris)
        for folder, process in self._processes.items():
            inside = [path for path in paths if path.is_relative_to(folder)]
            if inside:
                process.changed(inside)

    def _begin(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does it when all that was begun before is done, for it asks a disk."""

        async def do() -> None:
            async with self._turn:
                await work()

        task = asyncio.create_task(do())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def pause(self, paused: bool) -> None:
        """Whether somebody waits for an answer of a model."""
        for process in self._processes.values():
            process.pause(paused)

    async def reconfigure(self) -> None:
        """The settings have changed."""
        if not self._configuration.settings.index.enabled:
            await self.aclose()

    async def index(self, uri: str) -> tuple[ProjectIndex, Path] | None:
        """The project of a document as it is now, with what is open in the editor, and where the
        document is in it; None where it is in none. The project reads files: it is for a thread.
        """
        project, placed = await asyncio.to_thread(self._place, uri)
        if project is None or placed is None:
            return None
        from deskmate.workspace.index.index import ProjectIndex

        documents = await asyncio.to_thread(_place_opened, self._documents.all())
        return ProjectIndex(project, documents, self._store(project.folder)), placed

    async def aclose(self) -> None:
        """Ends every process."""
        for task in self._tasks:
            task.cancel()
        processes = list(self._processes.values())
        self._processes.clear()
        for process in processes:
            await process.aclose()
        stores, self._stores = self._stores, {}
        for store in stores.values():
            await asyncio.to_thread(store.close)

    def _store(self, folder: Path) -> Store | None:
        if folder not in self._processes:
            return None
        if folder not in self._stores:
            from deskmate.workspace.index.store import open_store

            self._stores[folder] = open_store(folder)
        return self._stores[folder]

    def _place(self, uri: str) -> tuple[Project | None, Path | None]:
        path = file_path(uri)
        if path is None:
            return None, None
        project = project_of(path, self._client.find_folder(path)) or project_around(path)
        return project, placed_in(path)

    def _report(self, folder: Path, done: int, total: int) -> None:
        """Shows how far it is, the first time that there is much to do."""
        progress = self._shown.get(folder)
        if progress is None and total >= WORTH_SHOWING and done < total:
            title = f"Indexing {folder.name}"
            progress = self._shown[folder] = Progress(self._client, f"deskmate: {title}", title)
            progress.begin()
        if progress is not None and done < total:
            progress.report(f"{done} of {total} files")
        elif progress is not None:
            progress.end("")


def _place_all(uris: Iterable[str]) -> list[Path]:
    return [placed_in(path) for uri in uris if (path := file_path(uri))]


def _place_opened(opened: Iterable[Document]) -> dict[Path, Document]:
    return {placed_in(path): one for one in opened if (path := file_path(one.uri))}


async def _is_a_project(folder: Path) -> bool:
    """Whether a folder may be walked: neither the user's home nor one that it lies in."""
    home = Path.home()
    return not (await asyncio.to_thread(placed_in, home)).is_relative_to(folder)


def _watched() -> list[str]:
    """Patterns of the files whose changes matter."""
    from deskmate.core.syntax.language import languages

    endings = {
        extension.removeprefix(".")
        for language in languages()
        if language.grammar and not language.prose
        for extension in language.extensions
    }
    return [f"**/*.{{{','.join(sorted(endings))}}}", "**/.gitignore", "**/.deskmateignore"]
