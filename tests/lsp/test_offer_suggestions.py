"""Whether text is to be suggested while its user types is asked once, where it is fast enough."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import Editor, editing, vscode
from lsprotocol import types as lsp

TEXT = "def add(first, second):\n    return first + second\n"
QUICK = {"text": "return 1", "when": "fim_prefix", "again": True}
SLOW = {**QUICK, "pieces": 1, "delay": 0.5}
ANSWER = {"text": "It adds.", "when": "Explain", "again": True}


def shows_suggestions() -> lsp.ClientCapabilities:
    """VS Code, which shows text behind the cursor."""
    capabilities = vscode()
    assert capabilities.text_document
    can = lsp.InlineCompletionClientCapabilities(dynamic_registration=True)
    capabilities.text_document.inline_completion = can
    return capabilities


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncGenerator[Editor]:
    async with editing(tmp_path, shows_suggestions()) as editor:
        yield editor


async def explain(editor: Editor, *replies: Any, fim: bool = True, **more: Any) -> None:
    """Has an action answered, after which the question may come."""
    await editor.script(*replies, ANSWER, fim=fim, **more)
    uri = editor.open("shop.py", TEXT)
    assert (await editor.run("explain", uri, 8))["status"] == "shown"


def own_settings(editor: Editor) -> str:
    """What the user's own file says."""
    found = list((editor.folder / ".home").rglob("settings.toml"))
    return found[0].read_text(encoding="utf-8") if found else ""


async def test_yes_turns_it_on_at_once_and_for_good(editor: Editor) -> None:
    editor.answer = "Yes"
    await explain(editor, QUICK)
    await editor.until(lambda: editor.questions, "it is asked")
    assert "suggest text while you type?" in editor.questions[0]
    assert editor.buttons[0] == ["Yes", "No"]
    method = lsp.TEXT_DOCUMENT_INLINE_COMPLETION
    await editor.until(lambda: method in editor.registered, "it is on")
    assert own_settings(editor) == "[completion]\nenabled = true\n"


async def test_after_no_it_is_never_asked_again(editor: Editor) -> None:
    editor.answer = "No"
    await explain(editor, QUICK)
    await editor.until(lambda: editor.questions, "it is asked")
    async with editing(editor.folder, shows_suggestions()) as later:
        await explain(later, QUICK)
        await later.escalate()
        assert not later.questions
    assert not own_settings(editor)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"replies": [SLOW], "slowest_ms": 200}, id="too slow"),
        pytest.param({"replies": [QUICK], "fim": False}, id="a model that cannot"),
        pytest.param({"replies": [QUICK], "enabled": False}, id="said to be off"),
    ],
)
async def test_it_is_not_asked_where_it_is_of_no_use(editor: Editor, case: dict[str, Any]) -> None:
    said = {key: value for key, value in case.items() if key in ("slowest_ms", "enabled")}
    fim, settings = case.get("fim", True), {"completion": said}
    await explain(editor, *case["replies"], fim=fim, settings=settings)
    async with editing(editor.folder, shows_suggestions()) as later:  # the first has ended by now
        later.answer = "No"
        await explain(later, QUICK)
        await later.until(lambda: later.questions, "nobody was asked before")
    assert not editor.questions
