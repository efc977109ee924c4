"""Which build of llama.cpp and which file of a model answer on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deskmate.engines.builds.copies import is_right_copy
from deskmate.engines.builds.found import EMBEDDED_ENGINE, Build, builds_here, identify
from deskmate.engines.builds.record import (
    Choice,
    Gain,
    Record,
    compare,
    identify_model,
    read_record,
)
from deskmate.engines.models.catalogue import find_model
from deskmate.errors import ModelError
from deskmate.settings.engines import AUTO
from deskmate.settings.sections.local import LocalSettings


def fit_engine(local: LocalSettings) -> LocalSettings:
    """The settings with the engine that `auto` means: the build of llama.cpp that was measured as
    clearly faster with this model than the embedded one, else that one. It is one of those that are
    looked for on this machine, whatever the record of what was measured says.
    """
    if local.engine != AUTO:
        return local
    embedded = replace(local, engine=EMBEDDED_ENGINE)
    try:
        faster = find_faster(embedded)
    except ModelError:
        return embedded
    if faster is None:
        return embedded
    build, _ = faster
    return replace(local, engine=build.engine, program=build.program or local.program)


def find_faster(local: LocalSettings) -> tuple[Build, Gain] | None:
    """The build that was measured as fastest with the model of `local`, and how many times as fast
    as the engine of `local` that is; None where none is clearly faster, or they were not measured
    in one run. Raises ModelMissing, ModelError.
    """
    record, model = read_record(), find_model(local.model)
    used = _choice(record, identify(local.engine, local.program), model, local)
    if used is None:
        return None
    gains = [
        (build, compare(used, choice))
        for build in builds_here(local)
        if (choice := _choice(record, build.identity, model, local)) and choice.when == used.when
    ]
    clear = [(build, gain) for build, gain in gains if gain.is_clear]
    return max(clear, key=lambda one: one[1].middle, default=None)


def _choice(record: Record, build: str, model: Path, local: LocalSettings) -> Choice | None:
    return record.choice(build, identify_model(_file_for(record, build, model, local)))


def find_file(local: LocalSettings) -> Path:
    """The file that answers where `local.model` is a model's: the one that was made of it for this
    machine where that pays and is wanted. Raises ModelMissing, ModelError.
    """
    local, model = fit_engine(local), find_model(local.model)
    return _file_for(read_record(), identify(local.engine, local.program), model, local)


def _file_for(record: Record, build: str, model: Path, local: LocalSettings) -> Path:
    if not local.repack:
        return model
    made = record.repack_of(build, identify_model(model))
    return Path(made.file) if made and made.pays and is_right_copy(made) else model
