"""What is piped in: whatever its encoding, as long as it is text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from deskmate.cli.standard_input import HEAD, TAIL, read_piped
from deskmate.errors import ActionError

GERMAN = "Fehler: die Größe von „größer“ ist falsch\n"


def piped(data: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = folder / "piped"
    path.write_bytes(data)
    with path.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        return read_piped()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (GERMAN.encode(), GERMAN),
        (f"\ufeff{GERMAN}".encode(), GERMAN),
        (f"\ufeff{GERMAN}".encode("utf-16-le"), GERMAN),
        (f"\ufeff{GERMAN}".encode("utf-16-be"), GERMAN),
        (GERMAN.encode("cp1252"), GERMAN),
        (GERMAN.encode() * 9 + b"\xff", GERMAN * 9 + "\ufffd"),
        (b"\x1b[31mred\x1b[0m\r\n", "\x1b[31mred\x1b[0m\r\n"),
        (b"a log" * 20 + b"\0", "a log" * 20 + "\0"),
    ],
)
def test_text_is_read(
    data: bytes, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert piped(data, tmp_path, monkeypatch) == text


@pytest.mark.parametrize("data", [b"\0" * 999, random.Random(0).randbytes(99_999)])
def test_what_is_no_text_is_refused(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ActionError, match="no text, so nothing was asked"):
        piped(data, tmp_path, monkeypatch)


def test_of_much_the_ends_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"first\n" + b"\n" * 9_000_000 + b"last\n"
    text = piped(data, tmp_path, monkeypatch)
    assert text.startswith("first\n") and text.endswith("\nlast\n") and "\n…\n" in text
    assert len(text) == HEAD + TAIL + 3
