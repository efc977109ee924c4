"""What is Helix's own: its settings, its commands, and a cursor that is a selection."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helix_editor import Helix, install_helix
from terminal import editor_environment
from test_story import FIX, IMAGES, LOOP, SUGGESTIONS, TEXT

from command_line import Project

pytestmark = pytest.mark.editors

Start = Callable[..., Helix]


@pytest.fixture
def start(project: Project) -> Iterator[Start]:
    """Starts Helix on a file with this text, with these lines in its `languages.toml`."""
    running: list[Helix] = []

    def start(
        *replies: str, text: str = TEXT, name: str = "basket.py", toml: str = "", **more: Any
    ) -> Helix:
        project.script(*replies, **more)
        file = project.root / name
        file.write_text(text, encoding="utf-8")
        running.append(Helix(project, file, min(LOOP, text.count("\n")), toml))
        return running[-1]

    yield start
    for editor in running:
        editor.close()


def test_settings_stand_in_languages_toml(start: Start) -> None:
    settings = '[language-server.deskmate.config.deskmate.actions]\ndisabled = ["fix-bug"]\n'
    editor = start(FIX, toml=settings)
    screen = editor.listed()
    assert "Refactor" in screen
    assert "Fix bug" not in screen
    assert "no setting" not in screen, "nor is anything wrong with them"


def test_a_paragraph_is_proofread_where_the_cursor_is(start: Start) -> None:
    given = "# Shop\n\nThis is a sentense abuot prices.\n\nAnother one.\n"
    fixed = "This is a sentence about prices."
    editor = start(fixed, text=given, name="notes.md", again=True)
    editor.go(3)
    editor.choose("Proofread")
    editor.terminal.shows(fixed)
    assert editor.text() == given.replace("This is a sentense abuot prices.", fixed)


def test_the_last_reply_is_shown_by_a_command(start: Start) -> None:
    editor = start("```python\ndef total(items:\n```", again=True)
    editor.choose("Fix bug")
    editor.terminal.shows("nothing was changed")
    editor.command("lsp-workspace-command deskmate.showLastReply")
    editor.terminal.shows("Last reply: Fix bug")


SUGGESTED = """[language-server.deskmate.config.deskmate.completion]
enabled = true
in_list = true
"""


def test_what_is_suggested_is_the_last_entry_of_its_menu(start: Start, update: bool) -> None:
    """With `--update` the picture in the docs is of this."""
    said = {"text": "unt = len(items)", "again": True}
    editor = start(said, engine={"fim": True}, toml=SUGGESTED)
    editor.go(LOOP + 1)
    editor.terminal.type("oco")
    editor.terminal.shows("count = len(items)")
    if update:
        editor.terminal.picture(SUGGESTIONS / "helix.svg", "Helix: basket.py")
    editor.terminal.keys("Tab", "Enter", "Escape")
    lines = TEXT.splitlines(keepends=True)
    below = [*lines[: LOOP + 1], "        count = len(items)\n", *lines[LOOP + 1 :]]
    assert editor.text() == "".join(below)


def test_another_server_stands_beside_and_is_heard(
    start: Start, project: Project, update: bool
) -> None:
    """With `--update` the picture in the docs is of this."""
    ruff = json.dumps(str(Path(sys.executable).with_name("ruff")))
    toml = f'[language-server.ruff]\ncommand = {ruff}\nargs = ["server"]\n'
    unused = "def total(prices):\n    import os\n    return max(prices)\n"
    used = unused.replace("    import os\n", "")
    editor = start(f"```python\n{used}```", text=unused, toml=toml)
    editor.terminal.shows("●")
    editor.go(2)
    editor.terminal.type("wl a")
    screen = editor.terminal.shows("Deskmate: Fix this problem")
    if update:
        editor.terminal.picture(IMAGES / "helix-beside.svg", "Helix: basket.py")
    entries = [line for line in screen.splitlines() if re.search("(Ruff|Deskmate)[ :(]", line)]
    above = next(at for at, line in enumerate(entries) if "Deskmate: Fix this problem" in line)
    assert above, "theirs come first"
    editor.terminal.keys(*["Down"] * above, "Enter")
    editor.terminal.until(lambda: "import os" not in editor.terminal.screen(), "it is fixed")
    assert "imported but unused" in project.log.read_text()
    assert editor.text() == used


def test_an_explanation_is_wrapped_and_closed_again(start: Start, project: Project) -> None:
    editor = start("A sentence that goes on and on. " * 8)
    editor.choose("Explain")
    editor.terminal.shows("# Explain function")
    shown = project.home / ".cache" / "deskmate" / "shown"
    [page] = shown.glob("*.md")
    assert max(map(len, page.read_text(encoding="utf-8").splitlines())) <= 72
    editor.command("quit")
    editor.terminal.until(
        lambda: "# Explain function" not in editor.terminal.screen(), "it is closed"
    )
    assert Path(project.root / "basket.py").read_text() == TEXT


def test_the_entry_for_helix_itself_is_found(project: Project) -> None:
    entry = Path(__file__).parents[2] / "editors" / "upstream" / "helix" / "languages.toml"
    program = str(Path(sys.executable).with_name("deskmate"))
    command = f"command = {json.dumps(program)}"
    server = entry.read_text(encoding="utf-8").replace('command = "deskmate"', command)
    folder = project.home / "helix"
    folder.mkdir()
    language = '[[language]]\nname = "go"\nlanguage-servers = ["deskmate"]\n'
    (folder / "languages.toml").write_text(f"{server}\n{language}", encoding="utf-8")
    asked = [str(install_helix()), "--health", "go"]
    health = subprocess.run(
        asked, env=editor_environment(project), capture_output=True, encoding="utf-8"
    )
    shown = re.sub(r"\x1b\[[\d;]*m", "", health.stdout)
    assert f": {program}\n" in shown.partition("✓")[2], shown
