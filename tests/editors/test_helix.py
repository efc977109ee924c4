"""What is Helix's own: its settings, its commands, and a cursor that is a selection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helix_editor import Helix
from test_story import FIX, LOOP, TEXT

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
