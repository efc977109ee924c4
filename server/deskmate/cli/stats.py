"""`deskmate stats`: what was asked for and how it ended, here and elsewhere, and what it cost."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from deskmate.checks.verdict import Proof
from deskmate.cloud.gateway import find_usual_price
from deskmate.cloud.ledger import Ledger
from deskmate.cloud.prices import read_prices_date
from deskmate.core.text.safe import visible
from deskmate.requests import stats
from deskmate.requests.stats import Counted
from deskmate.settings.sources import load_settings

COLUMNS = ("applied", "shown", "repaired", "refused", "stale", "cancelled", "failed")
"""What is counted. `repaired` are those of the applied and shown that took more than one reply."""

FATES = ("applied", "kept", "edited", "undone", "new problems")
"""What is counted of edits: that they were applied; what their user had done to them when the file
was last saved or closed, where that was in an editor; and that other servers found something new.
"""

ANSWERS = ("applied", "shown", "refused")

WEEKS = 12
"""Of which the share that stayed here is shown."""

Table = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Week:
    """The answers of a week, by its Monday, and how many of them this machine gave."""

    monday: str
    here: int
    all: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.here / self.all


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything that is told, with a head above each table. `money` are sentences."""

    by_action: Table
    by_place: Table
    by_proof: Table
    by_judge: Table
    weeks: tuple[Week, ...]
    money: tuple[str, ...]


def show_stats(html: str) -> None:
    """Prints it all, or writes it as a page. Raises OSError."""
    rows = stats.read()
    if not rows:
        print("Nothing has been counted yet: run an action first.")
        return
    found = sum_up(rows)
    if html:
        Path(html).write_text(_make_page(found), encoding="utf-8", newline="\n")
        print(f"Wrote {html}.")
        return
    tables = (found.by_action, found.by_place, found.by_proof, found.by_judge)
    print(*(_lay_out(one) for one in tables if one[1:]), _draw_chart(found.weeks), sep="\n\n")
    print(*found.money, sep="\n")


def print_json() -> None:
    """Prints it for programs: by action and model, by place, by week. Raises OSError."""
    rows = stats.read()
    told = {
        "actions": [
            {"action": action, "model": model, "counts": count_ends(some)}
            for (action, model), some in _group(rows).items()
        ],
        "places": [
            {
                "place": place or "this machine",
                "requests": len(some),
                "prompt_tokens": sum(one.figures.prompt_tokens for one in some),
                "completion_tokens": sum(one.figures.completion_tokens for one in some),
                "counts": count_ends(some),
            }
            for place, some in _group_by_place(rows).items()
        ],
        "proofs": {proof: count_fates(some) for proof, some in _group_by_proof(rows).items()},
        "judges": {judge: count_fates(some) for judge, some in _group_by_judge(rows).items()},
        "weeks": [asdict(one) for one in count_weeks(rows)],
    }
    print(json.dumps(told, indent=2))


def reset_stats() -> None:
    """Resets all counters, and says so. Raises OSError."""
    stats.reset()
    print("Counters reset.")


def sum_up(rows: Sequence[Counted]) -> Stats:
    """Tables, weeks and sentences of these requests. Raises OSError."""
    head = ("action", *COLUMNS, "refused of all answers", "model")
    by_action = [head, *(_make_action_row(*key, some) for key, some in _group(rows).items())]
    by_place = [
        _PLACE_HEAD,
        *(_make_place_row(place, some) for place, some in _group_by_place(rows).items()),
    ]
    by_proof: Table = [
        ("applied answers that", *FATES),
        *(_make_fates_row(_PROOFS[proof], some) for proof, some in _group_by_proof(rows).items()),
    ]
    by_judge: Table = [
        ("applied answers that passed", *FATES),
        *(_make_fates_row(judge, some) for judge, some in _group_by_judge(rows).items()),
    ]
    return Stats(by_action, by_place, by_proof, by_judge, count_weeks(rows), _sum_money(rows))


def count_fates(applied: Sequence[Counted]) -> dict[str, int]:
    """What has become of these edits."""
    found = {fate: sum(one.fate == fate for one in applied) for fate in FATES[1:4]}
    return {FATES[0]: len(applied), **found, FATES[4]: sum(bool(one.problems) for one in applied)}


def count_ends(rows: Iterable[Counted]) -> dict[str, int]:
    """How many ended how."""
    found = dict.fromkeys(COLUMNS, 0)
    for one in rows:
        if one.status in found:
            found[one.status] += 1
        found["repaired"] += one.figures.attempts > 1 and one.status in ("applied", "shown")
    return found


