"""What the user decided about sending, for which project and to whom: plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any, Literal

from deskmate.routing.policy import Standing

Choice = Literal["always", "never"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, until it is revoked. `always` is for one provider, `never` for all of them, and
    its `provider` is "". `project` is a folder, `date` the day as ISO 8601 writes it.
    """

    project: str
    choice: Choice
    provider: str
    date: str


def find_standing(
    decisions: Iterable[Decision], project: PurePath | None, provider: str
) -> Standing:
    """What holds for requests from `project` to `provider`: `never` in the folders below its own,
    too, and before `always`, which holds in its own folder alone.
    """
    if project is None:
        return ""
    known = [(PurePath(one.project), one) for one in decisions]
    if any(one.choice == "never" and project.is_relative_to(folder) for folder, one in known):
        return "never"
    always = (one.provider == provider and project == folder for folder, one in known)
    return "always" if any(always) else ""


def add_decision(decisions: Iterable[Decision], new: Decision) -> tuple[Decision, ...]:
    """The decisions with a new one, which takes the place of those for the same project; those for
    other providers stay unless it is `never`.
    """
    kept = (
        one
        for one in decisions
        if one.project != new.project
        or (new.choice == one.choice == "always" and one.provider != new.provider)
    )
    return (*kept, new)


def drop_decisions(decisions: Iterable[Decision], project: PurePath) -> tuple[Decision, ...]:
    """The decisions without those for that very folder."""
    return tuple(one for one in decisions if PurePath(one.project) != project)


def to_json(decisions: Iterable[Decision]) -> str:
    """As they are kept."""
    return json.dumps([asdict(one) for one in decisions], ensure_ascii=False, indent=2) + "\n"


def from_json(text: str) -> tuple[Decision, ...]:
    """The decisions in what was kept. Raises ValueError for anything else."""
    given = json.loads(text)
    if not isinstance(given, list):
        raise ValueError("it is not a list")
    return tuple(map(_read_decision, given))


def _read_decision(given: Any) -> Decision:
    keys = {"project", "choice", "provider", "date"}
    if not isinstance(given, dict) or set(given) != keys:
        raise ValueError("an entry does not have the keys that it should have")
    if not all(isinstance(value, str) for value in given.values()) or not given["project"]:
        raise ValueError("an entry has values that are not strings")
    if given["choice"] not in ("always", "never"):
        raise ValueError("an entry says neither always nor never")
    return Decision(**given)
