"""`deskmate setup` adds Deskmate to an editor's configuration, and harms nothing that is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from command_line import Project
from deskmate.cli.setup import merge_languages
from deskmate.cli.setup_snippets import SNIPPETS, setup_by_hand
from deskmate.errors import DeskmateError

DOCS = Path(__file__).parents[2] / "docs" / "editors"

OURS = """\
[language-server.deskmate]
command = "deskmate"
args = ["serve"]

[[language]]
name = "python"
language-servers = ["ruff", "pylsp", "deskmate"]

[[language]]
name = "text"
scope = "text.plain"
file-types = ["txt"]
language-servers = ["deskmate"]
"""

# The user's file, and the servers of Python that come of it.
MERGED: dict[str, tuple[str, list[Any]]] = {
    "nothing": ("", ["ruff", "pylsp", "deskmate"]),
    "another language": (
        '[[language]]\nname = "go" # mine\nauto-format = true\n',
        ["ruff", "pylsp", "deskmate"],
    ),
    "the language without a list": (
        '[[language]]\nname = "python"\nauto-format = true # yes\n',
        ["ruff", "pylsp", "deskmate"],
    ),
    "a list": (
        '[[language]]\nname = "python"\nlanguage-servers = [\n  "pyright", # good\n]\n',
        ["pyright", "deskmate"],
    ),
    "a list of tables": (
        '[[language]]\nname = "python"\n'
        'language-servers = [{ name = "pyright", except-features = ["format"] }]\n',
        [{"name": "pyright", "except-features": ["format"]}, "deskmate"],
    ),
    "languages in one line": (
        'language = [{ name = "python", language-servers = ["ruff"] }]\n',
        ["ruff", "deskmate"],
    ),
    "Deskmate already": (
        '[language-server.deskmate]\ncommand = "/old/deskmate"\nargs = ["serve"]\n'
        'config = { local = { threads = 2 } }\n\n[[language]]\nname = "python"\n'
        'language-servers = ["deskmate", "ruff"]\n',
        ["deskmate", "ruff"],
    ),
    "settings of Deskmate alone": (
        "[language-server.deskmate.config.deskmate.local]\nthreads = 2\n",
        ["ruff", "pylsp", "deskmate"],
    ),
    "servers in one line": (
        'language-server = { ruff = { command = "ruff" } }\n\n'
        '[[language]]\nname = "python"\nlanguage-servers = ["ruff"]\n',
        ["ruff", "deskmate"],
    ),
    "servers by dots": (
        'language-server.ruff.command = "ruff"\n\n[[language]]\nname = "python"\n',
        ["ruff", "pylsp", "deskmate"],
    ),
    "settings of other servers": (
        '# mine\n[language-server.ruff]\ncommand = "ruff" # keep\n\n[language-server.ruff.config]\n'
        'lines = 100\n\n[[grammar]]\nname = "python"\n',
        ["ruff", "pylsp", "deskmate"],
    ),
}


@pytest.mark.parametrize("case", MERGED)
def test_what_is_there_stays(case: str) -> None:
    theirs, servers = MERGED[case]
    merged = merge_languages(theirs, OURS, "/new/deskmate")
    data = tomllib.loads(merged)
    [python] = [one for one in data["language"] if one["name"] == "python"]
    assert python["language-servers"] == servers
    assert data["language-server"]["deskmate"]["command"] == "/new/deskmate"
    assert data["language-server"]["deskmate"]["args"] == ["serve"]
    kept = [line for line in theirs.splitlines() if "servers" not in line and "command" not in line]
    if "in one line" not in case:
        assert all(line in merged.splitlines() for line in kept)
    assert merge_languages(merged, OURS, "/new/deskmate") == merged


def test_a_language_that_their_helix_does_not_know_is_left_out() -> None:
    merged = merge_languages("", OURS, "deskmate", knows=lambda language: False)
    assert [one["name"] for one in tomllib.loads(merged)["language"]] == ["text"]


# What Helix would read no better than we do, and what is said of it.
ODD = {
    "[[language": "it is not TOML",
    "language-server = 3": "its `language-server` is no table of tables",
    'language-server.deskmate = "deskmate"': "its `language-server` is no table of tables",
    'language = "python"': "its `language` is no list of tables",
    "language = [1]": "its `language` is no list of tables",
    '[[language]]\nname = "python"\nlanguage-servers = "ruff"': "of python is no list of names",
    '[[language]]\nname = "python"\nlanguage-servers = [3]': "of python is no list of names",
}


@pytest.mark.parametrize("theirs", ODD)
def test_a_file_that_is_none_of_helix_stays(theirs: str) -> None:
    with pytest.raises(DeskmateError, match=f"stays as it is.*{re.escape(ODD[theirs])}"):
        merge_languages(theirs, OURS, "deskmate")


def test_line_ends_of_windows_stay() -> None:
    merged = merge_languages('# mine\r\n[[language]]\r\nname = "go"\r\n', OURS, "deskmate")
    assert "\n" not in merged.replace("\r\n", "")
    assert merged.startswith('# mine\r\n[[language]]\r\nname = "go"\r\n')


def test_a_file_of_helix_keeps_its_mark_its_link_and_its_protection(project: Project) -> None:
    (project.home / "helix").mkdir()
    file, dotfile = project.home / "helix" / "languages.toml", project.home / "dotfile.toml"
    dotfile.write_bytes(b'\xef\xbb\xbf[[language]]\r\nname = "go"\r\n')
    file.symlink_to(dotfile)
    assert project.deskmate("setup", "helix", "--write").returncode == 0
    assert file.is_symlink()
    assert dotfile.read_bytes().startswith(b'\xef\xbb\xbf[[language]]\r\nname = "go"\r\n')
    dotfile.write_bytes(b"# m\xefne\n")
    assert "is not UTF-8" in project.deskmate("setup", "helix", "--write").stderr
    dotfile.write_bytes(b"# mine\n")
    dotfile.chmod(0o444)
    assert "write-protected, so it stays" in project.deskmate("setup", "helix", "--write").stderr
    assert dotfile.read_bytes() == b"# mine\n"


def test_helix_is_set_up_once(project: Project) -> None:
    file = project.home / "helix" / "languages.toml"
    for said in ("Wrote", "already"):
        done = project.deskmate("setup", "helix", "--write")
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert str(file) in done.stdout
    names = [one["name"] for one in tomllib.loads(file.read_text())["language"]]
    assert {"python", "markdown", "typescript"} <= set(names)


def test_what_helix_needs_is_printed(project: Project) -> None:
    printed = tomllib.loads(project.deskmate("setup", "helix").stdout)
    [python] = [one for one in printed["language"] if one["name"] == "python"]
    assert "deskmate" in python["language-servers"]


def test_what_neovim_needs_is_printed(project: Project) -> None:
    first, second = project.deskmate("setup", "neovim").stdout.splitlines()
    assert first.startswith("vim.opt.runtimepath:prepend(")
    assert second.startswith('require("deskmate").setup(')


def test_neovim_is_set_up_once(project: Project) -> None:
    file = project.home / "nvim" / "plugin" / "deskmate-setup.lua"
    for said in ("Wrote", "already"):
        done = project.deskmate("setup", "neovim", "--write")
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert str(file) in done.stdout
    file.write_text("-- mine\n")
    assert "stays as it is" in project.deskmate("setup", "neovim", "--write").stderr
    assert file.read_text() == "-- mine\n"


# Where and how Neovim may be set up by hand, and what only looks like it.
BY_HAND = {
    ("init.lua", 'require("deskmate").setup({})\n'): True,
    (
        "init.lua",
        "local ok, deskmate = pcall(require, 'other')\nrequire 'deskmate'.setup()\n",
    ): True,
    ("init.vim", "Plug 'deskmate/deskmate', { 'do': 'make install' }\n"): True,
    ("lua/plugins/code.lua", 'return {\n  { "deskmate/deskmate", opts = {} },\n}\n'): True,
    ("after/plugin/lsp.lua", 'vim.lsp.enable({ "ruff", "deskmate" })\n'): True,
    ("init.lua", '-- require("deskmate").setup({})\n'): False,
    ("init.lua", "vim.opt.number = true -- m\xefne\n"): False,
}


@pytest.mark.parametrize(("name", "text"), BY_HAND)
def test_neovim_that_is_set_up_by_hand_stays(project: Project, name: str, text: str) -> None:
    file, ours = (project.home / "nvim" / one for one in (name, "plugin/deskmate-setup.lua"))
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode("latin-1"))
    said = project.deskmate("setup", "neovim", "--write").stdout
    assert (f"{file} sets Deskmate up already" in said) is BY_HAND[name, text]
    assert ours.exists() is not BY_HAND[name, text]
    assert file.read_bytes() == text.encode("latin-1")


def test_neovim_that_is_set_up_in_a_linked_file_stays(project: Project) -> None:
    """As programs that look after dotfiles leave them."""
    dotfile, init = project.home / "dotfiles.lua", project.home / "nvim" / "init.lua"
    dotfile.write_text('require("deskmate").setup()\n')
    init.parent.mkdir()
    init.symlink_to(dotfile)
    assert "up already" in project.deskmate("setup", "neovim", "--write").stdout


@pytest.mark.parametrize("editor", SNIPPETS)
def test_the_page_shows_what_is_printed(editor: str, capsys: pytest.CaptureFixture[str]) -> None:
    setup_by_hand(editor)
    printed, place = capsys.readouterr()
    page = (DOCS / f"{editor}.md").read_text(encoding="utf-8")
    [program] = {*re.findall(r'"(/[^"]*deskmate[^"/]*)"', printed)}
    assert printed.replace(program, "/path/to/deskmate") in page
    assert SNIPPETS[editor].place in place


# The file of each editor in an empty home.
FILES = {
    "emacs": ".emacs.d/init.el",
    "kate": "kate/lspclient/settings.json",
    "sublime": "sublime-text/Packages/User/LSP.sublime-settings",
    "zed": "zed/settings.json",
}


@pytest.mark.parametrize("editor", FILES)
def test_the_others_are_set_up_once(project: Project, editor: str) -> None:
    file = project.home / FILES[editor]
    for said in ("Wrote", "already"):
        done = project.deskmate("setup", editor, "--write")
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert str(file) in done.stdout
    assert file.read_text() == project.deskmate("setup", editor).stdout


@pytest.mark.parametrize("editor", [one for one in FILES if not SNIPPETS[one].joins])
def test_settings_of_the_others_stay(project: Project, editor: str) -> None:
    file = project.home / FILES[editor]
    file.parent.mkdir(parents=True)
    file.write_text("{\n}\n")
    assert "Wrote" in project.deskmate("setup", editor, "--write").stdout
    mine = '// mine\n{ "vim_mode": true }\n'
    file.write_text(mine)
    done = project.deskmate("setup", editor, "--write")
    assert done.returncode != 0
    assert f"{file} has settings of yours, so it stays as it is" in done.stderr
    assert done.stdout == project.deskmate("setup", editor).stdout
    assert file.read_text() == mine


def test_what_emacs_begins_with_stays_and_gets_ours_below(project: Project) -> None:
    own = project.home / "emacs"
    own.mkdir()
    dotfile = project.home / "dotfile.el"
    dotfile.write_bytes(b";; mine\r\n(tool-bar-mode -1)")
    (own / "init.el").symlink_to(dotfile)
    said = project.deskmate("setup", "emacs", "--write").stdout
    assert f"Wrote {own / 'init.el'}" in said
    assert "one server in a buffer" in said
    assert (own / "init.el").is_symlink()
    text = dotfile.read_bytes()
    assert text.startswith(b";; mine\r\n(tool-bar-mode -1)\r\n\r\n(with-eval-after-load 'eglot\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    (project.home / ".emacs.d").mkdir()  # with which Emacs reads nothing of the other folder
    older = project.home / ".emacs.d" / "init.el"
    assert f"Wrote {older}" in project.deskmate("setup", "emacs", "--write").stdout
    (project.home / ".emacs").write_text(";; read instead\n")
    (project.home / ".emacs").chmod(0o444)
    assert "write-protected" in project.deskmate("setup", "emacs", "--write").stderr
    assert (project.home / ".emacs").read_text() == ";; read instead\n"
