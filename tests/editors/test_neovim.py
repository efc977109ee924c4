"""What the plugin adds to Neovim: its command, the preview, dot-repeat, the window that is written
into, the statusline and `:checkhealth`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil
import pytest
from neovim_start import Start
from test_story import DOCUMENTED, FIX, FIXED, FIXED_TOTAL, IMAGES, MOST_EXPENSIVE, TEXT

from command_line import Project

pytestmark = pytest.mark.editors

PLUGIN = Path(__file__).parents[2] / "editors" / "neovim"


def test_the_command_runs_an_action_with_words_for_the_model(
    start: Start, project: Project
) -> None:
    editor = start(FIX)
    editor.command("Deskmate fix-bug Add them up, please.")
    editor.terminal.shows("result += item.price")
    assert editor.text() == FIXED
    assert "Add them up, please." in project.log.read_text()


def test_the_command_works_on_the_selection(start: Start, project: Project) -> None:
    editor = start("It is the loop.")
    editor.terminal.type("Vj")
    editor.command("Deskmate explain")
    editor.terminal.shows("It is the loop.")
    asked = project.log.read_text()
    assert "lines 18-19" in asked or "for item in items" in asked


def test_the_command_completes_what_applies_here(start: Start) -> None:
    editor = start(FIX)
    completed = "vim.fn.getcompletion('Deskmate ', 'cmdline')"
    wanted = {"fix-bug", "refactor", "explain", "cancel", "ask"}
    # Where the server is slower than Tab may be, as on a busy machine, only the commands are there.
    editor.terminal.until(lambda: wanted <= set(editor.lua(completed)), "they are completed")
    assert "add-docstring" not in editor.lua(completed)
    assert editor.lua("vim.fn.getcompletion('Deskmate can', 'cmdline')") == ["cancel"]


def test_the_command_alone_shows_the_menu(start: Start) -> None:
    editor = start(FIX)
    editor.command("Deskmate")
    assert ": Fix bug" in editor.terminal.shows("Type number")


def test_a_mapping_is_repeated_by_a_dot(start: Start) -> None:
    editor = start(FIX, DOCUMENTED)
    mapping = "vim.keymap.set('n', 'gz', function() return require('deskmate').operator('refactor', 'l') end, { expr = true })"  # noqa: E501
    editor.lua(mapping)
    editor.terminal.type("gz")
    editor.terminal.shows("result += item.price")
    editor.go(MOST_EXPENSIVE)
    editor.terminal.type(".")
    editor.terminal.shows("The item that costs most.")


def test_a_question_is_answered_in_a_window(start: Start) -> None:
    editor = start("In **cents**.\n\nAs an integer.", pieces=3, delay=0.02)
    editor.command("Deskmate ask What is a price counted in?")
    editor.terminal.shows("As an integer.")
    kind = "vim.bo[vim.fn.bufnr()].filetype"
    assert editor.lua(kind) == "python", "the cursor stays"
    editor.terminal.keys("C-w", "w")
    editor.terminal.until(lambda: editor.lua(kind) == "markdown", "the cursor is there")
    editor.terminal.type("q")
    editor.terminal.until(lambda: "integer" not in editor.terminal.screen(), "it is closed")
    editor.command("Deskmate explanation")
    editor.terminal.shows("As an integer.")


def test_an_explanation_can_float(start: Start) -> None:
    editor = start("It adds up.", options={"explain": "float"})
    editor.command("Deskmate explain")
    editor.terminal.shows("It adds up.")
    assert "╭" in editor.terminal.screen()


def test_an_edit_is_shown_before_it_is_applied(start: Start) -> None:
    editor = start(FIX, options={"preview": True})
    editor.command("Deskmate fix-bug")
    screen = editor.terminal.shows("+        result += item.price")
    assert "-        result = item.price" in screen
    assert editor.text() == TEXT
    editor.command("Deskmate accept")
    editor.terminal.until(lambda: editor.text() == FIXED, "the edit is applied")
    assert "@@" not in editor.terminal.screen()


def test_a_part_of_an_edit_is_left_out(start: Start) -> None:
    longer = FIXED_TOTAL.replace("    result = 0\n", "    result = 0\n    assert items\n")
    editor = start(f"```python\n{longer}\n```", options={"preview": True})
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("+    assert items")
    editor.terminal.keys("C-w", "w")
    editor.terminal.type("ggx")
    editor.terminal.shows("left out")
    editor.terminal.type("y")
    editor.terminal.until(lambda: editor.text() == FIXED, "the other part is applied")
    assert "Applied in part" in editor.lua("vim.fn.execute('messages')")


def test_an_edit_of_several_files_is_shown_and_taken_or_not(start: Start, project: Project) -> None:
    """It is shown once, by the server, and reaches a file that no window shows."""
    (project.root / ".git").mkdir()
    till = project.root / "till.py"
    till.write_text("from basket import total\n\n\ndef pay(items):\n    return total(items)\n")
    taxed = FIXED_TOTAL.replace("items: list[Item])", "items: list[Item], tax: int)")
    pays = "```python\ndef pay(items):\n    return total(items, 0)\n```"
    free = TEXT[TEXT.index("def is_free_delivery") :].replace("total(items)", "total(items, 0)")
    replies = (f"```python\n{one.strip()}\n```" for one in (taxed, free))
    editor = start(*replies, pays, options={"preview": True})
    editor.command("Deskmate change-together take the tax")
    editor.terminal.shows("It changes 2 files: basket.py, till.py.")
    assert editor.text() == TEXT
    editor.take("Apply")
    changed = TEXT.replace("result = item", "result += item").replace("(items)", "(items, 0)")
    changed = changed.replace("total(items: list[Item])", "total(items: list[Item], tax: int)")
    editor.terminal.until(lambda: editor.text() == changed, "this file is changed")
    editor.command("wall")
    editor.terminal.until(lambda: "total(items, 0)" in till.read_text(), "and the other")


UNSAVED = """
local buffer = vim.fn.bufadd("{till}")
vim.cmd("noautocmd call bufload(" .. buffer .. ")")
vim.api.nvim_buf_set_lines(buffer, 0, 0, true, {{ "# unsaved" }})
"""


def test_no_edit_goes_into_a_buffer_with_text_that_the_server_has_not_seen(
    start: Start, project: Project
) -> None:
    """As where a buffer belongs to the server of another folder, or to none."""
    (project.root / ".git").mkdir()
    before = "from basket import total\n\n\ndef pay(items):\n    return total(items)\n"
    till = project.root / "till.py"
    till.write_text(before)
    taxed = FIXED_TOTAL.replace("items: list[Item])", "items: list[Item], tax: int)")
    pays = "```python\ndef pay(items):\n    return total(items, 0)\n```"
    free = TEXT[TEXT.index("def is_free_delivery") :].replace("total(items)", "total(items, 0)")
    replies = (f"```python\n{one.strip()}\n```" for one in (taxed, free))
    editor = start(*replies, pays)
    editor.lua(f"(function() {' '.join(UNSAVED.format(till=till).split())} end)()")
    editor.command("Deskmate change-together take the tax")
    editor.take("Apply")
    editor.terminal.shows("did not apply the edit, so nothing was changed")
    assert editor.text() == TEXT
    shown = editor.lua(f"table.concat(vim.fn.getbufline('{till}', 1, '$'), '\\n')")
    assert shown == f"# unsaved\n{before}".rstrip()


def test_a_file_of_no_type_is_seen_as_it_stands(start: Start, project: Project) -> None:
    (project.root / "notes").write_text("Old words.\n")
    editor = start("It says so.")
    editor.command(f"edit {project.root / 'notes'}")
    editor.insert(1, "New words.")
    editor.command("Deskmate explain")
    editor.terminal.shows("It says so.")
    assert "New words." in project.log.read_text()


@pytest.mark.parametrize("how", ["Deskmate discard", "Deskmate cancel", "wincmd j | quit"])
def test_an_edit_that_is_not_wanted_changes_nothing(start: Start, how: str) -> None:
    editor = start(FIX, options={"preview": True})
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("+        result += item.price")
    editor.command(how)
    editor.terminal.until(lambda: "@@" not in editor.terminal.screen(), "the diff is gone")
    editor.terminal.until(lambda: editor.lua("require('deskmate').status()") == "", "it has ended")
    assert editor.text() == TEXT


def test_who_types_before_they_accept_sees_the_edit_again(start: Start) -> None:
    editor = start(FIX, options={"preview": True})
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("+        result += item.price")
    editor.insert(1, "# typed meanwhile")
    editor.command("Deskmate accept")
    editor.terminal.shows("@@ -17,7 +17,7 @@")
    editor.command("Deskmate accept")
    editor.terminal.until(
        lambda: editor.text() == "# typed meanwhile\n" + FIXED, "the edit is applied"
    )


def test_the_statusline_says_what_runs(start: Start, project: Project) -> None:
    editor = start(FIX, until=str(project.go), pieces=4)
    assert editor.lua("require('deskmate').status()") == ""
    editor.command("Deskmate fix-bug")
    editor.terminal.until(
        lambda: str(editor.lua("require('deskmate').status()")).startswith("Fix bug: writing"),
        "the statusline says it",
    )
    editor.cancel()
    editor.terminal.until(lambda: editor.lua("require('deskmate').status()") == "", "it is empty")


def test_a_long_message_keeps_nobody_from_typing(start: Start) -> None:
    editor = start("```python\ndef total(items:\n```", again=True)
    editor.command("Deskmate fix-bug")
    editor.terminal.shows(":messages")
    editor.insert(1, "# typed")
    assert editor.text() == f"# typed\n{TEXT}"
    editor.command("messages")
    editor.terminal.shows("nothing was changed")


def test_the_last_reply_is_shown(start: Start) -> None:
    editor = start("```python\ndef total(items:\n```", again=True)
    editor.command("Deskmate fix-bug")
    editor.terminal.shows("nothing was changed")
    editor.command("Deskmate last-reply")
    editor.terminal.shows("def total(items:")


def test_a_wrong_option_is_said(start: Start) -> None:
    editor = start(FIX, options={"previews": True})
    editor.command("messages")
    editor.terminal.shows("no option `previews`")


def test_checkhealth_says_what_the_doctor_says(start: Start) -> None:
    editor = start(FIX)
    editor.command("checkhealth deskmate")
    editor.terminal.until(
        lambda: "The server runs for" in editor.lua("table.concat(vim.fn.getline(1, '$'), ' ')"),
        "the report is there",
    )
    report = "\n".join(editor.lua("vim.fn.getline(1, '$')"))
    assert "OK settings:" in report
    assert "❌" not in report, report


def test_what_is_no_job_is_said_in_the_statusline(start: Start) -> None:
    """A large project's index has a token without a number."""
    editor = start("It adds up.", options={"explain": "split"})
    value = "{ kind = 'begin', title = 'Indexing shop', message = '1 of 600 files' }"
    progress = f"{{ token = 'deskmate: Indexing shop', value = {value} }}"
    of = "{ client_id = vim.lsp.get_clients({ name = 'deskmate' })[1].id }"
    editor.lua(f"vim.lsp.handlers['$/progress'](nil, {progress}, {of}) and 1")
    assert editor.lua("require('deskmate').status()") == "Indexing shop: 1 of 600 files"


