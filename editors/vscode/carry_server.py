"""Puts what the extension installs as its server into dist/server: the wheel of this clone, and the
exact versions, with their hashes, of what that needs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "dist" / "server"


def main() -> None:
    """Raises CalledProcessError where the wheel cannot be made, which pip has said why by then."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", FOLDER, ROOT], check=True)
    shutil.copy(ROOT / "requirements" / "server.txt", FOLDER / "requirements.txt")


if __name__ == "__main__":
    main()
