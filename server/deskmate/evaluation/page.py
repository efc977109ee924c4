"""A run, or two compared, as one HTML page that needs nothing else: no network, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from deskmate.evaluation import comparing
from deskmate.evaluation.advice import Advice
from deskmate.evaluation.comparing import Comparison, Pair
from deskmate.evaluation.report import (
    Summary,
    by_action,
    cells,
    counted,
    outcome,
    percent,
    summaries,
    told_counts,
)
from deskmate.evaluation.running import Arm, Result
from deskmate.evaluation.runs import Run


@dataclass(frozen=True, slots=True)
class Row:
    """A task in the list: the words of its row, and the class that it is filtered by; `counts` are
    the numbers of its suite.
    """

    kind: str
    words: tuple[str, ...]
    why: str
    counts: str


def run_page(run: Run, advice: Advice, pairings: Sequence[tuple[str, Comparison]]) -> str:
    """The page of one run. `pairings` are its arms against each other, by suite."""
    rows = [_row(one) for one in sorted(run.results, key=_key)]
    return _filled(
        title=f"{run.about['model']} with Deskmate",
        told=_about(run),
        tables=_tables(run.results),
        counted=counted(run.results),
        pairings=[_said(name, one, *named(run.results)) for name, one in pairings],
        advice=advice,
        head=("suite", "task", "by", "outcome", "replies", "tokens", "first s", "s"),
        kinds=_kinds(rows, ("right", "wrong", "refused")),
        rows=rows,
    )


def comparison_page(one: Run, other: Run, found: Sequence[Pair]) -> str:
    """The page of two runs, task by task."""
    rows = [_pair_row(pair) for pair in found]
    names = (f"{run.path.stem} ({run.about['model']})" for run in (one, other))
    first, second = names
    return _filled(
        title=f"{first} and {second}",
        told=[f"{first}: {'; '.join(_about(one))}", f"{second}: {'; '.join(_about(other))}"],
        tables=[
            (f"{name}, {part}", *rest)
            for name, run in ((first, one), (second, other))
            for part, *rest in _tables(run.results)
        ],
        counted=[
            f"{name}, {line}"
            for name, run in ((first, one), (second, other))
            for line in counted(run.results)
        ],
        pairings=[_said(name, all_of, first, second) for name, all_of in by_suite(found)],
        advice=None,
        head=("suite", "task", "by", "first", "second"),
        kinds=_kinds(rows, ("better", "worse", "same")),
        rows=rows,
    )


def named(results: Iterable[Result]) -> tuple[str, str]:
    """What the two arms of a run are called, that of Deskmate with the local model second."""
    other: Arm = next((one.arm for one in results if one.arm != "deskmate"), "bare")
    return comparing.BESIDE[other]


def by_suite(found: Sequence[Pair]) -> list[tuple[str, Comparison]]:
    """The pairs of each suite and arm of the second, compared."""
    names = dict.fromkeys(sorted((pair.second.suite, pair.second.arm) for pair in found))
    return [
        (
            suite,
            comparing.compared(
                [pair for pair in found if (pair.second.suite, pair.second.arm) == (suite, arm)]
            ),
        )
        for suite, arm in names
    ]


def _filled(**values: object) -> str:
    loader = Environment(
        loader=PackageLoader("deskmate.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loader.filters["percent"] = percent
    return loader.get_template("page.html.jinja").render(values)


def _about(run: Run) -> list[str]:
    done = len({(one.suite, one.task) for one in run.results})
    about = run.about
    half = {"both": "", "unseen": ", unseen half", "tuned": ", tuned half"}[about["half"]]
    return [f"{done} of {about['tasks']} tasks{half}, seed {about['seed']}"]


def _tables(
    results: Sequence[Result],
) -> list[tuple[str, list[tuple[Summary, tuple[str, ...]]]]]:
    """What there is in all: by suite, and by action where that says more."""
    parts = [("suite", summaries(results))]
    if by_action(results):
        parts.append(("action", summaries(results, "action")))
    return [(name, [(one, cells(one)) for one in found]) for name, found in parts]


def _said(name: str, one: Comparison, first: str, second: str) -> tuple[str, str]:
    return name, comparing.in_words(one, first, second)


def _key(one: Result) -> tuple[str, str, str]:
    return one.suite, one.task, one.arm


def _row(one: Result) -> Row:
    told = (str(one.tries), str(one.completion_tokens), f"{one.first:.1f}", f"{one.seconds:.1f}")
    kind = outcome(one)
    words = (one.suite, one.task, one.arm, kind, *told)
    return Row(kind, words, one.reason, told_counts(one.counts))


def _pair_row(pair: Pair) -> Row:
    one = pair.second
    words = (one.suite, one.task, one.arm, outcome(pair.first), outcome(one))
    return Row(pair.turn, words, one.reason or pair.first.reason, told_counts(one.counts))


def _kinds(rows: Iterable[Row], names: Sequence[str]) -> list[tuple[str, int]]:
    found = [row.kind for row in rows]
    return [(name, found.count(name)) for name in names]
