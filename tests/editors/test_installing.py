"""How the editors are fetched, with an npm that only says that it was there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "vscode" / "install_code_server.sh"

NPM = """\
#!/bin/sh
echo "$*" >>"$0.log"
sleep 0.1
for folder in bin/remote-cli bin/helpers extensions; do
  mkdir -p "node_modules/code-server/lib/vscode/$folder"
done
"""


@pytest.mark.skipif(shutil.which("flock") is None, reason="the script is for Linux")
def test_of_two_runs_at_once_one_makes_it_and_the_other_waits(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("npm", "node", "rg"):
        (programs / name).write_text(NPM)
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "DESKMATE_EDITORS": str(tmp_path / "editors")}
    runs = [
        subprocess.Popen([SCRIPT], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert len({run.communicate()[0] for run in runs}) == 1
    assert [run.returncode for run in runs] == [0, 0]
    made = (programs / "npm.log").read_text().splitlines()
    assert sum(line.startswith("install") and "code-server@" in line for line in made) == 1
