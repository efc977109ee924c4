"""Action files of the user and of the project stand in the menu beside the built-in ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsp_editor import editing, neovim, plain, vscode

SHORTEN = """\
---
title: Make shorter
scope: function
languages: code
when: always
result: replace
checks: [same-signature]
---
Make this {{ kind }} shorter.
"""
REPLY = "```python\ndef double(x):\n    return 2 * x\n```"


@pytest.mark.parametrize("can_ask", [True, False])
async def test_without_leave_it_is_not_there(tmp_path: Path, can_ask: bool) -> None:
    own = tmp_path / ".deskmate" / "actions"
    own.mkdir(parents=True)
    (own / "explain.md").write_text(SHORTEN, encoding="utf-8")
    async with editing(tmp_path, plain()) as editor:
        editor.asks = can_ask
        editor.answers = ["Never here"]
        uri = editor.open("double.py", "def double(x):\n    return 2 * x\n")
        assert "Explain" in [one.title for one in await editor.actions(uri, 0)]
        if can_ask:
            await editor.until(lambda: editor.questions and not editor.answers, "answered")
        else:
            await editor.message("`deskmate consent actions ")
        assert "Explain" in [one.title for one in await editor.actions(uri, 0)]
        assert len(editor.questions) == can_ask


async def test_an_editor_that_knows_trust_is_not_asked(tmp_path: Path) -> None:
    own = tmp_path / ".deskmate" / "actions"
    own.mkdir(parents=True)
    (own / "explain.md").write_text(SHORTEN, encoding="utf-8")
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"trusted": True}}
    async with editing(tmp_path, capabilities) as editor:
        uri = editor.open("double.py", "def double(x):\n    return 2 * x\n")
        titles = [one.title for one in await editor.actions(uri, 0)]
        assert "Make shorter (.deskmate/actions/explain.md)" in titles
        assert not editor.questions


async def test_a_projects_action_is_offered_and_runs(tmp_path: Path) -> None:
    own = tmp_path / ".deskmate" / "actions"
    own.mkdir(parents=True)
    (own / "make-shorter.md").write_text(SHORTEN, encoding="utf-8")
    (own / "broken.md").write_text("nothing", encoding="utf-8")
    text = "def double(x):\n    y = 2 * x\n    return y\n"
    async with editing(tmp_path, neovim()) as editor:
        log = await editor.script({"text": REPLY, "when": "Make this function shorter."})
        uri = editor.open("double.py", text)
        assert not [one for one in await editor.actions(uri, 0) if "Make shorter" in one.title]
        await editor.until(lambda: editor.questions, "it is asked")
        assert "actions of its own (broken, make-shorter)" in editor.questions[0]
        editor.answers = ["Use them here"]
        await editor.until(lambda: not editor.answers, "it is answered")
        title = "Make shorter (.deskmate/actions/make-shorter.md)"
        while title not in [one.title for one in await editor.actions(uri, 0)]:
            pass
        await editor.message("broken.md is left out")
        result = await editor.run("make-shorter", uri)
        assert result["status"] == "applied", log.read_text()
        assert editor.buffers[uri].text == "def double(x):\n    return 2 * x\n"
