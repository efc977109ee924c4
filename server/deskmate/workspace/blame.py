"""Which lines of a file were written together, as git tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from deskmate.files.disk import is_file
from deskmate.workspace.git import run_git


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of a file, from 0, that one commit wrote one below the other."""

    commit: str
    lines: range


@lru_cache(maxsize=4096)  # the files of a commit are looked at again for the next
def read_runs(path: Path) -> tuple[Run, ...]:
    """The lines of a file by the commits that wrote them; none where git does not know it."""
    how = ("blame", "--porcelain", "--no-textconv")
    told = run_git(*how, "--", path.name, folder=path.parent)
    commits = re.findall(r"^([0-9a-f]{40,}) \d+ \d+", told, re.M)
    runs = groupby(enumerate(commits), key=lambda one: one[1])
    found = ((commit, [line for line, _ in lines]) for commit, lines in runs)
    return tuple(Run(commit, range(lines[0], lines[-1] + 1)) for commit, lines in found)


def find_beside(path: Path, commit: str) -> Iterator[Path]:
    """The files that a commit changed in the repository of a file, as far as they are there."""
    top = run_git("rev-parse", "--show-toplevel", folder=path.parent).strip()
    how = ("diff-tree", "-r", "--no-commit-id", "--name-only", "-z")
    names = run_git(*how, commit, folder=path.parent)
    for name in names.split("\0"):
        if name and top and is_file(found := Path(top) / name):
            yield found
