"""Whether a request may leave this machine, as a panel of VS Code asks it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from playwright.async_api import Error, Frame
from workbench import IMAGES, Workbench

from chat_server import ChatServer
from chat_server import stream as says

pytestmark = pytest.mark.editors

CODE = "def add(account, amount):\n    account.balance += amount\n"
LOCALLY, REMOTELY = (f"```python\n{CODE.replace('+=', sign)}```" for sign in ("+= 1 *", "-="))


async def test_the_panel_asks_and_a_closed_one_sends_nothing(
    workbench: Workbench, update: bool
) -> None:
    async with ChatServer() as server:
        server.pages["/v1/chat/completions"] = says(REMOTELY)
        cloud = {"engine": "openai", "url": server.url, "model": "big-1", "input_price": 2}
        rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in cloud.items())
        more = f"\n[cloud]\noutput_price = 10\n{rows}"
        await workbench.script({"text": LOCALLY, "again": True}, more=more)

        workbench.write("bank.py", CODE)
        await workbench.open("bank.py", 1, 5)
        await workbench.act("More from Deskmate…")
        await workbench.pick("Fix bug with the cloud model")
        panel = await asked(workbench)
        assert await panel.locator("li").all_inner_texts() == ["you asked for it"]
        facts = await panel.locator("table").inner_text()
        assert f"big-1 ({server.url})" in facts
        assert "bank.py" in facts
        assert await panel.locator("button").all_inner_texts() == [
            "Send",
            "Stay local",
            "Always for this project",
            "Never for this project",
        ]
        await panel.locator("summary").click()
        assert CODE in await panel.locator("pre").inner_text()
        if update:
            await workbench.picture("consent", IMAGES.parents[1] / "images")
        notices = workbench.page.locator(".notification-toast")
        await workbench.command("Deskmate: Actions Here…")
        await workbench.command("Deskmate: Show Last Reply")
        await workbench.status("waiting for your answer").wait_for()
        assert not await notices.count(), "none lies over the question"
        await panel.get_by_role("button", name="Send", exact=True).click()
        await workbench.toast("Open a file first").wait_for()
        await workbench.toast("The model has said nothing yet").wait_for()
        await workbench.page.locator(".tab.active.dirty").wait_for()
        await workbench.saves("bank.py", CODE.replace("+=", "-="))
        assert len(server.chats()) == 1

        workbench.write("till.py", CODE)
        await workbench.open("till.py", 1, 5)
        await workbench.act("More from Deskmate…")
        await workbench.pick("Fix bug with the cloud model")
        panel = await asked(workbench)
        await panel.get_by_role("button", name="Stay local", exact=True).click()
        await workbench.page.locator(".tab.active.dirty").wait_for()
        await workbench.saves("till.py", CODE.replace("+=", "+= 1 *"))
        assert len(server.chats()) == 1


async def asked(workbench: Workbench) -> Frame:
    """The page of the question; that of the one before may be closing still."""

    async def shown() -> Frame | None:
        panel = await workbench.panel("consent")
        with suppress(Error):
            return panel if await panel.locator("button").count() else None
        return None

    frame: Frame = await workbench.until(shown, "the question is put")
    return frame
