"""Replacing a file at once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deskmate.files.replace import move_into_place, replace_file, replacing

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop" / "till.py"
    path.parent.mkdir()
    path.write_bytes(b"old")
    return path


def test_it_is_replaced_and_nothing_else_is_there(path: Path) -> None:
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_folders_that_are_missing_are_made(tmp_path: Path) -> None:
    replace_file(tmp_path / "a" / "b" / "c", b"new")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"new"


def test_where_it_fails_it_is_as_before(path: Path) -> None:
    def fails() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_under_way_is_not_seen(path: Path) -> None:
    with replacing(path) as one, replacing(path) as other:  # two at once have names of their own
        one.write(b"one")
        other.write(b"other")
        one.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"one"


@POSIX
@pytest.mark.parametrize("before", [0o600, 0o644, 0o755, 0o4755])
def test_the_mode_stays(path: Path, before: int) -> None:
    path.chmod(before)
    replace_file(path, b"new")
    assert mode(path) == before


@POSIX
def test_a_new_file_has_the_usual_mode_and_a_private_one_the_user_s(path: Path) -> None:
    usual = path.with_name("usual")
    usual.touch()
    replace_file(path.with_name("new"), b"new")
    assert mode(path.with_name("new")) == mode(usual)
    replace_file(path, b"secret", private=True)
    assert mode(path) == 0o600


@POSIX
def test_a_link_stays_and_leads_to_the_new_one(path: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.symlink_to(path)
    second.symlink_to(first)
    replace_file(second, b"new")
    assert second.is_symlink() and first.is_symlink()
    assert path.read_bytes() == b"new"


@POSIX
def test_a_link_to_nothing_makes_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("goal")
    replace_file(tmp_path / "link", b"new")
    assert (tmp_path / "goal").read_bytes() == b"new"


@POSIX
def test_a_link_to_itself_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="leads back to itself") as caught:
        replace_file(tmp_path / "a", b"new")
    assert caught.value.filename == str(tmp_path / "a")


@POSIX
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_only_regular_files_are_replaced(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(OSError, match="not a regular file"):
        replace_file(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


@POSIX
def test_any_name_of_the_file_system_will_do(tmp_path: Path) -> None:
    for name in (os.fsdecode(b"\xff.py"), "a" * 255, "new\nline", "ä ö"):
        replace_file(tmp_path / name, b"new")
        assert (tmp_path / name).read_bytes() == b"new"


READ_ONLY = """
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from deskmate.files.replace import replace_file
os.geteuid() or os.setuid(65534)  # root may write everything
try:
    replace_file(Path(sys.argv[1]), b"new")
except PermissionError as error:
    print(error.strerror, error.filename)
"""


@POSIX
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_written_is_said(what: str) -> None:
    with TemporaryDirectory() as folder:  # pytest's own is closed to others
        path = Path(folder) / "till.py"
        path.write_bytes(b"old")
        path.chmod(0o444 if what == "file" else 0o666)
        path.parent.chmod(0o555 if what == "folder" else 0o777)
        command = [sys.executable, "-c", READ_ONLY, str(path)]
        said = subprocess.run(command, capture_output=True, text=True).stdout
        path.parent.chmod(0o777)
        assert {"file": "it is write-protected", "folder": f"(in the folder {folder})"}[
            what
        ] in said
        assert said.endswith(f" {path}\n")
        assert path.read_bytes() == b"old"
        assert list(path.parent.iterdir()) == [path]


def test_a_file_is_moved_into_place(path: Path) -> None:
    half = path.with_name("half")
    half.write_bytes(b"new")
    move_into_place(half, path)
    assert path.read_bytes() == b"new"
    assert not half.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such links there")
def test_other_names_of_a_file_stay_its_names(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"a longer text than the next")
    os.link(path, tmp_path / "other")
    replace_file(path, b"new")
    assert (tmp_path / "other").read_bytes() == path.read_bytes() == b"new"
    assert path.samefile(tmp_path / "other")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".deskmate")] == []


@pytest.mark.skipif(sys.platform != "linux", reason="attributes are set otherwise there")
def test_extended_attributes_stay(path: Path) -> None:
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.comment", b"mine")
    except OSError:
        pytest.skip("this file system has no attributes")
    replace_file(path, b"new")
    assert (path.read_bytes(), os.getxattr(path, "user.comment")) == (b"new", b"mine")


@pytest.mark.skipif(sys.platform == "win32", reason="files have other owners there")
def test_what_cannot_be_given_its_owner_keeps_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"old")
    before = path.stat()

    def refuse(*given: object) -> None:
        raise PermissionError

    monkeypatch.setattr("deskmate.files.replace._copy_attributes", refuse)
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino == before.st_ino


def test_what_is_meant_to_stay_is_not_replaced_by_root_either(path: Path) -> None:
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(OSError, match="write-protected"):
        replace_file(path, b"new")
    path.chmod(0o644)
    assert path.read_bytes() == b"old"
