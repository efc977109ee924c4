"""What a user sees of a batch while it runs, and what it came to."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import PurePath

from deskmate.cli.batch_journal import Entry, Journal
from deskmate.cli.diff import coloured, unified_diff
from deskmate.cli.progress import say
from deskmate.cli.screen import unguarded
from deskmate.core.text.safe import visible
from deskmate.requests.proposal import Proposal


class Report:
    """What the user sees of it: progress, each item, and the sum. Of `count` items so many were
    `known` before; `rows` are those of a table, whose results are seen in it.
    """

    def __init__(self, known: int, count: int, *, as_json: bool, dry_run: bool, rows: bool) -> None:
        self._as_json = as_json
        self._dry_run = dry_run
        self._rows = rows
        self._known = known
        self._count = count
        self._ended = Counter[str]()
        self._started = time.monotonic()
        self._watched = sys.stderr.isatty()
        self._width = 0
        self.shown = 0

    def add(self, entry: Entry, proposal: Proposal | None) -> None:
        """One more item has ended."""
        self._ended[entry.status] += 1
        self.shown += entry.status == "done"
        self.clear()
        if self._as_json:
            self._print_json(entry, proposal)
        elif self._dry_run and proposal and proposal.change and entry.status == "done":
            change = proposal.change
            old = "" if change.create else change.before.text
            name = PurePath(change.before.uri).name if change.create else entry.name
            diff = unified_diff(old, change.after, name, created=change.create)
            if sys.stdout.isatty():
                print(coloured(visible(diff)), file=unguarded(sys.stdout))
            else:
                print(diff)
        elif entry.after and not entry.output and not self._rows:
            print(f"# {entry.name}\n\n{entry.after.strip()}\n")
        else:
            reason = f": {entry.reason}" if entry.reason else ""
            print(f"{entry.status:10}{_one_line(entry.name)}{reason}", flush=True)
        self._show_progress()

    def pause(self, why: str) -> None:
        """Nothing can be asked for that reason; it goes on with none."""
        self.clear()
        say(why or "It answers again.")

    def _print_json(self, entry: Entry, proposal: Proposal | None) -> None:
        told = {
            "item": entry.name,
            "status": entry.status,
            "reason": entry.reason,
            "output": entry.output,
            "seconds": round(entry.seconds, 2),
            "completion_tokens": entry.completion_tokens,
            "evidence": proposal.evidence if proposal else "",
        }
        if proposal and (proposal.change is None or not entry.output):
            told["text"] = entry.after
        print(json.dumps(told, ensure_ascii=False), flush=True)

    def _show_progress(self) -> None:
        """How many are done, how fast, and how long it will be."""
        done = sum(self._ended.values())
        seconds = time.monotonic() - self._started
        left = (self._count - self._known - done) * seconds / done
        line = (
            f"{self._known + done} of {self._count}, {60 * done / seconds:.1f} a minute, "
            f"about {_tell_duration(left)} left"
        )
        if self._watched:
            self._draw(line.ljust(self._width))
            self._width = len(line)

    def clear(self) -> None:
        """Leaves an empty line behind."""
        if self._watched and self._width:
            self._draw(" " * self._width + "\r")

    def _draw(self, line: str) -> None:
        print("\r" + line, end="", file=unguarded(sys.stderr), flush=True)

    def summarize(self, journal: Journal) -> bool:
        """Says how many ended how; whether all of them well."""
        statuses = Counter(journal.statuses())
        told = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
        seconds = time.monotonic() - self._started
        say(f"{self._count} items: {told or 'none'}; {_tell_duration(seconds)}.")
        if self._dry_run:
            left = self._count - sum(statuses.values())
            rest = f", and {left} items were not processed" if left else ""
            say(f"Nothing was written{rest}. --write or --out DIR does it.")
            return True
        good = not (statuses["refused"] + statuses["failed"])
        if not good:
            say("--resume retries what was refused or failed.")
        return good


def _one_line(name: str) -> str:
    """The name of a file, whose line ends would look like further lines."""
    return name.replace("\n", "\\n").replace("\r", "\\r")


def _tell_duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return (
        f"{minutes} min {rest} s"
        if minutes
        else f"{seconds:.1f} s"
        if seconds < 10
        else f"{rest} s"
    )
