"""A terminal that nobody sees: keys go in, and what is on its screen comes out. It is tmux."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from rich.console import CONSOLE_SVG_FORMAT, Console  # type: ignore[attr-defined]
from rich.text import Text

from command_line import Project

PATIENCE = 40.0
"""Seconds after which something that was to be seen is not expected any more; the machine may be
busy.
"""

ESCAPE = 0.1
"""Seconds after Escape: what follows at once is the same key with Alt, as terminals have it."""

SETTINGS = [
    *("set", "-g", "default-terminal", "tmux-256color", ";"),
    *("set", "-g", "escape-time", "0", ";"),
    *("set", "-g", "status", "off", ";"),
]


class Terminal:
    """One program in a terminal, from its start until `close`."""

    def __init__(
        self,
        socket: Path,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 100,
        rows: int = 30,
    ) -> None:
        tmux = shutil.which("tmux")
        if tmux is None:
            raise FileNotFoundError(
                "The editors run in tmux, which is not there. On Debian and Ubuntu: "
                "apt install tmux; on macOS: brew install tmux."
            )
        self._tmux = [tmux, "-S", str(socket), "-f", os.devnull]
        self._columns = columns
        size = ["-x", str(columns), "-y", str(rows)]
        start = ["new-session", "-d", *size, *command]
        subprocess.run([*self._tmux, *SETTINGS, *start], env=environment, check=True)

    def keys(self, *names: str) -> None:
        """Presses keys, by the names that tmux has for them."""
        self._run("send-keys", *names)
        if names[-1] == "Escape":
            time.sleep(ESCAPE)

    def type(self, text: str) -> None:
        """Types text as it is."""
        self._run("send-keys", "-l", "--", text)

    def screen(self, *, colours: bool = False) -> str:
        """What is to be seen, line by line; with the terminal's codes for colours, if asked for."""
        return self._run("capture-pane", "-p", *(["-e"] if colours else []))

    def shows(self, text: str) -> str:
        """The screen, as soon as this is on it."""
        self.until(lambda: text in self.screen(), f"{text!r} is shown")
        return self.screen()

    def picture(self, path: Path, title: str) -> None:
        """Draws what is to be seen, as SVG that fetches no font."""
        screen = Text.from_ansi(self.screen(colours=True))
        console = Console(record=True, width=self._columns, file=StringIO(), force_terminal=True)
        console.print(screen, soft_wrap=True)
        drawn = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
        svg = console.export_svg(title=title, code_format=drawn, unique_id=path.stem)
        path.write_text(svg, encoding="utf-8", newline="\n")

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Waits until something holds; fails with what is on the screen."""
        late = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < late, f"{what}: never. The screen:\n{self.screen()}"
            time.sleep(0.05)

    def close(self) -> None:
        """Ends the program."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, encoding="utf-8", check=True
        )
        return done.stdout


@contextmanager
def closing_on_failure(terminal: Terminal) -> Iterator[None]:
    """Leaves no program behind where what follows its start fails."""
    try:
        yield
    except BaseException:
        terminal.close()
        raise


def editor_environment(project: Project) -> dict[str, str]:
    """What an editor runs with: none of the developer's programs, and none of their settings."""
    return {**project.environment(), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
