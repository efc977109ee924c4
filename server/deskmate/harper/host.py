"""The process that `client.py` starts: a JSON list of lines in, what Harper says of each out.

It ends when nobody can ask any more.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from harper import Dialect, Lint, Linter


def main() -> None:
    """Answers until its input ends."""
    linters = [Linter(dialect=dialect) for dialect in (Dialect.AMERICAN, Dialect.BRITISH)]
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for asked in sys.stdin:
        answer = [list(_lints(line, linters)) for line in json.loads(asked)]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _lints(line: str, linters: list[Linter]) -> Iterator[tuple[int, int, str, list[str]]]:
    """What both say: what one of them takes for right is another spelling, and no mistake."""
    american, british = (linter.lint(line) for linter in linters)
    both = {_place(lint) for lint in british}
    for lint in american:
        if _place(lint) in both:
            meant = [one.replacement_text for one in lint.suggestions]
            yield lint.span.start, lint.span.end, lint.lint_kind, meant


def _place(lint: Lint) -> tuple[Any, ...]:
    return lint.span.start, lint.span.end, lint.lint_kind


if __name__ == "__main__":
    main()
