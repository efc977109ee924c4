"""A conversation in the panel: questions that follow an answer; a script answers."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Frame
from playwright.async_api import TimeoutError as Timeout
from workbench import Workbench

pytestmark = pytest.mark.editors

TEXT = "import os\n\n\ndef add(a, b):\n    return a - b\n\n\nprint(add(1, 2))\n"
CODE = "It is to add both:\n\n```python\ndef add(a, b):\n    return a + b\n```\n"


def read_asked(log: Path) -> list[list[str]]:
    """The messages of each request to the model."""
    lines = map(json.loads, log.read_text().splitlines())
    return [one["messages"] for one in lines if one["event"] == "asked"]


async def test_a_question_follows_an_explanation_by_keys_alone(
    workbench: Workbench, update: bool
) -> None:
    workbench.write("chat.py", TEXT)
    log = await workbench.script("It subtracts.", CODE, "Anew.")
    await workbench.open("chat.py", 5, 5)
    await workbench.act("Explain")
    panel = await workbench.panel()
    await panel.get_by_text("It subtracts.").wait_for()
    await workbench.command("Deskmate: Show Answers")
    line = panel.get_by_role("textbox", name="Follow up on function add…")
    await workbench.until(lambda: focused(panel, "TEXTAREA"), "the line has the focus")
    await workbench.type("How is it mended?")
    await workbench.page.keyboard.press("Enter")
    await panel.get_by_text("It is to add both:").wait_for()
    await panel.locator("article:last-child:not(.writing)").wait_for()
    shown, said, asked = read_asked(log)[-1][1:]
    assert "return a - b" in shown
    assert (said, asked) == ("It subtracts.", "How is it mended?")
    assert await panel.get_by_role("heading", level=2).inner_text() == "How is it mended?"
    assert await panel.locator(".hljs-keyword").all_inner_texts() == ["def", "return"]
    assert await line.input_value() == ""
    if update:
        await workbench.picture("vscode-follow-up")
    await workbench.page.keyboard.press("ArrowUp")
    assert await line.input_value() == "How is it mended?", "the last question comes back"
    await line.fill("")
    await workbench.page.keyboard.press("Tab")
    await workbench.page.keyboard.press("Tab")
    await workbench.page.keyboard.press("Enter")
    await panel.get_by_role("textbox", name="Ask a question…").wait_for()
    await workbench.until(lambda: focused(panel, "TEXTAREA"), "a new chat waits for words")
    await workbench.type("And that?")
    await workbench.page.keyboard.press("Enter")
    await panel.get_by_text("Anew.").wait_for()
    assert len(read_asked(log)[-1]) == 2, "it knows nothing of what was said before"


async def test_the_way_back_to_the_function(workbench: Workbench) -> None:
    workbench.write("way.py", TEXT)
    await workbench.script("It subtracts.")
    await workbench.page.keyboard.press("Control+1")
    await workbench.open("way.py", 5, 5)
    await workbench.act("Explain")
    panel = await workbench.panel()
    link = panel.locator("article").last.get_by_role("button", name="function add")
    await link.wait_for()
    await workbench.go_to(1, 1)
    await link.press("Enter")
    await workbench.status("Ln 4, Col 1").wait_for()


async def test_a_server_that_is_started_anew_knows_of_no_conversation(workbench: Workbench) -> None:
    workbench.write("anew.py", TEXT)
    await workbench.script("It subtracts.")
    await workbench.page.keyboard.press("Control+1")
    await workbench.open("anew.py", 5, 5)
    await workbench.act("Explain")
    panel = await workbench.panel()
    await panel.get_by_role("textbox", name="Follow up on function add…").wait_for()
    log = await workbench.script("It is new.")
    line = panel.get_by_role("textbox", name="Ask a question…")
    await line.fill("What is this?")
    await line.press("Enter")
    await panel.get_by_text("It is new.").wait_for()
    assert len(read_asked(log)[-1]) == 2


EVIL = """\
<script>document.title = "owned"</script> <img src="https://x.invalid/a.png" onerror="alert(1)">
![shot](https://x.invalid/b.png) [Fix it](command:workbench.action.quit) <a href="command:x">y</a>

```<img/onerror=1>
<img src=x onerror=alert(1)>
```

```html
<script>alert(1)</script><button data-does="insert">Copy</button>
```
"""


async def test_an_answer_is_only_text_and_so_is_a_question(workbench: Workbench) -> None:
    workbench.write("evil.py", TEXT)
    await workbench.script("It subtracts.", EVIL)
    await workbench.page.keyboard.press("Control+1")
    await workbench.open("evil.py", 5, 5)
    await workbench.act("Explain")
    panel = await workbench.panel()
    line = panel.get_by_role("textbox", name="Follow up on function add…")
    await line.fill("<img src=x> $& {0} `b`?")
    await line.press("Enter")
    last = panel.locator("article").last
    await last.get_by_text("Fix it").wait_for()
    await panel.locator("article:last-child:not(.writing)").wait_for()
    assert await last.get_by_role("heading").inner_text() == "<img src=x> $& {0} `b`?"
    assert not await last.locator("img, script, iframe, a[href^=command]").count()
    assert await last.locator(".code").count() == 2
    assert await last.locator("button").count() == 4, "its own two for each piece of code"


async def test_problems_are_those_of_the_file_that_is_asked_about(workbench: Workbench) -> None:
    workbench.write("asked.py", TEXT)
    workbench.write("broken.json", '{"a": 1,, }')
    log = await workbench.script("It subtracts.", "None.")
    await workbench.page.keyboard.press("Control+1")
    await workbench.open("asked.py", 5, 5)
    await workbench.act("Explain")
    panel = await workbench.panel()
    line = panel.get_by_role("textbox", name="Follow up on function add…")
    await line.wait_for()
    await workbench.page.keyboard.press("Control+1")
    await workbench.open("broken.json")
    await workbench.page.locator(".squiggly-error").first.wait_for()
    await line.fill("What is reported by @problems?")
    await line.press("Enter")
    await panel.get_by_text("None.").wait_for()
    assert "What the editor reports" not in read_asked(log)[-1][-1]


async def test_a_question_follows_one_about_a_text_that_is_gone(workbench: Workbench) -> None:
    log = await workbench.script("It is a note.", "It says nothing more.")
    await workbench.page.keyboard.press("Control+1")
    await workbench.command("File: New Untitled Text File")
    await workbench.type("buy tomatoes")
    await workbench.command("Deskmate: Show Answers")
    panel = await workbench.panel()
    line = panel.get_by_role("textbox")
    await line.fill("What is this?")
    await line.press("Enter")
    await panel.get_by_text("It is a note.").wait_for()
    await workbench.page.keyboard.press("Control+1")
    await workbench.command("View: Revert and Close Editor")
    await line.fill("Is that all?")
    await line.press("Enter")
    await panel.get_by_text("It says nothing more.").wait_for()
    assert "buy tomatoes" in read_asked(log)[-1][1], "the model was shown it before"


PRINTED = "npm error code E404 @local @problems\n"


async def test_what_is_selected_in_the_terminal_is_explained(workbench: Workbench) -> None:
    log = await workbench.script("There is no such package.", "Look at its name.")
    page = workbench.page
    await page.evaluate("navigator.clipboard.writeText('hunter2')")
    await workbench.command("Terminal: Create New Terminal")
    terminal = page.locator(".terminal.xterm")
    (workbench.folder / "printed").write_text(PRINTED)
    shown = terminal.get_by_text("npm error").first

    async def printed() -> bool:
        await terminal.click()
        await page.keyboard.type("cat printed\n")
        with suppress(Timeout):  # nothing comes of keys that were pressed too early
            await shown.wait_for(timeout=3_000)
            return True
        return False

    await workbench.until(printed, "the terminal has it")
    await workbench.command("Deskmate: Explain Terminal Selection")
    await workbench.toast("Nothing is selected in the terminal").wait_for()
    assert not read_asked(log)
    await workbench.command("Terminal: Select All")
    await terminal.click(button="right")
    await page.locator(".context-view .action-label", has_text="Deskmate: Explain").wait_for()
    await page.keyboard.press("Escape")
    await workbench.command("Deskmate: Explain Terminal Selection")
    panel = await workbench.panel()
    await panel.get_by_text("There is no such package.").wait_for()
    selected, _, asked = read_asked(log)[-1][-1].partition("```\n\n")
    assert selected.startswith("What a command printed:\n```\n")
    assert PRINTED in selected
    assert asked.startswith("Explain this text of a terminal.\n")
    assert await page.evaluate("navigator.clipboard.readText()") == "hunter2"
    line = panel.get_by_role("textbox", name="Follow up on Explain this text of a terminal.…")
    await line.fill("What shall I do?")
    await line.press("Enter")
    await panel.get_by_text("Look at its name.").wait_for()
    assert PRINTED in read_asked(log)[-1][1]
    await workbench.command("Terminal: Kill All Terminals")


async def focused(panel: Frame, name: str) -> bool:
    tag: str = await panel.evaluate("document.activeElement.tagName")
    return tag == name


async def test_the_model_pauses_and_goes_on(workbench: Workbench) -> None:
    await workbench.script("It subtracts.")
    await workbench.pick("Pause: no model is asked", of="Deskmate: Model: Memory, Pause…")
    paused = workbench.page.locator('.statusbar-item [aria-label*="paused"]')
    await paused.wait_for()
    await workbench.pick("Go on: the model is asked again", of="Deskmate: Model: Memory, Pause…")
    await paused.wait_for(state="detached")
