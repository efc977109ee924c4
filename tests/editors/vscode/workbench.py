"""VS Code as its user sees it: the workbench in a browser, driven by keys.

The workbench and the extension host are those of code-server, which is VS Code behind a web server.
What the user would look at is looked at; the text of a file is read from disk once it is saved.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Locator, Page, async_playwright
from playwright.async_api import TimeoutError as Timeout

CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
IMAGES = Path(__file__).parents[3] / "docs" / "editors" / "images"
WIDTH, HEIGHT = 1280, 800
PATIENCE, START = 60_000, 240_000
"""Milliseconds until something that does not come is given up, and until a window is there; the
machine may be busy.
"""
TRIES = 6
"""Times that a key is pressed in that time, where something else has the focus."""


@dataclass
class Workbench:
    """One window of VS Code with a folder open in it."""

    page: Page
    folder: Path
    data: Path
    home: Path
    scripts: int = 0

    @property
    def go(self) -> Path:
        """What a reply that is held `until` this waits for; who makes it lets it end."""
        return self.data / "go"

    def held(self, text: str) -> dict[str, Any]:
        """A reply of which the last character is not said before it is let."""
        self.go.unlink(missing_ok=True)
        return {"text": text, "pieces": 1, "until": str(self.go)}

    def answers(self, model: str) -> Locator:
        """What the status bar says when this model would answer."""
        label = f"Deskmate: Ready: {model} on this machine."
        return self.page.locator(f'.statusbar-item [aria-label="{label}"]')

    async def script(
        self, *replies: str | dict[str, Any], more: str = "", **engine: object
    ) -> Path:
        """Has such an `engine` with a script say this; where it logs what happens. The script is
        named in the user's own settings file, which the server reads when it starts: VS Code does
        not always notice that its settings are other ones on disk. `more` is put into it.
        """
        self.scripts += 1
        path = self.data / f"script-{self.scripts}.toml"
        log = path.with_suffix(".jsonl")
        log.touch()
        lines = [_toml("[engine]", {"log": str(log), **engine})]
        lines += [
            _toml("[[reply]]", {"text": reply} if isinstance(reply, str) else reply)
            for reply in replies
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        await self.use(_toml("[local]", {"engine": "scripted", "model": str(path)}) + more)
        await self.answers(path.stem).wait_for()
        return log

    async def use(self, settings: str) -> None:
        """Starts the server anew with these as the user's own settings."""
        own = self.home / "deskmate" / "settings.toml"
        own.parent.mkdir(exist_ok=True)
        own.write_text(settings, encoding="utf-8")
        await self.command("Deskmate: Restart Server")

    def write(self, name: str, text: str) -> None:
        """A file of the project as it is on disk."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    async def open(self, name: str, line: int = 1, column: int = 1) -> None:
        """Opens a file of the folder, with the cursor at that place, both counted from 1."""
        await self.quick_open(f"{self.folder / name}:{line}:{column}")
        await self.page.locator(f'.tab.active[data-resource-name="{Path(name).name}"]').wait_for()
        await self.until(lambda: self._at(line, column), f"the cursor is at {line}:{column}")

    async def go_to(self, line: int, column: int = 1) -> None:
        """Puts the cursor elsewhere in the file that is open."""
        await self.quick_open(f":{line}:{column}")
        await self.until(lambda: self._at(line, column), f"the cursor is at {line}:{column}")

    async def quick_open(self, text: str) -> None:
        """Presses Ctrl+P and takes what fits `text`."""
        await self._fill_in("Control+P", text)
        row = self.page.locator(".quick-input-list .monaco-list-row.focused")
        if name := text.partition(":")[0]:
            await row.get_by_text(Path(name).name).first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.locator(".quick-input-widget").wait_for(state="hidden")

    async def command(self, title: str) -> None:
        """Runs a command from the palette by its whole title; what is listed there does not change
        when a server that was started anew is there again, so it is opened anew.
        """
        rows = self.page.locator(".quick-input-list .monaco-list-row")
        row = rows.and_(self.page.locator(f'[aria-label="{title}"], [aria-label^="{title},"]'))
        for _ in range(TRIES):
            await self._fill_in("F1", f">{title}")
            with suppress(Timeout):
                await row.first.wait_for(timeout=PATIENCE / TRIES)
                break
            await self.page.keyboard.press("Escape")
        else:
            raise AssertionError(f"There is no command {title}.")
        for _ in range(await rows.count()):
            if "focused" in (await row.first.get_attribute("class") or ""):
                break
            await self.page.keyboard.press("ArrowDown")
        await self.page.keyboard.press("Enter")

    async def _fill_in(self, key: str, text: str) -> None:
        """Opens the box at the top by a key, and once more where something has taken the focus from
        it before it could be filled in.
        """
        box = self.page.locator(".quick-input-widget input")
        for _ in range(TRIES):
            await self.page.keyboard.press(key)
            with suppress(Timeout):
                await box.fill(text, timeout=PATIENCE / TRIES)
                return
        raise AssertionError(f"There is no box to fill in after {key}.")

    async def pick(self, label: str, offered: str = "", *, of: str = "") -> None:
        """Takes an entry of the list that is open at the top: of that label, or what is `offered`
        for these words. The command `of` opens it, and once more where something has taken the
        focus from it, which closes it.
        """
        box = self.page.locator(".quick-input-widget input")
        for _ in range(TRIES):
            if of:
                await self.command(of)
            with suppress(Timeout):
                await box.fill(label, timeout=PATIENCE / TRIES)
                break
        else:
            raise AssertionError(f"There is no list to pick {label} from.")
        await (
            self.page.locator(".quick-input-list .monaco-list-row.focused")
            .get_by_text(offered or label)
            .first.wait_for()
        )
        await self.page.keyboard.press("Enter")

    async def answer(self, words: str) -> None:
        """Types into the box at the top that asks for words."""
        box = self.page.locator(".quick-input-widget:not(.hidden) .quick-input-title")
        await box.wait_for()
        await self.page.locator(".quick-input-widget input").fill(words)
        await self.page.keyboard.press("Enter")

    async def actions(self, wanted: str = "") -> list[str]:
        """What the lightbulb's menu lists at the cursor, once the one that is wanted is among it;
        it stays open.
        """
        rows = self.page.locator(".action-widget .monaco-list-row.action")

        async def listed() -> list[str] | None:
            await self.page.keyboard.press("Control+.")
            with suppress(Timeout):
                await rows.first.wait_for(timeout=3000)
                titles = [" ".join(text.split()) for text in await rows.all_inner_texts()]
                if not wanted or wanted in titles:
                    return titles
            await self.page.keyboard.press("Escape")
            return None

        titles: list[str] = await self.until(listed, f"{wanted or 'something'} is listed")
        return titles

    async def act(self, title: str) -> None:
        """Chooses that code action at the cursor. By keys: a block lies over the menu's rows."""
        for _ in range((await self.actions(title)).index(title)):
            await self.page.keyboard.press("ArrowDown")
        focused = self.page.locator(".action-widget .monaco-list-row.focused")
        assert " ".join((await focused.inner_text()).split()) == title
        await self.page.keyboard.press("Enter")

    async def type(self, text: str) -> None:
        """Types at the cursor."""
        await self.page.keyboard.insert_text(text)

    async def saves(self, name: str, expected: str) -> None:
        """Saves the file that is open, and sees whether it then is what is expected."""
        text = ""

        async def saved() -> bool:
            nonlocal text
            await self.page.keyboard.press("Control+S")
            await asyncio.sleep(0.2)
            text = (self.folder / name).read_bytes().decode()
            return text == expected and not await self.page.locator(".tab.active.dirty").count()

        with suppress(AssertionError):
            await self.until(saved, "it is saved")
        assert text == expected

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        """The message in the corner that says this."""
        return self.page.locator(".notifications-toasts .notification-toast").filter(has_text=text)

    async def press_button(self, toast: Locator, label: str) -> None:
        """Presses a button of a message, which no hover of another may lie on."""
        await self.page.mouse.move(0, 0)
        await toast.get_by_role("button", name=label, exact=True).click()

    def status(self, text: str | re.Pattern[str]) -> Locator:
        """What the status bar says."""
        return self.page.locator(".statusbar-item").filter(has_text=text)

    async def panel(self, name: str = "panel") -> Frame:
        """The document of a side panel, which is a page in a page: that which is there to stay,
        where the one that was hidden goes as another is made.
        """

        async def pages() -> list[Frame]:
            there = []
            for frame in self.page.frames:
                with suppress(Exception):
                    if await frame.locator(f'body[data-deskmate="{name}"]').count():
                        there.append(frame)
            return there

        async def found() -> Frame | None:
            before = await pages()
            await asyncio.sleep(0.5)
            return before[0] if len(before) == 1 and before == await pages() else None

        frame: Frame = await self.until(found, "the side panel is there")
        return frame

    async def picture(self, name: str, folder: Path = IMAGES, height: int = HEIGHT) -> None:
        """Makes a picture of the docs: the window, or so many pixels of it from the top."""
        path, clip = folder / f"{name}.png", {"x": 0, "y": 0, "width": WIDTH, "height": height}
        await self.page.screenshot(path=path, clip=clip, animations="disabled")

    async def until(self, holds: Callable[[], Any], what: str) -> Any:
        """Waits until something holds, and gives it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE / 1000):
                while True:
                    found = holds()
                    found = await found if asyncio.iscoroutine(found) else found
                    if found:
                        return found
                    await asyncio.sleep(0.1)
        raise AssertionError(f"It never came about that {what}.")

    async def _at(self, line: int, column: int) -> bool:
        shown = await self.page.locator(".statusbar-item", has_text="Ln ").first.inner_text()
        return str(shown).strip() == f"Ln {line}, Col {column}"


def _toml(table: str, values: dict[str, Any]) -> str:
    rows = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join([table, *rows, ""])


def write_settings(data: Path, settings: dict[str, Any]) -> None:
    """The user's settings. What runs is set for a machine, and to a browser that of code-server is
    a remote one, which has a file of its own.
    """
    for folder, values in (("User", DEFAULTS), ("Machine", settings)):
        file = data / folder / "settings.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values, indent=2), encoding="utf-8")


DEFAULTS = {
    "workbench.startupEditor": "none",
    "files.autoSave": "off",
    "editor.occurrencesHighlight": "off",
    "extensions.ignoreRecommendations": True,
    "telemetry.telemetryLevel": "off",
    "window.commandCenter": False,
    "editor.autoClosingBrackets": "never",  # what is typed is what is there
    "editor.autoClosingQuotes": "never",
    "editor.quickSuggestions": {"other": "off"},
    "terminal.integrated.gpuAcceleration": "off",  # what is written there can be read
}


@dataclass
class CodeServer:
    """A VS Code server with what is installed in the folder of its extensions, and the home of its
    user.
    """

    program: Path
    extensions: Path
    data: Path
    home: Path
    flags: list[str] = field(default_factory=lambda: ["--disable-workspace-trust"])

    @property
    def environment(self) -> dict[str, str]:
        """Without the galleries of code-server, and with nothing of who runs the tests."""
        folders = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DESKMATE_")}
        own = {
            "DESKMATE_CACHE__MEGABYTES": "0",
            "DESKMATE_LOCAL__SHARE": "false",
            "EXTENSIONS_GALLERY": "{}",
            "PIP_COMPILE": "0",  # what is installed is started once
        }
        return kept | dict.fromkeys(folders, str(self.home)) | own

    def run(self, *arguments: str) -> None:
        """Runs its command line to the end."""
        subprocess.run(
            [*self._command, *arguments], check=True, env=self.environment, capture_output=True
        )

    @asynccontextmanager
    async def window(
        self, folder: Path, settings: dict[str, Any]
    ) -> AsyncGenerator[Workbench, None]:
        """A window on `folder`, once the workbench is there."""
        write_settings(self.data, settings)
        port = _free_port()
        log = (self.data / "code-server.log").open("wb")
        arguments = (
            *("--bind-addr", f"127.0.0.1:{port}", "--auth", "none"),
            *("--disable-telemetry", "--disable-update-check"),
            *("--disable-getting-started-override", *self.flags),
        )
        server = await asyncio.create_subprocess_exec(
            *self._command, *arguments, env=self.environment, stdout=log, stderr=log
        )
        try:
            await _listening(port)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=[*CHROMIUM, *QUIET]
                )
                page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
                await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
                page.set_default_timeout(PATIENCE)
                await page.goto(f"http://127.0.0.1:{port}/?folder={folder}", timeout=START)
                ours = page.locator('.statusbar-item [aria-label^="Deskmate:"]')
                await ours.wait_for(timeout=START)
                try:
                    yield Workbench(page, folder, self.data, self.home)
                except BaseException:
                    await page.screenshot(path=self.data / "failed.png")
                    raise
                await browser.close()
        finally:
            server.terminate()
            await server.wait()
            log.close()

    @property
    def _command(self) -> list[str]:
        entry = self.program / "node_modules/code-server/out/node/entry.js"
        folders = ("--user-data-dir", str(self.data), "--extensions-dir", str(self.extensions))
        return [str(self.program / "bin" / "node"), str(entry), *folders]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _listening(port: int) -> None:
    for _ in range(PATIENCE // 100):
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"code-server does not listen on port {port}; see code-server.log.")
