"""A session in VS Code, from the lightbulb to the file on disk; a script answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.async_api import Locator
from workbench import Workbench

pytestmark = pytest.mark.editors

TEXT = "# 😀 é\nimport os\n\n\ndef add(a, b):\n    return a - b\n\n\nprint(add(1, 2))\n"
TEST = """\
import unittest

from judged import add


class TestAdd(unittest.TestCase):
    def test_two(self):
        self.assertEqual(add(1, 2), 3)
"""
FIXED = "```python\ndef add(a, b):\n    return a + b\n```"


async def test_a_bug_is_fixed_from_the_lightbulb(workbench: Workbench) -> None:
    workbench.write("fixed.py", TEXT)
    await workbench.script(FIXED)
    await workbench.open("fixed.py", 6, 5)
    assert await workbench.actions() == [
        "Fix bug",
        "Add docstring",
        "Refactor",
        "Change together with what uses it",
        "With instruction…",
        "Write tests",
        "Explain",
        "Explain how these modules work together",
        "Plan an architecture change",
    ]
    await workbench.page.keyboard.press("Escape")
    await workbench.act("Fix bug")
    await workbench.status("Fix bug: function `add`").wait_for()
    await workbench.saves("fixed.py", TEXT.replace("a - b", "a + b"))


async def test_a_fix_is_judged_by_the_test_that_failed(workbench: Workbench) -> None:
    workbench.write("judged.py", TEXT)
    workbench.write("tests/test_judged.py", TEST)
    await workbench.script(FIXED)
    await workbench.open("judged.py", 6, 5)
    await workbench.act("Fix bug")
    asked = workbench.toast("Run this project's tests to check answers?")
    await workbench.press_button(asked, "Always here")
    said = "Checked: 1 test of tests/test_judged.py passes, which failed before"
    await workbench.toast(said).wait_for()
    await workbench.saves("judged.py", TEXT.replace("a - b", "a + b"))


async def test_what_another_extension_finds_is_said_and_fixed(
    workbench: Workbench, update: bool
) -> None:
    text = "function add(a: number, b: number): number {\n    return a - b;\n}\n"
    workbench.write("found.ts", text)
    await workbench.script(f"```typescript\n{text.replace('a - b', 'a + b.total')}```")
    await workbench.open("found.ts", 2, 5)
    await workbench.act("Fix bug")
    said = "ts finds a new problem in what was changed, in line 2: “Property 'total' does not exist"
    await workbench.toast(said).wait_for()
    await workbench.saves("found.ts", text.replace("a - b", "a + b.total"))
    log = await workbench.script(f"```typescript\n{text.replace('a - b', 'a + b')}```")
    await workbench.page.locator(".squiggly-error").first.wait_for()
    if update:
        await workbench.open("found.ts", 2, 18)
        await workbench.actions("Fix bug")
        await workbench.picture("vscode-beside", height=480)
        await workbench.page.keyboard.press("Escape")
    await workbench.open("found.ts", 1, 10)
    await workbench.act("Fix bug")
    await workbench.page.locator(".tab.active.dirty").wait_for()
    assert "Property 'total' does not exist" in log.read_text(), "the model is told of it"
    await workbench.saves("found.ts", text.replace("a - b", "a + b"))


async def test_what_runs_is_cancelled_from_its_message(workbench: Workbench) -> None:
    workbench.write("cancelled.py", TEXT)
    log = await workbench.script(workbench.held(FIXED))
    await workbench.open("cancelled.py", 6, 5)
    await workbench.act("Fix bug")
    toast = workbench.toast("Deskmate: Fix bug")
    await workbench.press_button(toast, "Cancel")
    await workbench.until(lambda: events(log) == ["asked", "closed"], "the model stops")
    await toast.wait_for(state="hidden")
    await workbench.saves("cancelled.py", TEXT)


async def test_typing_elsewhere_moves_the_edit(workbench: Workbench) -> None:
    workbench.write("elsewhere.py", TEXT)
    log = await workbench.script(workbench.held(FIXED))
    await workbench.open("elsewhere.py", 6, 5)
    await workbench.act("Fix bug")
    await workbench.until(lambda: events(log) == ["asked"], "the model is asked")
    await workbench.go_to(3, 1)
    await workbench.type("import re  # 😀\nimport sys\n")
    workbench.go.touch()
    await workbench.status("Fix bug: function `add`").wait_for()
    typed = TEXT.replace("import os\n", "import os\nimport re  # 😀\nimport sys\n")
    await workbench.saves("elsewhere.py", typed.replace("a - b", "a + b"))


async def test_typing_inside_refuses_the_edit(workbench: Workbench) -> None:
    workbench.write("inside.py", TEXT)
    log = await workbench.script(workbench.held(FIXED))
    await workbench.open("inside.py", 6, 5)
    await workbench.act("Fix bug")
    await workbench.until(lambda: events(log) == ["asked"], "the model is asked")
    await workbench.type("c = '😀'; ")
    workbench.go.touch()
    await workbench.toast("You edited this code while the model was rewriting it").wait_for()
    typed = TEXT.replace("return a - b", "c = '😀'; return a - b")
    await workbench.saves("inside.py", typed)


async def test_a_refusal_shows_the_reply(workbench: Workbench) -> None:
    workbench.write("refused.py", TEXT)
    await workbench.script({"text": "I would rather not.", "again": True})
    await workbench.open("refused.py", 6, 5)
    await workbench.act("Fix bug")
    await workbench.press_button(workbench.toast("Nothing was changed"), "Show Reply")
    await workbench.page.locator(".tab", has_text="last-reply").first.wait_for()
    await workbench.open("refused.py", 6, 5)
    await workbench.saves("refused.py", TEXT)


async def test_an_explanation_streams_into_the_panel(workbench: Workbench) -> None:
    workbench.write("explained.py", TEXT)
    reply = (
        "It **subtracts** `b`.\n\n```python\nif a < b:\n    raise ValueError\n```\n\n<b>no</b> end"
    )
    log = await workbench.script(workbench.held(reply))
    await workbench.open("explained.py", 6, 5)
    await workbench.act("Explain")
    panel = await workbench.panel()
    await panel.get_by_text("subtracts").wait_for()
    assert events(log) == ["asked"], "the model still writes"
    workbench.go.touch()
    await panel.locator("article:not(.writing)").wait_for()
    assert await panel.locator("strong").inner_text() == "subtracts"
    assert "<b>no</b> end" in await panel.locator("article").last.inner_text()
    colour = "getComputedStyle(document.querySelector('{}')).color"
    assert await panel.evaluate(colour.format("pre code")) == await panel.evaluate(
        colour.format("body")
    ), "what is not highlighted is as readable, in high contrast too"
    background = "getComputedStyle(document.body).backgroundColor"
    light = await panel.evaluate(background)
    await panel.get_by_role("button", name="Insert").click()
    await workbench.until(dirty(workbench), "the code is in the file")
    inserted = TEXT.replace(
        "    return a - b", "    if a < b:\n        raise ValueError\n    return a - b"
    )
    await workbench.saves("explained.py", inserted)
    await workbench.command("Preferences: Toggle between Light/Dark Themes")
    await workbench.until(lambda: changed(panel, background, light), "the panel follows the theme")


async def test_nothing_but_the_panels_own_script_may_run_in_it(workbench: Workbench) -> None:
    panel = await workbench.panel()
    policy = await panel.locator("meta[http-equiv]").get_attribute("content")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    refused = """() => new Promise(resolve => {
        document.addEventListener("securitypolicyviolation", event => resolve(event.blockedURI));
        document.body.append(Object.assign(new Image(), {src: "https://example.com/a.png"}));
    })"""
    assert await panel.evaluate(refused) == "https://example.com/a.png"


async def test_words_go_to_the_model(workbench: Workbench) -> None:
    workbench.write("words.py", TEXT)
    log = await workbench.script(FIXED)
    await workbench.open("words.py", 6, 5)
    await workbench.pick("Refactor", of="Deskmate: Run with Instruction…")
    await workbench.answer("turn the minus into a plus")
    await workbench.status("Refactor: function `add`").wait_for()
    assert "turn the minus into a plus" in log.read_text()
    await workbench.saves("words.py", TEXT.replace("a - b", "a + b"))


async def test_what_an_at_sign_may_point_at_is_offered(workbench: Workbench) -> None:
    workbench.write("pointed.py", TEXT)
    workbench.write("stock.py", "def reserve(amount):\n    return amount\n")
    log = await workbench.script("It reserves.")
    await workbench.open("pointed.py", 6, 5)
    await workbench.pick("What does @sto", offered="@stock.py", of="Deskmate: Ask…")
    box = workbench.page.locator(".quick-input-widget input")
    await workbench.until(lambda: completed(box), "the name is completed")
    await workbench.answer("What does @stock.py do?")
    panel = await workbench.panel()
    await panel.locator("article").last.get_by_text("reserves").wait_for()
    assert "What does @stock.py do?" in log.read_text()


async def completed(box: Locator) -> bool:
    value: str = await box.input_value()
    return value == "What does @stock.py "


async def test_a_question_from_the_palette(workbench: Workbench) -> None:
    workbench.write("asked.py", TEXT)
    log = await workbench.script("It is a **minus**.")
    await workbench.open("asked.py", 6, 5)
    await workbench.command("Deskmate: Ask…")
    await workbench.answer("Which sign is that?")
    panel = await workbench.panel()
    await panel.locator("article").last.get_by_text("minus").wait_for()
    assert "Which sign is that?" in log.read_text()


async def test_an_action_with_choices_from_the_palette(workbench: Workbench) -> None:
    text = "# Notes\n\nThe cat sat on the mat.\n"
    workbench.write("notes.md", text)
    await workbench.script("Die Katze saß auf der Matte.")
    await workbench.open("notes.md", 3, 5)
    await workbench.pick("German", of="Deskmate: Translate")
    await workbench.status("Translate: German:").wait_for()
    translated = text.replace("The cat sat on the mat.", "Die Katze saß auf der Matte.")
    await workbench.saves("notes.md", translated)


async def test_a_document_without_a_file(workbench: Workbench) -> None:
    await workbench.script("The cat sat.")
    await workbench.command("File: New Untitled Text File")
    await workbench.page.locator(".tab.active", has_text="Untitled-1").wait_for()
    await workbench.type("The cat was sitting on the mat.")
    await workbench.command("Deskmate: Make concise")
    await workbench.status("Make concise:").wait_for()
    shown = workbench.page.locator(".editor-instance .view-line", has_text="sat.")
    assert (await shown.inner_text()).replace("\xa0", " ") == "The cat sat."


async def test_a_server_that_dies_is_started_again(workbench: Workbench) -> None:
    workbench.write("died.py", TEXT)
    log = await workbench.script(workbench.held(FIXED))
    await workbench.open("died.py", 6, 5)
    await workbench.act("Fix bug")
    await workbench.until(lambda: events(log) == ["asked"], "the model is asked")
    for process in psutil.Process().children(recursive=True):
        if process.cmdline()[-1:] == ["serve"]:
            process.kill()
    await workbench.toast("ended before it was done").wait_for()
    workbench.go.touch()
    await workbench.act("Fix bug")
    await workbench.status("Fix bug: function `add`").wait_for()
    await workbench.saves("died.py", TEXT.replace("a - b", "a + b"))


def events(log: Path) -> list[str]:
    """What the scripted engine noted."""
    return [json.loads(line)["event"] for line in log.read_text().splitlines()]


def dirty(workbench: Workbench) -> Any:
    """Asks whether the file that is open has changes which are not saved."""
    return workbench.page.locator(".tab.active.dirty").count


async def changed(panel: Any, expression: str, before: Any) -> bool:
    return bool(await panel.evaluate(expression) != before)
