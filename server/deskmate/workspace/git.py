"""What git says of a repository. Nothing that its settings name is run for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from deskmate.files.disk import asks, find_silent, follow_links
from deskmate.files.guarded import find_text
from deskmate.settings.project import Project
from deskmate.workspace.ignore import may_be_read


def run_git(*arguments: str, folder: Path | None = None, index: Path | None = None) -> str:
    """What git prints, run in `folder`, with another `index` than the repository's; "" where it
    failed or is not there, the disk is silent, or the folder belongs to a repository that lies
    among a project's files, as whoever wrote them wants it.
    """
    if folder is not None and _is_planted(folder):
        return ""
    words = ["-C", str(folder)] if folder else []
    names = _find_filters(words) if arguments[0] in _CONVERTING else ()
    if names is None or any("=" in name for name in names):  # which `-c` cannot say
        return ""
    for one in (*_SET, *(f"{name}=" for name in names)):
        words += ["-c", one]
    return _run([*words, *arguments], index)[1]


def _find_filters(where: Sequence[str]) -> Sequence[str] | None:
    """The settings of a repository that name filters, but the user's own; None where git is too
    old to tell, or fails.
    """
    listed = ("config", "--show-scope", "--name-only", "-z", "--get-regexp", "^filter")
    status, told = _run([*where, *listed])
    words = told.split("\0")
    found = zip(words[::2], words[1::2], strict=False)
    own = ("global", "system")
    return [name for scope, name in found if scope not in own] if status in (0, 1) else None


def _run(words: Sequence[str], index: Path | None = None) -> tuple[int, str]:
    """The exit status of git, and what it prints; nothing where it failed."""
    command, env = ["git", *words], os.environ | _ENVIRONMENT
    env |= {"GIT_INDEX_FILE": str(index)} if index else {}
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False, env=env)
    except (OSError, subprocess.SubprocessError):
        return -1, ""
    return ran.returncode, "" if ran.returncode else ran.stdout.decode("utf-8", "replace")


def _is_planted(folder: Path) -> bool:
    """Whether git would take one of the folders above for a repository without a working tree, and
    it lies in the files of another; or nobody can tell, for the disk is silent.
    """
    found = _find_bare(folder)
    if found is None:
        return find_silent(folder) is not None
    bare, around = found
    where = ("-C", str(around), "rev-parse", "--absolute-git-dir")
    return around is not None and Path(_run(where)[1].strip()) != bare


@asks(None)
def _find_bare(folder: Path) -> tuple[Path, Path | None] | None:
    """The repository without a working tree that a folder is in, and the folder around that which
    belongs to another. No file of a repository lies in a folder `.git`.
    """
    for one in (folder, *folder.parents):
        if one.name == ".git" or (one / ".git").exists():
            return None
        if (one / "HEAD").exists() and (one / "objects").is_dir():
            around = (above for above in one.parents if (above / ".git").exists())
            return follow_links(one), next(around, None)
    return None


_SET = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "log.showSignature=false")
_CONVERTING = ("diff", "blame")
"""What reads files of the working tree, through the filters that its settings name."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
"""What is not there is not fetched, by whatever a repository names for that; names are no patterns,
which would show other files.
"""


def read_changes(project: Project) -> Iterator[tuple[Path, str]]:
    """Each file that has changed since the last commit and may be read, with its diff."""
    compared = ("diff", *_PLAIN, "--relative", "HEAD")
    names = run_git(*compared, "--name-only", "-z", folder=project.folder).split("\0")
    folders = _find_folders(names)
    for name in names:
        path = project.folder / name
        if name and name not in folders and may_be_read(path, project):
            yield path, run_git(*compared, "--", name, folder=project.folder).strip()


