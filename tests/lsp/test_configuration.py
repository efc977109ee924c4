"""Settings from the editor, however it sends them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsp_editor import Editor, editing, marked, plain, vscode
from lsprotocol import types as lsp

from deskmate.lsp import configuration

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸+ b\n")


async def listed(editor: Editor) -> set[str]:
    uri = editor.open("any.py", TEXT)
    return {action.title for action in await editor.actions(uri, AT)}


async def test_by_initialization_options(tmp_path: Path) -> None:
    options = {"actions": {"disabled": ["explain", "refactor", "change-together"]}}
    async with editing(tmp_path, plain(), options=options) as editor:
        assert await listed(editor) == {"Fix bug", "Add docstring", "Write tests"}


async def test_by_the_editors_own_settings(tmp_path: Path) -> None:
    settings = {"actions": {"disabled": ["explain"]}}
    async with editing(tmp_path, vscode(), settings=settings) as editor:
        await editor.escalate()
        assert "Explain" not in await listed(editor)
        await editor.configure({"actions": {"disabled": ["refactor"]}})
        found = await listed(editor)
        assert "Explain" in found
        assert "Refactor" not in found


async def test_pushed_by_an_editor_that_cannot_be_asked(tmp_path: Path) -> None:
    async with editing(tmp_path, plain()) as editor:
        await editor.configure({"actions": {"disabled": ["explain"]}})
        assert "Explain" not in await listed(editor)


async def test_the_next_message_finds_those_that_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[str, ...]] = []

    def hold(work: asyncio.Future[Any]) -> None:
        work.add_done_callback(lambda _: found.append(read.settings.actions.disabled))

    options = {"actions": {"disabled": ["explain"]}}
    client: Any = SimpleNamespace(options=options, folders={}, hold=hold)
    monkeypatch.setattr(configuration, "log_to", lambda *_: None)
    read = configuration.Configuration(client)
    await read.reread()
    assert found == [("explain",)]


async def test_one_bad_key_costs_that_key_only_and_is_shown_once(tmp_path: Path) -> None:
    settings = {"actions": {"disabled": ["explain"]}, "local": {"thread": 2, "preload": False}}
    async with editing(tmp_path, vscode(), settings=settings) as editor:
        message = await editor.message("local.thread")
        assert message.type == lsp.MessageType.Warning
        assert "local.threads" in message.message, "it says what was meant"
        assert "Explain" not in await listed(editor)
        await editor.configure(settings)
        await editor.configure(settings | {"actions": {"disabled": []}})
        assert "Explain" in await listed(editor)
        shown = [item for item in editor.client.messages if "local.thread" in item.message]
        assert len(shown) == 1


async def test_a_project_may_not_say_what_runs(tmp_path: Path) -> None:
    (tmp_path / ".deskmate").mkdir()
    project = '[local]\nurl = "http://198.51.100.1/v1"\n[actions]\ndisabled = ["explain"]\n'
    (tmp_path / ".deskmate" / "settings.toml").write_text(project)
    async with editing(tmp_path, vscode()) as editor:
        message = await editor.message("local.url")
        assert "cannot be set by a project" in message.message
        assert "Explain" not in await listed(editor)


async def test_another_engine_answers_from_the_next_action_on(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        uri = editor.open("next.py", TEXT)
        first = await editor.script({"text": "First.", "again": True})
        await editor.run("explain", uri, AT)
        second = await editor.script({"text": "Second.", "again": True})
        await editor.run("explain", uri, AT)
        assert first.read_text().count('"asked"') == 1
        assert second.read_text().count('"asked"') == 1


async def test_the_log_goes_where_the_settings_say(tmp_path: Path) -> None:
    log = tmp_path / "deskmate.log"
    settings = {"log": {"file": str(log), "level": "info"}, "local": {"preload": False}}
    async with editing(tmp_path, vscode(), settings=settings) as editor:
        await editor.escalate()
        editor.answer = "Not now"
        await editor.run("fix-bug", editor.open("logged.py", TEXT), AT)
    assert "deskmate: Fix bug #1: cancelled" in log.read_text()
    assert "def add" not in log.read_text(), "code is logged only at debug"
