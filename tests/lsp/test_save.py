"""Documentation that is ready before the save: what is goes in, and nothing else ever does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import Editor, editing, helix, neovim, plain, vscode
from lsprotocol import types as lsp

BEFORE = """\
import math


def known():
    x = 1
    return x
"""
TYPED = """

def area(radius):
    square = radius * radius
    return math.pi * square
"""
OTHER = """

def half(number):
    two = 2
    return number / two
"""
PRIVATE = """

def _secret(number):
    two = 2
    return number / two
"""
DOCUMENTED = TYPED.replace("(radius):\n", '(radius):\n    """Gives the area of a circle."""\n')
REPLY = {
    "when": "def area",
    "text": '```python\ndef area(radius):\n    """Gives the area of a circle."""\n```',
    "again": True,
}
HALF = {
    "when": "Function:\n```python\ndef half",
    "text": '```python\ndef half(number):\n    """Gives one half of it."""\n```',
    "again": True,
}
CHANGED = {"docstrings": {"on_save": "changed"}}
ALL = {"docstrings": {"on_save": "all", "min_lines": 1}}
KIND = "source.deskmate.docstrings"
EDITORS = [vscode, neovim, helix]


@pytest.mark.parametrize("capabilities", EDITORS)
async def test_what_was_typed_and_left_alone_is_documented_by_the_save(
    tmp_path: Path, capabilities: Callable[[], lsp.ClientCapabilities]
) -> None:
    async with editing(tmp_path, capabilities()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, "# 😀\n" + BEFORE, TYPED)
        await prepared(editor, log)
        assert editor.buffers[uri].text.endswith(TYPED), "nothing is put in before the save"
        await saved(editor, uri)
        assert editor.buffers[uri].text == "# 😀\n" + BEFORE + DOCUMENTED
        if capabilities is helix:
            (edit,) = editor.edits
            (change,) = edit.document_changes or ()
            assert isinstance(change, lsp.TextDocumentEdit)
            assert change.text_document.version == 2, "it says what it is for"
        else:
            assert editor.edits == []


async def test_nothing_happens_by_default(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(REPLY)
        uri = await typed(editor, BEFORE, TYPED)
        await asyncio.sleep(2)
        await saved(editor, uri)
        assert editor.buffers[uri].text == BEFORE + TYPED
        assert events(log) == []


async def test_a_save_waits_for_no_model(tmp_path: Path) -> None:
    """What is not ready then comes with the next save, and never by itself."""
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script({**REPLY, "delay": 4}, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await editor.until(lambda: "asked" in events(log), "the model is asked")
        await saved(editor, uri)
        assert events(log) == ["asked"]
        await prepared(editor, log)
        assert editor.buffers[uri].text == BEFORE + TYPED
        await saved(editor, uri)
        assert editor.buffers[uri].text == BEFORE + DOCUMENTED


async def test_code_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await prepared(editor, log)
        editor.type(uri, editor.buffers[uri].text.index("square"), "the_")
        now = editor.buffers[uri].text
        await saved(editor, uri)
        assert editor.buffers[uri].text == now


async def test_code_that_only_moved_is_documented_where_it_is(tmp_path: Path) -> None:
    async with editing(tmp_path, neovim()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await prepared(editor, log)
        editor.type(uri, 0, "# 😀 above\n")
        await saved(editor, uri)
        assert editor.buffers[uri].text == "# 😀 above\n" + BEFORE + DOCUMENTED


async def test_typing_in_it_ends_the_writing(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script({**REPLY, "delay": 60}, REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await editor.until(lambda: "asked" in events(log), "the model is asked")
        editor.type(uri, 0, "# above\n")
        await editor.escalate()
        assert "closed" not in events(log), "what is typed elsewhere does not matter"
        editor.type(uri, editor.buffers[uri].text.index("square"), "the_")
        await editor.until(lambda: "closed" in events(log), "it has ended")


async def test_what_the_user_deletes_is_not_written_again(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await prepared(editor, log)
        await saved(editor, uri)
        line = '    """Gives the area of a circle."""\n'
        editor.type(uri, editor.buffers[uri].text.index(line), "", len(line))
        await saved(editor, uri)
        assert editor.buffers[uri].text == BEFORE + TYPED
    script = {"engine": "scripted", "model": str(log.with_suffix(".toml"))}
    async with editing(tmp_path, vscode(), settings={"local": script, **CHANGED}) as editor:
        await editor.escalate()
        uri = await typed(editor, BEFORE, TYPED)
        await asyncio.sleep(2)  # nor after a restart
        await saved(editor, uri)
        assert editor.buffers[uri].text == BEFORE + TYPED
        assert events(log).count("asked") == 1


async def test_all_of_a_file(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(REPLY, HALF, settings=ALL)
        uri = editor.open("shapes.py", "import math\n" + TYPED + OTHER + PRIVATE)
        await prepared(editor, log, 2)
        await saved(editor, uri)
        text = editor.buffers[uri].text
        assert "area of a circle" in text and "one half" in text
        assert text.endswith(PRIVATE)


LEFT_ALONE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "too short": ("shapes.py", TYPED, {"min_lines": 10}),
    "not this language": ("shapes.py", TYPED, {"disabled": ["python"]}),
    "not public": ("shapes.py", PRIVATE, {}),
    "tests": ("test_shapes.py", TYPED, {}),
    "with a syntax error": ("shapes.py", TYPED.replace("* square", "* square +"), {}),
    "a stub": ("shapes.py", "\n\ndef area(\n    radius\n):\n    pass\n", {}),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
async def test_what_is_left_alone(tmp_path: Path, case: str) -> None:
    name, text, settings = LEFT_ALONE[case]
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(
            {"text": "It is called.", "again": True},
            settings={"docstrings": {"on_save": "all", **settings}},
        )
        uri = editor.open(name, BEFORE.replace("():\n", '():\n    """It is."""\n') + text)
        await asyncio.sleep(2)
        await saved(editor, uri)
        assert events(log) == []


async def test_what_names_a_host_is_not_put_in_unseen(tmp_path: Path) -> None:
    told = str(REPLY["text"]).replace("circle.", "circle: https://circles.test/a.")
    risky = REPLY | {"text": told}
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(risky, HALF, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED + OTHER)
        await prepared(editor, log, 2)
        await saved(editor, uri)
        text = editor.buffers[uri].text
        assert "Gives one half of it." in text
        assert "Gives the area" not in text


async def test_a_dead_engine_says_nothing(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script({"error": "EngineLost", "again": True}, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await editor.until(lambda: "asked" in events(log), "the model is asked")
        await saved(editor, uri)
        assert editor.buffers[uri].text == BEFORE + TYPED
        assert editor.client.messages == []


async def test_the_user_goes_first(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        slow = {**REPLY, "when": "Write the documentation", "delay": 60, "again": False}
        log = await editor.script(slow, {"when": "Explain", "text": "So it is."}, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await editor.until(lambda: "asked" in events(log), "the model is asked")
        assert (await editor.run("explain", uri, 0))["status"] == "shown"
        assert events(log)[:4] == ["asked", "closed", "asked", "finished"]


async def test_an_editor_that_saves_by_itself_gets_none(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await prepared(editor, log)
        await editor.save(uri, lsp.TextDocumentSaveReason.AfterDelay)
        assert editor.buffers[uri].text == BEFORE + TYPED


async def test_an_editor_whose_edits_have_no_version_gets_none_after_the_save(
    tmp_path: Path,
) -> None:
    async with editing(tmp_path, plain()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await prepared(editor, log)
        await saved(editor, uri)
        assert editor.buffers[uri].text == BEFORE + TYPED and editor.edits == []


async def test_an_edit_that_comes_too_late_is_not_forced(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script(REPLY, settings=CHANGED)
        uri = await typed(editor, BEFORE, TYPED)
        await prepared(editor, log)
        editor.before_apply = lambda: editor.type(uri, 0, "# typed\n")
        await saved(editor, uri)
        await editor.until(lambda: editor.edits, "it was sent")
        assert editor.buffers[uri].text == "# typed\n" + BEFORE + TYPED
        editor.before_apply = lambda: None
        await saved(editor, uri)
        assert editor.buffers[uri].text == "# typed\n" + BEFORE + DOCUMENTED


async def test_the_source_action_is_the_edit_that_is_ready(tmp_path: Path) -> None:
    """As for `editor.codeActionsOnSave`: asking for it once is what has it prepared."""
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(REPLY)
        uri = editor.open("shapes.py", BEFORE)
        assert await editor.actions(uri, 0, only=[KIND]) == []
        editor.type(uri, len(BEFORE), TYPED)
        await prepared(editor, log)
        (action,) = await editor.actions(uri, 0, only=[KIND])
        assert action.kind == KIND and action.edit and not action.command
        editor.apply(lsp.ApplyWorkspaceEditParams(action.edit))
        assert editor.buffers[uri].text == BEFORE + DOCUMENTED
        assert await editor.actions(uri, 0, only=[KIND]) == []


async def test_the_whole_file_by_hand(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(REPLY, HALF, {"text": "No.", "again": True})
        uri = editor.open("shapes.py", BEFORE + TYPED + OTHER + PRIVATE)
        (action,) = await editor.actions(uri, 0, only=["source"])
        assert action.command
        (arguments,) = [_plain(one) for one in action.command.arguments or ()]
        result = await editor.command(action.command.command, arguments | {"wait": True})
        assert result["status"] == "applied", result
        assert result["message"] == "Add docstrings: 2 of 3. No usable answer for 1."
        text = editor.buffers[uri].text
        assert "area of a circle" in text and "one half" in text and text.endswith(PRIVATE)
        assert len(editor.edits) == 1, "one undo takes them out"


async def test_cancelled_by_hand_what_is_done_is_kept(tmp_path: Path) -> None:
    async with editing(tmp_path, neovim()) as editor:
        log = await editor.script(REPLY, {**HALF, "pieces": 1, "delay": 0.2})
        uri = editor.open("shapes.py", "import math\n" + TYPED + OTHER)
        started = await editor.command("deskmate.docstrings", {"uri": uri})
        await editor.until(lambda: events(log).count("asked") == 2, "the second is under way")
        shown = editor.progress
        await editor.until(lambda: "2 of 2" in str(shown(started["job"]).values), "it is shown")
        await editor.command("deskmate.cancel", {"job": started["job"]})
        await editor.until(lambda: editor.progress(started["job"]).ended, "it has ended")
        assert editor.buffers[uri].text == "import math\n" + DOCUMENTED + OTHER
        assert "closed" in events(log)


async def test_a_model_that_fails_halfway_keeps_what_is_done(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(REPLY, {"error": "EngineLost", "again": True})
        uri = editor.open("shapes.py", "import math\n" + TYPED + OTHER)
        result = await editor.command("deskmate.docstrings", {"uri": uri, "wait": True})
        assert result["status"] == "applied", result
        assert "1 of 2. It ended early: The script says: EngineLost." in result["message"]
        assert editor.buffers[uri].text == "import math\n" + DOCUMENTED + OTHER


WRONG = [
    ({}, "`uri` must be a string"),
    ({"uri": "file:///nowhere.py"}, "does not exist on disk"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
async def test_what_is_wrong_is_said(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    async with editing(tmp_path, vscode()) as editor:
        result = await editor.command("deskmate.docstrings", arguments | {"wait": True})
        assert result["status"] == "failed" and message in result["message"]
        uri = editor.open("shapes.py", "import math\n" + DOCUMENTED)
        result = await editor.command("deskmate.docstrings", {"uri": uri, "wait": True})
        assert "nothing here to document" in result["message"]


async def typed(editor: Editor, before: str, text: str, name: str = "shapes.py") -> str:
    """A document with something typed at its end; its URI."""
    uri = editor.open(name, before)
    editor.type(uri, len(before), text)
    await editor.escalate()
    return uri


async def prepared(editor: Editor, log: Path, count: int = 1) -> None:
    """Waits until so many are written, and the server has what was."""
    await editor.until(lambda: events(log).count("finished") >= count, "it is written")
    for _ in range(20):  # what is written passes the gate beside the event loop
        await editor.escalate()
        await asyncio.sleep(0.01)


async def saved(editor: Editor, uri: str) -> None:
    """Saves, and lets the server do what it does of it."""
    await editor.save(uri)
    await editor.escalate()


def events(log: Path) -> list[str]:
    return [json.loads(line)["event"] for line in log.read_text(encoding="utf-8").splitlines()]


def _plain(value: Any) -> dict[str, Any]:
    return dict(value._asdict()) if hasattr(value, "_asdict") else dict(value)
