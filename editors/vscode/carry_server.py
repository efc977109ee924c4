"""Puts what the extension installs as its server into a folder in dist/server: the wheel of this
clone, and the exact versions, with their hashes, of what that needs. The folder's name is another
for each content, so that a server that was installed from another build is known as such.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from deskmate import __version__

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "dist" / "server"


def main() -> None:
    """Raises CalledProcessError where the wheel cannot be made, which pip has said why by then."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", FOLDER, ROOT], check=True)
    [wheel] = FOLDER.iterdir()
    needed = ROOT / "requirements" / "server.txt"
    digest = hashlib.sha256(_record(wheel) + needed.read_bytes()).hexdigest()
    folder = FOLDER / f"{__version__}-{digest[:8]}"
    folder.mkdir()
    wheel.rename(folder / wheel.name)
    shutil.copy(needed, folder / "requirements.txt")


def _record(wheel: Path) -> bytes:
    """What a wheel says of itself: its files with their hashes, whenever it was made."""
    with zipfile.ZipFile(wheel) as files:
        [record] = (one for one in files.namelist() if one.endswith(".dist-info/RECORD"))
        return files.read(record)


if __name__ == "__main__":
    main()
