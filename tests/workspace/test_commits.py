"""What a commit has that is to be made, in repositories of every kind; git itself is asked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deskmate.settings.project import project_of
from deskmate.workspace.git import find_comment_sign, find_git_dir, read_changes, read_commit

LINES = "".join(f"line {number}\n" for number in range(30))


class Repository:
    """A repository in a folder, driven as its user drives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("init", "--quiet", "--initial-branch=main")

    def run(self, *words: str, editor: str = "true", fails: bool = False) -> None:
        """A command of git, which has to end well unless it `fails`."""
        author = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        done = subprocess.run(
            ["git", *author, *words],
            cwd=self.folder,
            env={**os.environ, "GIT_EDITOR": editor},
            capture_output=True,
            encoding="utf-8",
        )
        assert (done.returncode != 0) is fails, done.stderr

    def write(self, name: str, text: str, *, add: bool = True) -> None:
        """A file, and stages it."""
        (self.folder / name).write_text(text, encoding="utf-8")
        if add:
            self.run("add", name)

    def commit(self, subject: str) -> None:
        """What is staged."""
        self.run("commit", "--quiet", "--allow-empty", "--message", subject)

    @property
    def git_dir(self) -> Path:
        """Where git keeps its own."""
        found = find_git_dir(self.folder)
        assert found is not None
        return found

    def staged(self) -> dict[str, str]:
        """The diffs of what is staged."""
        return read_commit(self.git_dir, None, 20).diffs


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_nothing_before(repository: Repository) -> None:
    repository.write("a.txt", "one\n")
    commit = read_commit(repository.git_dir, None, 20)
    assert "+one" in commit.diffs["a.txt"]
    assert commit.subjects == ()


def test_a_file_that_only_has_another_name(repository: Repository) -> None:
    repository.write("a.txt", LINES)
    repository.commit("Add a")
    repository.run("mv", "a.txt", "b.txt")
    [(name, diff)] = repository.staged().items()
    assert name == "b.txt"
    assert "rename from a.txt" in diff
    assert "line 1" not in diff


def test_names_modes_and_files_that_are_no_text(repository: Repository) -> None:
    repository.write('ä "b".txt', "one\n")
    (repository.folder / "x.bin").write_bytes(bytes(range(256)))
    repository.write("large.csv", "1,2,3\n" * 400_000)
    repository.run("add", "x.bin")
    diffs = repository.staged()
    assert "+one" in diffs['ä "b".txt']
    assert "Binary files" in diffs["x.bin"]
    assert len(diffs["large.csv"]) < 300
    repository.commit("Add all")
    repository.run("update-index", "--chmod=+x", "large.csv")
    assert "new mode 100755" in repository.staged()["large.csv"]


def test_of_very_many_files_the_last_are_only_named(repository: Repository) -> None:
    for number in range(150):
        repository.write(f"{number:03}.txt", "one\n", add=False)
    repository.run("add", ".")
    diffs = repository.staged()
    assert len(diffs) == 150
    assert (bool(diffs["000.txt"]), diffs["149.txt"]) == (True, "")


def test_a_file_that_became_a_folder_shows_nothing_that_is_in_there(repository: Repository) -> None:
    """git takes the name of a file for that of a folder, too."""
    repository.write("config", "one\n")
    repository.write("a.txt", "one\n")
    repository.commit("Begin")
    (repository.folder / "config").unlink()
    (repository.folder / "config").mkdir()
    repository.write("config/.env", "KEY=of-mine\n")
    repository.write("a.txt", "two\n")
    project = project_of(repository.folder / "a.txt", repository.folder)
    assert project is not None
    diffs = read_commit(repository.git_dir, project, 20).diffs
    assert set(diffs) == {"a.txt", "config", "config/.env"}
    told = [*diffs.values(), *(diff for _, diff in read_changes(project))]
    assert "+two" in told[0]
    assert "of-mine" not in "".join(told)


def test_a_merge_has_the_message_of_git(repository: Repository) -> None:
    repository.commit("Begin")
    repository.run("checkout", "--quiet", "-b", "side")
    repository.write("s.txt", "s\n")
    repository.commit("Add s")
    repository.run("checkout", "--quiet", "main")
    repository.write("s.txt", "m\n")
    repository.commit("Add m")
    repository.run("merge", "side", fails=True)
    repository.write("s.txt", "both\n")
    assert read_commit(repository.git_dir, None, 20).prepared == "Merge branch 'side'"
    repository.commit("Merge")
    assert read_commit(repository.git_dir, None, 20).prepared == ""


