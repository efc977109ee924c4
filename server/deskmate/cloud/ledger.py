"""What left this machine, when, why, to whom and at what cost; and what it may cost.

A request is written down before it is sent, with the most that it can cost, and fixed when it is
answered. So what was sent is in the ledger even where the process dies, several processes keep one
budget together, and what cannot be written down is not sent. What it said is not kept, unless the
user wants that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from deskmate.errors import BudgetSpent, NotSent
from deskmate.files.database import Connection, Database, shared_database
from deskmate.files.places import place

Outcome = Literal["sent", "answered", "cancelled", "failed"]
"""How a request ended; `sent` while it is under way, and for ever where the process died."""

Stayed = Literal["declined", "forbidden", "stopped"]
"""Why a request that would have left stayed here: the user said no or nothing, a setting or a
decision forbids it, or the gateway did not let it through.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `time` is the user's own, in ISO 8601; `price` is in US dollars, None where
    nobody knows it; `redactions` are the kinds of what was taken out, with how often each. Of one
    that stayed here, tokens and price are what they would have been at most.
    """

    time: str
    project: str
    action: str
    reasons: str
    provider: str
    model: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    price: float | None = None
    redactions: str = ""
    outcome: Outcome | Stayed = "sent"
    request: str = ""
    answer: str = ""

    @property
    def left(self) -> bool:
        """Whether it left this machine."""
        return self.outcome not in get_args(Stayed)


@dataclass(frozen=True, slots=True)
class Budget:
    """US dollars that may be spent on a day and in a month; 0 is no limit."""

    day: float = 0
    month: float = 0


class Ledger:
    """The ledger in the file at `path`, which nobody but the user may read."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or ledger_path()

    def begin(self, entry: Entry, budget: Budget) -> int:
        """Writes down a request that is about to be sent, with the most that it can cost as its
        price; gives its number.

        Raises BudgetSpent where that is more than is left, and NotSent where nothing can be
        written.
        """
        with self._open_to_write() as file:
            over = _find_overrun(file, entry.time, entry.price, entry.model, budget)
            if over:
                raise BudgetSpent(f"Nothing was sent: {over}")
            return _insert(file, entry)

    def note(self, entry: Entry) -> None:
        """Writes down a request that stayed here. Raises NotSent where nothing can be written."""
        with self._open_to_write() as file:
            _insert(file, entry)

    def find_overrun(self, price: float | None, model: str, budget: Budget) -> str:
        """Which budget a request of that price exceeds at this moment, in sentences; "" for
        none. What cannot be read is said when it is to be written.
        """
        try:
            with self._read() as file:
                return _find_overrun(file, now(), price, model, budget)
        except OSError:
            return ""

    def end(self, number: int, outcome: Outcome, **known: str | int | float | None) -> None:
        """Updates what is known of a request by now: tokens, price, its answer. Raises NotSent."""
        values = {"outcome": outcome, **known}
        sets = ", ".join(f"{name} = ?" for name in values)
        with self._open_to_write() as file:
            file.execute(f"UPDATE requests SET {sets} WHERE rowid = ?", [*values.values(), number])

    def sum_spent(self, span: str) -> float:
        """US dollars of a day or a month, such as `2026-11`. Raises OSError."""
        with self._read() as file:
            return _sum_spent(file, span) if file is not None else 0.0

    def read_entries(self) -> Iterator[Entry]:
        """Everything, in the order in which it was sent. Raises OSError."""
        with self._read() as file:
            rows = file.execute(_ALL).fetchall() if file is not None else []
        for row in rows:
            yield Entry(*row)

    def forget(self) -> int:
        """Deletes it; how many requests that were. Raises OSError."""
        try:
            count = sum(1 for _ in self.read_entries())
        except OSError:
            count = 0  # it is damaged
        self._database().clear()
        return count

    @contextmanager
    def _open_to_write(self) -> Iterator[Connection]:
        try:
            with self._database().write() as file:
                yield file
        except OSError as error:
            raise NotSent(
                f"The ledger cannot be written ({error}), and nothing is sent that "
                f"cannot be recorded. Make room, or let `deskmate ledger forget` start a new one."
            ) from error

    @contextmanager
    def _read(self) -> Iterator[Connection | None]:
        if not self.path.exists():
            yield None
            return
        try:
            with self._database().read() as file:
                yield file
        except OSError as error:
            raise OSError(
                f"The ledger cannot be read ({error}). `deskmate ledger forget` starts a new one."
            ) from error

    def _database(self) -> Database:
        return shared_database(self.path, _STATEMENTS, durable=True)


def ledger_path() -> Path:
    """Where the ledger is kept."""
    return place("ledger")


def now() -> str:
    """The user's own time, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def describe_counts(kinds: Mapping[str, int]) -> str:
    """Kinds and how often each, in words."""
    return ", ".join(
        f"{count} {kind.lower().replace('_', ' ')}" for kind, count in sorted(kinds.items())
    )


def _find_overrun(
    file: Connection | None, time: str, price: float | None, model: str, budget: Budget
) -> str:
    for name, limit, span in (("day", budget.day, time[:10]), ("month", budget.month, time[:7])):
        if limit and price is None:
            return (
                f"what {model} costs is not known, so your budget cannot be kept. Set "
                f"`cloud.input_price` and `cloud.output_price`, or ask the local model."
            )
        spent = _sum_spent(file, span) if file is not None else 0.0
        if limit and price is not None and spent + price > limit:
            return (
                f"this may cost up to ${price:.2f}, and ${spent:.2f} of the ${limit:.2f} for this "
                f"{name} are spent. Ask the local model, or raise `cloud.{name}_budget`."
            )
    return ""


def _sum_spent(file: Connection, span: str) -> float:
    marks = ", ".join("?" * len(get_args(Stayed)))
    left = (
        f"SELECT total(price) FROM requests WHERE outcome NOT IN ({marks}) AND time LIKE ? || '%'"
    )
    return float(file.execute(left, (*get_args(Stayed), span)).fetchone()[0])


def _insert(file: Connection, entry: Entry) -> int:
    number = file.execute(_INSERT, [getattr(entry, one) for one in _COLUMNS]).lastrowid
    assert number is not None
    return number


_COLUMNS = tuple(one.name for one in fields(Entry))

_STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS requests
    (time, project, action, reasons, provider, model, read, cached, written, price, redactions,
    outcome, request, answer)""",
    "ALTER TABLE requests RENAME COLUMN read TO prompt_tokens",
    "ALTER TABLE requests RENAME COLUMN cached TO cached_tokens",
    "ALTER TABLE requests RENAME COLUMN written TO completion_tokens",
)

_ALL = f"SELECT {', '.join(_COLUMNS)} FROM requests"

_INSERT = f"INSERT INTO requests ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
