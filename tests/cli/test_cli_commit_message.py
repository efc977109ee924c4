"""`deskmate commit-message` in a repository."""

from __future__ import annotations

import subprocess

from command_line import Project


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
