"""No model is installed: actions are offered all the same, and running one offers to install it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, neovim, vscode

UNREACHABLE = {
    "HF_ENDPOINT": "http://127.0.0.1:9",
    "PIP_INDEX_URL": "http://127.0.0.1:9",
    "PIP_RETRIES": "0",
}

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸- b\n")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    folder = tmp_path_factory.mktemp("project")
    async with editing(folder, vscode(), environment=UNREACHABLE) as editor:
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
    assert "491 MB, Apache-2.0, about " in question
    assert " s for a fix here" in question
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
    assert "cannot be " in result["message"]
    assert editor.buffers[uri].text == TEXT


LOADS = {"local": {"preload": True}}


async def test_the_first_start_asks_once_and_no_other(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"buttons": True}}
    for questions in (1, 0):
        async with editing(tmp_path, capabilities, settings=LOADS, environment=UNREACHABLE) as one:
            one.answer = "Not now"
            if questions:
                await one.until(lambda: one.questions, "it asks")
            else:
                await asyncio.sleep(0.5)
            assert len(one.questions) == questions
            assert not one.client.messages


async def test_what_the_first_start_asks_is_done(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"buttons": True}}
    async with editing(tmp_path, capabilities, settings=LOADS, environment=UNREACHABLE) as one:
        one.answer = "Install"
        await one.until(
            lambda: [message for message in one.client.messages if "cannot be " in message.message],
            "it says why it cannot",
        )


async def test_an_editor_that_would_be_held_up_is_only_told(tmp_path: Path) -> None:
    async with editing(tmp_path, neovim(), settings=LOADS, environment=UNREACHABLE) as one:
        await one.until(lambda: one.client.messages, "it says so")
        assert "`deskmate models install`" in one.client.messages[0].message
        assert not one.questions
