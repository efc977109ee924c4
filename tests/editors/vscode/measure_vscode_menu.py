"""How long it takes in VS Code from the key to the menu, and from taking an entry to the first sign
that something happens: with Deskmate, and with the other server of `../measure_menu.py`, which the
extension starts in its place. The page itself takes the time, since what drives it takes longer.

    pytest -s -m editors tests/editors/vscode/measure_vscode_menu.py

What counts is the ratio of the two, since machines are noisy.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path

import pytest
from measure_menu import OTHER, TEXT, TITLE
from workbench import CodeServer, Workbench

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from figures import line, ratio

pytestmark = pytest.mark.editors

ROUNDS = int(os.environ.get("ROUNDS", "15"))
MENU = ".action-widget .monaco-list-row.action"
SIGN = ".statusbar-item .codicon-loading, .notification-toast"
"""The item in the status bar that turns, or a message."""

WATCH = """() => {
window.measured = ([selector, text]) => {
  window.taken = new Promise(resolve => {
    let began;
    const all = () => [...document.querySelectorAll(selector)];
    const there = () => all().some(one => one.textContent.includes(text));
    const look = () => {
      if (began !== undefined && there()) {
        watching.disconnect();
        resolve(performance.now() - began);
      }
    };
    const watching = new MutationObserver(look);
    const begin = () => { began = performance.now(); };
    addEventListener("keydown", begin, { capture: true, once: true });
    const changes = { subtree: true, childList: true, attributes: true, characterData: true };
    watching.observe(document, changes);
  });
};
}"""


async def test_measure(fresh: CodeServer, deskmate: Path, tmp_path: Path) -> None:
    """Prints a table."""
    program = tmp_path / "other"
    (tmp_path / "other.py").write_text(OTHER)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tmp_path}/other.py"\n')
    program.chmod(0o755)
    found = []
    for command in (program, deskmate):
        folder = tmp_path / f"{command.name} project"
        folder.mkdir()
        async with fresh.window(folder, {"deskmate.server.path": str(command)}) as workbench:
            workbench.write("shop.py", TEXT)
            if command == deskmate:
                reply = {"text": "It adds.", "until": "/nowhere", "again": True}
                await workbench.script(reply)
            found.append(await measure(workbench))
    (other_menus, other_signs), (menus, signs) = found
    print(f"\n{'':46}{'median':>9}{'p95':>9}   goal")
    for what, ours, theirs in (
        ("from the key to the menu", menus, other_menus),
        ("from the entry to the first sign", signs, other_signs),
    ):
        line(f"VS Code: {what}", ours, "≤ 100 ms")
        line("  the other server", theirs)
        ratio("  ratio", statistics.median(ours) / statistics.median(theirs))


async def measure(workbench: Workbench) -> tuple[list[float], list[float]]:
    """The seconds to the menu and to the first sign."""
    page, menus, signs = workbench.page, list[float](), list[float]()
    await page.evaluate(WATCH)
    await workbench.open("shop.py", 2, 5)
    await workbench.actions(TITLE)
    await page.keyboard.press("Escape")
    for _ in range(ROUNDS):
        await page.locator(MENU).first.wait_for(state="hidden")
        await page.evaluate("asked => window.measured(asked)", [MENU, TITLE])
        await page.keyboard.press("Control+.")
        menus.append(await page.evaluate("window.taken") / 1000)
        rows = page.locator(MENU)
        titles = [" ".join(text.split()) for text in await rows.all_inner_texts()]
        for _ in range(titles.index(TITLE)):
            await page.keyboard.press("ArrowDown")
        await page.evaluate("asked => window.measured(asked)", [SIGN, ""])
        await page.keyboard.press("Enter")
        signs.append(await page.evaluate("window.taken") / 1000)
        await workbench.command("Deskmate: Cancel What Runs")
        await workbench.command("Notifications: Clear All Notifications")
        await page.locator(SIGN).first.wait_for(state="detached")
    return menus, signs
