"""The page `docs/quality.md`: what was measured, against what was promised."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from deskmate.engines.models.catalogue import catalogue
from deskmate.evaluation.comparing import Pair, arms, compared, in_words, pairs
from deskmate.evaluation.report import HEAD, cells, counted, interval, percent, summaries
from deskmate.evaluation.running import Result
from deskmate.evaluation.runs import Run

Kind = Literal["well-formed", "times bare"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A goal and what came of it: the figure, between what it likely lies, and whether the goal is
    reached; None where there is nothing to tell it by.
    """

    model: str
    suite: str
    kind: Kind
    least: float
    figure: float
    low: float
    high: float
    reached: bool | None


def quality_page(runs: Sequence[Run], book: Mapping[str, Any]) -> str:
    """The page, from the runs and what `docs/quality.toml` says."""
    found = [one for run in runs for one in measure(run, book["goal"])]
    rows = [_goal_row(one, book.get("why", {})) for one in found]
    goals = _table(("model", "suite", "goal", "measured", "95 %", "", "why"), rows)
    parts = [PAGE, "## Goals\n", goals]
    wanted = dict.fromkeys(suite for goal in book["goal"] for suite in goal["suites"])
    there = {one.suite for one in found}
    missing = [f"`{suite}`" for suite in wanted if suite != "*" and suite not in there]
    if missing:
        parts.append(
            f"Not measured: {', '.join(missing)}. That needs HumanEvalPack, which is not in this "
            f"repository: `make quality DATA=FOLDER`.\n"
        )
    parts += [part for run in runs for part in _figures(run)]
    return "\n".join(parts)


def with_projects(page: str, recorded: Iterable[Mapping[str, Any]]) -> str:
    """The page with what was recorded of our projects of several files at its end: each task with
    what the project has, and with its own file `alone`; those that have both.
    """
    found_of = defaultdict[str, dict[bool, list[Result]]](lambda: {True: [], False: []})
    for one in recorded:
        plain = {
            key: value for key, value in one.items() if key not in ("model", "alone", "version")
        }
        found_of[one["model"]][one["alone"]].append(Result(**plain))
    rows, said = list[tuple[str, ...]](), list[str]()
    for model, found in sorted(found_of.items()):
        paired = pairs(found[True], found[False])
        comparison = in_words(compared(paired), "its file alone", "the project")
        said.append(f"{model}: {comparison}\n")
        for shown, results in (
            ("its file alone", [one.first for one in paired]),
            ("the project", [one.second for one in paired]),
        ):
            rows += [(model, shown, *cells(one)[2:-1]) for one in summaries(results)]
    head = ("model", "shown", *HEAD[2:-1])
    section = "\n".join((PROJECTS, _table(head, rows, words=2), *said))
    return page.split(PROJECTS_TITLE)[0].rstrip("\n") + "\n\n" + section


def measure(run: Run, goals: Iterable[Mapping[str, Any]]) -> list[Measured]:
    """What came of each goal in each suite of a run."""
    found = list[Measured]()
    for goal in goals:
        arm = "bare" if goal["kind"] == "times bare" else "deskmate"
        suites = sorted({one.suite for one in run.results if one.arm == arm})
        named = {
            suite for other in goals if other["kind"] == goal["kind"] for suite in other["suites"]
        }
        wanted = [one for one in suites if one in goal["suites"]]
        if "*" in goal["suites"]:
            wanted = [one for one in suites if one not in named]
        figure = _well_formed if goal["kind"] == "well-formed" else _times_bare
        found += [figure(run, suite, goal["least"]) for suite in wanted]
    return found


def _well_formed(run: Run, suite: str, least: float) -> Measured:
    own = [one for one in run.results if (one.suite, one.arm) == (suite, "deskmate")]
    good = sum(one.well_formed for one in own)
    share = good / len(own) if own else math.nan
    reached = share >= least if own else None
    model = name_of(run)
    return Measured(model, suite, "well-formed", least, share, *interval(good, len(own)), reached)


