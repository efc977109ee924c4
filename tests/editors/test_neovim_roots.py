"""Files of two projects in one Neovim, which starts a server for each."""

from __future__ import annotations

from pathlib import Path

import pytest
from neovim_editor import Neovim
from neovim_start import Start

from command_line import Project

pytestmark = pytest.mark.editors

OTHER = "def most(prices):\n    return max(prices)\n"


@pytest.fixture
def other(project: Project) -> Path:
    """The other project, with a file of no type beside one of Python."""
    folder = project.home / "other"
    for one in (project.root, folder):
        (one / ".git").mkdir(parents=True)
    (folder / "most.py").write_text(OTHER)
    (folder / "plain").write_text(OTHER)
    return folder


def roots(editor: Neovim) -> list[str]:
    """Those of the servers that know the buffer."""
    found = "vim.lsp.get_clients({ bufnr = 0, name = 'deskmate' })"
    roots: list[str] = editor.lua(f"vim.tbl_map(function(one) return one.root_dir end, {found})")
    return roots


def test_what_follows_an_answer_is_asked_of_its_own_server(start: Start, other: Path) -> None:
    follow = {"text": "Then it gives that.", "when": "It finds the highest price."}
    editor = start(follow, "It finds the highest price.", again=True)
    editor.command("Deskmate explain")
    editor.terminal.shows("It finds the highest price.")
    editor.command("quit")
    editor.command(f"edit {other}/most.py")
    editor.terminal.until(lambda: roots(editor) == [str(other)], "it has a server of its own")
    editor.command("Deskmate explain")
    editor.terminal.shows("It finds the highest price.")
    editor.command("wincmd w")
    editor.command("Deskmate follow-up And then?")
    editor.terminal.shows("Then it gives that.")


def test_all_that_runs_is_cancelled_whichever_file_is_shown(
    start: Start, project: Project, other: Path
) -> None:
    editor = start("It finds the highest price.", until=str(project.go))
    editor.command("Deskmate explain")
    log = project.log
    log.touch()
    editor.terminal.until(lambda: '"asked"' in log.read_text(), "the model is asked")
    editor.command(f"edit {other}/most.py")
    editor.terminal.until(lambda: roots(editor) == [str(other)], "it has a server of its own")
    editor.cancel()
    editor.terminal.until(lambda: '"closed"' in log.read_text(), "the model stops")


def test_a_file_of_no_type_is_its_own_projects(start: Start, project: Project, other: Path) -> None:
    editor = start("It finds the highest price.")
    editor.command(f"edit {other}/plain")
    assert roots(editor) == []
    editor.command("Deskmate explain")
    editor.terminal.shows("It finds the highest price.")
    assert editor.lua("vim.lsp.get_clients({ bufnr = vim.fn.bufnr('plain') })[1].root_dir") == str(
        other
    )
    assert editor.lua("#vim.lsp.get_clients({ bufnr = vim.fn.bufnr('plain') })") == 1
