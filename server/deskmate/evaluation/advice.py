"""What follows from a run: which actions this model can be trusted with, and which settings that
makes. The thresholds, and why they are what they are, stand in `advice.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from deskmate.engines.models.catalogue import Model
from deskmate.engines.models.recommend import Recommendation
from deskmate.evaluation.report import Summary, percent, summaries
from deskmate.evaluation.running import Result

Verdict = Literal["trusted", "look", "elsewhere", "unknown"]

TITLES: Mapping[Verdict, str] = {
    "trusted": "can be trusted",
    "look": "look at each answer",
    "elsewhere": "better elsewhere",
    "unknown": "too few tasks to tell",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an action is worth with this model, and why, in a sentence."""

    action: str
    verdict: Verdict
    why: str

    @property
    def title(self) -> str:
        """The verdict in words."""
        return TITLES[self.verdict]


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a run: a judgement for each action, `sentences` on what to do, and the
    `settings` by their dotted names. None of them turns on anything outside this machine.
    """

    judgements: tuple[Judgement, ...]
    sentences: tuple[str, ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is beside the model that was measured: the larger one that is set ("" where none
    is), and those of the catalogue that suit this machine and are larger; `installed` are names.
    """

    large: str = ""
    fitting: tuple[Recommendation, ...] = ()
    installed: frozenset[str] = frozenset()


def advise(results: Iterable[Result], choice: Choice) -> Advice:
    """The advice that follows from what Deskmate made of the tasks with this model."""
    own = [one for one in results if one.arm == "deskmate" and one.suite != "route"]
    judged = tuple(judge(one) for one in summaries(own, "action"))
    poor = [one.action for one in judged if one.verdict == "elsewhere"]
    sentences, settings = _elsewhere(poor, choice)
    return Advice(judged, tuple(sentences), settings)


def judge(one: Summary) -> Judgement:
    """What the figures of an action say."""
    limits = _limits()
    figures = (
        f"{one.right} of {one.tasks} right, so likely {percent(one.low)} to {percent(one.high)}"
    )
    if one.tasks < limits["tasks"]["least"]:
        return Judgement(one.name, "unknown", f"{figures}.")
    if one.well_formed / one.tasks < limits["well_formed"]["least"]:
        broken = one.tasks - one.well_formed
        return Judgement(one.name, "elsewhere", f"{figures}; {broken} left the file broken.")
    if one.high < limits["elsewhere"]["high"]:
        return Judgement(one.name, "elsewhere", f"{figures}.")
    slow = one.seconds > limits["slow"]["seconds"]
    if one.low >= limits["trusted"]["low"]:
        wait = f"; it takes {one.seconds:.0f} s" if slow else ""
        return Judgement(one.name, "trusted", f"{figures}{wait}.")
    return Judgement(one.name, "look", f"{figures}.")


def larger(fitting: Iterable[Recommendation], measured: Model | None) -> tuple[Recommendation, ...]:
    """Those that are larger than the model that was measured, those for code first."""
    least = measured.size if measured else 0
    kept = (one for one in fitting if one.model.size > least)
    return tuple(sorted(kept, key=lambda one: one.model.use != "coding"))


def _elsewhere(poor: Sequence[str], choice: Choice) -> tuple[list[str], dict[str, Any]]:
    """What to do about the actions that this model is poor at."""
    best = choice.fitting[0] if choice.fitting else None
    if not poor:
        if best and not choice.large:
            return [f"A larger model would fit: {_told(best)}"], {}
        return [], {}
    names = ", ".join(poor)
    if choice.large:
        said = f"{names}: let {choice.large}, your larger model, answer at once (`actions.large`)."
        return [said], {"actions.large": sorted(poor)}
    if best and best.model.name in choice.installed:
        said = f"{names}: let a larger model answer. {_told(best)} It is installed."
        return [said], {"local_large.model": best.model.name, "actions.large": sorted(poor)}
    if best:
        return [
            f"{names}: let a larger model answer. {_told(best)} "
            f"`deskmate models install {best.model.name}` installs it; then "
            f"`deskmate eval report --write-settings` sets it for them."
        ], {}
    return [
        f"{names}: no larger model of the catalogue fits this machine. They can be left out of the "
        f"menu (`actions.disabled`), or answered by a server of your own (`local_large.url`)."
    ], {"actions.disabled": sorted(poor)}


def _told(one: Recommendation) -> str:
    return f"{one.model.name} takes about {one.model.memory:g} GB of memory: {one.why}."


def shown(advice: Advice) -> str:
    """The advice as text for a terminal."""
    lines = [f"{one.action}: {one.title} ({one.why.rstrip('.')})" for one in advice.judgements]
    return "\n".join((*lines, *advice.sentences))


@cache
def _limits() -> Mapping[str, Any]:
    text = (resources.files(__package__) / "advice.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
