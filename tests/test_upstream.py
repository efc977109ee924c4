"""What is ready to be sent to other projects has their forms, and this version."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import yaml

from deskmate import __version__
from deskmate.cli.setup import merge_languages

UPSTREAM = Path(__file__).parents[1] / "editors" / "upstream"


def read(path: str) -> str:
    return (UPSTREAM / path).read_text(encoding="utf-8")


def test_mason_installs_this_version_from_the_package_index() -> None:
    entry = yaml.safe_load(read("mason-registry/packages/deskmate/package.yaml"))
    source = {"id": f"pkg:pypi/deskmate@{__version__}"}
    program, lspconfig = {"deskmate": "pypi:deskmate"}, {"lspconfig": "deskmate"}
    assert (entry["source"], entry["bin"], entry["neovim"]) == (source, program, lspconfig)
    assert re.fullmatch(r"https://\S+", entry["homepage"])
    assert set(entry["categories"]) <= {"Compiler", "DAP", "Formatter", "LSP", "Linter", "Runtime"}
    assert entry["licenses"] == ["Apache-2.0"]


def test_helix_could_have_the_server_by_itself() -> None:
    ours = read("helix/languages.toml")
    merged = merge_languages(ours, '[[language]]\nname = "go"\n', "/somewhere/deskmate")
    server = tomllib.loads(merged)["language-server"]["deskmate"]
    assert server == {"command": "/somewhere/deskmate", "args": ["serve"]}


def test_the_lists_of_servers_get_a_whole_entry() -> None:
    entry = json.loads(read("lsp-mode/lsp-clients.json"))
    needed = {"name", "full-name", "server-name", "server-url", "installation", "debugger"}
    assert set(entry) == needed
    cells = read("pygls/Implementations.md").strip().strip("|").split("|")
    assert [bool(cell.strip()) for cell in cells] == [True] * 4
