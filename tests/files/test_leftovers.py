"""What is of use only while a process is at work on it, and what one left that was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deskmate.files import places
from deskmate.files.leftovers import passing, remove_leftovers, tidy_up


@pytest.fixture(scope="module")
def dead() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def leave(folder: Path, whose: int) -> tuple[Path, Path]:
    """A file and a folder that this process has left there."""
    file, tree = (folder / f".deskmate-{whose}-{one}.tmp" for one in ("0123abcd", "4567cdef"))
    tree.mkdir(parents=True)
    (tree / "part").touch()
    file.touch()
    return file, tree


def test_what_the_dead_left_is_removed(tmp_path: Path, dead: int) -> None:
    leave(tmp_path, dead)
    mine = leave(tmp_path, os.getpid())
    theirs = tmp_path / ".deskmate-notes.tmp"
    theirs.touch()
    remove_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*mine, theirs])


def test_a_start_removes_what_was_left_of_models_and_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dead: int
) -> None:
    monkeypatch.setattr(places, "folder", lambda kind: tmp_path)
    tidy_up()
    for name in ("models", "builds"):
        leave(tmp_path / name, dead)
    tidy_up()
    assert [list((tmp_path / name).iterdir()) for name in ("models", "builds")] == [[], []]


@pytest.mark.parametrize("kind", ["a file", "a folder", "moved away", "nothing"])
def test_what_is_put_at_a_passing_path_is_gone_afterwards(
    tmp_path: Path, kind: str, dead: int
) -> None:
    folder, goal = tmp_path / "work", tmp_path / "goal"
    leave(folder, dead)
    with pytest.raises(KeyboardInterrupt), passing(folder) as path:
        assert not list(folder.iterdir())
        if kind == "a folder":
            (path / "inside").mkdir(parents=True)
        elif kind != "nothing":
            path.write_text("content")
        if kind == "moved away":
            path.replace(goal)
        raise KeyboardInterrupt
    assert not list(folder.iterdir())
    assert goal.exists() is (kind == "moved away")


def test_what_cannot_be_removed_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(path)  # as Windows does of a file that is open

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(KeyError), passing(tmp_path) as path:
        path.write_text("half", encoding="utf-8")
        raise KeyError
