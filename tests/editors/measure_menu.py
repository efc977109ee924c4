"""How long it takes in editors in a terminal from the key to the menu, and from taking an entry to
the first sign that something happens: with Deskmate, and with a server that is some lines long, has
two entries and answers at once. (VS Code: `vscode/measure_vscode_menu.py`.)

    python tests/editors/measure_menu.py --rounds 20

Machines are noisy, so what counts is the ratio of the two.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "bench")]

from emacs_editor import Emacs  # noqa: E402
from figures import line, ratio  # noqa: E402
from helix_editor import Helix, count_above  # noqa: E402
from neovim_editor import Neovim  # noqa: E402
from terminal import PATIENCE, Terminal  # noqa: E402

from command_line import Project  # noqa: E402

EDITORS: dict[str, Callable[[Project, Path, int], Neovim | Helix | Emacs]] = {
    "Neovim": Neovim,
    "Helix": Helix,
    "Emacs": Emacs,
}
KEYS = {"Neovim": "gra", "Helix": " a", "Emacs": "\x03a"}
TITLE = "Explain"
PICK = "Pick an action"  # in Emacs
OTHER = f"""\
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("other", "1")


@server.feature("textDocument/codeAction")
def offer(params):
    more = [types.CodeAction("Nothing", command=types.Command("Nothing", "other.run"))]
    return [types.CodeAction("{TITLE}", command=types.Command("{TITLE}", "other.run")), *more]


@server.command("other.run")
def run(*arguments):
    server.window_show_message(types.ShowMessageParams(types.MessageType.Info, "{TITLE} runs"))


@server.command("deskmate.cancel")
def cancel(*arguments):
    pass


server.start_io()
"""
TEXT = "def total(prices):\n    return sum(prices)\n"


class Other(Project):
    """A project for which an editor is set up with the other server."""

    def deskmate(
        self, *arguments: str, piped: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The command; what it writes for an editor names the other server."""
        done = super().deskmate(*arguments, piped=piped)
        program = self.home / "other"
        (self.home / "other.py").write_text(OTHER)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{self.home}/other.py"\n')
        program.chmod(0o755)
        ours = str(Path(sys.executable).with_name("deskmate"))
        for file in (*self.home.rglob("*.lua"), *self.home.rglob("languages.toml")):
            file.write_text(file.read_text().replace(ours, str(program)))
        done.stdout = done.stdout.replace(ours, str(program))
        return done


def measure(name: str, project: Project, rounds: int) -> tuple[list[float], list[float]]:
    """The seconds to the menu and to the first sign, in that editor."""
    project.script({"text": "It adds.", "delay": 30, "again": True})
    project.shop.write_text(TEXT, encoding="utf-8")
    editor = EDITORS[name](project, project.shop, 2)
    terminal, menus, signs = editor.terminal, list[float](), list[float]()
    try:
        for _ in range(rounds):
            began = time.perf_counter()
            terminal.type(KEYS[name])
            screen = wait(terminal, is_listed)
            menus.append(time.perf_counter() - began)
            if name == "Helix":
                for _ in range(count_above(screen, TITLE)):
                    terminal.keys("Down")
            elif name == "Emacs":
                terminal.type(TITLE)
            else:
                [entry] = [one for one in screen.splitlines() if one.endswith(f": {TITLE}")]
                terminal.type(entry.split(":")[0].strip())
            time.sleep(PAUSE)
            began = time.perf_counter()
            terminal.keys("Enter")
            wait(
                terminal, lambda screen: TITLE in screen and not any(one in screen for one in OPEN)
            )
            signs.append(time.perf_counter() - began)
            editor.cancel()
            time.sleep(PAUSE)
            editor.go(2)
            time.sleep(PAUSE)
    finally:
        editor.close()
    return menus, signs


PAUSE = 0.3
OPEN = ("Type number", " Write tests", " Nothing", PICK)
"""What is on the screen while a menu is open."""


def is_listed(screen: str) -> bool:
    """Whether the entry is in a menu: in Emacs below the question, otherwise with a number or a
    blank before it.
    """
    return f" {TITLE}" in screen or TITLE in screen.partition(PICK)[2].splitlines()


def wait(terminal: Terminal, holds: Callable[[str], bool]) -> str:
    """The screen, as soon as it holds."""
    late = time.monotonic() + PATIENCE
    while not holds(screen := terminal.screen()):
        assert time.monotonic() < late, screen
    return screen


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("editors", nargs="*", default=list(EDITORS))
    asked = parser.parse_args()
    print(f"{'':46}{'median':>9}{'p95':>9}   goal")
    for name in asked.editors:
        found = []
        for kind in (Other, Project):
            with tempfile.TemporaryDirectory() as folder:
                root, home = Path(folder, "project"), Path(folder, "home")
                (root / ".git").mkdir(parents=True)
                home.mkdir()
                found.append(measure(name, kind(root, home), asked.rounds))
        (other_menus, other_signs), (menus, signs) = found
        for what, ours, theirs in (
            ("from the key to the menu", menus, other_menus),
            ("from the entry to the first sign", signs, other_signs),
        ):
            line(f"{name}: {what}", ours, "≤ 100 ms")
            line("  the other server", theirs)
            ratio("  ratio", statistics.median(ours) / statistics.median(theirs))


if __name__ == "__main__":
    main()
