"""The process that `client.py` starts: a JSON list of lines in, what Harper says of each out.

It ends when nobody can ask any more.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from deskmate.core.prose.english import doubted_rules
from harper import Dialect, Lint, Linter, Suggestion, SuggestionKind


def main() -> None:
    """Answers until its input ends."""
    linters = [_make_linter(dialect) for dialect in (Dialect.AMERICAN, Dialect.BRITISH)]
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for asked in sys.stdin:
        answer = [list(_lints(line, linters)) for line in json.loads(asked)]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _make_linter(dialect: Dialect) -> Linter:
    """One without the rules that are doubted, which would speak in the place of others."""
    linter = Linter(dialect=dialect)
    linter.set_lint_config(dict.fromkeys(doubted_rules(), False))
    return linter


def _lints(line: str, linters: list[Linter]) -> Iterator[tuple[int, int, str, str, list[str]]]:
    """What both say: what one of them takes for right is another spelling, and no mistake."""
    american, british = linters
    found = _by_rule(american, line)
    both = _by_rule(british, line).keys() if found else ()
    for place in sorted(found):
        if place in both:
            lint = found[place]
            start, end, rule = place
            meant = [_replacement(one, lint.problem_text) for one in lint.suggestions]
            yield start, end, rule, lint.lint_kind, meant


def _by_rule(linter: Linter, line: str) -> dict[tuple[int, int, str], Lint]:
    """What each rule says, by its place and the rule's name."""
    return {
        (lint.span.start, lint.span.end, rule): lint
        for rule, found in linter.organized_lints(line).items()
        for lint in found
    }


def _replacement(suggestion: Suggestion, there: str) -> str:
    """What stands in the place of the mistake, where a suggestion is followed."""
    if suggestion.kind == SuggestionKind.INSERT_AFTER:
        return there + suggestion.replacement_text
    return "" if suggestion.kind == SuggestionKind.REMOVE else suggestion.replacement_text


if __name__ == "__main__":
    main()
