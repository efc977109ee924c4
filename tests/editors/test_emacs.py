"""Emacs without a window, with eglot as `deskmate setup emacs` sets it up, and with lsp-mode by the
entry that is ready to be sent to it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from terminal import editor_environment

from command_line import Project
from debian_packages import unpack, write_starter

pytestmark = pytest.mark.editors

ENTRY = Path(__file__).parents[2] / "editors/upstream/lsp-mode/clients/lsp-deskmate.el"
STORY = Path(__file__).with_name("emacs.el")

RELEASE = "trixie"
VERSION = "30.1"

UNUSED = r"emacs-el|(libgcc-.+|libc6|libcrypt|linux-libc)-dev|.*binutils.*|lib.*san\d|libgprofng0"
"""The compiler of native compilation and the sources of Emacs' Lisp: 41 of 101 MB, of which
nothing is loaded here.
"""

TEXT = "def total(prices):\n    return max(prices)\n"
FIXED = TEXT.replace("max", "sum")


@pytest.fixture(scope="module")
def emacs() -> Path:
    """The program: Debian's, with lsp-mode, where it is not there yet."""
    folder = platformdirs.user_cache_path("deskmate-editors") / f"emacs-{VERSION}"
    program = folder / "emacs"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        root = unpack("emacs-nox elpa-lsp-mode", RELEASE, folder, UNUSED)
        lisp, data = root / "usr/share/emacs" / VERSION / "lisp", root / "usr/share/emacs" / VERSION
        [dump] = root.glob("usr/libexec/emacs/*/*/emacs-*.pdmp")
        folders = ":".join(map(str, [lisp, *(one for one in lisp.rglob("*") if one.is_dir())]))
        before = f'EMACSLOADPATH="{folders}" EMACSDATA="{data}/etc" EMACSDOC="{data}/etc"'
        binary = root / "usr/bin/emacs-nox"
        write_starter(program, binary, root, before, options=f'--dump-file="{dump}"')
    return program


def fix(emacs: Path, project: Project, **variables: str) -> dict[str, object]:
    """The bug is fixed in Emacs; what was listed, and the text."""
    project.script(f"```python\n{FIXED}```")
    project.shop.write_text(TEXT, encoding="utf-8")
    (project.root / ".git").mkdir()
    done = subprocess.run(
        [emacs, "-Q", "--batch", "-l", STORY],
        env=editor_environment(project) | variables,
        cwd=project.root,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_eglot_lists_and_applies(emacs: Path, project: Project) -> None:
    snippet = project.deskmate("setup", "emacs").stdout
    (project.home / "snippet.el").write_text(snippet, encoding="utf-8")
    assert fix(emacs, project) == {"titles": TITLES, "text": FIXED}


def test_lsp_mode_lists_and_applies(emacs: Path, project: Project) -> None:
    shutil.copy(ENTRY, project.home)
    sources = emacs.parent / "root/usr/share/emacs/site-lisp/elpa-src"
    folders = ":".join(str(one) for one in sources.iterdir())
    program = str(Path(sys.executable).with_name("deskmate"))
    found = fix(emacs, project, LSP_MODE=folders, DESKMATE=program)
    assert found == {"titles": [f"Deskmate: {title}" for title in TITLES], "text": FIXED}


TITLES = [
    *("Fix bug", "Add docstring", "Refactor", "Write tests", "Explain"),
    "Change together with what uses it",
]
