"""The user types while the model writes: the edit lands where its place is by then, or not at all.

The scripted engine waits before it answers, and the editor types in that time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, neovim, vscode
from lsprotocol import types as lsp

BEFORE = "# 😀 é\nimport os\n\n\n"
FUNCTION = "def add(a, b):\n    return a ‸- b\n"
AFTER = "\n\nprint(add(1, 2))\n"
REPLY = {"text": "```python\ndef add(a, b):\n    return a + b\n```", "delay": 0.4}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[vscode, neovim])
async def editor(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncGenerator[Editor, None]:
    async with editing(tmp_path_factory.mktemp("project"), request.param()) as editor:
        yield editor


async def begin(editor: Editor, name: str) -> tuple[str, asyncio.Task[dict[str, Any]]]:
    """A document, and an action under way in it, asked and not answered yet."""
    text, at, _ = marked(BEFORE + FUNCTION + AFTER)
    log = await editor.script(REPLY)
    uri = editor.open(name, text)
    running = asyncio.create_task(editor.run("fix-bug", uri, at))
    await editor.until(lambda: "asked" in log.read_text(), "the model is asked")
    return uri, running


# The offset (from the end where negative) at which something is typed, and what.
ELSEWHERE = {
    "at the beginning": (0, "'''😀\r\n'''\n"),
    "a line above": (len("# 😀 é\n"), "import re  # 😀\n"),
    "right above": (len(BEFORE), "# about adding\n"),
    "below": (-1, "  # 😀"),
    "at the end": (len(BEFORE + FUNCTION + AFTER) - 1, "print('😀')\n"),
}


@pytest.mark.parametrize("case", ELSEWHERE)
async def test_typing_elsewhere_moves_the_edit(editor: Editor, case: str) -> None:
    offset, typed = ELSEWHERE[case]
    uri, running = await begin(editor, f"{case}.py")
    before = editor.buffers[uri].text
    editor.type(uri, offset % (len(before) + (offset >= 0)), typed)
    expected = editor.buffers[uri].text.replace("a - b", "a + b")
    result = await running
    assert result["status"] == "applied", result
    assert editor.buffers[uri].text == expected


async def test_typing_and_deleting_in_many_places_moves_the_edit(editor: Editor) -> None:
    uri, running = await begin(editor, "many.py")
    for offset, typed, deleted in ((0, "x\n", 0), (2, "", 2), (0, "y😀\n", 2), (0, "z", 1)):
        editor.type(uri, offset, typed, deleted)
        editor.type(uri, len(editor.buffers[uri].text), "# 😀\n")
    expected = editor.buffers[uri].text.replace("a - b", "a + b")
    result = await running
    assert result["status"] == "applied", result
    assert editor.buffers[uri].text == expected


async def test_typing_inside_makes_it_stale(editor: Editor) -> None:
    uri, running = await begin(editor, "inside.py")
    editor.type(uri, editor.buffers[uri].text.index("- b"), "+ c ")
    typed = editor.buffers[uri].text
    result = await running
    assert result["status"] == "stale", result
    assert "nothing was applied" in result["message"]
    assert editor.buffers[uri].text == typed


async def test_a_formatter_is_not_said_to_be_the_user(editor: Editor) -> None:
    uri, running = await begin(editor, "formatted.py")
    at = editor.buffers[uri].text.index("- b")
    editor.type(uri, at, "  ")
    result = await running
    assert result["status"] == "stale", result
    assert result["message"].startswith("A formatter, or you, changed the layout of this code")


async def test_typing_and_undoing_inside_is_stale_all_the_same(editor: Editor) -> None:
    uri, running = await begin(editor, "undone.py")
    at = editor.buffers[uri].text.index("- b")
    editor.type(uri, at, "+")
    editor.type(uri, at, "", 1)
    result = await running
    assert result["status"] == "stale", result


async def test_saved_under_another_name_meanwhile_it_goes_to_neither(editor: Editor) -> None:
    text, _, _ = marked(BEFORE + FUNCTION + AFTER)
    path = editor.folder / "closed.py"
    path.write_bytes(text.encode())
    uri, running = await begin(editor, "closed.py")
    editor.close(uri)
    other = editor.open("saved-as.py", text)
    result = await running
    assert result["status"] == "stale", result
    assert "closed.py was closed or renamed" in result["message"]
    assert path.read_bytes().decode() == text
    assert editor.buffers[other].text == text


async def test_renamed_while_the_editor_asks_about_the_edit_it_is_said(editor: Editor) -> None:
    text, at, _ = marked(BEFORE + FUNCTION + AFTER)
    uri = editor.open("asked-about.py", text)
    await editor.script(REPLY)

    def rename() -> lsp.ApplyWorkspaceEditResult:
        editor.close(uri)
        return lsp.ApplyWorkspaceEditResult(False, "it has another name")

    editor.before_apply = rename
    result = await editor.run("fix-bug", uri, at)
    editor.before_apply = lambda: None
    assert result["status"] == "stale", result
    assert "asked-about.py was closed or renamed" in result["message"]


async def test_what_another_action_changed_is_not_said_to_be_the_users_edit(editor: Editor) -> None:
    text, at, _ = marked(BEFORE + FUNCTION + AFTER)
    uri = editor.open("twice.py", text)
    await editor.script({**REPLY, "again": True})
    first = asyncio.create_task(editor.run("fix-bug", uri, at))
    second = asyncio.create_task(editor.run("refactor", uri, at))
    ended = {one["status"]: one for one in (await first, await second)}
    assert set(ended) == {"applied", "stale"}, ended
    title = ended["applied"]["message"].partition(":")[0]
    assert f"“{title}” has changed this code" in ended["stale"]["message"]


async def test_closed_meanwhile_without_saving_it_is_stale(editor: Editor) -> None:
    path = editor.folder / "unsaved.py"
    path.write_text("def add(a, b):\n    return a * b\n")
    uri, running = await begin(editor, "unsaved.py")
    editor.close(uri)
    result = await running
    assert result["status"] == "stale", result
    assert path.read_text() == "def add(a, b):\n    return a * b\n"


async def test_typing_inside_while_the_edit_is_on_its_way_is_the_users(editor: Editor) -> None:
    uri, running = await begin(editor, "late.py")
    sent = len(editor.edits)

    def race() -> None:
        if len(editor.edits) == sent + 1:
            editor.type(uri, editor.buffers[uri].text.index("- b"), "+ c ")

    editor.before_apply = race
    result = await running
    assert result["status"] == "stale", result
    assert result["message"].startswith("You edited this code")


async def test_typing_while_the_edit_is_on_its_way_sends_it_again(editor: Editor) -> None:
    uri, running = await begin(editor, "racing.py")
    sent = len(editor.edits)

    def race() -> None:
        if len(editor.edits) == sent + 1:
            editor.type(uri, 0, "# typed\n")

    editor.before_apply = race
    result = await running
    editor.before_apply = lambda: None
    assert result["status"] == "applied", result
    assert len(editor.edits) == sent + 2
    assert editor.buffers[uri].text.startswith("# typed\n# 😀 é\n")
    assert "a + b" in editor.buffers[uri].text


async def test_an_editor_that_says_no_before_it_says_what_was_typed_is_asked_again(
    editor: Editor,
) -> None:
    """As one does that gathers what is typed before it reports it."""
    uri, running = await begin(editor, "gathered.py")
    sent = len(editor.edits)

    def refuse() -> lsp.ApplyWorkspaceEditResult | None:
        if len(editor.edits) > sent + 1:
            return None
        asyncio.get_running_loop().call_later(0.1, editor.type, uri, 0, "# typed\n")
        return lsp.ApplyWorkspaceEditResult(False, "the text is newer than the edit")

    editor.before_apply = refuse
    result = await running
    editor.before_apply = lambda: None
    assert result["status"] == "applied", result
    assert editor.buffers[uri].text.startswith("# typed\n# 😀 é\n")
    assert "a + b" in editor.buffers[uri].text


async def test_an_editor_that_says_applied_and_passes_it_over_is_asked_again(
    editor: Editor,
) -> None:
    """As Neovim does where its text is newer than the edit."""
    uri, running = await begin(editor, "passed over.py")
    sent = len(editor.edits)

    def pass_over() -> lsp.ApplyWorkspaceEditResult | None:
        if len(editor.edits) > sent + 1:
            return None
        asyncio.get_running_loop().call_later(0.1, editor.type, uri, 0, "# typed\n")
        return lsp.ApplyWorkspaceEditResult(applied=True)

    editor.before_apply = pass_over
    result = await running
    editor.before_apply = lambda: None
    assert result["status"] == "applied", result
    assert len(editor.edits) == sent + 2
    assert editor.buffers[uri].text.startswith("# typed\n# 😀 é\n")
    assert "a + b" in editor.buffers[uri].text


async def test_typing_around_a_fence_moves_the_edit_of_its_code(editor: Editor) -> None:
    text, at, _ = marked(
        f"# 😀\n\n> ```python\n> {FUNCTION.strip().replace(chr(10), chr(10) + '> ')}\n> ```\n"
    )
    log = await editor.script(REPLY)
    uri = editor.open("notes.md", text, "markdown")
    running = asyncio.create_task(editor.run("fix-bug", uri, at))
    await editor.until(lambda: "asked" in log.read_text(), "the model is asked")
    editor.type(uri, 0, "'😀'\n\n")
    expected = editor.buffers[uri].text.replace("a - b", "a + b")
    result = await running
    assert result["status"] == "applied", result
    assert editor.buffers[uri].text == expected
