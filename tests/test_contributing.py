"""The steps of CONTRIBUTING.md, taken in a copy of the clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from test_clone import ROOT, files

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def diff(heading: str) -> str:
    """The diff below a heading; that of a page may have fences in it, behind a plus."""
    section = re.split(r"^## ", PAGE, flags=re.M)
    [body] = [part for part in section if part.startswith(f"{heading}\n")]
    [found] = re.findall(r"^```diff\n(.*?)^```$", body, re.M | re.S)
    return str(found)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """All files that are kept, and none that is generated from them."""
    for file in files():
        to = tmp_path / "clone" / file.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, to)
    return tmp_path / "clone"


def run(clone: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(clone / "server"), "GIT_DIR": os.devnull}
    python = [sys.executable] if command[0] != "git" else []
    done = subprocess.run(
        [*python, *command], cwd=clone, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def apply(clone: Path, heading: str) -> None:
    (clone / "step.diff").write_text(diff(heading), encoding="utf-8")
    run(clone, "git", "apply", "--unidiff-zero", "step.diff")


def test_an_action_is_added_as_the_page_says(clone: Path) -> None:
    apply(clone, "An action, step by step")

    run(clone, "-m", "pytest", "-q", "--update", "tests/actions/test_targets.py", "-k", "offer")
    for generator in ("docs/generate.py", "editors/vscode/generate_manifest.py"):
        run(clone, generator)

    offered = (clone / "tests/cases/offers/python.md").read_text(encoding="utf-8")
    assert "- name: deskmate.explain, show, function `double`\n" in offered
    assert "Suggest names" in (clone / "docs/actions.md").read_text(encoding="utf-8")
    assert "deskmate.action.name" in (clone / "editors/vscode/package.json").read_text("utf-8")
    assert "Suggest names" in run(clone, "-m", "deskmate", "run", "--help")


def test_a_language_is_added_as_the_page_says(clone: Path) -> None:
    apply(clone, "A language, step by step")

    tests = "tests/core/syntax/test_scopes.py"
    run(clone, "-m", "pytest", "-q", "--update", tests, "-k", "starlark or every_language")

    found = (clone / "tests/cases/scopes/starlark.md").read_text(encoding="utf-8")
    assert "- function _archive_impl\n" in found
    assert '- doc: `"""Packs what `srcs` names."""`\n' in found
    assert "- function targets, a stub\n" in found
