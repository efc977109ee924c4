"""The plugin as plugin managers put it on the runtimepath, and the entry for nvim-lspconfig."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from neovim_editor import install_neovim
from terminal import PATIENCE, editor_environment

from command_line import Project

pytestmark = pytest.mark.editors

ROOT = Path(__file__).parents[2]

# What comes of an entry that names this repository, which lies at ROOT and in `pack/*/opt`:
# `vim.pack` and packer.nvim add it as a package, lazy.nvim and vim-plug put it on the runtimepath,
# which is the same; vim-plug and packer.nvim can be told a folder of it.
MANAGERS = {
    "the root": "vim.cmd.packadd({ 'deskmate', bang = true })",
    "a folder of it": "vim.opt.runtimepath:prepend('ROOT/editors/neovim')",
}
SETUP = "require('deskmate').setup({ cmd = { PROGRAM, 'serve' } })"

ENTRY = "vim.opt.runtimepath:prepend('ROOT/editors/upstream/nvim-lspconfig')"
ENABLE = "vim.lsp.config('deskmate', { cmd = { PROGRAM, 'serve' } }) vim.lsp.enable('deskmate')"

ASK = """
vim.wait(LIMIT, function() return #vim.lsp.get_clients({ name = 'deskmate', bufnr = 0 }) > 0 end)
local client = vim.lsp.get_clients({ name = 'deskmate', bufnr = 0 })[1]
local titles = {}
if client then
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { diagnostics = {} }
  local answer = client:request_sync('textDocument/codeAction', params, LIMIT, 0)
  titles = vim.tbl_map(function(one) return one.title end, answer.result)
end
io.stdout:write(vim.json.encode({
  titles = titles,
  commands = vim.fn.getcompletion('Deskmate', 'command'),
  ours = vim.fn.getcompletion('LspDeskmate', 'command'),
  help = vim.fn.getcompletion('deskmate-setup', 'help'),
}))
vim.cmd.quit()
"""


def start(project: Project, *lines: str) -> dict[str, list[str]]:
    """What there is in a Neovim with these lines in `init.lua`, on a file with a function."""
    project.script("…")
    folder = project.home / "nvim"
    packages = folder / "pack" / "some" / "opt"
    packages.mkdir(parents=True)
    (packages / "deskmate").symlink_to(ROOT)
    program = project.deskmate("setup", "neovim").stdout.rpartition("{ cmd = { ")[2].split(",")[0]
    init = "\n".join(lines).replace("ROOT", str(ROOT)).replace("PROGRAM", program)
    (folder / "init.lua").write_text(init, encoding="utf-8")
    asked = project.home / "ask.lua"
    asked.write_text(ASK.replace("LIMIT", str(int(PATIENCE * 1000))), encoding="utf-8")
    project.shop.write_text("def total(prices):\n    return max(prices)\n", encoding="utf-8")
    done = subprocess.run(
        [install_neovim(), "--headless", str(project.shop), "-c", f"luafile {asked}"],
        env=editor_environment(project) | {"XDG_CONFIG_HOME": str(project.home)},
        cwd=project.root,
        capture_output=True,
        encoding="utf-8",
        timeout=3 * PATIENCE,
    )
    assert done.stdout, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("manager", MANAGERS)
def test_the_plugin_loads_as_a_manager_loads_it(project: Project, manager: str) -> None:
    found = start(project, MANAGERS[manager], SETUP)
    assert "Fix bug" in found["titles"]
    assert found["commands"] == ["Deskmate"]
    assert found["help"] == ["deskmate-setup"]


def test_the_entry_for_lspconfig_starts_the_server(project: Project) -> None:
    found = start(project, ENTRY, ENABLE)
    assert "Fix bug" in found["titles"]
    assert not found["commands"]
    assert {"LspDeskmateCancel", "LspDeskmateModel"} <= set(found["ours"])