def _times_bare(run: Run, suite: str, least: float) -> Measured:
    """By tasks that both arms have; where neither has any right, there is nothing to tell."""
    pairs = [pair for pair in arms(run.results, "bare", "deskmate") if pair.first.suite == suite]
    bare, own = _rights(pairs)
    reached = own >= least * bare if own or bare else None
    low, high = _likely(pairs)
    return Measured(name_of(run), suite, "times bare", least, _times(own, bare), low, high, reached)


def name_of(run: Run) -> str:
    """The model of a run as the catalogue has it, or its own name in lower case."""
    own = Path(run.about["model"]).name.removesuffix(".gguf").lower()
    return next((one.name for one in catalogue() if own == one.file.removesuffix(".gguf")), own)


def _rights(pairs: Iterable[Pair]) -> tuple[int, int]:
    found = list(pairs)
    return sum(one.first.right for one in found), sum(one.second.right for one in found)


def _times(own: int, bare: int) -> float:
    return own / bare if bare else math.inf if own else math.nan


def _likely(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Between what the ratio lies in 95 of 100 draws of as many tasks from these (a bootstrap),
    the same ones each time; draws in which neither has any right tell nothing.
    """
    draw = random.Random(1)
    drawn = (_rights(draw.choices(pairs, k=len(pairs))) for _ in range(_DRAWS if pairs else 0))
    ratios = sorted(_times(own, bare) for bare, own in drawn if own or bare)
    if not ratios:
        return math.nan, math.nan
    return ratios[int(len(ratios) * 0.025)], ratios[math.ceil(len(ratios) * 0.975) - 1]


_DRAWS = 2000


def _goal_row(one: Measured, why: Mapping[str, Any]) -> tuple[str, ...]:
    def told(value: float) -> str:
        if math.isnan(value):
            return "–"
        if one.kind == "well-formed":
            return percent(value) if value in (0, 1) else f"{value * 100:.1f} %"
        return "∞" if math.isinf(value) else f"{value:.2f}×"

    if one.reached is None:
        outcome = "cannot be told: neither has any right"
    elif one.reached:
        outcome = "reached"
    else:
        outcome = f"**missed by {told(one.least - one.figure)}**"
    reason = "" if one.reached else why.get(one.kind, {}).get(one.model, {}).get(one.suite, "")
    goal = f"{one.kind} {'' if one.kind == 'well-formed' else '≥ '}{told(one.least)}"
    likely = "–" if math.isnan(one.low) else f"{told(one.low)} to {told(one.high)}"
    return one.model, f"`{one.suite}`", goal, told(one.figure), likely, outcome, reason


def _figures(run: Run) -> list[str]:
    done = len({(one.suite, one.task) for one in run.results})
    about = run.about
    said = f"{done} of {about['tasks']} tasks, seed {about['seed']}, Deskmate {about['version']}."
    rows = [cells(one) for one in summaries(run.results)]
    counts = [f"- {line}\n" for line in counted(run.results)]
    return [f"## {name_of(run)}\n", f"{said}\n", _table(HEAD, rows, words=2), "".join(counts)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 0) -> str:
    """A table of Markdown; with `words`, only so many columns are on the left."""
    line = [":--" if not words or at < words else "--:" for at in range(len(head))]
    every = (head, line, *rows)
    return "\n".join(f"| {' | '.join(_cell(one) for one in row)} |" for row in every) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGE = """\
<!-- Written by `make quality` from a run; what it says of why stands in docs/quality.toml. -->

# How good are small models, and what does Deskmate add?

Measured by `deskmate eval --against bare` on two cores without a GPU, on tasks that no prompt of
ours was tuned on ([evaluation.md](evaluation.md) says what they are). *bare* is the same model
asked plainly, its reply put into the file as it comes. *Well-formed*: the file has no syntax error
that it did not have. Right shares have a 95 % interval by Wilson, ratios one by bootstrap over the
tasks; tokens and seconds are those of the median task.
"""

PROJECTS_TITLE = "## Projects of several files"
PROJECTS = f"""\
{PROJECTS_TITLE}

The suite `projects`, each task twice: with what the project has for it, as [context.md](context.md)
says, and with its own file alone. What was recorded lies in `docs/quality-projects.jsonl`;
`tests/evaluation/measure_projects.py` goes on with it. Seconds are those of a machine that others
used meanwhile.
"""
