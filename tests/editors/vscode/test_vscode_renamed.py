"""A file gets another name in the explorer while an edit of it is on its way."""

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
    async with code_server.window(tmp_path_factory.mktemp("renamed"), settings) as workbench:
        yield workbench


async def rename(workbench: Workbench, before: str, after: str) -> None:
    """As its user does, in the explorer."""
    page = workbench.page
    row = page.locator(f'.explorer-folders-view [aria-label^="{before}"]').first
    if not await row.is_visible():
        await page.keyboard.press("Control+Shift+E")
    await row.click(button="left")
    await page.keyboard.press("F2")
    box = page.locator(".explorer-folders-view input")
    await box.fill(after)
    await page.keyboard.press("Enter")
    await workbench.until((workbench.folder / after).exists, "it has its new name")


async def test_while_its_preview_is_open(workbench: Workbench) -> None:
    workbench.write("shown.py", TEXT)
    await workbench.script({"text": FIXED, "again": True})
    await workbench.open("shown.py", 2, 5)
    await workbench.act("Fix bug")
    question = workbench.toast("Fix bug: apply the change?")
    await question.wait_for()
    await rename(workbench, "shown.py", "called.py")
    await workbench.toast("shown.py was closed or renamed while the model was working").wait_for()
    assert not await question.count()
    await workbench.open("called.py", 2, 5)
    await workbench.act("Fix bug")
    await question.wait_for()
    await workbench.page.keyboard.press("Control+Enter")
    await question.wait_for(state="detached")
    await workbench.saves("called.py", TEXT.replace("-", "+"))


async def test_while_the_model_writes(workbench: Workbench) -> None:
    workbench.write("asked.py", TEXT)
    log = await workbench.script(workbench.held(FIXED))
    await workbench.open("asked.py", 2, 5)
    await workbench.act("Fix bug")
    await workbench.until(lambda: "asked" in log.read_text(), "the model is asked")
    await rename(workbench, "asked.py", "other.py")
    workbench.go.touch()
    await workbench.toast("asked.py was closed or renamed while the model was working").wait_for()
    assert not (workbench.folder / "asked.py").exists()
