"""Cancelling stops the model, not only our waiting for it: the engine's log says `closed`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, vscode
from lsprotocol import types as lsp

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸- b\n")
ENDLESS = {"text": "word " * 10_000, "pieces": 5, "delay": 0.02}
FIX = "```python\ndef add(a, b):\n    return a + b\n```"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    async with editing(tmp_path_factory.mktemp("project"), vscode()) as editor:
        yield editor


async def asked(editor: Editor, log: Path) -> None:
    await editor.until(lambda: '"asked"' in log.read_text(), "the model is asked")


async def closed(editor: Editor, log: Path) -> None:
    await editor.until(lambda: '"closed"' in log.read_text(), "the model has stopped")


async def test_by_its_progress(editor: Editor) -> None:
    log = await editor.script(ENDLESS)
    uri = editor.open("progress.py", TEXT)
    started = await editor.run("fix-bug", uri, AT, wait=False)
    await asked(editor, log)
    await editor.until(lambda: editor.progress(started["job"]).values, "progress is shown")
    token = editor.progress(started["job"]).token
    editor.client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
    await closed(editor, log)
    await editor.until(lambda: editor.progress(started["job"]).ended, "the progress is gone")
    assert editor.buffers[uri].text == TEXT


async def test_by_cancelling_the_request_that_waits(editor: Editor) -> None:
    log = await editor.script(ENDLESS)
    uri = editor.open("request.py", TEXT)
    argument = editor.arguments("fix-bug", uri, editor.range(uri, AT, AT))
    params = lsp.ExecuteCommandParams("deskmate.run", [argument])
    protocol: Any = editor.client.protocol
    request = asyncio.ensure_future(
        protocol.send_request_async(lsp.WORKSPACE_EXECUTE_COMMAND, params, msg_id="waiting")
    )
    await asked(editor, log)
    editor.client.cancel_request(lsp.CancelParams("waiting"))
    with pytest.raises(Exception, match="cancel"):
        await request
    await closed(editor, log)
    assert editor.buffers[uri].text == TEXT


async def test_by_the_command(editor: Editor) -> None:
    log = await editor.script(ENDLESS)
    uri = editor.open("command.py", TEXT)
    running = asyncio.create_task(editor.run("fix-bug", uri, AT))
    await asked(editor, log)
    assert await editor.command("deskmate.cancel") == {"cancelled": 1}
    assert (await running)["status"] == "cancelled"
    await closed(editor, log)
    assert editor.buffers[uri].text == TEXT


async def test_one_job_of_several(editor: Editor) -> None:
    log = await editor.script(ENDLESS, FIX)
    uri = editor.open("several.py", TEXT)
    first = await editor.run("refactor", uri, AT, wait=False)
    await asked(editor, log)
    second = asyncio.create_task(editor.run("fix-bug", uri, AT))
    await editor.escalate()
    assert log.read_text().count('"asked"') == 1, "they take turns"
    assert await editor.command("deskmate.cancel", {"job": first["job"]}) == {"cancelled": 1}
    assert (await second)["status"] == "applied"
    assert editor.buffers[uri].text == TEXT.replace("-", "+")


async def test_a_job_that_waits_for_its_turn(editor: Editor) -> None:
    log = await editor.script(ENDLESS)
    uri = editor.open("turn.py", TEXT)
    running = asyncio.create_task(editor.run("refactor", uri, AT))
    await asked(editor, log)
    waiting = await editor.run("fix-bug", uri, AT, wait=False)
    assert await editor.command("deskmate.cancel", {"job": waiting["job"]}) == {"cancelled": 1}
    assert not running.done()
    assert await editor.command("deskmate.cancel") == {"cancelled": 1}
    assert (await running)["status"] == "cancelled"


async def test_where_nothing_runs_nothing_is_cancelled(editor: Editor) -> None:
    assert await editor.command("deskmate.cancel") == {"cancelled": 0}


async def test_the_user_who_cancels_is_not_told_so(editor: Editor) -> None:
    log = await editor.script(ENDLESS)
    uri = editor.open("quiet.py", TEXT)
    editor.client.messages.clear()
    await editor.run("fix-bug", uri, AT, wait=False)
    await asked(editor, log)
    await editor.command("deskmate.cancel")
    await closed(editor, log)
    await editor.escalate()
    assert not editor.client.messages
