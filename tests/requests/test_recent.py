"""What the user has just changed elsewhere, as far as a model is shown it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.requests.completion import find_place
from deskmate.requests.window import USUAL, Size
from deskmate.settings.project import project_of

LINES = "".join(f"value_{number} = {number}\n" for number in range(400))
"""More than a window shows."""


def shown(
    folder: Path, edited: list[tuple[Document, str]], size: Size = USUAL
) -> list[tuple[str, str]]:
    """What of the places where those texts stand is shown at the end of `LINES`."""
    document = opened(folder, "a.py", LINES)
    spans = [
        (one, Span(one.text.index(text), one.text.index(text) + len(text))) for one, text in edited
    ]
    project = project_of(folder / "a.py", folder)
    return list(find_place(document, len(LINES), (), project, size, spans).window.recent)


def opened(folder: Path, name: str, text: str) -> Document:
    return open_document(file_uri(folder / name), text)


def test_it_is_shown_with_a_line_above_and_one_below_the_latest_last(tmp_path: Path) -> None:
    other = opened(tmp_path, "tax.py", "RATE = 7\nLIMIT = 9\n\n\ndef tax():\n    ...\n")
    own = opened(tmp_path, "a.py", LINES)
    assert shown(tmp_path, [(own, "value_7"), (other, "RATE")]) == [
        ("a.py", "value_6 = 6\nvalue_7 = 7\nvalue_8 = 8"),
        ("tax.py", "RATE = 7\nLIMIT = 9"),
    ]


def test_what_stands_around_the_cursor_is_not_shown_twice(tmp_path: Path) -> None:
    own = opened(tmp_path, "a.py", LINES)
    assert shown(tmp_path, [(own, "value_399"), (own, "value_380")]) == []


def test_of_a_long_place_the_end_is_shown_and_of_many_the_latest(tmp_path: Path) -> None:
    own = opened(tmp_path, "a.py", LINES)
    long = LINES[: LINES.index("value_40 ")]
    [(_, text)] = shown(tmp_path, [(own, long)])
    assert text.splitlines()[-1] == "value_41 = 41"
    assert len(text.splitlines()) <= 6
    places = [(own, f"value_{number} ") for number in range(10, 200, 10)]
    few = shown(tmp_path, places, Size(recent=100))
    assert 1 <= len(few) < len(places)
    assert "value_190" in few[-1][1]


@pytest.mark.parametrize("name", [".env", "ignored.py", "../elsewhere.py"])
def test_what_may_not_be_read_is_not_shown(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".gitignore").write_text("ignored.py\n", encoding="utf-8")
    other = opened(folder, name, "TOKEN = 'abc'\n")
    assert shown(folder, [(other, "TOKEN")]) == []
    assert shown(folder, [(opened(folder, "tax.py", "TOKEN = 1\n"), "TOKEN")])


def test_a_document_that_is_no_file_is_not_shown_elsewhere(tmp_path: Path) -> None:
    other = open_document("untitled:Untitled-1", "TOKEN = 'abc'\n")
    assert shown(tmp_path, [(other, "TOKEN")]) == []
