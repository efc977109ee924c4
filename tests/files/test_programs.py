"""Which program a name means."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deskmate.files.programs import find_program

NAME = "llama-server.exe" if sys.platform == "win32" else "llama-server"


def test_a_program_of_the_project_is_not_meant_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / NAME
    program.touch(mode=0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.curdir)
    assert find_program(NAME) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program(f".{os.sep}{NAME}") == program, "it is the file that is named"
    monkeypatch.chdir(tmp_path.parent)
    assert find_program(NAME) == program
