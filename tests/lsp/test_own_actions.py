"""Action files of the user and of the project stand in the menu beside the built-in ones."""

from __future__ import annotations

from pathlib import Path

from lsp_editor import editing, neovim

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


async def test_a_projects_action_is_offered_and_runs(tmp_path: Path) -> None:
    own = tmp_path / ".deskmate" / "actions"
    own.mkdir(parents=True)
    (own / "make-shorter.md").write_text(SHORTEN, encoding="utf-8")
    (own / "broken.md").write_text("nothing", encoding="utf-8")
    text = "def double(x):\n    y = 2 * x\n    return y\n"
    async with editing(tmp_path, neovim()) as editor:
        log = await editor.script({"text": REPLY, "when": "Make this function shorter."})
        uri = editor.open("double.py", text)
        assert "Make shorter" in [action.title for action in await editor.actions(uri, 0)]
        await editor.message("broken.md is left out")
        result = await editor.run("make-shorter", uri)
        assert result["status"] == "applied", log.read_text()
        assert editor.buffers[uri].text == "def double(x):\n    return 2 * x\n"
