"""Which Python a project's tests are run with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deskmate.checks.toolchains import find_interpreter


@pytest.mark.skipif(os.name == "nt", reason="a script of a shell")
def test_a_script_that_chooses_one_is_asked_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "shims" / "python3"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent), prepend=os.pathsep)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert find_interpreter(tmp_path) == sys.executable
