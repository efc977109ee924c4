"""A short story in the newest Neovim and Helix that can be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from helix_editor import Helix
from neovim_editor import Neovim

from command_line import Project

pytestmark = pytest.mark.editors

TOTAL = "def total(prices):\n    return max(prices)\n"
USER = "from shop import total\n\n\ndef pay(prices):\n    return total(prices)\n"
FIX = f"```python\n{TOTAL.replace('max', 'sum')}```"
PAYS_TAX = "```python\ndef pay(prices):\n    return total(prices, tax=0)\n```"

EDITORS: dict[str, Callable[..., Neovim | Helix]] = {"neovim": Neovim, "helix": Helix}


@pytest.fixture(params=EDITORS)
def editor(request: pytest.FixtureRequest, project: Project) -> Iterator[Neovim | Helix]:
    (project.root / ".git").mkdir()
    project.shop.write_text(TOTAL, encoding="utf-8")
    till(project).write_text(USER, encoding="utf-8")
    project.script(FIX, PAYS_TAX)
    editor = EDITORS[request.param](project, project.shop, 2, later=True)
    yield editor
    editor.close()


def till(project: Project) -> Path:
    return project.root / "till.py"


def test_a_fix_and_an_edit_of_another_file(editor: Neovim | Helix, project: Project) -> None:
    """Before the second one it is asked, which Helix 25.01 cannot do."""
    assert "Fix bug" in editor.listed()
    editor.choose("Fix bug")
    editor.terminal.shows("sum(prices)")
    assert editor.text() == TOTAL.replace("max", "sum")
    editor.choose("Change together with what uses it")
    editor.terminal.shows("It changes till.py.")
    if isinstance(editor, Neovim):
        editor.take("Apply")
    else:
        editor.terminal.shows("Discard")
        editor.terminal.keys("Enter")

    def saved() -> bool:
        editor.command("wall" if isinstance(editor, Neovim) else "write-all")
        with suppress(FileNotFoundError):  # while another is put in its place
            return "tax=0" in till(project).read_text(encoding="utf-8")
        return False

    editor.terminal.until(saved, "the other file is changed")
