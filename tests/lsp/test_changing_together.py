"""An edit of several files is shown first, and applied in all of them or in none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, neovim
from lsprotocol import types as lsp

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.errors import ActionError
from deskmate.lsp.features.confirm import refuse_unversioned
from deskmate.requests.request import resolve

ACTION = "change-together"
USER = "from price import price\n\n\ndef pay(net):\n    return price(net)\n"
OPEN = {"price.py": "def price(net):\n    return net\n", "till.py": USER, "shelf.py": USER}
CLOSED = "report.py"
AS_IT_WAS = {**OPEN, CLOSED: USER}
TAXED = "```python\ndef price(net, tax):\n    return net + tax\n```"
FITS = "```python\ndef pay(net):\n    return price(net, 2)\n```"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    """Neovim, as if it knew what a refactoring is."""
    knows = neovim()
    assert knows.workspace is not None
    assert knows.workspace.workspace_edit is not None
    knows.workspace.workspace_edit.metadata_support = True
    async with editing(tmp_path_factory.mktemp("project"), knows) as editor:
        yield editor


async def begin(editor: Editor) -> asyncio.Task[dict[str, Any]]:
    """The action under way, with its question open; three files are open in the editor, and one
    lies on the disk.
    """
    for name, text in AS_IT_WAS.items():
        (editor.folder / name).write_bytes(text.encode())
    for name, text in OPEN.items():
        editor.open(name, text)
    await editor.script(TAXED, *[FITS] * 3)
    editor.questions.clear()
    uri = editor.uri("price.py")
    running = asyncio.create_task(editor.run(ACTION, uri, 4, instruction="take the tax"))
    await editor.until(lambda: editor.questions or running.done(), "the user is asked")
    return running


def texts(editor: Editor) -> dict[str, str]:
    opened = {name: editor.buffers[editor.uri(name)].text for name in OPEN}
    return {**opened, CLOSED: (editor.folder / CLOSED).read_bytes().decode()}


CHANGED = {
    **dict.fromkeys((*OPEN, CLOSED), USER.replace("price(net)", "price(net, 2)")),
    "price.py": "def price(net, tax):\n    return net + tax\n",
}


async def test_it_is_applied_in_one_edit_once_the_user_says_so(editor: Editor) -> None:
    running, sent = await begin(editor), len(editor.edits)
    assert texts(editor) == AS_IT_WAS, "nothing is applied before"
    editor.type(editor.uri("till.py"), 0, "# 😀\n")
    editor.answers = ["Apply"]
    result = await running
    assert result["status"] == "applied", result
    assert len(editor.edits) == sent + 1
    assert editor.metadata[-1] == lsp.WorkspaceEditMetadata(is_refactoring=True)
    assert texts(editor) == {**CHANGED, "till.py": f"# 😀\n{CHANGED['till.py']}"}


async def test_it_is_applied_nowhere_where_the_user_does_not_want_it(editor: Editor) -> None:
    running, sent = await begin(editor), len(editor.edits)
    editor.answers = ["Discard"]
    assert (await running)["status"] == "cancelled"
    assert len(editor.edits) == sent
    assert texts(editor) == AS_IT_WAS


async def test_typing_in_a_place_that_changes_leaves_all_files_alone(editor: Editor) -> None:
    running = await begin(editor)
    editor.type(editor.uri("till.py"), USER.rindex(")"), "_sum")
    typed = texts(editor)["till.py"]
    editor.answers = ["Apply"]
    result = await running
    assert result["status"] == "stale", result
    assert result["message"].startswith("till.py: You edited this code")
    assert texts(editor) == {**AS_IT_WAS, "till.py": typed}


async def test_another_program_that_writes_a_file_leaves_all_files_alone(editor: Editor) -> None:
    running = await begin(editor)
    (editor.folder / CLOSED).write_bytes(f"# generated\n{USER}".encode())
    editor.answers = ["Apply"]
    result = await running
    assert result["status"] == "stale", result
    assert "report.py" in result["message"]
    assert texts(editor) == {**AS_IT_WAS, CLOSED: f"# generated\n{USER}"}


async def test_a_file_that_is_closed_or_protected_meanwhile_leaves_all_files_alone(
    editor: Editor,
) -> None:
    running = await begin(editor)
    (editor.folder / CLOSED).chmod(0o444)
    editor.answers = ["Apply"]
    result = await running
    (editor.folder / CLOSED).chmod(0o644)
    assert result["status"] == "failed", result
    assert "report.py is write-protected" in result["message"]
    assert texts(editor) == AS_IT_WAS


async def test_typing_while_the_edit_is_on_its_way_sends_it_again(editor: Editor) -> None:
    running, sent = await begin(editor), len(editor.edits)

    def race() -> lsp.ApplyWorkspaceEditResult | None:
        if len(editor.edits) > sent + 1:
            return None
        editor.type(editor.uri("till.py"), 0, "# typed\n")
        return lsp.ApplyWorkspaceEditResult(False, "the text is newer than the edit")

    editor.before_apply = race
    editor.answers = ["Apply"]
    result = await running
    editor.before_apply = lambda: None
    assert result["status"] == "applied", result
    assert texts(editor) == {**CHANGED, "till.py": f"# typed\n{CHANGED['till.py']}"}


@pytest.mark.parametrize("says", [True, False])
async def test_what_an_editor_applies_in_part_is_taken_back(editor: Editor, says: bool) -> None:
    """As where a text is newer than the edit, at which an editor stops, or which it passes over."""
    running, sent = await begin(editor), len(editor.edits)
    last = editor.uri("shelf.py")

    def apply_in_part() -> lsp.ApplyWorkspaceEditResult | None:
        if len(editor.edits) > sent + 1:
            return None
        for change in editor.edits[-1].document_changes or ():
            assert isinstance(change, lsp.TextDocumentEdit)
            uri = change.text_document.uri
            if uri == last:
                editor.type(last, 0, "# typed\n")
            elif says or uri in editor.buffers:
                editor._replace(uri, change.edits)
        return lsp.ApplyWorkspaceEditResult(says)

    editor.before_apply = apply_in_part
    editor.answers = ["Apply"]
    result = await running
    editor.before_apply = lambda: None
    assert result["status"] == "stale", result
    assert texts(editor) == {**AS_IT_WAS, "shelf.py": f"# typed\n{USER}"}


async def test_where_it_is_typed_into_what_is_applied_in_part_is_said(editor: Editor) -> None:
    """It cannot be taken back there without what was typed."""
    running = await begin(editor)
    typed = f"{CHANGED['price.py']}# typed\n"

    def apply_in_part() -> lsp.ApplyWorkspaceEditResult:
        for change in editor.edits[-1].document_changes or ():
            assert isinstance(change, lsp.TextDocumentEdit)
            if change.text_document.uri == editor.uri("price.py"):
                editor._replace(change.text_document.uri, change.edits)
                editor.type(change.text_document.uri, len(CHANGED["price.py"]), "# typed\n")
        editor.type(editor.uri("shelf.py"), 0, "# typed\n")
        return lsp.ApplyWorkspaceEditResult(False, "the text is newer than the edit")

    editor.before_apply = apply_in_part
    editor.answers = ["Apply"]
    result = await running
    editor.before_apply = lambda: None
    assert texts(editor) == {**AS_IT_WAS, "price.py": typed, "shelf.py": f"# typed\n{USER}"}
    assert result["status"] == "stale", result
    assert "undo it in price.py" in result["message"]


async def test_an_editor_that_applies_nothing_after_all_has_every_file_as_it_was(
    editor: Editor,
) -> None:
    running, sent = await begin(editor), len(editor.edits)

    def apply_the_first() -> lsp.ApplyWorkspaceEditResult | None:
        if len(editor.edits) > sent + 1:
            return None
        first = next(iter(editor.edits[-1].document_changes or ()))
        assert isinstance(first, lsp.TextDocumentEdit)
        editor._replace(first.text_document.uri, first.edits)
        return lsp.ApplyWorkspaceEditResult(False, "the disk is full")

    editor.before_apply = apply_the_first
    editor.answers = ["Apply"]
    result = await running
    editor.before_apply = lambda: None
    assert result["status"] == "failed", result
    assert "the disk is full" in result["message"]
    assert texts(editor) == AS_IT_WAS


async def test_an_editor_that_cannot_ask_shows_it_and_says_what_can(editor: Editor) -> None:
    editor.asks = False
    result = await (await begin(editor))
    editor.asks = True
    assert result["status"] == "cancelled", result
    assert "It changes 4 files" in result["message"]
    assert f"`deskmate run {ACTION} " in result["message"]
    assert re.search("--instruction (['\"])take the tax\\1 --write`", result["message"])
    assert texts(editor) == AS_IT_WAS


def test_an_editor_whose_edits_have_no_versions_is_told() -> None:
    client: Any = SimpleNamespace(checks_versions=False)
    document = open_document("file:///project/my%20shop/price.py", OPEN["price.py"])
    request = resolve(load_actions()[0][ACTION], document, Span(4, 4))
    with pytest.raises(
        ActionError, match=r"`documentChanges`.*`deskmate run change-together ['\"]"
    ):
        refuse_unversioned(client, request)
