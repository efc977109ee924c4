"""The page `docs/quality.md`: what was measured, against what was promised."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deskmate.engines.models.catalogue import catalogue
from deskmate.evaluation.comparing import BESIDE, Pair, arms, compared, in_words
from deskmate.evaluation.report import (
    HEAD,
    cells,
    counted,
    interval,
    likely_times,
    percent,
    summaries,
    times,
)
from deskmate.evaluation.running import Result
from deskmate.evaluation.runs import Run


@dataclass(frozen=True, slots=True)
class Measured:
    """A goal and what came of it: the figure, between what it likely lies, and whether the goal is
    reached; None where there is nothing to tell it by. `kind` is "times bare", or what a share of
    the results is to be, of all or only of the `applied`: "well-formed", "right", or what the
    suite counts.
    """

    model: str
    suite: str
    kind: str
    applied: bool
    least: float
    figure: float
    low: float
    high: float
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A result, of which model and by which Deskmate."""

    model: str
    version: str
    result: Result

    @classmethod
    def read(cls, line: str) -> Recorded:
        """From a line of a record. Raises ValueError, TypeError where it is none."""
        found = json.loads(line)
        return cls(found.pop("model"), found.pop("version"), Result(**found))

    def line(self) -> str:
        """The line of a record."""
        about = {"model": self.model, "version": self.version}
        return json.dumps({**about, **asdict(self.result)}) + "\n"


def quality_page(recorded: Iterable[Recorded], book: Mapping[str, Any]) -> str:
    """The page, from what was recorded and what `docs/quality.toml` says."""
    of_model = defaultdict[str, list[Recorded]](list)
    for one in recorded:
        of_model[one.model].append(one)
    found = [
        goal
        for model, results in of_model.items()
        for goal in measure(model, [one.result for one in results], book["goal"])
    ]
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
    parts += [part for model, results in of_model.items() for part in _figures(model, results)]
    return "\n".join(parts)


def measure(
    model: str, results: Sequence[Result], goals: Iterable[Mapping[str, Any]]
) -> list[Measured]:
    """What came of each goal in each suite that the model has results of."""
    found = list[Measured]()
    for goal in goals:
        arm = "bare" if goal["kind"] == "times bare" else "deskmate"
        suites = sorted({one.suite for one in results if one.arm == arm})
        named = {
            suite for other in goals if other["kind"] == goal["kind"] for suite in other["suites"]
        }
        wanted = [one for one in suites if one in goal["suites"]]
        if "*" in goal["suites"]:
            wanted = [one for one in suites if one not in named]
        figure = _times_bare if arm == "bare" else _share
        for suite in wanted:
            own = [one for one in results if one.suite == suite]
            found.append(figure(model, suite, own, goal))
    return found


def _share(model: str, suite: str, results: Sequence[Result], goal: Mapping[str, Any]) -> Measured:
    kind, applied, least = goal["kind"], goal.get("applied", False), goal["least"]
    own = [one for one in results if one.arm == "deskmate"]
    own = [one for one in own if one.status == "applied" or not applied]
    good = sum(_holds(kind, one) for one in own)
    share = good / len(own) if own else math.nan
    reached = share >= least if own else None
    likely = interval(good, len(own))
    return Measured(model, suite, kind, applied, least, share, *likely, reached)


def _holds(kind: str, one: Result) -> bool:
    own = {"well-formed": one.well_formed, "right": one.right}
    return own[kind] if kind in own else bool(one.counts.get(kind))


def _times_bare(
    model: str, suite: str, results: Sequence[Result], goal: Mapping[str, Any]
) -> Measured:
    """By tasks that both arms have; where neither has any right, there is nothing to tell."""
    pairs = arms(results, "bare", "deskmate")
    bare, own = _rights(pairs)
    least = goal["least"]
    reached = own >= least * bare if own or bare else None
    likely = likely_times([(one.first.right, one.second.right) for one in pairs])
    return Measured(model, suite, "times bare", False, least, times(own, bare), *likely, reached)


def name_of(run: Run) -> str:
    """The model of a run as the catalogue has it, or its own name in lower case."""
    own = Path(run.about["model"]).name.removesuffix(".gguf").lower()
    return next((one.name for one in catalogue() if own == one.file.removesuffix(".gguf")), own)


def _rights(pairs: Iterable[Pair]) -> tuple[int, int]:
    found = list(pairs)
    return sum(one.first.right for one in found), sum(one.second.right for one in found)


def _goal_row(one: Measured, why: Mapping[str, Any]) -> tuple[str, ...]:
    def told(value: float) -> str:
        if math.isnan(value):
            return "–"
        if one.kind != "times bare":
            return percent(value) if value in (0, 1, one.least) else f"{value * 100:.1f} %"
        return "∞" if math.isinf(value) else f"{value:.2f}×"

    if one.reached is None:
        none = "neither has any right" if one.kind == "times bare" else "none is applied"
        outcome = f"cannot be told: {none}"
    elif one.reached:
        outcome = "reached"
    else:
        outcome = f"**missed by {told(one.least - one.figure)}**"
    reason = "" if one.reached else why.get(one.kind, {}).get(one.model, {}).get(one.suite, "")
    whole = one.least == 1 and one.kind != "times bare"
    goal = f"{one.kind} {'' if whole else '≥ '}{told(one.least)}"
    goal += " of those applied" if one.applied else ""
    likely = "–" if math.isnan(one.low) else f"{told(one.low)} to {told(one.high)}"
    return one.model, f"`{one.suite}`", goal, told(one.figure), likely, outcome, reason


def _figures(model: str, recorded: Sequence[Recorded]) -> list[str]:
    results = [one.result for one in recorded]
    tasks = {(one.suite, one.task) for one in results}
    counts = Counter(one.version for one in recorded)
    versions = ", ".join(f"{one} ({count:,} results)" for one, count in counts.items())
    rows = [cells(one) for one in summaries(results)]
    said = [*counted(results)]
    for arm in ("alone", "before", "aider"):
        if beside := arms(results, arm, "deskmate"):
            said.append(in_words(compared(beside), *BESIDE[arm]))
    return [
        f"## {model}\n",
        f"{len(tasks):,} tasks, by Deskmate {versions}.\n",
        _table(HEAD, rows, words=2),
        "".join(f"- {line}\n" for line in said),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 0) -> str:
    """A table of Markdown; with `words`, only so many columns are on the left."""
    line = [":--" if not words or at < words else "--:" for at in range(len(head))]
    every = (head, line, *rows)
    return "\n".join(f"| {' | '.join(_cell(one) for one in row)} |" for row in every) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGE = """\
<!-- Written by `make quality` from docs/quality.jsonl; what it says of why stands in
     docs/quality.toml. -->

# How good are small models, and what does Deskmate add?

Measured on two cores without a GPU, on tasks that no prompt of ours was tuned on
([evaluation.md](evaluation.md) says what they are), as `deskmate eval` does. *bare* is the same
model asked plainly, its reply put into the file as it comes; *alone* is Deskmate shown nothing of
the project but the file ([context.md](context.md) says what it is shown otherwise); *before* is
Deskmate of 24 November 2026 (c8adf94), by its command line, and *aider* another program with the
same model ([evaluation.md](evaluation.md)). *Well-formed*: the file has no syntax error that it
did not have. Right shares have a 95 % interval by Wilson, ratios one by bootstrap over the tasks;
tokens and seconds are those of the median task, on machines that others used meanwhile.
"""
