"""Action files of the user and of the project stand in the menu beside the built-in ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsp_editor import Editor, editing, neovim, plain, vscode

from deskmate.checks.consent_store import decide_actions

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
        await offers(editor, uri, title)
        await editor.message("broken.md is left out")
        result = await editor.run("make-shorter", uri)
        assert result["status"] == "applied", log.read_text()
        assert editor.buffers[uri].text == "def double(x):\n    return 2 * x\n"


async def test_leave_that_is_given_at_a_terminal_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / ".deskmate" / "actions"
    own.mkdir(parents=True)
    (own / "explain.md").write_text(SHORTEN, encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".home"))  # where the server has its own
    async with editing(tmp_path, plain()) as editor:
        editor.asks = False
        uri = editor.open("double.py", "def double(x):\n    return 2 * x\n")
        await editor.actions(uri, 0)
        await editor.message("`deskmate consent actions ")
        decide_actions(tmp_path.resolve(), "always")
        await offers(editor, uri, "Make shorter (.deskmate/actions/explain.md)")
        changed = SHORTEN.replace("Make shorter", "Make it much shorter")
        (own / "explain.md").write_text(changed, encoding="utf-8")
        await offers(editor, uri, "Make it much shorter (.deskmate/actions/explain.md)")
        (own / "explain.md").unlink()
        await offers(editor, uri, "Explain")


async def offers(editor: Editor, uri: str, title: str) -> None:
    """Returns when the menu lists that; a test that waits in vain is ended by its time."""
    while title not in [one.title for one in await editor.actions(uri, 0)]:
        pass
