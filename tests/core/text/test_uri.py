"""URIs and paths: what editors send for odd names, and back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deskmate.core.text.uri import file_path, file_uri, local_path, name_in, uri_key

LOCAL = {
    # host and path of a URI: (on Windows, elsewhere)
    ("", "/c:/shop/till.py"): ("c:/shop/till.py", "/c:/shop/till.py"),
    ("", "/c%3A/shop/till.py"): ("c:/shop/till.py", "/c:/shop/till.py"),
    ("", "/C|/shop/till.py"): ("C:/shop/till.py", "/C|/shop/till.py"),
    ("", "/C:"): ("C:", "/C:"),
    ("", "/cc:/shop"): ("/cc:/shop", "/cc:/shop"),
    ("localhost", "/c:/shop"): ("c:/shop", "/c:/shop"),
    ("server", "/share/till.py"): ("//server/share/till.py", "//server/share/till.py"),
    ("", "//server/share/till.py"): ("//server/share/till.py", "//server/share/till.py"),
    ("", "/a%20b/%C3%A4%23%3F%25.py"): ("/a b/ä#?%.py", "/a b/ä#?%.py"),
    ("", "/a%2520b.py"): ("/a%20b.py", "/a%20b.py"),
    ("", "/a+b.py"): ("/a+b.py", "/a+b.py"),
    ("", "/ä b.py"): ("/ä b.py", "/ä b.py"),
    ("", "/%FF.py"): ("/\udcff.py", "/\udcff.py"),
    ("", "/100%.py"): ("/100%.py", "/100%.py"),
}


@pytest.mark.parametrize(("host", "path"), LOCAL)
def test_what_a_uri_is_called_here(host: str, path: str) -> None:
    found = tuple(local_path(host, path, windows=windows) for windows in (True, False))
    assert found == LOCAL[host, path]


@pytest.mark.parametrize("uri", ["untitled:New", "file:", "file:///a%00b", "file://[x/y", ""])
def test_what_is_no_file(uri: str) -> None:
    assert file_path(uri) is None
    assert isinstance(uri_key(uri), str)
    assert isinstance(name_in(uri), str)


NAMES = ["till.py", "a b.py", "ä#?%.py", "100%25.py", "c:d.py", "日本.py", "e\u0301.py", "a;b&c.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="names that it does not allow")
@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"\xff\xfe.py"), "new\nline.py", " .py"])
def test_there_and_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()  # the file system has it
    assert file_path(file_uri(path)) == path


SAME = [
    ("file:///shop/a b.py", "file:///shop/a%20b.py"),
    ("file:///c%3A/till.py", "file:///c:/till.py"),
    ("file://localhost/till.py", "file:///till.py"),
    ("untitled:Untitled%201", "untitled:Untitled 1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_document_however_it_is_written(one: str, other: str) -> None:
    assert uri_key(one) == uri_key(other)


def test_a_relative_path_starts_in_the_current_folder() -> None:
    assert file_path(file_uri(Path("till.py"))) == Path.cwd() / "till.py"


def test_names() -> None:
    assert name_in("file:///shop/a%20b.py") == "a b.py"
    assert name_in("untitled:Untitled-1") == "Untitled-1"
