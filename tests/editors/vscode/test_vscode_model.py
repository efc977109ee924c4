"""One pass with the small real model, and the picture of it in the docs."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
from workbench import Workbench

pytestmark = pytest.mark.editors

REPOSITORY = Path(__file__).parents[3]
TESTS = REPOSITORY / "examples" / "shop" / "tests"


@pytest.mark.model
async def test_the_real_model_explains_and_fixes(
    workbench: Workbench, shop: Path, coder: Path, update: bool
) -> None:
    """The fix is of a test that failed, and it is said that it passes now."""
    shutil.copytree(TESTS, workbench.folder / "tests")
    await workbench.use(f"[local]\nmodel = {str(coder)!r}\n[checks]\nenabled = true\n")
    await workbench.answers(coder.stem).wait_for()
    before = shop.read_text()
    await workbench.open("basket.py", 19, 9)
    await workbench.act("Explain")
    panel = await workbench.panel()
    await panel.locator("article:not(.writing)").wait_for(timeout=120_000)
    explained = await panel.locator("article").inner_text()
    assert len(explained.split()) > 10
    await workbench.open("basket.py", 19, 9)
    if update:
        await workbench.actions()
        await workbench.picture("vscode")
        await workbench.page.keyboard.press("Escape")
    await workbench.act("Fix bug")
    question = workbench.toast("Run this project's tests to check answers?")
    await question.wait_for(timeout=120_000)
    await workbench.press_button(question, "Always here")
    done = workbench.status("Fix bug: function `total`")
    await done.wait_for(timeout=300_000)
    assert "1 of them failed before" in await done.inner_text()
    await workbench.page.keyboard.press("Control+S")
    after = await workbench.until(lambda: changed(shop, before), "the file is saved")
    ast.parse(after)
    assert after.partition("def total")[0] == before.partition("def total")[0]
    assert after.partition("def most_expensive")[2] == before.partition("def most_expensive")[2]


def changed(file: Path, before: str) -> str:
    """Its text, once that is another; "" until then."""
    text = file.read_text()
    return text if text != before else ""
