"""The counts that are kept, through the command line and below it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from deskmate import stats
from deskmate.cli import main


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "stats.sqlite"
    monkeypatch.setattr(stats, "stats_path", lambda: path)
    return path


def test_outcomes_are_counted_by_action_and_model(capsys: pytest.CaptureFixture[str]) -> None:
    for attempts in (1, 1, 3):
        stats.count("fix-bug", "tiny", "applied", attempts)
    stats.count("fix-bug", "tiny", "refused", 3)
    stats.count("explain", "tiny", "shown", 2)
    stats.count("explain", "", "cancelled", 0)
    assert main(["stats"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert rows == [
        ["explain", "0", "0", "0", "0", "0", "1", "0"],
        ["explain", "0", "1", "1", "0", "0", "0", "0", "0%", "tiny"],
        ["fix-bug", "3", "0", "1", "1", "0", "0", "0", "25%", "tiny"],
    ]


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    stats.count("fix-bug", "tiny", "applied", 1)
    assert main(["stats", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["action"], row["model"], row["counts"]["applied"]) == ("fix-bug", "tiny", 1)


def test_it_begins_at_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    stats.count("fix-bug", "tiny", "applied", 1)
    assert main(["stats", "--reset"]) == 0
    capsys.readouterr()
    assert main(["stats"]) == 0
    assert "run an action first" in capsys.readouterr().out


def test_two_servers_lose_nothing() -> None:
    def many() -> None:
        for _ in range(20):
            stats.count("fix-bug", "tiny", "applied", 1)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((_, _, counts),) = stats.read()
    assert counts["applied"] == 80


def test_where_nothing_can_be_written_nothing_fails(file: Path) -> None:
    file.parent.write_text("no folder")
    stats.count("fix-bug", "tiny", "applied", 1)
    assert stats.read() == []


def test_a_damaged_file_is_said_in_a_sentence(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    stats.count("fix-bug", "tiny", "applied", 1)
    assert main(["stats"]) == 2
    assert "--reset" in capsys.readouterr().err
    assert main(["stats", "--reset"]) == 0
    assert main(["stats"]) == 0
