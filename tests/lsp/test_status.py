"""What would answer, and where, as an editor's status line shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsp_editor import editing, neovim

OPENAI = {"engine": "openai", "model": "qwen2.5-coder:7b"}

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a server on this machine": (OPENAI | {"url": "http://127.0.0.1:1/v1"}, OPENAI["model"], ""),
    "a team's server": (
        OPENAI | {"url": "https://gpu.lan/v1"},
        OPENAI["model"],
        "gpu.lan",
    ),
    "a script": ({"engine": "scripted", "model": "/tmp/told.toml"}, "told", ""),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_would_answer(tmp_path: Path, case: str) -> None:
    local, model, host = CASES[case]
    async with editing(tmp_path, neovim(), settings={"local": local}) as editor:
        await editor.escalate()
        found = await editor.command("deskmate.status")
    assert found == {"model": model, "host": host, "problem": ""}


async def test_no_model_is_said(tmp_path: Path) -> None:
    async with editing(tmp_path, neovim()) as editor:
        await editor.escalate()
        found = await editor.command("deskmate.status")
    assert (found["model"], found["host"]) == ("", "")
    assert "deskmate models install" in found["problem"]
