"""What is kept on this machine is written down, and the user's alone."""

from __future__ import annotations

import stat
import sys
from datetime import date
from pathlib import Path

import pytest

from deskmate.checks.consent_store import decide_actions
from deskmate.engines.cache import Answers
from deskmate.engines.table import forget_answers
from deskmate.errors import explain_os_error
from deskmate.evaluation.runs import begin
from deskmate.files.places import _PLACES, folder, place
from deskmate.lsp.showing import _write
from deskmate.requests import stats
from deskmate.requests.figures import Figures

PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", *homes):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize("name", _PLACES)
def test_privacy_names_every_place(name: str) -> None:
    kind, path = _PLACES[name]  # type: ignore[index]
    table = PRIVACY.read_text(encoding="utf-8").partition("## What is kept")[2]
    row = next((one for one in table.splitlines() if f"`{path}`" in one), "")
    assert row.startswith(f"| {kind}: "), f"docs/privacy.md says nothing of {path}"


@pytest.mark.skipif(sys.platform != "linux", reason="snaps are Linux's")
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ".local/share/deskmate"),
        ({"XDG_DATA_HOME": "own"}, "own/deskmate"),
        ({"SNAP_USER_DATA": "snap/code/182"}, ".local/share/deskmate"),
        (
            {"SNAP_USER_DATA": "snap/code/182", "XDG_DATA_HOME": "snap/code/182/.local/share"},
            ".local/share/deskmate",
        ),
        (
            {"SNAP_USER_COMMON": "snap/code/common", "XDG_DATA_HOME": "snap/code/common/data"},
            ".local/share/deskmate",
        ),
        (
            {
                "SNAP_USER_DATA": "snap/code/182",
                "XDG_DATA_HOME": "snap/code/182/.local/share",
                "XDG_DATA_HOME_VSCODE_SNAP_ORIG": "own",
            },
            "own/deskmate",
        ),
        ({"SNAP_USER_DATA": "snap/code/182", "XDG_DATA_HOME": "own"}, "own/deskmate"),
    ],
)
def test_what_an_editor_in_a_snap_starts_keeps_nothing_in_the_snap(
    variables: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert folder("data") == tmp_path / expected


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_nobody_else_reads_them(home: Path) -> None:
    stats.count("explain", "shown", Figures())
    Answers(place("answers"), 10_000).keep("key", "answer")
    decide_actions(home, "always")
    begin({"model": "none"})
    _write("Explain", "What it does.")
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert len(files) >= 5
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in files} == {
        path.name: 0o600 for path in files
    }


def test_clearing_the_cache_deletes_what_was_shown() -> None:
    Answers(place("answers"), 10_000).keep("key", "answer")
    shown = _write("Explain", "What it does.")
    assert forget_answers() == "Forgot 1 answers."
    assert not shown.exists()


def test_counts_are_not_thrown_away_for_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    stats.count("explain", "shown", Figures())
    assert [one.day for one in stats.read()] == [date.today().isoformat()]

    def fail() -> None:
        raise OSError(28, "No space left on device", "stats.sqlite")

    monkeypatch.setattr(stats, "_database", fail)
    with pytest.raises(OSError) as raised:
        stats.read()
    assert explain_os_error(raised.value) == (
        "There is no room left on the disk to write stats.sqlite. Make some, and try again."
    )
