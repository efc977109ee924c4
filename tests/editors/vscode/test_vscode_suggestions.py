"""Text while its user types, in VS Code: taken by words and whole, dismissed, beside an action."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Locator
from playwright.async_api import TimeoutError as Timeout
from workbench import Workbench

pytestmark = pytest.mark.editors

IMAGES = Path(__file__).parents[3] / "docs" / "images"
PICTURE = IMAGES / "suggestions" / "vscode.png"

TEXT = "def add(first, second):\n    \n\n\nprint(add(1, 2))\n"
ON = "[completion]\nenabled = true\n"
BODY = "return first + second"


async def type_first(workbench: Workbench, letter: str, wanted: str) -> Locator:
    """Types a letter until something is suggested; what is, as it is drawn."""
    ghost = workbench.page.locator(".ghost-text-decoration")

    async def shown() -> bool:
        await workbench.page.keyboard.type(letter)
        with suppress(Timeout):  # nothing comes of keys that were pressed too early
            await ghost.filter(has_text=wanted).first.wait_for(timeout=4_000)
            return True
        await workbench.page.keyboard.press("Backspace")
        return False

    await workbench.until(shown, "something is suggested")
    return ghost


async def test_it_is_taken_by_words_and_whole_and_typed(workbench: Workbench, update: bool) -> None:
    """With `--update` the picture in the docs is of this."""
    workbench.write("suggested.py", TEXT)
    reply = {"text": BODY.removeprefix("r"), "again": True}
    log = await workbench.script(reply, more=ON, fim=True)
    await workbench.open("suggested.py", 2, 5)
    ghost = await type_first(workbench, "r", "eturn")
    if update:
        await workbench.page.screenshot(path=PICTURE)
    asked = log.read_text().count('"asked"')
    await workbench.page.keyboard.press("Control+ArrowRight")
    await ghost.filter(has_text="first").first.wait_for()
    await workbench.page.keyboard.type(" f")
    await ghost.filter(has_text="irst").first.wait_for()
    assert log.read_text().count('"asked"') == asked, "what is typed of it keeps it"
    await workbench.page.keyboard.press("Tab")
    await workbench.saves("suggested.py", TEXT.replace("    ", f"    {BODY}"))


async def test_it_is_dismissed_and_an_action_runs_meanwhile(workbench: Workbench) -> None:
    workbench.write("dismissed.py", TEXT)
    slow = {"text": BODY, "when": "    x", "pieces": 1, "delay": 600, "again": True}
    explained = {"text": "It adds up both.", "when": "Explain"}
    quick = {"text": "eturn first", "when": "fim_prefix", "again": True}
    log = await workbench.script(explained, slow, quick, more=ON, fim=True)
    await workbench.open("dismissed.py", 2, 5)
    ghost = await type_first(workbench, "r", "eturn")
    await workbench.page.keyboard.press("Escape")
    await ghost.first.wait_for(state="detached")
    await workbench.page.keyboard.press("Backspace")
    await workbench.page.keyboard.type("x = ")
    await workbench.until(lambda: "    x" in log.read_text(), "it is asked for anew")
    await workbench.command("Deskmate: Explain")
    panel = await workbench.panel()
    await panel.locator("text=It adds up both.").first.wait_for()
    assert '"closed"' in log.read_text(), "the action did not wait for it"