def find_git_dir(folder: Path) -> Path | None:
    """Where the repository of a folder, which may be a part of it, keeps its own files."""
    found = run_git("rev-parse", "--absolute-git-dir", folder=folder).strip()
    return Path(found) if found else None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that is to be made: the diff of each of its files by name, "" where that may not be
    read or there are very many; the first lines of the commits before it, merges left out, the
    latest first; and the message that git has `prepared`, of a merge for example, "" for none.
    """

    diffs: dict[str, str]
    subjects: tuple[str, ...]
    prepared: str = ""


def read_commit(
    git_dir: Path, project: Project | None, subjects: int, *, own: str = "", under_way: bool = False
) -> Commit:
    """What is staged, and so many `subjects`. Where a commit is `under_way`, whose message `own` is
    being edited, it is what that has: `git commit -a` stages in an index of its own, and
    `--amend` is of the last commit, too.
    """
    git = f"--git-dir={git_dir}"
    amends = under_way and bool(own) and own == run_git(git, "log", "-1", "--format=%B").strip()
    before = run_git(git, "rev-parse", "--verify", "--quiet", "HEAD^").strip() if amends else ""
    if amends and not before:
        before = run_git(git, "hash-object", "-t", "tree", os.devnull).strip()
    large = ("-c", f"core.bigFileThreshold={_LARGEST}")
    since = (before,) if before else ()
    compared = (git, *large, "diff", *_PLAIN, "--cached", "-M", *since)
    for index in (*(_list_indexes(git_dir) if under_way else ()), None):
        if changed := list(_list_changed(run_git(*compared, "--name-status", "-z", index=index))):
            break
    folders = _find_folders(one for names in changed for one in names)
    diffs = {
        names[-1]: run_git(*compared, "--", *names, index=index).strip()
        if at < _MOST
        and folders.isdisjoint(names)
        and (project is None or all(_may_be_read(one, project) for one in names))
        else ""
        for at, names in enumerate(changed)
    }
    skipped = ("--skip=1",) if amends else ()
    log = run_git(git, "log", "--no-merges", f"-{subjects}", *skipped, "--format=%s")
    return Commit(diffs, tuple(log.splitlines()), _read_prepared(git_dir))


def find_comment_sign(git_dir: Path, text: str) -> str:
    """What git's comments begin with in the message `text` that it has given to an editor."""
    for name in ("core.commentString", "core.commentChar"):
        if sign := run_git(f"--git-dir={git_dir}", "config", "--get", name).strip():
            last = text.rstrip().rpartition("\n")[2][:1]
            return sign if sign != "auto" else last if last in [*"#;@!$%^&|:"] else "#"
    return "#"


@asks(())
def _list_indexes(git_dir: Path) -> tuple[Path, ...]:
    """Those that `git commit FILE` and `git commit -a` keep until their message is there."""
    lock = git_dir / "index.lock"
    return (*git_dir.glob("next-index-*.lock"), *((lock,) if lock.exists() else ()))


def _list_changed(listed: str) -> Iterator[tuple[str, ...]]:
    """The names of each file that changed: where it was renamed or copied, also the one before."""
    words = iter(listed.split("\0"))
    for status in words:
        if status:
            yield tuple(next(words) for _ in range(2 if status[0] in "RC" else 1))


def _find_folders(names: Iterable[str]) -> set[str]:
    """The folders that these files are in. Where a file became one, git would show by its name what
    is in there.
    """
    return {str(folder) for name in names for folder in PurePosixPath(name).parents}


def _may_be_read(name: str, project: Project) -> bool:
    return may_be_read(project.top / name, project)


@asks("")
def _read_prepared(git_dir: Path) -> str:
    """The message of a merge, revert or cherry-pick that is under way, without git's comments."""
    heads = ("MERGE_HEAD", "REVERT_HEAD", "CHERRY_PICK_HEAD")
    file = git_dir / "MERGE_MSG"
    if not file.exists() or not any((git_dir / one).exists() for one in heads):
        return ""
    lines = find_text(file, git_dir).splitlines()
    return "\n".join(one for one in lines if not one.startswith("#")).strip()


_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
_LARGEST = "1m"  # a file of which git says only that it changed
_MOST = 100
"""Files whose diffs are read: no model sees as many."""
_PATIENCE = 5
"""Seconds for git."""
