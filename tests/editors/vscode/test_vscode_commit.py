"""A commit message, written into the box of source control."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from workbench import CodeServer, Workbench

pytestmark = pytest.mark.editors


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workbench(
    code_server: CodeServer, deskmate: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Workbench, None]:
    folder = tmp_path_factory.mktemp("committed")
    git(folder, "init", "--quiet")
    (folder / "shop.py").write_text("GREETING = 'Hello'\n")
    settings = {"deskmate.server.path": str(deskmate)}
    async with code_server.window(folder, settings) as workbench:
        yield workbench


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)


async def test_the_box_gets_a_message_for_what_is_staged(
    workbench: Workbench, update: bool
) -> None:
    log = await workbench.script("Greet whoever comes")
    await workbench.page.get_by_role("tab", name="Source Control").first.click()
    button = workbench.page.get_by_role("button", name="Write Commit Message in Source Control")
    await button.first.wait_for()
    await button.first.click()
    await workbench.toast("Nothing is staged").wait_for()
    git(workbench.folder, "add", "shop.py")
    box = workbench.page.locator(".scm-editor")
    await box.click()
    await workbench.type("for the fair")
    await button.first.click()
    await box.get_by_text("Greet whoever comes").wait_for()
    assert "for the fair" in log.read_text()
    if update:
        await workbench.picture("vscode-commit", height=600)
    await workbench.press_button(workbench.toast("in place of what you typed"), "Take Back")
    await box.get_by_text("for the fair").wait_for()