def test_the_help_has_its_tags(start: Start, project: Project) -> None:
    editor = start(FIX)
    editor.command("help deskmate-fix-bug")
    editor.terminal.shows("Finds the bug")
    written = project.home / "doc"  # other stories look for help in the clone meanwhile
    shutil.copytree(PLUGIN / "doc", written, ignore=shutil.ignore_patterns("tags"))
    editor.lua(f"vim.cmd.helptags('{written}')")
    ours = (PLUGIN / "doc" / "tags").read_bytes()
    assert (written / "tags").read_bytes() == ours, "as Neovim writes them"


OTHERS = """
local other = vim.api.nvim_create_namespace("other")
vim.diagnostic.set(other, 1, {
  { lnum = 18, col = 8, message = "ä: the sum is overwritten", source = "other", code = "B1" },
})
"""


@pytest.mark.parametrize("how", ["menu", "command"])
def test_what_other_servers_found_is_shown_to_the_model(
    start: Start, project: Project, how: str
) -> None:
    editor = start(FIX)
    editor.lua(f"(function() {' '.join(OTHERS.split())} end)()")
    if how == "menu":
        editor.choose("Fix bug")
    else:
        editor.command("Deskmate fix-bug")
    editor.terminal.shows("result += item.price")
    assert "the sum is overwritten" in project.log.read_text()


