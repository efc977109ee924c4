"""Emacs of Debian, and in a terminal with eglot as `deskmate setup emacs` sets it up."""

from __future__ import annotations

import shutil
from pathlib import Path

import platformdirs
from terminal import Terminal, closing_on_failure, editor_environment

from command_line import Project
from debian_packages import unpack, write_starter

RELEASE = "trixie"
VERSION = "30.1"

UNUSED = r"emacs-el|(libgcc-.+|libc6|libcrypt|linux-libc)-dev|.*binutils.*|lib.*san\d|libgprofng0"
"""The compiler of native compilation and the sources of Emacs' Lisp: 41 of 101 MB, of which
nothing is loaded here.
"""


def install_emacs() -> Path:
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


INIT = """
(setq native-comp-enable-subr-trampolines nil eglot-report-progress 'messages)
(fido-vertical-mode 1)
(global-set-key (kbd "C-c a") #'eglot-code-actions)
(defun cancel ()
  (interactive)
  (eglot-execute (eglot-current-server) '(:command "deskmate.cancel" :arguments [])))
(global-set-key (kbd "C-c x") #'cancel)
(add-hook 'python-mode-hook #'eglot-ensure)
"""


class Emacs:
    """A running Emacs with one file open, driven by its keys."""

    def __init__(self, project: Project, file: Path, line: int) -> None:
        init = project.home / "init.el"
        init.write_text(INIT + project.deskmate("setup", "emacs").stdout, encoding="utf-8")
        self.terminal = Terminal(
            project.home / "tmux.sock",
            [str(install_emacs()), "-Q", "-l", str(init), str(file)],
            editor_environment(project) | {"TERM": "tmux-256color"},
        )
        with closing_on_failure(self.terminal):
            self.terminal.shows("[eglot:")
            self.go(line)

    def go(self, line: int) -> None:
        """Puts the cursor at the beginning of a line."""
        self.terminal.keys("M-g", "g")
        self.terminal.type(str(line))
        self.terminal.keys("Enter")

    def cancel(self) -> None:
        """Ends whatever runs."""
        self.terminal.keys("C-c", "x")

    def close(self) -> None:
        """Ends it."""
        self.terminal.close()
