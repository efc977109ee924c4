"""Another model, a pause, its memory back: `deskmate.model`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp_editor import editing, helix, marked, vscode

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸- b\n")
QUIET: dict[str, Any] = {"local": {"preload": False}}


async def test_no_model_is_asked_in_a_pause(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script("It subtracts.")
        uri = editor.open("paused.py", TEXT)
        editor.answer = "Pause: no model is asked"
        assert (await editor.command("deskmate.model"))["status"] == "ready"
        (question,) = editor.questions
        assert "a program of its own" in question
        refused = await editor.run("explain", uri, AT)
        assert refused["status"] == "failed"
        assert "paused" in refused["message"]
        assert "paused" in (await editor.command("deskmate.status"))["problem"]
        assert "asked" not in log.read_text(encoding="utf-8")
        editor.answer = "Go on: the model is asked again"
        await editor.command("deskmate.model")
        assert (await editor.run("explain", uri, AT))["status"] == "shown"


async def test_models_are_listed_with_what_they_take(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode(), settings=QUIET) as editor:
        await editor.escalate()
        editor.answers = ["Install another model…", "nothing of that"]
        assert (await editor.command("deskmate.model"))["status"] == "cancelled"
        assert len(editor.questions) == 2, "which one, then"


async def test_who_cannot_be_asked_is_told_what_to_type(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script("It subtracts.")
        editor.asks = False
        await editor.command("deskmate.model")
        (said,) = editor.client.messages
        assert '{"do": "pause"}' in said.message
        await editor.command("deskmate.model", {"do": "pause"})
        assert "paused" in editor.client.messages[-1].message
        wrong = await editor.command("deskmate.model", {"do": "stop"})
        assert wrong["status"] == "failed"
        wrong = await editor.command("deskmate.model", {"model": "none-such"})
        assert "none-such" in wrong["message"]


async def test_a_model_that_would_not_answer_is_not_installed(tmp_path: Path) -> None:
    server = {"local": {"engine": "openai", "url": "http://127.0.0.1:9", "model": "qwen:7b"}}
    async with editing(tmp_path, vscode(), settings=server) as editor:
        refused = await editor.command("deskmate.model", {"model": "qwen2.5-coder-1.5b-instruct"})
        assert refused["status"] == "failed"
        assert "`local.engine` is `openai`" in refused["message"]
        assert "would not be used" in refused["message"]
        assert (await editor.command("deskmate.status"))["model"] == "qwen:7b"