RUFF = """
vim.lsp.config("ruff", {{ cmd = {{ "{ruff}", "server" }}, filetypes = {{ "python" }} }})
vim.lsp.enable("ruff")
"""


def test_what_another_server_finds_in_an_edit_is_said(
    start: Start, project: Project, update: bool
) -> None:
    """With `--update` the picture of the menu in the docs is of this."""
    project.variables["DESKMATE_CHECKS__ENABLED"] = "false"
    unused = FIX.replace("    result = 0\n", "    spare = result = 0\n")
    editor = start(unused)
    ruff = RUFF.format(ruff=Path(sys.executable).with_name("ruff"))
    editor.lua(f"(function() {' '.join(ruff.split())} end)()")
    attached = "#vim.lsp.get_clients({ name = 'ruff', bufnr = 1 })"
    editor.terminal.until(lambda: editor.lua(attached) == 1, "ruff runs")
    assert "Fix bug [deskmate]" in (screen := editor.listed())
    assert "[ruff]" in screen
    if update:
        editor.terminal.type("gra")
        editor.terminal.shows("Type number")
        editor.terminal.picture(IMAGES / "neovim-beside.svg", "Neovim: basket.py")
        editor.terminal.keys("Enter")
    editor.command("Deskmate fix-bug")
    editor.terminal.until(
        lambda: "Ruff finds a new problem" in editor.lua("vim.fn.execute('messages')"), "it is said"
    )
    said = " ".join(editor.lua("vim.fn.execute('messages')").split())
    assert "in line 17: “Local variable `spare` is assigned to but never used” Undo" in said, said


