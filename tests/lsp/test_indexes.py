"""The server keeps an index of the project that is open, in a process of its own."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from lsp_editor import Editor, editing, neovim, vscode
from lsprotocol import types as lsp

from deskmate.lsp.background.indexes import Indexes
from deskmate.settings.project import project_of
from deskmate.settings.schema import Settings
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import open_store

ON = {"DESKMATE_INDEX__ENABLED": "true", "HOME": "/nonexistent"}
"""Away from home: a folder that holds that is no project."""


def indexed(editor: Editor, name: str) -> list[str]:
    """The files that define a name, by the index that the server has made so far."""
    found = project_of(editor.folder / "x", editor.folder)
    assert found is not None
    store = open_store(found.folder)
    try:
        return [one.path.name for one in ProjectIndex(found, {}, store).find(name)]
    finally:
        store.close()


async def test_what_is_open_is_indexed_and_what_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "stock.py").write_text("class Stock: pass\n")
    async with editing(tmp_path, vscode(), environment=ON) as editor:
        with_cache(monkeypatch, tmp_path)
        editor.open("main.py", "from shop.stock import Stock\n")
        await editor.until(lambda: indexed(editor, "Stock"), "the import is indexed")
        watching = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        await editor.until(lambda: watching in editor.registered, "changes are asked for")

        (tmp_path / "shop" / "stock.py").write_text("class Shelf: pass\n")
        change = lsp.FileEvent(editor.uri("shop/stock.py"), lsp.FileChangeType.Changed)
        params = lsp.DidChangeWatchedFilesParams([change])
        editor.client.workspace_did_change_watched_files(params)
        await editor.until(lambda: indexed(editor, "Shelf"), "the change is indexed")

        (tmp_path / "shop" / "stock.py").rename(tmp_path / "shelf.py")
        both = lsp.FileRename(editor.uri("shop/stock.py"), editor.uri("shelf.py"))
        editor.client.workspace_did_rename_files(lsp.RenameFilesParams([both]))
        await editor.until(lambda: indexed(editor, "Shelf") == ["shelf.py"], "the new name")


async def test_it_can_be_turned_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with editing(tmp_path, neovim()) as editor:
        with_cache(monkeypatch, tmp_path)
        editor.open("main.py", "x = 1\n")
        await editor.escalate()
        assert not list((tmp_path / ".home" / "deskmate").glob("index/*"))


@pytest.mark.filterwarnings("error")
async def test_what_waits_when_it_ends_is_dropped_without_a_word() -> None:
    none: Any = SimpleNamespace(all=lambda: (), watch_files=AsyncMock(), settings=Settings())
    indexes = Indexes(none, none, none)
    await indexes.begin()
    for name in "abc":
        indexes.open(f"untitled:{name}")
    await indexes.aclose()
    await asyncio.sleep(0)
    gc.collect()  # which would warn of what was never awaited


def with_cache(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Looks where the server keeps its files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / ".home"))