def count_weeks(rows: Iterable[Counted]) -> tuple[Week, ...]:
    """The last weeks in which there were answers."""
    found: dict[str, list[Counted]] = {}
    for one in rows:
        if one.status in ANSWERS and one.figures.model:
            day = date.fromisoformat(one.day)
            found.setdefault(str(day - timedelta(days=day.weekday())), []).append(one)
    return tuple(
        Week(monday, sum(not one.figures.elsewhere for one in some), len(some))
        for monday, some in sorted(found.items())[-WEEKS:]
    )


def _group(rows: Iterable[Counted]) -> dict[tuple[str, str], list[Counted]]:
    found: dict[tuple[str, str], list[Counted]] = {}
    for one in rows:
        found.setdefault((one.action, one.figures.model), []).append(one)
    return dict(sorted(found.items()))


def _group_by_place(rows: Iterable[Counted]) -> dict[str, list[Counted]]:
    found: dict[str, list[Counted]] = {"": []}
    for one in rows:
        found.setdefault(one.figures.elsewhere, []).append(one)
    return found


def _group_by_proof(rows: Iterable[Counted]) -> dict[Proof, list[Counted]]:
    """The answers that were applied, by how much was known of them."""
    applied = [one for one in rows if one.status == "applied"]
    return {proof: [one for one in applied if one.figures.proof == proof] for proof in _PROOFS}


def _group_by_judge(rows: Iterable[Counted]) -> dict[str, list[Counted]]:
    """The same, by each judge that passed them."""
    found: dict[str, list[Counted]] = {}
    for one in rows:
        for judge in filter(None, one.figures.judges.split(", ")):
            if one.status == "applied":
                found.setdefault(judge, []).append(one)
    return dict(sorted(found.items()))


def _make_fates_row(name: str, applied: Sequence[Counted]) -> tuple[str, ...]:
    return (name, *map(str, count_fates(applied).values()))


_PROOFS: dict[Proof, str] = {
    "fixed": "pass what failed before",
    "ran": "pass tests or examples",
    "read": "linters and compilers accept",
    "none": "no judge could tell of",
    "": "were not for judges",
}


def _make_action_row(action: str, model: str, rows: Sequence[Counted]) -> tuple[str, ...]:
    found = count_ends(rows)
    return (action, *(str(found[name]) for name in COLUMNS), _tell_refused(found), model)


_PLACE_HEAD = (
    "answered by",
    "requests",
    "tokens read",
    "written",
    "median s",
    "applied or shown",
    "refused",
    "of all",
)


def _make_place_row(place: str, rows: Sequence[Counted]) -> tuple[str, ...]:
    found = count_ends(rows)
    times = [one.figures.seconds for one in rows if one.figures.seconds and one.status in ANSWERS]
    return (
        place or "this machine",
        str(len(rows)),
        f"{sum(one.figures.prompt_tokens for one in rows):,}",
        f"{sum(one.figures.completion_tokens for one in rows):,}",
        f"{median(times):.1f}" if times else "–",
        str(found["applied"] + found["shown"]),
        str(found["refused"]),
        _tell_refused(found),
    )


def _tell_refused(found: dict[str, int]) -> str:
    answers = sum(found[name] for name in ANSWERS)
    return f"{found['refused'] / answers:.0%}" if answers else ""


def _sum_money(rows: Iterable[Counted]) -> tuple[str, ...]:
    """What was spent elsewhere, and what the answers of this machine would have cost there."""
    spent = sum(one.price or 0 for one in Ledger().read_entries() if one.left)
    model, price = find_usual_price(load_settings()[0])
    told = f"Spent elsewhere: ${spent:.2f}, according to the ledger."
    if price is None:
        return (told,)
    here = [one.figures for one in rows if not one.figures.elsewhere]
    saved = sum(price.compute(one.prompt_tokens, 0, one.completion_tokens) for one in here)
    when = f"at the prices of {read_prices_date()}"
    return (told, f"By {model} this machine's tokens would have cost ${saved:.2f}, {when}.")


def _lay_out(table: Table) -> str:
    """For people to read: the first and the last column, if that is words, on the left."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    left = {0, *({len(widths) - 1} if table[0][-1] == "model" else ())}
    return "\n".join(
        "  ".join(
            visible(cell).ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def _draw_chart(found: Iterable[Week]) -> str:
    """The share that stayed here, a bar for each week, in characters that the terminal has."""
    full, empty = "█░"
    try:
        "█░".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        full, empty = "#."
    lines = ["stayed on this machine, by week"]
    for week in found:
        bars = round(week.share * _BARS)
        bar = full * bars + empty * (_BARS - bars)
        lines.append(f"{week.monday}  {bar}  {week.share:4.0%}  {week.here} of {week.all}")
    return "\n".join(lines) + "\n"


_BARS = 40


def _make_page(found: Stats) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return loader.get_template("stats.html.jinja").render(asdict(found) | {"weeks": found.weeks})
