"""Diffs: what `git apply` makes of them is exactly the change."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deskmate.cli.diff import coloured, unified_diff

CHANGES = {
    "a line": ("a\nb\nc\n", "a\nB\nc\n"),
    "windows": ("a\r\nb\r\n", "a\r\nB\r\n"),
    "no end of the last line": ("a\nb", "a\nB"),
    "an end for the last line": ("a\nb", "a\nb\n"),
    "not a line end": ("a\x0cb\u2028c\rd\n", "a\x0cB\u2028c\rd\n"),
    "added to nothing": ("", "a\n"),
    "all removed": ("a\n", ""),
}


git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@git
@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES)
def test_git_takes_the_diff(before: str, after: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.py"
    path.write_bytes(before.encode())

    diff = unified_diff(before, after, "shop.py")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)

    assert path.read_bytes() == after.encode()


@git
def test_git_takes_the_diff_of_a_new_file(tmp_path: Path) -> None:
    diff = unified_diff("", "a\nb\n", "tests/test_shop.py", created=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)

    assert (tmp_path / "tests" / "test_shop.py").read_text() == "a\nb\n"


def test_no_change_is_no_diff() -> None:
    assert unified_diff("a\n", "a\n", "shop.py") == ""


def test_a_coloured_diff_says_the_same() -> None:
    diff = unified_diff("a\nb\nc\n", "a\nB\nc\n", "shop.py")

    painted = coloured(diff)

    assert "\033[32m+B\033[0m\n" in painted
    assert "\033[31m-b\033[0m\n" in painted
    assert "\n a\n" in painted
