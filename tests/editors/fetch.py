"""Fetches the editors that the stories are told in, where they are not there yet: several workers
that tell them at once then find them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from emacs_editor import install_emacs  # noqa: E402
from helix_editor import install_helix  # noqa: E402
from neovim_editor import install_later, install_neovim  # noqa: E402


def main() -> None:
    """Says where each is."""
    print(install_neovim(), install_later(), install_emacs(), sep="\n")
    print(install_helix(), install_helix(later=True), sep="\n")
    subprocess.run([HERE / "vscode" / "install_code_server.sh"], check=True)


if __name__ == "__main__":
    main()
