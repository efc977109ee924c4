"""While a menu is open the model reads what its actions begin with; nobody ever waits for that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lsp_editor import Editor, editing, marked, vscode
from lsprotocol import types as lsp

TEXT, AT, _ = marked("import math\n\n\ndef area(r):\n    return ‸r * r\n")
EXPLAINED = {"text": "It gives an area.", "again": True}

OPENED = lsp.CodeActionTriggerKind.Invoked
MOVED = lsp.CodeActionTriggerKind.Automatic


async def test_what_the_first_action_asks_has_been_read(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log, uri = await loaded(editor, warm_up=0.01)
        await editor.actions(uri, AT, trigger_kind=OPENED)
        await editor.until(lambda: "read" in events(log), "it has been read")
        read = told(log, "reads")[-1]["messages"]
        for action, is_first in (("fix-bug", True), ("explain", False)):
            await editor.run(action, uri, AT)
            asked = told(log, "asked")[-1]["messages"]
            assert asked[0] == read[0]
            assert (asked[1] == read[1]) is is_first
            assert asked[1].startswith(read[1].partition("Fix the bug")[0])


async def test_it_gives_way_to_the_action(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log, uri = await loaded(editor, warm_up=60)
        await editor.actions(uri, AT, trigger_kind=OPENED)
        await editor.until(lambda: "reads" in events(log), "it is being read")
        assert (await editor.run("explain", uri, AT))["status"] == "shown"
        assert events(log)[-4:] == ["reads", "stopped", "asked", "finished"]


async def test_the_latest_menu_counts_and_typing_ends_it(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log, uri = await loaded(editor, warm_up=60)
        await editor.actions(uri, AT, trigger_kind=OPENED)
        await editor.until(lambda: events(log).count("reads") == 1, "it is being read")
        await editor.actions(uri, AT, trigger_kind=OPENED)
        await editor.until(lambda: events(log).count("reads") == 2, "it is being read anew")
        assert events(log)[-3:] == ["reads", "stopped", "reads"]
        editor.type(uri, 0, "#")
        await editor.until(lambda: events(log)[-1] == "stopped", "nothing is read any more")


async def test_moving_the_cursor_costs_nothing(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log, uri = await loaded(editor, warm_up=0)
        await editor.actions(uri, AT, trigger_kind=MOVED)
        await editor.actions(uri, AT)
        await editor.escalate()
        assert "reads" not in events(log)


async def test_no_model_is_loaded_for_it(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED, warm_up=0)
        uri = editor.open("area.py", TEXT)
        await editor.actions(uri, AT, trigger_kind=OPENED)
        await editor.escalate()
        assert events(log) == []


async def test_it_can_be_turned_off(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED, warm_up=0)
        script = {"engine": "scripted", "model": str(log.with_suffix(".toml"))}
        await editor.configure({"local": {**script, "warm_up": False}})
        uri = editor.open("area.py", TEXT)
        await editor.run("explain", uri, AT)
        await editor.actions(uri, AT, trigger_kind=OPENED)
        await editor.escalate()
        assert events(log) == ["asked", "finished"]


async def loaded(editor: Editor, **engine: Any) -> tuple[Path, str]:
    """The engine's log, once it has answered something, and a document."""
    log = await editor.script(EXPLAINED, **engine)
    uri = editor.open("area.py", TEXT)
    await editor.run("explain", uri, AT)
    return log, uri


def told(log: Path, event: str) -> list[dict[str, Any]]:
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["event"] == event]


def events(log: Path) -> list[str]:
    return [json.loads(line)["event"] for line in log.read_text(encoding="utf-8").splitlines()]
