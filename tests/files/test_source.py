"""Files of the user's: what is written back is what was read, but for the change."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from deskmate.errors import ActionError, DiskSilent, Stale
from deskmate.files import source
from deskmate.files.source import Place, parse_place, read_source, write_source, write_sources

PLACES = [
    ("shop.py", Place(Path("shop.py"))),
    ("shop.py:12", Place(Path("shop.py"), 12, 12)),
    ("shop.py:12-20", Place(Path("shop.py"), 12, 20)),
    ("a:b.py:3", Place(Path("a:b.py"), 3, 3)),
    ("a:b.py", Place(Path("a:b.py"))),
    ("C:\\shop.py", Place(Path("C:\\shop.py"))),
    ("C:\\shop.py:12", Place(Path("C:\\shop.py"), 12, 12)),
    ("shop.py:", Place(Path("shop.py:"))),
    ("shop.py:x", Place(Path("shop.py:x"))),
    ("shop.py:1-", Place(Path("shop.py:1-"))),
]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_a_place_is_a_file_and_its_lines(text: str, place: Place) -> None:
    assert parse_place(text) == place


@pytest.mark.skipif(os.name == "nt", reason="no file there is called so")
def test_a_file_that_is_called_like_a_place_is_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes:12").touch()

    assert parse_place("notes:12") == Place(Path("notes:12"))
    assert parse_place("notes:12:3") == Place(Path("notes:12"), 3, 3)


CONTENTS = {
    "unix": b"a\nb\n",
    "windows": b"a\r\nb\r\n",
    "mixed": b"a\r\nb\nc\rd",
    "marked": b"\xef\xbb\xbfa\r\n",
    "astral": "a = '𝒳'\n".encode(),
    "form feed": b"a\x0cb\x1c\n",
    "empty": b"",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_what_is_not_changed_is_written_back_byte_for_byte(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "shop.py"
    path.write_bytes(content)
    text = read_source(path).text

    write_source(path, text, text + "end")

    assert path.read_bytes() == content + b"end"


@pytest.mark.skipif(os.name == "nt", reason="permissions are another matter there")
def test_permissions_and_links_stay(tmp_path: Path) -> None:
    script, link = tmp_path / "script", tmp_path / "link"
    script.write_text("a")
    script.chmod(0o750)
    link.symlink_to(script)

    write_source(link, "a", "b")

    assert link.is_symlink()
    assert script.read_text() == "b"
    assert stat.S_IMODE(script.stat().st_mode) == 0o750


def test_a_new_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "tests" / "shop" / "test_shop.py"
    other = tmp_path / "other"
    other.touch()

    write_source(path, "", "a")

    assert path.read_text() == "a"
    assert path.stat().st_mode == other.stat().st_mode


def test_a_file_that_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.py"
    path.write_text("newer")

    with pytest.raises(Stale, match="changed in the meantime"):
        write_source(path, "older", "answer")

    assert path.read_text() == "newer"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("trouble", ["changed", "protected"])
def test_of_several_files_all_are_written_or_none(tmp_path: Path, trouble: str) -> None:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_text("old")
    changes = [(path, "old", "new") for path in paths]
    if trouble == "changed":
        paths[2].write_text("newer")
    else:
        paths[2].chmod(0o444)
    before = [path.read_text() for path in paths]

    with pytest.raises((Stale, OSError), match=r"changed in the meantime|write-protected"):
        write_sources(changes)
    assert [path.read_text() for path in paths] == before

    paths[2].chmod(0o644)
    paths[2].write_text("old")
    write_sources(changes)
    assert [path.read_text() for path in paths] == ["new"] * 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, DiskSilent(Path("disk"))])
def test_what_is_interrupted_when_it_has_been_written_is_put_back_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_text("old")
    written: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        path.write_bytes(data)
        written.append(path)
        if len(written) == 2:
            raise error

    monkeypatch.setattr(source, "replace_file", write)
    with pytest.raises((KeyboardInterrupt, DiskSilent)):
        write_sources([(path, "old", "new") for path in paths])
    assert [path.read_text() for path in paths] == ["old"] * 3


def test_what_cannot_be_put_back_is_named_and_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_text("old")

    def write(path: Path, data: bytes) -> None:
        if path == paths[2]:
            paths[1].write_text("somebody else's")
            raise OSError("the disk is full")
        path.write_bytes(data)

    monkeypatch.setattr(source, "replace_file", write)
    with pytest.raises(ActionError, match=r"the disk is full .*b\.py could not be put back"):
        write_sources([(path, "old", "new") for path in paths])
    assert [path.read_text() for path in paths] == ["old", "somebody else's", "old"]


def test_when_writing_fails_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.py"
    path.write_text("a")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_source(path, "a", "b")

    assert path.read_text() == "a"
    assert list(tmp_path.iterdir()) == [path]


UNREADABLE = {
    "latin-1": (b"caf\xe9\n", "is not UTF-8 (see byte 3)"),
    "utf-16": ("a\n".encode("utf-16"), "is not UTF-8"),
}


@pytest.mark.parametrize(("content", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_not_be_written_back_is_not_read(
    content: bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.py"
    path.write_bytes(content)

    with pytest.raises(ActionError) as raised:
        read_source(path)

    assert told in str(raised.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ActionError, match="is not a file"):
        read_source(tmp_path)
