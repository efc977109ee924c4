"""The engines beside the embedded llama.cpp, each with a real model through the real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsp_editor import editing, helix

pytestmark = pytest.mark.model

TEXT = 'def area(radius):\n    """The area of a circle."""\n    return 3.14 * radius * radius\n'


async def test_ctransformers(tmp_path: Path, older_smollm: Path) -> None:
    local = {"engine": "ctransformers", "model": str(older_smollm), "preload": False}
    await explains(tmp_path, local, "smollm")


async def test_a_llama_server_of_the_users_own(
    tmp_path: Path, smollm: Path, llama_server: Path
) -> None:
    local = {"engine": "llama_server", "program": str(llama_server), "model": str(smollm)}
    await explains(tmp_path, {**local, "preload": False}, "smollm2-135m-instruct-q4_1")


async def explains(folder: Path, local: dict[str, object], model: str) -> None:
    """A whole action: streamed, shown, and by that model."""
    async with editing(folder, helix(), settings={"local": local}) as editor:
        uri = editor.open("shapes.py", TEXT, "python")
        result = await editor.run("explain", uri, TEXT.index("area"))
        assert result["status"] == "shown", result
        assert model in result["message"] or result.get("model") == model
        assert editor.buffers[uri].text == TEXT
