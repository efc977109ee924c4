"""No model is installed: actions are offered all the same, and running one offers to install it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, vscode

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸- b\n")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    unreachable = {
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "PIP_INDEX_URL": "http://127.0.0.1:9",
        "PIP_RETRIES": "0",
    }
    folder = tmp_path_factory.mktemp("project")
    async with editing(folder, vscode(), environment=unreachable) as editor:
        yield editor


@pytest.fixture(autouse=True)
async def nothing_was_asked(editor: Editor) -> None:
    editor.questions.clear()
    editor.client.messages.clear()
    editor.answer = None
    await editor.configure({"local": {"preload": False}})


async def test_actions_are_offered(editor: Editor) -> None:
    uri = editor.open("offered.py", TEXT)
    assert "Fix bug" in {action.title for action in await editor.actions(uri, AT)}
    assert not editor.questions


async def test_running_one_asks_whether_to_install_it(editor: Editor) -> None:
    uri = editor.open("asked.py", TEXT)
    editor.answer = "Not now"
    result = await editor.run("fix-bug", uri, AT)
    (question,) = editor.questions
    assert "Qwen2.5-Coder-0.5B" in question
    assert "491 MB" in question
    assert result["status"] == "cancelled"
    assert "deskmate models install" in result["message"]
    assert editor.buffers[uri].text == TEXT


async def test_who_declines_is_not_told_again(editor: Editor) -> None:
    uri = editor.open("declined.py", TEXT)
    editor.answer = "Not now"
    started = await editor.run("fix-bug", uri, AT, wait=False)
    await editor.until(lambda: editor.progress(started["job"]).ended, "the job ends")
    assert not editor.client.messages


async def test_who_never_answers_holds_up_nobody(editor: Editor) -> None:
    uri = editor.open("unanswered.py", TEXT)
    waiting = asyncio.create_task(editor.run("refactor", uri, AT))
    await editor.until(lambda: editor.questions, "the question is asked")
    await editor.script("```python\ndef add(a, b):\n    return a + b\n```")
    result = await editor.run("fix-bug", uri, AT)
    assert result["status"] == "applied", result
    assert not waiting.done()
    await editor.command("deskmate.cancel")
    assert (await waiting)["status"] == "cancelled"


async def test_what_cannot_be_fetched_is_said(editor: Editor) -> None:
    uri = editor.open("fetched.py", TEXT)
    editor.answer = "Install"
    result = await editor.run("fix-bug", uri, AT)
    assert result["status"] == "failed"
    assert "cannot be fetched" in result["message"]
    assert editor.buffers[uri].text == TEXT