# How a commit is begun whose message an editor is given, and the diff that it has then.
UNDER_WAY = {
    ("commit", "--quiet"): {"a.txt": "+staged"},
    ("commit", "--quiet", "--all"): {"a.txt": "+both", "b.txt": "+other"},
    ("commit", "--quiet", "b.txt"): {"b.txt": "+other"},
    ("commit", "--quiet", "--amend"): {"a.txt": "+staged", "b.txt": "+first"},
}


@pytest.mark.parametrize("words", UNDER_WAY, ids=" ".join)
def test_a_commit_has_what_git_will_put_into_it(
    repository: Repository, words: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What an editor sees that runs elsewhere than in git's own command."""
    repository.commit("Begin")
    repository.write("b.txt", "first\n")
    repository.commit("Add b")
    repository.write("a.txt", "staged\n")
    repository.write("a.txt", "both\n", add=False)
    repository.write("b.txt", "other\n", add=False)
    seen = tmp_path_factory.mktemp("seen") / "git"
    repository.run(*words, editor=f'cp -r "{repository.git_dir}" "{seen}"; false', fails=True)
    own = (seen / "COMMIT_EDITMSG").read_text().partition("#")[0].strip()
    commit = read_commit(seen, None, 20, own=own, under_way=True)
    assert set(commit.diffs) == set(UNDER_WAY[words])
    for name, wanted in UNDER_WAY[words].items():
        assert wanted in commit.diffs[name]
    assert commit.subjects == (("Begin",) if "--amend" in words else ("Add b", "Begin"))


def test_the_first_commit_is_amended(repository: Repository) -> None:
    repository.write("a.txt", "one\n")
    repository.commit("Add a")
    commit = read_commit(repository.git_dir, None, 20, own="Add a", under_way=True)
    assert "+one" in commit.diffs["a.txt"]


def test_in_a_submodule_and_in_a_second_working_tree(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = Repository(tmp_path_factory.mktemp("inner"))
    inner.commit("Begin")
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    repository.run(*add, str(inner.folder), "sub")
    assert "+Subproject commit" in repository.staged()["sub"]
    within = Repository(repository.folder / "sub")
    within.write("c.txt", "in the submodule\n")
    assert list(within.staged()) == ["c.txt"]
    repository.commit("Add sub")
    other = tmp_path_factory.mktemp("other") / "tree"
    repository.run("worktree", "add", "--quiet", str(other))
    (other / "d.txt").write_text("there\n")
    subprocess.run(["git", "add", "d.txt"], cwd=other, check=True)
    git_dir = find_git_dir(other)
    assert git_dir is not None
    assert list(read_commit(git_dir, None, 20).diffs) == ["d.txt"]


@pytest.mark.parametrize("kept", [".git", "bare.git", "tree/.bare"])
def test_the_message_of_a_commit_lies_in_its_repository(kept: str, tmp_path: Path) -> None:
    """Where git puts it that asks an editor, of a second working tree, too."""
    git_dir, other = (tmp_path / kept).resolve(), tmp_path / "other"
    subprocess.run(["git", "init", "--quiet", "--bare", str(git_dir)], check=True)
    if git_dir.name == ".bare":
        (git_dir.parent / ".git").write_text("gitdir: ./.bare\n")
    git = ["git", f"--git-dir={git_dir}", "-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    tree = subprocess.check_output([*git, "mktree"], input=b"").decode().strip()
    first = subprocess.check_output([*git, "commit-tree", tree, "-m", "Begin"]).decode().strip()
    subprocess.run([*git, "worktree", "add", "--quiet", str(other), first], check=True)
    assert find_git_dir(git_dir) == git_dir
    assert find_git_dir(git_dir / "worktrees" / "other") == find_git_dir(other) is not None


def test_a_name_that_git_would_read_as_a_pattern(repository: Repository) -> None:
    for name in ("[ab].txt", "a.txt"):
        repository.write(name, f"of {name}\n", add=False)
    repository.run("add", ".")
    diffs = repository.staged()
    assert {name: diff.count("+of") for name, diff in diffs.items()} == dict.fromkeys(diffs, 1)
    assert len(diffs) == 2


@pytest.mark.parametrize(
    ("said", "text", "sign"),
    [
        ("", "Mine\n", "#"),
        (";", "Mine\n", ";"),
        ("auto", "#1 is fixed\n\n; Please enter the message\n", ";"),
        ("auto", "Mine\n", "#"),
        ("auto", "\n", "#"),
    ],
)
def test_the_sign_of_gits_comments(repository: Repository, said: str, text: str, sign: str) -> None:
    if said:
        repository.run("config", "core.commentChar", said)
    assert find_comment_sign(repository.git_dir, text) == sign
