"""A window on several folders: what holds for a file is what its own folder says."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import Editor, editing, neovim, vscode
from lsprotocol import types as lsp

TEXT = "def double(x):\n    return 2 * x\n"
ACTION = """\
---
title: Make shorter
scope: function
languages: code
when: always
result: replace
---
Make this {{ kind }} shorter.
"""
OURS = "Make shorter (.deskmate/actions/make-shorter.md)"


@asynccontextmanager
async def two_folders(
    tmp_path: Path, capabilities: lsp.ClientCapabilities, **files: str
) -> AsyncGenerator[tuple[Editor, str, str]]:
    """A window on two folders, the second with these files in `.deskmate`, and a file of each."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    for name, text in files.items():
        path = second / ".deskmate" / name.replace("_", "/", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    async with editing(first, capabilities) as editor:
        added = [lsp.WorkspaceFolder(second.as_uri(), second.name)]
        editor.client.workspace_did_change_workspace_folders(
            lsp.DidChangeWorkspaceFoldersParams(lsp.WorkspaceFoldersChangeEvent(added, []))
        )
        inside_first, inside_second = (
            (first / "double.py").as_uri(),
            (second / "double.py").as_uri(),
        )
        yield editor, editor.open(inside_first, TEXT), editor.open(inside_second, TEXT)


async def titles(editor: Editor, uri: str) -> list[str]:
    return [one.title for one in await editor.actions(uri, 0)]


@pytest.mark.parametrize("client", [neovim, vscode], ids=lambda one: one.__name__)
async def test_actions_are_those_of_the_files_own_folder(tmp_path: Path, client: Any) -> None:
    async with two_folders(tmp_path, client(), **{"actions_make-shorter.md": ACTION}) as opened:
        editor, inside_first, inside_second = opened
        editor.answers = ["Use them here"]
        while OURS not in await titles(editor, inside_second):
            pass  # it is asked first
        assert OURS not in await titles(editor, inside_first)
        result = await editor.run("make-shorter", inside_first)
        assert "There is no action `make-shorter`" in result["message"]


async def test_settings_are_those_of_the_files_own_folder(tmp_path: Path) -> None:
    settings = '[actions]\ndisabled = ["explain"]\n[hover]\nshow = "off"\n'
    async with two_folders(tmp_path, neovim(), **{"settings.toml": settings}) as opened:
        editor, inside_first, inside_second = opened
        assert "Explain" not in await titles(editor, inside_second)
        assert "Explain" in await titles(editor, inside_first)
        assert not await editor.hover(inside_second, 5)
        assert await editor.hover(inside_first, 5)
