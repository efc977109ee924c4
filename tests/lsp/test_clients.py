"""One story by protocol for every client that there is a page on, with what that client can do."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, emacs, helix, kate, marked, neovim, sublime, vscode, zed
from lsprotocol import types as lsp

from deskmate.lsp.client import Client as OurClient

Client = Callable[[], lsp.ClientCapabilities]

# Each client: the encoding of columns that it gets, whether it opens a file with what is shown, and
# the title of an entry: where the menu does not say whose it is, the title does.
CLIENTS: dict[Client, tuple[str, bool, str]] = {
    emacs: ("utf-32", False, "Fix bug"),
    helix: ("utf-8", True, "Deskmate: Fix bug"),
    kate: ("utf-16", False, "Fix bug"),
    neovim: ("utf-8", True, "Fix bug"),
    sublime: ("utf-16", True, "Fix bug"),
    vscode: ("utf-16", True, "Fix bug"),
    zed: ("utf-16", False, "Deskmate: Fix bug"),
}

TEXT, AT, _ = marked("# 😀 é\ndef add(a, b):\n    return a ‸- b\n")
FIX = "```python\ndef add(a, b):\n    return a + b\n```"


@pytest.fixture(scope="module", params=CLIENTS, ids=lambda client: client.__name__)
def client(request: pytest.FixtureRequest) -> Client:
    found: Client = request.param
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(
    client: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Editor, None]:
    async with editing(tmp_path_factory.mktemp("project"), client()) as editor:
        yield editor


async def test_columns_are_counted_as_the_client_prefers(client: Client, editor: Editor) -> None:
    assert editor.encoding == CLIENTS[client][0]


async def test_what_is_listed_runs_and_its_edit_lands(client: Client, editor: Editor) -> None:
    await editor.script(FIX)
    uri = editor.open("fixed.py", TEXT)
    first = next(one for one in await editor.actions(uri, AT) if one.title == CLIENTS[client][2])
    assert first.command is not None
    await editor.command(first.command.command, *(first.command.arguments or ()))
    await editor.until(lambda: editor.buffers[uri].text != TEXT, "the edit has come")
    assert editor.buffers[uri].text == TEXT.replace("a - b", "a + b")


async def test_an_explanation_is_shown_as_the_client_can(client: Client, editor: Editor) -> None:
    await editor.script("It **subtracts**.")
    uri = editor.open("explained.py", TEXT)
    assert (await editor.run("explain", uri, AT))["status"] == "shown"
    if CLIENTS[client][1]:
        path = unquote(urlsplit(editor.client.shown_documents[-1].uri).path)
        assert "It **subtracts**." in Path(path).read_text(encoding="utf-8")
    else:
        await editor.message("It **subtracts**.")


@pytest.mark.parametrize(("name", "first"), [("Eglot", "Discard"), ("Neovim", "Apply")])
async def test_the_answer_that_enter_takes_does_least(name: str, first: str) -> None:
    """Who is typing presses Enter, too, and eglot has its first answer typed already."""

    async def take_first(params: lsp.ShowMessageRequestParams) -> lsp.MessageActionItem:
        return next(iter(params.actions or ()))

    server: Any = SimpleNamespace(client_name=name, window_show_message_request_async=take_first)
    assert await OurClient(server).choose("It changes 2 files.", "Apply", "Discard") == first


async def test_a_list_that_the_user_asked_for_keeps_its_order() -> None:
    shown: list[str] = []

    async def take_none(params: lsp.ShowMessageRequestParams) -> None:
        shown.extend(one.title for one in params.actions or ())

    server: Any = SimpleNamespace(
        client_name="Eglot",
        client_capabilities=lsp.ClientCapabilities(),
        window_show_message_request_async=take_none,
    )
    assert await OurClient(server).pick("Deskmate", ["Fix bug", "Explain", "Refactor"]) == ""
    assert shown == ["Fix bug", "Explain", "Refactor"]


async def test_tests_come_into_a_file_that_was_not_there(editor: Editor) -> None:
    await editor.script("```python\ndef test_add():\n    assert add(1, 2) == 3\n```")
    (editor.folder / "tests").mkdir()
    uri = editor.open("adding.py", "def add(a, b):\n    return a + b\n")
    assert (await editor.run("write-tests", uri))["status"] == "applied"
    made = editor.folder / "tests" / "test_adding.py"
    assert "assert add(1, 2) == 3" in made.read_text(encoding="utf-8")


async def test_what_runs_is_cancelled_by_a_command_without_arguments(editor: Editor) -> None:
    log = await editor.script({"text": FIX, "pieces": 1, "delay": 0.1})
    uri = editor.open("cancelled.py", TEXT)
    await editor.run("fix-bug", uri, AT, wait=False)
    await editor.until(lambda: "asked" in log.read_text(), "the model is asked")
    assert await editor.command("deskmate.cancel") == {"cancelled": 1}
    await editor.until(lambda: "closed" in log.read_text(), "the model has stopped")
    assert editor.buffers[uri].text == TEXT
