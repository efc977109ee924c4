"""Helix in a terminal, as `deskmate setup helix --write` sets it up."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import platformdirs
from terminal import Terminal, closing_on_failure, editor_environment

from command_line import Project
from debian_packages import unpack, write_starter
from deskmate.actions.catalog import load_actions

ANSWER = 5.0
"""Seconds in which a menu comes, even on a busy machine."""

SAVING = 0.2
"""Seconds in which a file is written to its end."""

RELEASE, VERSION = "trixie", "25.01.1"
LATER_RELEASE, LATER = "forky", "25.07.1-2026"
"""One of Helix's main branch, which answers questions, and the release of Debian that has it."""


def install_helix(*, later: bool = False) -> Path:
    """The program; Debian's, with the folder `runtime` beside it, where it is not there yet."""
    version, release = (LATER, LATER_RELEASE) if later else (VERSION, RELEASE)
    folder = platformdirs.user_cache_path("deskmate-editors") / f"helix-{version}"
    program = folder / "hx"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        parts = unpack("hx", release, folder) / "usr" / "lib" / "hx"
        write_starter(program, parts / "hx", folder / "root", f'HELIX_RUNTIME="{parts}/runtime"')
    return program


class Helix:
    """A running Helix with one file open, driven by its keys."""

    def __init__(
        self, project: Project, file: Path, line: int, toml: str = "", *, later: bool = False
    ) -> None:
        self._project = project
        self._file = file
        program = install_helix(later=later)
        folder = project.home / "helix"
        folder.mkdir()
        (folder / "config.toml").write_text("[editor.lsp]\ndisplay-progress-messages = true\n")
        (folder / "languages.toml").write_text(toml)
        done = project.deskmate("setup", "helix", "--write")
        assert done.returncode == 0, done.stderr
        self.terminal = Terminal(
            project.home / "tmux.sock", [str(program), str(file)], editor_environment(project)
        )
        with closing_on_failure(self.terminal):
            self.terminal.shows(" NOR ")
            self.go(line)
            self.terminal.until(self._attached, "the server runs")

    def go(self, line: int) -> None:
        """Puts the cursor at the first character of a line."""
        self.terminal.keys("Escape")
        self.terminal.type(f"{line}gggs")

    def choose(self, title: str) -> None:
        """Opens the menu of code actions, and takes one."""
        self.terminal.type(" a")
        screen = self.terminal.shows(f" {title}")
        self.terminal.keys(*["Down"] * count_above(screen, title), "Enter")

    def listed(self) -> str:
        """The menu, closed again."""
        self.terminal.type(" a")
        screen = self.terminal.shows(" Explain")
        self.terminal.keys("Escape")
        return screen

    def choose_and_let_tests_run(self, title: str) -> None:
        """Takes an action, after it was said in a shell that tests may be run: Helix puts no
        questions.
        """
        self._project.deskmate("consent", "tests")
        self.choose(title)

    def cancel(self) -> None:
        """Ends whatever runs."""
        self.command("lsp-workspace-command deskmate.cancel")

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
        self.terminal.type(" k")

    def save(self) -> None:
        """Writes the file."""
        self.command("write")

    def text(self) -> str:
        """The text, which is saved for that."""
        before = self._saved()
        self.command("write!")
        self.terminal.until(lambda: self._saved() not in (0, before), "it is saved")
        time.sleep(SAVING)
        return self._file.read_text(encoding="utf-8")

    def _saved(self) -> int:
        """When the file was saved; 0 while Helix puts another in its place."""
        try:
            return self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def close(self) -> None:
        """Ends it."""
        self.terminal.close()

    def _attached(self) -> bool:
        """Whether its menu comes; a server that is not there yet Helix says so of at once, until
        the next key: one menu too many would cover what is shown later.
        """
        self.terminal.keys("Escape")
        self.terminal.until(lambda: _NOBODY not in self.terminal.screen(), "nothing is said")
        self.terminal.type(" a")
        late, found = time.monotonic() + ANSWER, False
        while not found and time.monotonic() < late:
            screen = self.terminal.screen()
            found = " Explain" in screen or " Proofread" in screen
            if _NOBODY in screen:
                return False
        self.terminal.keys("Escape")
        return found


_NOBODY = "No configured language server"


def count_above(screen: str, title: str) -> int:
    """How many entries of the menu on the screen, which stands in one column, are above this."""
    lines = screen.splitlines()
    row = max(at for at, line in enumerate(lines) if _is_entry(line, title))
    column = f"{lines[row]} ".index(f" {title} ") + 1
    first = row
    while any(f"{lines[first - 1][column:]} ".startswith(f"{one} ") for one in TITLES):
        first -= 1
    return row - first


def _is_entry(line: str, title: str) -> bool:
    """Whether an entry of the menu has this title, and no longer one that begins alike."""
    _, found, rest = line.partition(f" {title}")
    entry = f"{title}{rest} " if found else ""
    return max((one for one in TITLES if entry.startswith(f"{one} ")), key=len, default="") == title


TITLES = [action.title for action in load_actions()[0].values()]
TITLES.append("Add docstrings to the whole file")
