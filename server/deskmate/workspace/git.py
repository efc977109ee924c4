"""What git says of a repository. Nothing that its settings name is run for it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from deskmate.files.disk import find_silent
from deskmate.settings.project import Project
from deskmate.workspace.ignore import may_be_read


def run_git(*arguments: str, folder: Path | None = None) -> str:
    """What git prints, run in `folder`; "" where it failed or is not there."""
    if folder is not None and find_silent(folder):
        return ""
    where = ["-C", str(folder)] if folder else []
    command = ["git", *where, "-c", "core.fsmonitor=false", *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return ran.stdout.decode("utf-8", "replace") if ran.returncode == 0 else ""


def read_changes(project: Project) -> Iterator[tuple[Path, str]]:
    """Each file that has changed since the last commit and may be read, with its diff."""
    compared = ("diff", *_PLAIN, "--relative", "HEAD")
    for name in run_git(*compared, "--name-only", "-z", folder=project.folder).split("\0"):
        path = project.folder / name
        if name and may_be_read(path, project):
            yield path, run_git(*compared, "--", name, folder=project.folder).strip()


def find_git_dir(folder: Path) -> Path | None:
    """Where the repository of a folder, which may be a part of it, keeps its own files."""
    found = run_git("rev-parse", "--absolute-git-dir", folder=folder).strip()
    return Path(found) if found else None


def read_staged(git_dir: Path, project: Project | None) -> dict[str, str]:
    """The diff of each file of what is staged, "" where it may not be read."""
    compared = (f"--git-dir={git_dir}", "diff", *_PLAIN, "--cached")
    names = filter(None, run_git(*compared, "--name-only", "-z").split("\0"))
    return {
        name: run_git(*compared, "--", name).strip()
        if project is None or may_be_read(project.top / name, project)
        else ""
        for name in names
    }


def read_subjects(git_dir: Path, count: int) -> tuple[str, ...]:
    """The first lines of the last commits, merges left out."""
    log = run_git(f"--git-dir={git_dir}", "log", "--no-merges", f"-{count}", "--format=%s")
    return tuple(log.splitlines())


_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv")
_PATIENCE = 5
"""Seconds for git."""