def test_an_edit_is_undone_apart_from_what_is_typed_meanwhile(
    start: Start, project: Project
) -> None:
    editor = start(FIX, until=str(project.go))
    editor.command("Deskmate fix-bug")
    editor.go(1)
    editor.terminal.type("O# typed")
    editor.terminal.until(lambda: editor.text().startswith("# typed"), "it is typed")
    project.go.touch()
    editor.terminal.until(lambda: "+= item" in editor.text(), "the edit has come while one types")
    editor.terminal.type(" on")
    editor.terminal.keys("Escape")
    assert editor.text() == f"# typed on\n{FIXED}"
    editor.terminal.type("u")
    editor.terminal.until(lambda: "# typed on" not in editor.text(), "what was typed last is gone")
    assert "+= item" in editor.text()
    editor.terminal.type("u")
    editor.terminal.until(lambda: "+= item" not in editor.text(), "the edit is gone")
    assert editor.text().startswith("# typed\n")


def test_a_server_that_dies_comes_back_once(start: Start, project: Project) -> None:
    editor = start(FIX, until=str(project.go))

    def end_it() -> None:
        for child in psutil.Process(editor.lua("vim.fn.getpid()")).children():
            if "serve" in child.cmdline():
                child.kill()

    editor.command("Deskmate fix-bug")
    editor.terminal.until(lambda: editor.lua("require('deskmate').status()") != "", "it runs")
    end_it()
    editor.terminal.shows("signal 9")  # Neovim's own message, which waits for Enter
    editor.terminal.keys("Enter")
    assert "it is started again" in editor.lua("vim.fn.execute('messages')")
    assert editor.lua("require('deskmate').status()") == ""
    attached = "#vim.lsp.get_clients({ name = 'deskmate', bufnr = 1 })"
    editor.terminal.until(lambda: editor.lua(attached) == 1, "it is back")
    project.go.touch()
    editor.command("Deskmate fix-bug")
    editor.terminal.until(lambda: editor.text() == FIXED, "it works")
    end_it()
    editor.terminal.shows("signal 9")
    editor.terminal.keys("Enter")
    assert "`:edit` starts it again" in editor.lua("vim.fn.execute('messages')")
    assert editor.lua(attached) == 0
