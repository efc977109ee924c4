"""`deskmate ledger`."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from deskmate.cli import ledger as command
from deskmate.cli.main import main
from deskmate.cloud import ledger as module
from deskmate.cloud.ledger import Budget, Entry, Ledger, Stayed, now
from deskmate.cloud.prices import find_price
from deskmate.errors import BudgetSpent

ENTRY = Entry(
    time=now(),
    project="/home/anne/shop",
    action="fix-bug",
    reasons="asked for",
    provider="Anthropic",
    model="claude-sonnet-5-5",
    prompt_tokens=1200,
    completion_tokens=300,
    price=0.0054,
    redactions="1 github token",
)


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "ledger.sqlite"
    monkeypatch.setattr(module, "ledger_path", lambda: path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for place in (module, command):  # a run of these tests may last over midnight
        monkeypatch.setattr(place, "now", lambda: ENTRY.time)
    return path


def test_nothing_has_left(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    assert main(["ledger"]) == 0
    assert capsys.readouterr().out == "Nothing has left this machine.\n"
    assert not path.exists()


def test_what_left_and_what_it_cost(capsys: pytest.CaptureFixture[str]) -> None:
    number = Ledger().begin(ENTRY, Budget(1, 10))
    Ledger().end(number, "answered", completion_tokens=310)
    assert main(["ledger"]) == 0
    out = capsys.readouterr().out
    assert "fix-bug  claude-sonnet-5-5 (Anthropic)\n" in out
    assert (
        "    answered, 1200 + 310 tokens, $0.0054; shop; taken out: 1 github token; why: asked for"
        in out
    )
    assert "Today: $0.01 of $1.00; this month: $0.01 of $10.00. Prices are those of 2026-" in out


def test_what_would_have_left_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for outcome in get_args(Stayed):
        Ledger().note(replace(ENTRY, outcome=outcome, price=100.0))
    assert Ledger().sum_spent(ENTRY.time[:10]) == 0
    assert main(["ledger"]) == 0
    out = capsys.readouterr().out
    assert (
        "    stayed here, because you did not agree, 1200 + 300 tokens, up to $100.0000; shop;"
        in out
    )
    assert out.endswith("Nothing has left this machine.\n")
    Ledger().begin(ENTRY, Budget(1, 10))
    assert main(["ledger"]) == 0
    assert "1 request left this machine and 3 were kept here" in capsys.readouterr().out


def test_what_would_go_beyond_the_budget_is_known_before() -> None:
    assert Ledger().find_overrun(0.5, "a", Budget(1, 10)) == ""
    assert "this may cost up to $2.00, and $0.00 of the $1.00" in Ledger().find_overrun(
        2.0, "a", Budget(1, 10)
    )
    assert "what a costs is not known" in Ledger().find_overrun(None, "a", Budget(1, 10))
    Ledger().begin(replace(ENTRY, price=0.9), Budget(1, 10))
    assert "$0.90 of the $1.00 for this day" in Ledger().find_overrun(0.2, "a", Budget(1, 10))
    assert Ledger().find_overrun(0.2, "a", Budget()) == ""


def test_it_can_be_taken_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        Ledger().begin(ENTRY, Budget())
    assert main(["ledger", "--export"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["price"] for row in rows] == [0.0054, 0.0054]
    assert main(["ledger", "--export", "csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["outcome"] for row in table] == ["sent", "sent"]


def test_it_is_forgotten(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    Ledger().begin(ENTRY, Budget())
    assert main(["ledger", "forget"]) == 0
    assert capsys.readouterr().out.startswith("Deleted 1 request,")
    assert not any(b"claude" in one.read_bytes() for one in path.parent.iterdir())


def test_a_damaged_one_is_said_and_can_be_forgotten(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    assert main(["ledger"]) == 2
    assert "`deskmate ledger forget` starts a new one." in capsys.readouterr().err
    assert main(["ledger", "forget"]) == 0
    assert main(["ledger"]) == 0


def test_several_processes_keep_one_budget() -> None:
    """A hundred requests of 0.54 cents at the same time, and ten cents to spend."""
    sent: list[int] = []

    def begin() -> None:
        for _ in range(25):
            try:
                sent.append(Ledger().begin(ENTRY, Budget(day=0.1)))
            except BudgetSpent:
                continue

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 18
    assert Ledger().sum_spent(ENTRY.time[:10]) == pytest.approx(18 * 0.0054)


def test_another_day_has_money_of_its_own() -> None:
    Ledger().begin(replace(ENTRY, time="2026-01-31T23:59:59+01:00", price=0.9), Budget(day=1))
    Ledger().begin(replace(ENTRY, time="2026-02-01T00:00:01+01:00", price=0.9), Budget(day=1))
    with pytest.raises(BudgetSpent, match=r"\$0\.90 of the \$1\.00 for this month are spent"):
        Ledger().begin(replace(ENTRY, time="2026-02-02T00:00:01+01:00", price=0.9), Budget(1, 1))
    with pytest.raises(sqlite3.OperationalError), sqlite3.connect(Ledger().path) as file:
        file.execute("SELECT content FROM requests")  # there is no such column


PRICES = {
    ("claude-sonnet-5-5", 0.0, 0.0): (2 * 0.9 + 0.1 * 0.1 + 10 * 0.5),
    ("claude-sonnet-5-5", 1.0, 4.0): (1 * 1 + 4 * 0.5),
    ("claude-haiku-4-5-20251001", 0.0, 0.0): (1 * 0.9 + 0.1 * 0.1 + 5 * 0.5),
    ("mine", 0.0, 2.0): (2 * 0.5),
}


@pytest.mark.parametrize("asked", PRICES)
def test_what_tokens_cost(asked: tuple[str, float, float]) -> None:
    """A million tokens of a request, a tenth of them read before, and half a million written."""
    price = find_price(*asked)
    assert price is not None
    assert price.compute(1_000_000, 100_000, 500_000) == pytest.approx(PRICES[asked])


def test_an_unknown_model_has_no_price() -> None:
    assert find_price("mine") is None
    assert find_price("date") is None
