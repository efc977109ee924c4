"""What each editor says that it can do is what the tests of the protocol believe that it says: a
profile in `tests/lsp/clients` is what a real one sent. `--update` records it anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from helix_editor import VERSION as HELIX
from helix_editor import install_helix
from neovim_editor import VERSION as NEOVIM
from neovim_editor import install_neovim
from terminal import Terminal, editor_environment

from command_line import Project

pytestmark = pytest.mark.editors

CLIENTS = Path(__file__).parents[1] / "lsp" / "clients"


def neovim(project: Project, server: list[str]) -> list[str]:
    """Starts Neovim with that server, and with nothing of ours."""
    start = f"lua vim.lsp.start({{ cmd = vim.json.decode([==[{json.dumps(server)}]==]) }})"
    return [str(install_neovim()), "--clean", str(project.shop), "-c", start]


def helix(project: Project, server: list[str]) -> list[str]:
    """Starts Helix with that server."""
    folder = project.home / "helix"
    folder.mkdir()
    program, arguments = json.dumps(server[0]), json.dumps(server[1:])
    (folder / "languages.toml").write_text(
        f"[language-server.recorder]\ncommand = {program}\nargs = {arguments}\n"
        '[[language]]\nname = "python"\nlanguage-servers = ["recorder"]\n'
    )
    return [str(install_helix()), str(project.shop)]


EDITORS = {f"neovim-{NEOVIM}": neovim, f"helix-{HELIX}": helix}


@pytest.mark.parametrize("name", EDITORS)
def test_a_profile_is_what_the_editor_says(name: str, project: Project, update: bool) -> None:
    said, recorded = project.home / "said.json", CLIENTS / f"{name}.json"
    server = [sys.executable, str(Path(__file__).with_name("announce.py")), str(said)]
    command = EDITORS[name](project, server)
    terminal = Terminal(project.home / "tmux.sock", command, editor_environment(project))
    try:
        terminal.until(said.exists, "it has said what it can do")
    finally:
        terminal.close()
    if update:
        recorded.write_text(said.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    assert json.loads(said.read_text()) == json.loads(recorded.read_text())
