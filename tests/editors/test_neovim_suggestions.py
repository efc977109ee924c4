"""Text while its user types, in Neovim: taken whole, by words, typed, dismissed, given way."""

from __future__ import annotations

import time
from typing import Any

import pytest
from neovim_editor import Neovim
from neovim_start import Start
from test_story import FIX, LOOP, SUGGESTIONS, TEXT

from command_line import Project

pytestmark = pytest.mark.editors

ON: dict[str, Any] = {"settings": {"completion": {"enabled": True}}}
SAID = "unt = len(items)"
"""What goes on from `co`."""
FIM = {"fim": True}
LINES = TEXT.splitlines(keepends=True)


TOLD = "vim.lsp.get_clients()[1]:supports_method('textDocument/inlineCompletion', 1)"


def type_below(editor: Neovim, line: int, text: str, *, on: bool = True) -> None:
    """Begins a line of its own below that one, once Neovim knows that there are suggestions."""
    editor.terminal.until(lambda: not on or editor.lua(TOLD), "it is told that there are some")
    editor.go(line)
    editor.terminal.type(f"o{text}")


def count(project: Project, event: str) -> int:
    """How often that has happened to the model."""
    return project.log.read_text().count(f'"{event}"') if project.log.exists() else 0


def until_asked(editor: Neovim, project: Project, often: int) -> None:
    """Waits until the model has been asked so often."""
    editor.terminal.until(lambda: count(project, "asked") >= often, "it is asked")


def told(editor: Neovim) -> str:
    """What the user was told so far."""
    return " ".join(str(editor.lua("vim.fn.execute('messages')")).split())


def with_line(text: str) -> str:
    """The file with a line below the loop's first."""
    return "".join([*LINES[:LOOP], f"        {text}\n", *LINES[LOOP:]])


@pytest.mark.parametrize("later", [False, True])
def test_it_is_taken_whole_and_that_can_be_undone(start: Start, later: bool, update: bool) -> None:
    """With `--update` the picture in the docs is of this."""
    editor = start(SAID, options=ON | {"later": later}, engine=FIM)
    type_below(editor, LOOP, "co")
    editor.terminal.shows("count = len(items)")
    assert editor.text() == with_line("co"), "it is only shown"
    if not later:
        assert "co\x1b[" in editor.terminal.screen(colours=True), "it is told from the text"
    if update and not later:
        editor.terminal.picture(SUGGESTIONS / "neovim.svg", "Neovim: basket.py")
    editor.terminal.keys("Tab")
    editor.terminal.until(lambda: editor.text() == with_line("count = len(items)"), "it is there")
    editor.terminal.keys("Escape", "u")
    editor.terminal.until(lambda: editor.text() == with_line("co"), "it is taken back")


def test_a_word_is_taken_and_the_rest_is_typed_or_dismissed(
    start: Start,
    project: Project,
) -> None:
    editor = start(SAID, options=ON, engine=FIM)
    type_below(editor, LOOP, "co")
    editor.terminal.shows("count = len(items)")
    editor.terminal.keys("C-Right")
    editor.terminal.until(lambda: editor.text() == with_line("count"), "a word is there")
    editor.terminal.type(" = ")
    editor.terminal.shows("count = len(items)")
    assert count(project, "asked") == 1, "what is typed of it keeps it"
    editor.terminal.keys("C-]")
    gone = "len(items)\n"
    editor.terminal.until(lambda: gone not in editor.terminal.screen(), "it is gone")
    editor.terminal.keys("Tab")
    editor.terminal.until(lambda: editor.text() != with_line("count = "), "Tab is Tab again")


def test_an_action_runs_meanwhile(start: Start, project: Project) -> None:
    slow = {"text": "unt = 1", "when": "fim_prefix", "pieces": 1, "delay": 600}
    editor = start(slow, FIX, options=ON, engine=FIM)
    type_below(editor, LOOP + 20, "co")
    editor.terminal.until(lambda: count(project, "asked"), "it is asked for")
    editor.go(LOOP)
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("result += item.price")
    assert count(project, "closed") == 1, "the action did not wait for it"


def test_a_menu_keeps_its_keys(start: Start) -> None:
    editor = start(SAID, SAID, SAID, options=ON | {"completion": True}, engine=FIM)
    type_below(editor, LOOP, "co")
    editor.terminal.shows("count = len(items)")
    shown = "(function() package.loaded['cmp'] = { visible = function() return true end } end)()"
    editor.lua(shown)
    editor.terminal.keys("Tab")
    editor.terminal.until(lambda: editor.text() != with_line("co"), "Tab is the menu's")
    assert "count" not in editor.text()


OWN = """
vim.lsp.inline_completion.enable()
vim.keymap.set("i", "<C-y>", function()
  return vim.lsp.inline_completion.get() and "" or "<C-y>"
end, { expr = true })
"""
"""What shows and takes it in Neovim 0.12 without the plugin."""


def test_neovims_own_way_shows_it_and_takes_it(start: Start) -> None:
    options = {**ON, "completion": False, "later": True, "lua": OWN}
    editor = start({"text": SAID, "again": True}, options=options, engine=FIM)
    watching = "#vim.api.nvim_get_autocmds({ group = 'deskmate.suggestion' })"
    assert editor.lua(watching) == 0, "the plugin leaves it alone"
    type_below(editor, LOOP, "co")
    editor.terminal.shows("count = len(items)")
    assert editor.text() == with_line("co"), "it is only shown"
    editor.terminal.keys("C-y")
    editor.terminal.until(lambda: editor.text() == with_line("count = len(items)"), "it is there")


COUNTING = """(function()
  vim.g.asked = 0
  vim.api.nvim_create_autocmd("LspRequest", { callback = function(given)
    if given.data.request.method == "textDocument/inlineCompletion" then
      vim.g.asked = vim.g.asked + 1
    end
  end })
end)()"""


def test_while_it_is_off_no_key_asks_for_anything(start: Start) -> None:
    editor = start(SAID, engine=FIM)
    editor.lua(COUNTING)
    type_below(editor, LOOP, "co", on=False)
    editor.terminal.until(lambda: editor.text() == with_line("co"), "it is typed")
    assert editor.lua("vim.g.asked") == 0


def test_where_it_takes_too_long_that_is_said_and_then_it_is_silent(
    start: Start, project: Project
) -> None:
    slow = {"text": "unt = 1", "pieces": 1, "delay": 600, "again": True}
    settings = {"completion": {"enabled": True, "slowest_ms": 100}}
    editor = start(slow, options={"settings": settings}, engine=FIM)
    type_below(editor, LOOP, "c")
    for often, letter in enumerate("ount ", 1):
        until_asked(editor, project, often)
        time.sleep(0.3)
        editor.terminal.type(letter)
    editor.terminal.until(lambda: "Suggestions" in told(editor), "it is said")
    assert told(editor).count("from now on they come only when you ask by key") == 1
    asked = count(project, "asked")
    editor.terminal.type("= 1")
    editor.terminal.until(lambda: "count = 1" in editor.text(), "it is typed")
    assert count(project, "asked") == asked


def test_after_the_first_action_it_is_asked_whether_to_turn_it_on(start: Start) -> None:
    suggested = {"text": SAID, "when": "fim_prefix", "again": True}
    explained = {"text": "It adds up.", "when": "Explain"}
    editor = start(suggested, explained, engine=FIM)
    editor.command("Deskmate explain")
    editor.terminal.shows("suggest text while you type?")
    editor.terminal.type("1")
    editor.terminal.keys("Enter")
    type_below(editor, LOOP, "co")
    editor.terminal.shows("count = len(items)")
