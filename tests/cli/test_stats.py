"""The figures that are kept, through the command line and below it."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from dataclasses import astuple, replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deskmate.cli import stats as cli_stats
from deskmate.cli.main import main
from deskmate.cloud import ledger
from deskmate.cloud.ledger import Budget, Entry, Ledger, now
from deskmate.requests import stats
from deskmate.requests.figures import Figures
from deskmate.requests.stats import Counted

TOOK = Figures("tiny", attempts=1, prompt_tokens=100, completion_tokens=40, seconds=2.0)
FIX = Counted("", "fix-bug", "applied", TOOK)
SENT = replace(
    FIX, figures=replace(TOOK, model="claude-sonnet-5-5", elsewhere="Anthropic", seconds=4.0)
)
WEEKLY = [
    *[replace(FIX, day="2026-11-02")] * 3,
    replace(SENT, day="2026-11-08"),
    *[replace(FIX, day="2026-11-09")] * 2,
    replace(FIX, day="2026-11-15", status="cancelled"),
    replace(SENT, day="2026-11-16"),
]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "stats.sqlite"
    monkeypatch.setattr(stats, "stats_path", lambda: path)
    monkeypatch.setattr(ledger, "ledger_path", lambda: path.with_name("ledger.sqlite"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return path


def count(status: str = "applied", attempts: int = 1) -> None:
    stats.count("fix-bug", status, replace(TOOK, attempts=attempts))


def kept(*rows: Counted) -> None:
    """Puts these in as they are, whatever the day."""
    count()
    with sqlite3.connect(stats.stats_path()) as file:
        file.execute("DELETE FROM requests")
        marks = ", ".join("?" * 13)
        for one in rows:
            *figures, proof, judges = astuple(one.figures)
            file.execute(
                f"INSERT INTO requests VALUES ({marks})",
                [
                    one.action,
                    one.status,
                    *figures,
                    one.day,
                    proof,
                    judges,
                    one.fate,
                    one.problems,
                ],
            )


def test_outcomes_are_counted_by_action_and_model(capsys: pytest.CaptureFixture[str]) -> None:
    for attempts in (1, 1, 3):
        count(attempts=attempts)
    stats.count("fix-bug", "applied", replace(TOOK, proof="fixed"))
    count("refused", attempts=3)
    stats.count("explain", "shown", Figures("tiny", attempts=2))
    stats.count("explain", "cancelled", Figures())
    assert main(["stats"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"(?m)^pass what failed before +1 +0 +0 +0 +0$", out)
    rows = [line.split() for line in out.splitlines()[1:4]]
    assert rows == [
        ["explain", "0", "0", "0", "0", "0", "1", "0"],
        ["explain", "0", "1", "1", "0", "0", "0", "0", "0%", "tiny"],
        ["fix-bug", "4", "0", "1", "1", "0", "0", "0", "20%", "tiny"],
    ]


def test_what_stayed_here_and_what_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    kept(*WEEKLY)
    Ledger().begin(Entry(now(), "", "fix-bug", "", "Anthropic", "m", price=0.25), Budget())
    assert main(["stats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    here, there = (line.split() for line in lines if line.split()[:1] in (["this"], ["Anthropic"]))
    assert here == ["this", "machine", "6", "600", "240", "2.0", "5", "0", "0%"]
    assert there == ["Anthropic", "2", "200", "80", "4.0", "2", "0", "0%"]
    bars = [line.split() for line in lines if line.startswith("2026-")]
    assert [bar[0] for bar in bars] == ["2026-11-02", "2026-11-09", "2026-11-16"]
    assert [" ".join(bar[2:]) for bar in bars] == ["75% 3 of 4", "100% 2 of 2", "0% 0 of 1"]
    assert [len(bar[1].rstrip("░.")) for bar in bars] == [30, 40, 0]
    assert "Spent elsewhere: $0.25, according to the ledger." in lines
    assert lines[-1].startswith(
        "By claude-sonnet-5-5 this machine's tokens would have cost $0.00, at the prices of 2026"
    )


def test_a_terminal_without_blocks_gets_a_chart_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plain:
        encoding = "ascii"

    monkeypatch.setattr("sys.stdout", Plain())
    chart = cli_stats._draw_chart(cli_stats.count_weeks(WEEKLY))
    assert chart.encode("ascii")
    assert "###." in chart


def test_what_became_of_edits_by_what_was_known_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fixed = replace(FIX, figures=replace(TOOK, proof="fixed", judges="ruff, pytest"))
    read = replace(FIX, figures=replace(TOOK, proof="read", judges="ruff"))
    today = date.today().isoformat()
    kept(
        replace(fixed, day=today, fate="kept"),
        replace(fixed, day=today, fate="kept", problems=0),
        replace(read, day=today, fate="undone", problems=2),
        replace(read, day=today, fate="edited"),
        replace(read, day=today),
        replace(read, day=today, status="stale"),
    )
    row = stats.count("fix-bug", "applied", fixed.figures)
    assert row is not None
    stats.note(row, problems=1)
    stats.note(row, fate="edited")
    assert main(["stats"]) == 0
    out = capsys.readouterr().out
    for line in (
        "applied answers that  applied  kept  edited  undone  new problems",
        "pass what failed before  3  2  1  0  1",
        "linters and compilers accept  3  0  1  1  1",
        "pytest  3  2  1  0  1",
        "ruff  6  2  2  1  2",
    ):
        assert re.search(re.sub(" {2,}", " +", f"(?m)^{line}$"), out), (line, out)
    assert main(["stats", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["judges"]["ruff"] == {
        "applied": 6,
        "kept": 2,
        "edited": 2,
        "undone": 1,
        "new problems": 2,
    }
    assert told["proofs"]["fixed"]["kept"] == 2


class Page(HTMLParser):
    """What a page loads, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [str(value) for name, value in attrs if name in ("src", "href", "action")]
        self.loads += [tag] if tag in ("script", "link", "iframe") else []

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    kept(*WEEKLY, replace(FIX, figures=Figures("<script>alert(1)</script>"), day="2026-11-20"))
    file = tmp_path / "stats.html"
    assert main(["stats", "--html", str(file)]) == 0
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    assert page.loads == []
    for words in ("75 %, 3 of 4", "Spent elsewhere: $0.00", "<script>alert(1)</script>"):
        assert words in page.words


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    kept(*WEEKLY)
    assert main(["stats", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    first, second = told["actions"]
    assert (second["action"], second["model"], second["counts"]["applied"]) == (
        "fix-bug",
        "tiny",
        5,
    )
    assert first["model"] == "claude-sonnet-5-5"
    assert [(one["place"], one["prompt_tokens"]) for one in told["places"]] == [
        ("this machine", 600),
        ("Anthropic", 200),
    ]
    assert told["weeks"][0] == {"monday": "2026-11-02", "here": 3, "all": 4}


def test_it_begins_at_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    count()
    assert main(["stats", "--reset"]) == 0
    capsys.readouterr()
    assert main(["stats"]) == 0
    assert "run an action first" in capsys.readouterr().out


def test_what_is_older_than_400_days_is_forgotten() -> None:
    day = date.today() - timedelta(days=401)
    kept(replace(FIX, day=day.isoformat()))
    count()
    assert [one.day for one in stats.read()] == [date.today().isoformat()]


def test_two_servers_lose_nothing() -> None:
    def many() -> None:
        for _ in range(20):
            count()

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stats.read()) == 80


def test_where_nothing_can_be_written_nothing_fails(file: Path) -> None:
    file.parent.write_text("no folder")
    count()
    assert stats.read() == []


def test_a_damaged_file_is_said_in_a_sentence(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    count()
    assert main(["stats"]) == 2
    assert "--reset" in capsys.readouterr().err
    assert main(["stats", "--reset"]) == 0
    assert main(["stats"]) == 0
