"""Hovers: at once from the syntax tree, and with what the model has said by then."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import Editor, editing, helix, neovim, plain, vscode
from lsprotocol import types as lsp

SHOP = '''\
import math

RATE = 7


def tax(price):
    """What the state takes."""
    return price * RATE


class Basket:
    def total(self, items):
        return sum(tax(item) for item in items)


def other():
    return Basket().total([1])
'''
TOTAL = SHOP.index("total")
TAX = SHOP.index("tax(item)")
EXPLAINED = {"text": "It adds up the items. It never fails.", "again": True}
ALL = {"hover": {"show": "all"}}


async def explained(editor: Editor, uri: str, at: int) -> str:
    """The hover once it shows what the model said, or why it did not."""
    async with asyncio.timeout(120):
        while "is being explained" in (shown := await editor.hover(uri, at)):
            await asyncio.sleep(0.02)
    return shown


@pytest.mark.parametrize("capabilities", [vscode, neovim, helix])
async def test_the_next_hover_shows_the_explanation(
    tmp_path: Path, capabilities: Callable[[], lsp.ClientCapabilities]
) -> None:
    async with editing(tmp_path, capabilities()) as editor:
        log = await editor.script({**EXPLAINED, "delay": 0.2})
        uri = editor.open("shop.py", "# 😀\n" + SHOP)
        at = TOTAL + len("# 😀\n")
        first = await editor.hover(uri, at)
        assert first == "**Deskmate:** `total` is being explained. The next hover shows it."
        shown = await explained(editor, uri, at)
        assert shown == "**Deskmate:** It adds up the items. It never fails."
        assert await editor.hover(uri, at) == shown
        assert events(log) == ["asked", "finished"]
        prompt = asked(log)[-1]
        assert "def total(self, items):" in prompt and "def tax(price):" in prompt


@pytest.mark.parametrize("words", ["", "It adds up the items.", "```total``` adds up the items."])
async def test_code_that_is_repeated_is_not_shown(tmp_path: Path, words: str) -> None:
    async with editing(tmp_path, vscode()) as editor:
        fence = "```python\ndef total(self, items):\n    return 1.\n```"
        await editor.script({"text": f"{fence}\n\n{words}\n\n{fence}", "again": True})
        shown = await explained(editor, editor.open("shop.py", SHOP), TOTAL)
        code_alone = "The model repeated the code instead of explaining it."
        failed = f"No explanation of `total`: {code_alone} The next hover tries again."
        assert shown == f"**Deskmate:** {words or failed}"


async def test_all_of_it_from_the_syntax_tree(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(EXPLAINED, settings=ALL)
        uri = editor.open("shop.py", SHOP)
        assert await editor.hover(uri, TAX) == (
            "```python\ndef tax(price):\n```\n\nWhat the state takes.\n\nDefined on line 6.\n\n"
            "**Deskmate:** `tax` is being explained. The next hover shows it."
        )
        place = SHOP.rindex("total")
        assert "Defined on line 12 in Basket." in await editor.hover(uri, place)
        assert "Defined" not in await editor.hover(uri, TOTAL)


async def test_plain_text_where_the_editor_takes_no_other(tmp_path: Path) -> None:
    async with editing(tmp_path, plain()) as editor:
        await editor.script(EXPLAINED, settings=ALL)
        uri = editor.open("shop.py", SHOP)
        assert await editor.hover(uri, TAX) == (
            "def tax(price):\n\nWhat the state takes.\n\nDefined on line 6.\n\n"
            "Deskmate: tax is being explained. The next hover shows it."
        )


@pytest.mark.parametrize("name", ["math", "RATE", "items", "sum", "return", "class", " other"])
async def test_what_is_no_function_or_class_of_the_file_is_left_to_others(
    tmp_path: Path, name: str
) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED, settings=ALL)
        uri = editor.open("shop.py", SHOP)
        assert await editor.hover(uri, SHOP.index(name)) == ""
        assert events(log) == []


OFF = [
    {"hover": {"show": "off"}},
    {"hover": {"disabled": ["go", "python"]}},
]


@pytest.mark.parametrize("settings", OFF)
async def test_it_can_be_turned_off(tmp_path: Path, settings: dict[str, Any]) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED, settings=settings)
        assert await editor.hover(editor.open("shop.py", SHOP), TOTAL) == ""
        assert events(log) == []


async def test_a_project_can_turn_it_off(tmp_path: Path) -> None:
    (tmp_path / ".deskmate").mkdir()
    (tmp_path / ".deskmate" / "settings.toml").write_text('[hover]\nshow = "off"\n')
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(EXPLAINED)
        assert await editor.hover(editor.open("shop.py", SHOP), TOTAL) == ""


async def test_a_budget_is_waited_for(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(EXPLAINED, settings={"hover": {"budget_ms": 10_000}})
        shown = await editor.hover(editor.open("shop.py", SHOP), TOTAL)
        assert shown == "**Deskmate:** It adds up the items. It never fails."


async def test_an_edit_elsewhere_keeps_it_and_one_of_what_it_rests_on_does_not(
    tmp_path: Path,
) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED)
        uri = editor.open("shop.py", SHOP)
        await explained(editor, uri, TOTAL)
        editor.type(uri, 0, "# 😀 typed above\n\n")
        editor.type(uri, editor.buffers[uri].text.index("[1]"), "2 * ")
        at = editor.buffers[uri].text.index("total")
        assert "It adds up" in await editor.hover(uri, at)
        assert events(log) == ["asked", "finished"]
        editor.type(uri, editor.buffers[uri].text.index("price"), "net_")
        assert "is being explained" in await editor.hover(uri, at + len("net_"))


async def test_a_restart_keeps_it(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED)
        await explained(editor, editor.open("shop.py", SHOP), TOTAL)
    script = {"engine": "scripted", "model": str(log.with_suffix(".toml"))}
    async with editing(tmp_path, neovim(), settings={"local": script}) as editor:
        await editor.escalate()
        assert "It adds up" in await editor.hover(editor.open("shop.py", SHOP), TOTAL)
        await editor.command("deskmate.clearCache")
    async with editing(tmp_path, neovim(), settings={"local": script}) as editor:
        await editor.escalate()
        assert "is being" in await editor.hover(editor.open("shop.py", SHOP), TOTAL)


async def test_another_model_explains_anew(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(EXPLAINED)
        uri = editor.open("shop.py", SHOP)
        await explained(editor, uri, TOTAL)
        await editor.script("Another says so.")
        assert await explained(editor, uri, TOTAL) == "**Deskmate:** Another says so."


async def test_it_gives_way_to_what_the_user_asks_for(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        slow = {"when": "about to use", "text": "Slow.", "delay": 60}
        log = await editor.script(slow, {"text": "It is so.", "again": True})
        uri = editor.open("shop.py", SHOP)
        await editor.hover(uri, TOTAL)
        await editor.until(lambda: "asked" in events(log), "it is asked")
        assert (await editor.run("explain", uri, TOTAL))["status"] == "shown"
        assert events(log)[:4] == ["asked", "closed", "asked", "finished"]
        assert await explained(editor, uri, TOTAL) == "**Deskmate:** It is so."


async def test_a_dead_engine_is_said_and_tried_again(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script({"error": "EngineLost"}, EXPLAINED)
        uri = editor.open("shop.py", SHOP)
        shown = await explained(editor, uri, TOTAL)
        assert "No explanation of `total`: The script says: EngineLost." in shown
        assert "is being explained" in await editor.hover(uri, TOTAL)
        assert "It adds up" in await explained(editor, uri, TOTAL)


async def test_without_a_model_it_does_not_nag(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        uri = editor.open("shop.py", SHOP)
        assert await explained(editor, uri, TOTAL) == ""
        assert await editor.hover(uri, TOTAL) == ""
        assert editor.client.messages == [] and editor.questions == []


async def test_the_last_one_asked_for_comes_first(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script({**EXPLAINED, "delay": 3})
        uri = editor.open("shop.py", SHOP)
        await editor.hover(uri, SHOP.index("def tax") + 4)
        await editor.until(lambda: "asked" in events(log), "the first is being explained")
        for name in ("total", "other"):
            await editor.hover(uri, SHOP.index(f"def {name}") + 4)
        await editor.until(lambda: events(log).count("finished") == 3, "all are explained")
        named = [prompt.partition("\nFunction:\n")[2][:30].split("\n")[1] for prompt in asked(log)]
        assert [line[:9] for line in named] == ["def tax(p", "def other", "def total"]


async def test_what_is_around_is_explained_ahead(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script(EXPLAINED, settings={"hover": {"prefetch": True}})
        uri = editor.open("shop.py", SHOP)
        await editor.run("explain", uri, TOTAL)  # nothing is loaded for it
        await editor.actions(uri, SHOP.index("sum("))
        await editor.until(lambda: events(log).count("finished") > 2, "it is explained ahead")
        assert "It adds up" in await explained(editor, uri, TOTAL)
        assert len(asked(log)) == len({str(one) for one in asked(log)}), "nothing is asked twice"


def asked(log: Path) -> list[str]:
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return [line["messages"][1] for line in lines if line["event"] == "asked"]


def events(log: Path) -> list[str]:
    return [json.loads(line)["event"] for line in log.read_text(encoding="utf-8").splitlines()]


@pytest.mark.model
async def test_with_the_real_model(tmp_path: Path, coder: Path) -> None:
    """A hover, and a save right after what was typed is ready: both come without asking."""
    settings = {
        "local": {"model": str(coder), "preload": False},
        "docstrings": {"on_save": "changed"},
    }
    async with editing(tmp_path, vscode(), settings=settings) as editor:
        await editor.escalate()
        uri = editor.open("shop.py", SHOP)
        shown = await explained(editor, uri, TOTAL)
        print(shown)
        assert shown.startswith("**Deskmate:** ") and len(shown) > 40
        assert "```" not in shown
        new = "\n\ndef mean(numbers):\n    count = len(numbers)\n    return sum(numbers) / count\n"
        editor.type(uri, len(SHOP), new)
        async with asyncio.timeout(120):
            while editor.buffers[uri].text == SHOP + new:
                await editor.save(uri)
                await asyncio.sleep(0.5)
        text = editor.buffers[uri].text
        print(text[len(SHOP) :])
        assert text.startswith(SHOP) and text.endswith(new.partition(":")[2])
        assert '"""' in text[len(SHOP) :]


async def test_a_name_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("from .models import Order\n")
    (tmp_path / "shop" / "models.py").write_text('X = 1\n\nclass Order:\n    """Sold."""\n')
    async with editing(tmp_path, vscode()) as editor:
        await editor.script({**EXPLAINED}, settings=ALL)
        text = "from shop import Order\nimport math\n\nprint(Order(), math.pi)\n"
        uri = editor.open("main.py", text)
        async with asyncio.timeout(60):  # a hover does not wait for files on a slow machine
            while not (shown := await explained(editor, uri, text.index("Order()"))):
                await asyncio.sleep(0.1)
        assert "class Order:" in shown
        assert "Sold." in shown
        assert "Defined in `models.py` on line 3." in shown
        assert "It adds up the items." in shown
        assert await editor.hover(uri, text.index("math.pi")) == ""
