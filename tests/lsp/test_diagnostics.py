"""Hints while somebody writes: what rules find, where the settings ask for it, with no model."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsp_editor import Editor, editing, helix, neovim, vscode
from lsprotocol import types

ON = {"text": {"diagnostics": True}, "local": {"preload": False, "model": "no-such-model"}}
TEXT = "# Notes 🙂\n\nI recieve it, see `teh` and\nthe “beleive me” of Neovim, teh editor.\n"


def shown(editor: Editor, uri: str) -> list[tuple[str, str]]:
    """What is underlined in the document, and what the editor says of it."""
    text = editor.buffers[uri].text
    found = []
    for one in editor.client.diagnostics.get(uri, ()):
        start, end = (editor.offset(uri, at) for at in (one.range.start, one.range.end))
        assert one.severity == types.DiagnosticSeverity.Hint
        found.append((text[start:end], one.message))
    return found


@pytest.mark.parametrize("client", [vscode, neovim, helix], ids=lambda one: one.__name__)
async def test_mistakes_are_shown_and_put_right_one_by_one(tmp_path: Path, client) -> None:  # type: ignore[no-untyped-def]
    async with editing(tmp_path, client(), settings=ON) as editor:
        uri = editor.open("notes.md", TEXT, "markdown")
        await editor.until(lambda: shown(editor, uri), "hints")
        assert shown(editor, uri) == [
            ("recieve", "“recieve”: receive or relieve or recipe? (spelling)"),
            ("teh", "“teh”: the? (spelling)"),
        ]
        at = TEXT.index("recieve") + 2
        fix, other, *_ = await editor.actions(uri, at)
        assert fix.title.endswith("“recieve” → “receive”")
        assert other.title.endswith("“recieve” → “relieve”")
        assert fix.edit is not None
        editor.apply(types.ApplyWorkspaceEditParams(fix.edit))
        assert editor.buffers[uri].text == TEXT.replace("recieve it", "receive it")
        await editor.until(lambda: len(shown(editor, uri)) == 1, "one hint fewer")


async def test_typing_moves_on_and_fixes_of_before_are_not_offered(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode(), settings=ON) as editor:
        uri = editor.open("notes.md", "I recieve it.\n", "markdown")
        await editor.until(lambda: shown(editor, uri), "hints")
        editor.type(uri, 0, "So ")
        assert not [one for one in await editor.actions(uri, 7) if "→" in one.title]
        await editor.until(lambda: shown(editor, uri)[0][0] == "recieve", "a hint that has moved")
        assert [one for one in await editor.actions(uri, 7) if "→" in one.title]


async def test_it_is_off_by_default_and_can_be_turned_off_again(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        uri = editor.open("notes.md", "I recieve it.\n", "markdown")
        await editor.configure(ON)
        await editor.until(lambda: shown(editor, uri), "hints")
        await editor.configure({})
        await editor.until(lambda: not shown(editor, uri), "no hints")


async def test_code_has_none_and_a_closed_text_neither(tmp_path: Path) -> None:
    async with editing(tmp_path, helix(), settings=ON) as editor:
        code = editor.open("a.py", "# I recieve it.\n")
        uri = editor.open("notes.md", "I recieve it.\n", "markdown")
        await editor.until(lambda: shown(editor, uri), "hints")
        assert code not in editor.client.diagnostics
        editor.close(uri)
        await editor.until(lambda: not editor.client.diagnostics[uri], "no hints")


async def test_a_word_is_added_to_a_dictionary_or_ignored_in_the_file(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    async with editing(tmp_path, vscode(), settings=ON) as editor:
        text = "I recieve it of Ann.\n\nShe is seperate.\n"
        uri = editor.open("notes.md", text, "markdown")
        await editor.until(lambda: len(shown(editor, uri)) == 2, "hints")
        offered = {one.title: one for one in await editor.actions(uri, text.index("recieve") + 2)}
        assert "Add “recieve” to your dictionary" in offered
        command = offered["Add “recieve” to this project’s dictionary"].command
        assert command is not None
        await editor.command(command.command, *(command.arguments or ()))
        dictionary = (tmp_path / ".deskmate/dictionary.txt").read_text(encoding="utf-8")
        assert dictionary.endswith("\nrecieve\n")
        await editor.until(lambda: len(shown(editor, uri)) == 1, "one hint fewer")
        offered = {one.title: one for one in await editor.actions(uri, text.index("seperate") + 2)}
        edit = offered["Ignore “seperate” in this file"].edit
        assert edit is not None
        editor.apply(types.ApplyWorkspaceEditParams(edit))
        assert editor.buffers[uri].text == f"{text}\n<!-- deskmate: words seperate -->\n"
        await editor.until(lambda: not shown(editor, uri), "no hints")
