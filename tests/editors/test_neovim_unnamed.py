"""Buffers that have no name yet, which all have the same URI."""

from __future__ import annotations

import pytest
from neovim_start import Start

pytestmark = pytest.mark.editors

TEXT = "def total(prices):\n    return max(prices)\n"
FIX = "```python\ndef total(prices):\n    return sum(prices)\n```"


def test_an_action_changes_a_buffer_without_a_name_while_there_is_but_one(start: Start) -> None:
    editor = start(FIX, FIX)
    write = f"call setline(1, {TEXT.splitlines()}) | setfiletype python"
    editor.command("enew")
    editor.command(write)
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("return sum(prices)")
    editor.command("set hidden | enew")
    editor.command(write)
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("It says: several")
    editor.terminal.shows("return max(prices)")
