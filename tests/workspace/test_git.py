"""What a repository's own settings name is not run, whatever is asked of git."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deskmate.settings.project import project_of
from deskmate.workspace.blame import find_beside, read_runs
from deskmate.workspace.git import find_git_dir, read_changes, read_commit

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="needs git"),
    pytest.mark.skipif(os.name != "posix", reason="the programs are scripts"),
]

NAMED = {
    "core.fsmonitor": "{evil}",
    "core.pager": "{evil}",
    "core.hooksPath": "{hooks}",
    "core.sshCommand": "{evil}",
    "diff.external": "{evil}",
    "diff.of.textconv": "{evil}",
    "diff.of.command": "{evil}",
    "filter.of.clean": "{evil}",
    "filter.of.smudge": "{evil}",
    "filter.of.process": "{evil}",
    "filter.a=b.clean": "{evil}",
    "gpg.program": "{evil}",
    "log.showSignature": "true",
    "pager.diff": "{evil}",
    "pager.log": "{evil}",
    "pager.blame": "{evil}",
}


def git(folder: Path, *arguments: str) -> None:
    me = ("-c", "user.name=me", "-c", "user.email=me@example.org", "-c", "commit.gpgSign=false")
    subprocess.run(["git", "-C", str(folder), *me, *arguments], check=True, capture_output=True)


def sign(folder: Path) -> None:
    """Makes the last commit one that git would check the signature of."""
    told = subprocess.run(
        ["git", "-C", str(folder), "cat-file", "commit", "HEAD"], check=True, capture_output=True
    ).stdout.decode()
    head, text = told.split("\n\n", 1)
    signed = (
        f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n  \n -----END PGP SIGNATURE-----\n\n{text}"
    )
    made = subprocess.run(
        ["git", "-C", str(folder), "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed.encode(),
        check=True,
        capture_output=True,
    ).stdout.decode()
    git(folder, "reset", "-q", "--soft", made.strip())


def ask_all(folder: Path, path: Path) -> None:
    project = project_of(path, folder)
    assert project is not None
    list(read_changes(project))
    for one in read_runs(path):
        list(find_beside(path, one.commit))
    if found := find_git_dir(folder):
        read_commit(found, project, 3)


@pytest.mark.parametrize("key", NAMED)
@pytest.mark.parametrize("included", [False, True])
def test_nothing_that_a_repository_names_is_run(key: str, included: bool, tmp_path: Path) -> None:
    folder, proof = tmp_path / "shop", tmp_path / "it-ran"
    evil = tmp_path / "evil"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for one in (evil, *(hooks / name for name in ("post-index-change", "fsmonitor-watchman"))):
        one.write_text(f"#!/bin/sh\necho ran >> {proof}\nexec cat\n")
        one.chmod(0o755)
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "basket.py").write_text("total = 1\n")
    name = key.split(".")[1]
    (folder / ".gitattributes").write_text(f"*.py diff=of filter={name}\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    sign(folder)
    (folder / "basket.py").write_text("total = 2\n")
    where = folder / ".git" / ("more" if included else "config")
    if included:
        git(folder, "config", "include.path", "more")
    for setting in {key, "log.showSignature"}:
        value = NAMED[setting].format(evil=evil, hooks=hooks)
        subprocess.run(["git", "config", "--file", str(where), setting, value], check=True)
    ask_all(folder, folder / "basket.py")
    assert not proof.exists()


@pytest.mark.parametrize("filtered", [False, True])
def test_changes_are_told_as_git_tells_them(filtered: bool, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    path = tmp_path / "src" / "basket.py"
    path.parent.mkdir()
    path.write_text("total = 1\n")
    (tmp_path / ".gitattributes").write_text("*.py filter=of\n")
    if filtered:
        git(tmp_path, "config", "filter.of.clean", "no-such-program")
        git(tmp_path, "config", "filter.of.required", "true")
    git(tmp_path, "-c", "filter.of.clean=cat", "add", ".")
    git(tmp_path, "-c", "filter.of.clean=cat", "commit", "-q", "-m", "first")
    path.write_text("total = 2\n")
    project = project_of(path, tmp_path)
    assert project is not None
    ((changed, told),) = read_changes(project)
    assert changed == path
    assert "-total = 1\n+total = 2" in told
    assert len(read_runs(path)) == 1


def test_a_repository_in_a_repository_s_files_is_none(tmp_path: Path) -> None:
    folder, proof = tmp_path / "shop", tmp_path / "it-ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\necho ran >> {proof}\n")
    evil.chmod(0o755)
    folder.mkdir()
    git(folder, "init", "-q")
    bare = folder / "docs"
    git(folder, "init", "-q", "--bare", "docs")
    (bare / "basket.py").write_text("total = 1\n")
    for key, value in (
        ("core.bare", "false"),
        ("core.worktree", "."),
        ("core.fsmonitor", str(evil)),
        ("filter.of.clean", str(evil)),
    ):
        git(bare, "config", "--file", "config", key, value)
    assert find_git_dir(bare) is None
    ask_all(bare, bare / "basket.py")
    assert not proof.exists()
