"""`deskmate ledger`: what left this machine and what it cost, and what would have left."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Literal

from deskmate.cloud.ledger import Entry, Ledger, now
from deskmate.cloud.prices import read_prices_date
from deskmate.settings.sources import load_settings

Form = Literal["jsonl", "csv"]


def show_ledger() -> None:
    """Prints the last requests, and what is spent of the budget. Raises OSError."""
    ledger = Ledger()
    entries = list(ledger.read_entries())
    for entry in entries[-_SHOWN:]:
        print("\n".join(_describe(entry)))
    left = sum(entry.left for entry in entries)
    if not left:
        print("Nothing has left this machine.")
        return
    cloud = load_settings()[0].cloud
    day, month = now()[:10], now()[:7]
    print(
        f"{_count_requests(left)} left this machine and {len(entries) - left} were kept here, "
        f"according to {ledger.path}. "
        f"Today: {_tell_spent(ledger.sum_spent(day), cloud.day_budget)}; "
        f"this month: {_tell_spent(ledger.sum_spent(month), cloud.month_budget)}. "
        f"Prices are those of {read_prices_date()}; your bill is what counts."
    )


_SHOWN = 20


def export_ledger(form: Form) -> None:
    """Prints all of it, for programs. Raises OSError."""
    entries = Ledger().read_entries()
    if form == "jsonl":
        for entry in entries:
            print(json.dumps(asdict(entry), ensure_ascii=False))
        return
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(one.name for one in fields(Entry))
    table.writerows(asdict(entry).values() for entry in entries)


def forget_ledger() -> None:
    """Deletes it. Raises OSError."""
    count = Ledger().forget()
    print(f"Deleted {_count_requests(count)}, including what they cost today and this month.")


def _describe(entry: Entry) -> tuple[str, ...]:
    price = "price unknown" if entry.price is None else f"${entry.price:.4f}"
    price = price if entry.left or entry.price is None else f"up to {price}"
    what = f"{entry.time[:16].replace('T', ' ')}  {entry.action}  {entry.model} ({entry.provider})"
    tokens = f"{entry.prompt_tokens} + {entry.completion_tokens} tokens"
    folder = Path(entry.project).name if entry.project else "no project"
    out = f"taken out: {entry.redactions}" if entry.redactions else "nothing taken out"
    how = _STAYED.get(entry.outcome, entry.outcome)
    about = f"    {how}, {tokens}, {price}; {folder}; {out}"
    why = f"; why: {entry.reasons}" if entry.reasons else ""
    return what, about + why


_STAYED = {
    "declined": "stayed here, because you did not agree",
    "forbidden": "stayed here, because you forbid it",
    "stopped": "stayed here, because it may not leave",
}


def _tell_spent(amount: float, limit: float) -> str:
    return f"${amount:.2f} of ${limit:.2f}" if limit else f"${amount:.2f}"


def _count_requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"
