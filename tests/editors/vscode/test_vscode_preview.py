"""An edit is shown before it is applied, where the user wants that."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from workbench import CodeServer, Workbench

pytestmark = pytest.mark.editors

TEXT = "def add(a, b):\n    return a - b\n"
FIXED = "```python\ndef add(a, b):\n    return a + b\n```"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workbench(
    code_server: CodeServer, deskmate: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Workbench, None]:
    settings = {"deskmate.server.path": str(deskmate), "deskmate.preview": True}
    async with code_server.window(tmp_path_factory.mktemp("previewed"), settings) as workbench:
        yield workbench


async def test_a_preview_is_applied_or_discarded(workbench: Workbench) -> None:
    workbench.write("previewed.py", TEXT)
    await workbench.script(FIXED, FIXED)
    await workbench.open("previewed.py", 2, 5)
    await workbench.act("Fix bug")
    toast = workbench.toast("Fix bug: apply the change?")
    await workbench.page.locator(".monaco-diff-editor .char-insert").wait_for()
    await workbench.press_button(toast, "Discard")
    await workbench.page.locator(".tab", has_text="Deskmate: Fix bug").wait_for(state="detached")
    await workbench.saves("previewed.py", TEXT)
    await workbench.open("previewed.py", 2, 5)
    await workbench.act("Fix bug")
    await workbench.press_button(toast, "Apply")
    await workbench.status("Fix bug: function `add`").wait_for()
    await workbench.saves("previewed.py", TEXT.replace("a - b", "a + b"))
    assert not await workbench.page.locator(".notification-toast .codicon-error").count()
