"""An edit is shown before it is applied, where the user wants that, whole or in its parts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page
from workbench import CodeServer, Workbench

pytestmark = pytest.mark.editors

TEXT = '''\
# 😀


def add(a, b):
    """Adds both."""
    first = a
    total = first - b
    assert a is not None
    total = int(total)
    return total + 1
'''
FIRST = TEXT.replace("= a\n", "= int(a)\n").replace("first - b", "first + b")
"""Two lines that adjoin are one part, though the server sends an edit for each."""
BOTH = FIRST.replace("total + 1", "total")
REPLY = {"text": f"```python\n{BOTH[BOTH.index('def') :]}```", "again": True}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workbench(
    code_server: CodeServer, deskmate: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Workbench, None]:
    settings = {"deskmate.server.path": str(deskmate), "deskmate.preview": True}
    async with code_server.window(tmp_path_factory.mktemp("previewed"), settings) as workbench:
        await workbench.script(REPLY)
        yield workbench


async def test_a_preview_is_applied_or_discarded(workbench: Workbench) -> None:
    workbench.write("previewed.py", TEXT)
    await preview(workbench, "previewed.py")
    await workbench.press_button(workbench.toast("Fix bug: apply the change?"), "Discard")
    await workbench.page.locator(".tab", has_text="Deskmate: Fix bug").wait_for(state="detached")
    await workbench.saves("previewed.py", TEXT)
    await preview(workbench, "previewed.py")
    await workbench.page.keyboard.press("Control+Enter")
    await workbench.status("Fix bug: function `add`").wait_for()
    await workbench.saves("previewed.py", BOTH)
    assert not await workbench.page.locator(".notification-toast .codicon-error").count()


async def test_what_is_ticked_is_applied_and_taken_back_in_one_step(
    workbench: Workbench, update: bool
) -> None:
    workbench.write("ticked.py", TEXT)
    await preview(workbench, "ticked.py")
    asked = workbench.toast("Fix bug: apply the change?")
    await asked.get_by_role("button", name="Choose Parts…").wait_for()
    if update:
        await workbench.picture("vscode-preview")
    await choose_parts(workbench, tick=1)
    if update:
        await workbench.picture("vscode-parts")
    await workbench.page.keyboard.press("Control+Enter")
    await workbench.toast("Applied in part; what was checked is the whole change.").wait_for()
    await workbench.open("ticked.py")
    await workbench.saves("ticked.py", FIRST)
    await workbench.page.keyboard.press("Control+Z")
    await workbench.saves("ticked.py", TEXT)


async def test_a_text_that_changed_meanwhile_gets_the_edit_anew(workbench: Workbench) -> None:
    workbench.write("meanwhile.py", TEXT)
    await preview(workbench, "meanwhile.py")
    await choose_parts(workbench, tick=2)
    await workbench.open("meanwhile.py", 2)
    await workbench.type("import os\n")
    await press_button(workbench, "Apply")
    refused = workbench.page.locator(".monaco-dialog-box", has_text="has changed in the meantime")
    await refused.wait_for()
    await workbench.page.keyboard.press("Enter")
    await shown(workbench)
    await workbench.page.keyboard.press("Control+Enter")
    await workbench.status("Fix bug: function `add`").wait_for()
    await workbench.open("meanwhile.py")
    await workbench.saves("meanwhile.py", BOTH.replace("# 😀\n", "# 😀\nimport os\n"))


async def test_a_choice_ends_with_its_job_and_changes_nothing(workbench: Workbench) -> None:
    workbench.write("unchanged.py", TEXT)
    for end in (discard, cancel, kill):
        await preview(workbench, "unchanged.py")
        parts = await choose_parts(workbench, tick=1)
        await end(workbench)
        await parts.first.wait_for(state="detached")
        await workbench.open("unchanged.py")
        await workbench.saves("unchanged.py", TEXT)


PRICE = "def price(net):\n    return net\n"
USER = "from price import price\n\n\ndef pay(net):\n    return price(net)\n"
TAKES_TAX = PRICE.replace("(net)", "(net, tax)").replace("net\n", "net + tax\n")
PAYS_TAX = USER.replace("price(net)", "price(net, 2)")


async def test_an_edit_of_several_files_is_one_question_and_one_undo(workbench: Workbench) -> None:
    """The server shows it, so that no preview of each file follows."""
    workbench.write("price.py", PRICE)
    workbench.write("till.py", USER)
    user = f"```python\n{USER[USER.index('def') :]}```".replace("price(net)", "price(net, 2)")
    await workbench.script(f"```python\n{TAKES_TAX}```", user)
    await workbench.open("price.py", 2, 5)
    await workbench.pick("Change together with what uses it", of="Deskmate: Run with Instruction…")
    await workbench.answer("take the tax")
    asked = workbench.toast("It changes 2 files: price.py, till.py.")
    assert texts(workbench) == [PRICE, USER]
    await workbench.press_button(asked, "Apply")
    await workbench.status("Change together with what uses it: function `price`").wait_for()
    taxed = [TAKES_TAX, PAYS_TAX]
    await workbench.until(
        lambda: texts(workbench) == taxed, "VS Code saves both, as after a rename"
    )
    await workbench.open("price.py")
    await workbench.page.keyboard.press("Control+Z")
    await workbench.saves("price.py", PRICE)
    await workbench.open("till.py")
    await workbench.saves("till.py", USER)


def texts(workbench: Workbench) -> list[str]:
    """What is on the disk."""
    return [(workbench.folder / name).read_text() for name in ("price.py", "till.py")]


async def discard(workbench: Workbench) -> None:
    await press_button(workbench, "Discard")


async def cancel(workbench: Workbench) -> None:
    await workbench.command("Deskmate: Cancel What Runs")


async def kill(_: Workbench) -> None:
    for process in psutil.Process().children(recursive=True):
        if process.cmdline()[-1:] == ["serve"]:
            process.kill()


async def preview(workbench: Workbench, name: str) -> None:
    """Has the function of that file fixed, and waits until it is shown how."""
    await workbench.open(name, 6, 5)
    await workbench.act("Fix bug")
    await shown(workbench)


async def shown(workbench: Workbench) -> None:
    await workbench.page.locator(".monaco-diff-editor .char-insert").first.wait_for()


async def choose_parts(workbench: Workbench, *, tick: int) -> Locator:
    """Goes from a preview to its two parts and ticks so many, all by keys; the parts."""
    page = workbench.page
    await page.keyboard.press("Control+Shift+Enter")
    parts = page.locator(".bulk-edit-panel .monaco-list-row").filter(has=page.locator(".textedit"))
    await parts.nth(1).wait_for()
    assert await parts.count() == 2
    boxes = parts.get_by_role("checkbox")
    assert not await boxes.nth(0).is_checked()
    for at in range(tick):
        row = parts.nth(at)
        await workbench.until(partial(reached, page, row), "the part has the focus")
        await page.keyboard.press("Space")
        await workbench.until(boxes.nth(at).is_checked, "it is ticked")
    return parts


async def reached(page: Page, row: Locator) -> bool:
    """Whether the row has the focus; else it goes on to the next one."""
    if "focused" in (await row.get_attribute("class") or ""):
        return True
    await page.keyboard.press("ArrowDown")
    return False


async def press_button(workbench: Workbench, label: str) -> None:
    """Presses the button below the parts."""
    panel = workbench.page.locator(".bulk-edit-panel")
    await panel.get_by_role("button", name=label).click()
