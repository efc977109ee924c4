"""Emacs without a window, with eglot as `deskmate setup emacs` sets it up, and with lsp-mode by the
entry that is ready to be sent to it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from emacs_editor import install_emacs
from terminal import editor_environment

from command_line import Project

pytestmark = pytest.mark.editors

ENTRY = Path(__file__).parents[2] / "editors/upstream/lsp-mode/clients/lsp-deskmate.el"
STORY = Path(__file__).with_name("emacs.el")

TEXT = "def total(prices):\n    return max(prices)\n"
FIXED = TEXT.replace("max", "sum")


@pytest.fixture(scope="module")
def emacs() -> Path:
    """The program."""
    return install_emacs()


FIX = {"ACTION": "Fix bug", "CHANGED": "shop.py", "AWAITED": "sum", "ANSWER": ""}
TOGETHER = {
    "ACTION": "Change together with what uses it",
    **{"CHANGED": "till.py", "AWAITED": "tax", "ANSWER": "Apply"},
}
PAYS = "from shop import total\n\n\ndef pay(prices):\n    return total(prices)\n"


def run(
    emacs: Path, project: Project, story: dict[str, str], reply: str = FIXED, **variables: str
) -> dict[str, object]:
    """What comes of an action in Emacs: what was listed, the text, and what was asked."""
    project.script(f"```python\n{reply}```")
    project.shop.write_text(TEXT, encoding="utf-8")
    (project.root / "till.py").write_text(PAYS, encoding="utf-8")
    (project.root / ".git").mkdir()
    done = subprocess.run(
        [emacs, "-Q", "--batch", "-l", STORY],
        env=editor_environment(project) | story | variables,
        cwd=project.root,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture
def eglot(project: Project) -> dict[str, str]:
    """Eglot as `deskmate setup emacs` says."""
    snippet = project.deskmate("setup", "emacs").stdout
    (project.home / "snippet.el").write_text(snippet, encoding="utf-8")
    return {}


@pytest.fixture
def lsp_mode(emacs: Path, project: Project) -> dict[str, str]:
    """Lsp-mode with our entry, beside a server that has commands of its own alone."""
    shutil.copy(ENTRY, project.home)
    (project.home / "other.py").write_text(OTHER, encoding="utf-8")
    sources = emacs.parent / "root/usr/share/emacs/site-lisp/elpa-src"
    folders = ":".join(str(one) for one in sources.iterdir())
    program = str(Path(sys.executable).with_name("deskmate"))
    other = f"{sys.executable}\n{project.home / 'other.py'}"
    return {"LSP_MODE": folders, "DESKMATE": program, "OTHER": other}


OTHER = """\
from pygls.lsp.server import LanguageServer

server = LanguageServer("other", "1")


@server.command("other.run")
def run(*arguments):
    pass


server.start_io()
"""


def test_eglot_lists_and_applies(emacs: Path, project: Project, eglot: dict[str, str]) -> None:
    found = run(emacs, project, FIX, **eglot)
    assert found == {"titles": TITLES, "text": FIXED, "asked": []}


def test_lsp_mode_lists_and_applies(
    emacs: Path, project: Project, lsp_mode: dict[str, str]
) -> None:
    found = run(emacs, project, FIX, **lsp_mode)
    titles = [f"Deskmate: {title}" for title in TITLES]
    assert found == {"titles": titles, "text": FIXED, "asked": []}


def test_eglot_asks_before_other_files_change_and_enter_alone_changes_none(
    emacs: Path, project: Project, eglot: dict[str, str]
) -> None:
    found = run(emacs, project, TOGETHER, TAKES_TAX, **eglot)
    assert found["text"] == TAXED
    asked: Any = found["asked"]
    [[edit], [question, typed]] = asked
    assert "Server wants to edit" in edit, "eglot asks as well, of a file that is not open"
    assert "It changes till.py." in question
    assert typed == "Discard"


def test_lsp_mode_asks_before_other_files_change(
    emacs: Path, project: Project, lsp_mode: dict[str, str]
) -> None:
    found = run(emacs, project, TOGETHER, TAKES_TAX, **lsp_mode)
    assert found["text"] == TAXED
    asked: Any = found["asked"]
    assert any("It changes till.py." in question for question, *_ in asked)


TAKES_TAX = "def pay(prices):\n    return total(prices, tax=0)\n"
TAXED = PAYS.replace("total(prices)", "total(prices, tax=0)")


TITLES = [
    *("Fix bug", "Add docstring", "Refactor", "Write tests", "Explain"),
    "Change together with what uses it",
]
