"""Fetches the editors that the stories are told in, where they are not there yet: several workers
that tell them at once then find them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from emacs_editor import install_emacs
from helix_editor import install_helix
from neovim_editor import install_later, install_neovim


def main() -> None:
    """Says where each is."""
    print(install_neovim(), install_later(), install_emacs(), sep="\n")
    print(install_helix(), install_helix(later=True), sep="\n")
    vscode = Path(__file__).parent / "vscode"
    subprocess.run([vscode / "install_code_server.sh"], check=True)


if __name__ == "__main__":
    main()
