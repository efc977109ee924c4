"""A message for what is staged, for an editor's own box: `deskmate.commitMessage`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lsp_editor import editing, vscode


def git(folder: Path, *words: str) -> None:
    author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", *author, *words], cwd=folder, check=True)


async def test_it_is_written_from_what_is_staged_and_typed(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script("Greet whoever comes")
        given = {"uri": tmp_path.as_uri(), "typed": "for the fair"}
        nothing = await editor.command("deskmate.commitMessage", given)
        assert (nothing["status"], nothing["text"]) == ("failed", "")
        assert "Nothing is staged" in nothing["message"]
        (tmp_path / "shop.py").write_text("GREETING = 'Hello'\n")
        git(tmp_path, "add", "shop.py")
        done = await editor.command("deskmate.commitMessage", given)
        assert (done["status"], done["text"]) == ("ready", "Greet whoever comes\n"), done
        assert "+GREETING" in log.read_text(encoding="utf-8")
        assert "for the fair" in log.read_text(encoding="utf-8")


async def test_an_editor_that_git_started_is_asked_about_other_repositories(tmp_path: Path) -> None:
    """git tells it of the one that it works on."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "shop.py").write_text("GREETING = 'Hello'\n")
    git(tmp_path, "add", "shop.py")
    told = {"GIT_DIR": "/elsewhere/.git", "GIT_INDEX_FILE": ".git/index", "GIT_WORK_TREE": "/"}
    async with editing(tmp_path, vscode(), environment=told) as editor:
        log = await editor.script("Greet whoever comes")
        done = await editor.command("deskmate.commitMessage", {"uri": tmp_path.as_uri()})
        assert (done["status"], done["text"]) == ("ready", "Greet whoever comes\n"), done
        assert "+GREETING" in log.read_text(encoding="utf-8")


async def test_there_may_be_no_repository(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script("No.")
        done = await editor.command("deskmate.commitMessage", {"uri": tmp_path.as_uri()})
        assert "no git repository" in done["message"]
        done = await editor.command("deskmate.commitMessage", {"uri": "untitled:x"})
        assert "must be a folder on this machine" in done["message"]
