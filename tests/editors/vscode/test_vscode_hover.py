"""What is explained by itself: at a hover, and documentation when a file is saved."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.async_api import TimeoutError as Timeout
from workbench import Workbench

pytestmark = pytest.mark.editors

TEXT = "def add(a, b):\n    c = a + b\n    return c\n"
DOCUMENTED = TEXT.replace("):\n", '):\n    """Adds two numbers."""\n')


async def test_the_second_hover_explains(workbench: Workbench, update: bool) -> None:
    workbench.write("hovered.py", TEXT)
    await workbench.script({"text": "It adds up both.", "again": True})
    await workbench.open("hovered.py", 1, 6)
    hover = workbench.page.locator(".monaco-hover", has_text="It adds up both.")

    async def explained() -> bool:
        await workbench.page.keyboard.press("Control+K")
        await workbench.page.keyboard.press("Control+I")
        with suppress(Timeout):  # no hover comes of keys that were pressed too early
            await hover.wait_for(timeout=2_000)
            return True
        await workbench.page.keyboard.press("Escape")
        return False

    await workbench.until(explained, "a hover explains")
    if update:
        await workbench.picture("vscode-hover", height=300)


async def test_saving_documents(workbench: Workbench) -> None:
    workbench.write("documented.py", TEXT)
    reply = {"text": '```python\n"""Adds two numbers."""\n```', "again": True}
    await workbench.script(reply, more='[docstrings]\non_save = "all"\n')
    await workbench.open("documented.py", 3, 13)
    await workbench.saves("documented.py", DOCUMENTED)
