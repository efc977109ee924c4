"""Which models of the catalogue suit a machine, and why."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from deskmate.engines.hosts.tuning import Machine
from deskmate.engines.models.catalogue import Model, Use, models_dir
from deskmate.engines.models.speed import Speed, guess_speed
from deskmate.errors import EngineUnavailable

OTHERS = 3.0
"""GB that the system, an editor and a browser take beside the model."""

PATIENCE = 15.0
"""Seconds that people wait for a typical fix."""

NEVER: tuple[Use, ...] = ("chosen", "trying")
"""Uses that nothing is recommended for."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The model for one use, and why it is that one: `seconds` are about those of a typical fix, 0
    where nobody knows.
    """

    model: Model
    why: str
    seconds: float = 0.0


def recommend(
    models: Iterable[Model], machine: Machine, disk: int, speed: Speed | None = None
) -> tuple[Recommendation, ...]:
    """The best model for each use, which is the last one, that fits into the memory, answers in
    time by what was measured or else by the machine's cores, and has room on the disk, where `disk`
    bytes are free. A use that none suits is left out, but for code, for which it is then the
    quickest one.

    A model on the GPU fits as a whole or is not counted there.
    """
    models = tuple(models)
    found = []
    for use in get_args(Use):
        suited = [one for one in models if one.use == use and _suits(one, machine, speed)]
        if not suited and use == "coding":
            suited = _quickest(models, machine, speed)
        stored = [one for one in suited if one.size < disk]
        if stored and use not in NEVER:
            best = stored[-1]
            why = _why(best, suited[-1], machine, disk, speed)
            found.append(Recommendation(best, why, find_seconds(best, machine, speed)))
    return tuple(found)


def find_seconds(model: Model, machine: Machine, speed: Speed | None = None) -> float:
    """About the seconds that a typical fix takes with a model; 0 where it would be on a GPU with
    which nothing was measured, or nothing is known of it.
    """
    if not model.active:
        return 0.0
    if speed is None:
        return 0.0 if _on_gpu(model, machine) else guess_speed(machine.cores).estimate(model)
    if machine.gpus and not _on_gpu(model, machine):
        return guess_speed(machine.cores).estimate(model)  # it was the GPU that was measured
    return speed.estimate(model)


def this_machine() -> tuple[Machine, int]:
    """The machine that this runs on, and the bytes that are free where models lie: a second or
    two, for the model's host is asked. Raises EngineUnavailable where that cannot run here.
    """
    from deskmate.engines.hosts.client import ask_host
    from deskmate.engines.hosts.host import Configuration

    report = ask_host(Configuration("", ""), "llama_cpp")
    if report.machine is None:
        raise EngineUnavailable(report.error)
    there = next(one for one in (models_dir(), *models_dir().parents) if one.exists())
    return report.machine, shutil.disk_usage(there).free


def _suits(model: Model, machine: Machine, speed: Speed | None) -> bool:
    fits = model.memory <= machine.total / 1e9 - OTHERS
    return (fits or _on_gpu(model, machine)) and find_seconds(model, machine, speed) <= PATIENCE


def _quickest(models: tuple[Model, ...], machine: Machine, speed: Speed | None) -> list[Model]:
    """The model for code that answers first, where none does in time."""
    fitting = (
        one for one in models if one.use == "coding" and one.memory <= machine.total / 1e9 - OTHERS
    )
    return sorted(fitting, key=lambda one: find_seconds(one, machine, speed))[:1]


def _on_gpu(model: Model, machine: Machine) -> bool:
    return any(model.memory * 1e9 <= gpu.memory for gpu in machine.gpus)


def _why(best: Model, unstored: Model, machine: Machine, disk: int, speed: Speed | None) -> str:
    if best is not unstored:
        return f"the best that the {disk / 1e9:.0f} GB free on the disk have room for"
    if _on_gpu(best, machine):
        return "the best that fits into the memory of the GPU"
    if find_seconds(best, machine, speed) > PATIENCE:
        return f"the quickest that fits; none answers within {PATIENCE:.0f} s"
    if best.parameters > best.active:
        return "it fits, and each token takes few of its parameters, so it is quick without a GPU"
    return f"the best that fits, and answers within {PATIENCE:.0f} s without a GPU"
