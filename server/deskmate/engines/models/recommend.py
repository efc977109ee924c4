"""Which models of the catalogue suit a machine, and why."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from deskmate.engines.hosts.tuning import Machine
from deskmate.engines.models.catalogue import Model, Use, models_dir
from deskmate.errors import EngineUnavailable

OTHERS = 3.0
"""GB that the system, an editor and a browser take beside the model."""

QUICK = 9.0
"""Billions of parameters a token that laptops without a GPU compute about as fast as one reads."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The model for one use, and why it is that one."""

    model: Model
    why: str


def recommend(models: Iterable[Model], machine: Machine, disk: int) -> tuple[Recommendation, ...]:
    """The largest model for each use that fits into the memory, answers quickly, and has room on
    the disk, where `disk` bytes are free. A use that none suits is left out.

    A model on the GPU fits as a whole or is not counted there; without a GPU only those are quick
    that take few parameters a token, whatever their size.
    """
    found = []
    for use in get_args(Use):
        suited = [model for model in models if model.use == use and _suits(model, machine)]
        stored = [model for model in suited if model.size < disk]
        if stored and use != "trying":
            best = max(stored, key=lambda model: model.size)
            largest = max(suited, key=lambda model: model.size)
            found.append(Recommendation(best, _why(best, largest, machine, disk)))
    return tuple(found)


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


def _suits(model: Model, machine: Machine) -> bool:
    fits = model.memory <= machine.total / 1e9 - OTHERS
    return _on_gpu(model, machine) or (fits and model.active <= QUICK)


def _on_gpu(model: Model, machine: Machine) -> bool:
    return any(model.memory * 1e9 <= gpu.memory for gpu in machine.gpus)


def _why(best: Model, largest: Model, machine: Machine, disk: int) -> str:
    if best is not largest:
        return f"the largest that the {disk / 1e9:.0f} GB free on the disk have room for"
    if _on_gpu(best, machine):
        return "the largest that fits into the memory of the GPU"
    if best.active < best.size / 1e9:
        return "it fits, and each token takes few of its parameters, so it is quick without a GPU"
    return "the largest that fits, and that answers quickly without a GPU"
