"""`deskmate commit-message` in a repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Project

WRITING = Path(__file__).parents[2] / "docs" / "writing.md"


def git(project: Project, *words: str) -> None:
    author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", *author, *words], cwd=project.root, check=True)


def test_a_message_for_what_is_staged(project: Project) -> None:
    git(project, "init", "--quiet")
    project.script("Nothing of use.")
    assert "Nothing is staged" in project.deskmate("commit-message").stderr
    git(project, "add", "shop.py")
    git(project, "commit", "--quiet", "--message", "feat: open the shop")
    (project.root / "shop.py").write_text("GREETING = 'Hello'\n")
    git(project, "add", "shop.py")
    project.script("Greet whoever comes.", "feat: greet them in `door.py`", "feat: greet them.")
    done = project.deskmate("commit-message")
    assert done.stdout == "feat: greet them\n", done.stderr
    asked = project.log.read_text()
    assert "feat: open the shop" in asked
    assert "+GREETING" in asked
    assert "needs a type" in asked
    assert "no door.py" in asked


def test_outside_of_a_repository(project: Project) -> None:
    assert "no git repository" in project.deskmate("commit-message").stderr


HOOK = re.search(r"^```sh\n(#!/bin/sh\n.*?)^```", WRITING.read_text("utf-8"), re.M | re.S)


@pytest.mark.skipif(os.name == "nt", reason="hooks are scripts of sh")
def test_the_hook_of_the_documentation_writes_the_message(project: Project) -> None:
    """It is of what `git commit -a` stages, and leaves a message that is there alone."""
    git(project, "init", "--quiet")
    git(project, "add", "shop.py")
    git(project, "commit", "--quiet", "--message", "Open the shop")
    assert HOOK is not None
    hook = project.root / ".git" / "hooks" / "prepare-commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK[1])
    hook.chmod(0o755)
    program = project.home / "bin" / "deskmate"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m deskmate "$@"\n')
    program.chmod(0o755)
    project.script("Greet whoever comes.")
    path = os.pathsep.join((str(program.parent), os.environ["PATH"]))
    there = {**project.environment(), "PATH": path, "GIT_EDITOR": "true"}
    author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for text, *words in (
        ("GREETING = 'Hello'\n", "--all"),
        ("GREETING = 'Hi'\n", "--all", "--message", "Be brief"),
    ):
        project.shop.write_text(text)
        commit = ["git", *author, "commit", "--quiet", *words]
        subprocess.run(commit, cwd=project.root, env=there, check=True)
    said = subprocess.run(
        ["git", "log", "-2", "--format=%B"], cwd=project.root, capture_output=True, encoding="utf-8"
    )
    assert said.stdout.split("\n\n") == ["Be brief", "Greet whoever comes", ""]
    assert (
        "+GREETING = 'Hello'" in json.loads(project.log.read_text().splitlines()[0])["messages"][-1]
    )
