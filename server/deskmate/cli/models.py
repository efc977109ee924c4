"""`deskmate models`: which models there are, which suit this machine, and getting one."""

from __future__ import annotations

import json
import shutil

from deskmate.cli.install_model import measure_installed, tell_speed
from deskmate.engines.builds.copies import delete_copy
from deskmate.engines.models.catalogue import (
    find,
    find_model,
    how_to_mend,
    installed,
    is_installed,
    is_right,
    known,
    remove,
)
from deskmate.engines.models.download import find_begun
from deskmate.engines.models.recommend import recommend, this_machine
from deskmate.engines.models.sources import size_of
from deskmate.errors import ModelMissing
from deskmate.settings.sources import load_settings


def list_models(*, as_json: bool = False) -> None:
    """Prints every model that can be installed by name, the default first, and the others that are
    installed.
    """
    if as_json:
        rows = [
            {key: getattr(model, key) for key in _TOLD} | {"installed": is_installed(model)}
            for model in known()
        ]
        print(json.dumps(rows, indent=2))
        return
    width = max(len(model.name) for model in known())
    for model in known():
        state = "installed" if is_installed(model) else "-"
        size = f"{model.size / 1e6:,.0f} MB"
        about = f"{model.use}, {model.memory:g} GB of memory; {model.licence}; {model.about}"
        print(f"{model.name:{width}}  {size:>9}  {state:9}  {about}")
    for name, folder in find_begun().items():
        size = f"{size_of(folder) / 1e6:,.0f} MB"
        about = f"`deskmate models rm {name}` deletes it, the same install goes on"
        print(f"{name:{width}}  {size:>9}  begun      {about}")


_TOLD = ("name", "title", "size", "use", "memory", "licence", "about")


def recommend_models() -> None:
    """Prints which model suits this machine for each use, and why, after the seconds that it takes
    to measure how fast an installed one is.
    """
    machine, disk = this_machine()
    speed = measure_installed()
    gpus = ", ".join(f"{gpu.name} with {gpu.memory / 1e9:.0f} GB" for gpu in machine.gpus)
    print(
        f"This machine has {machine.total / 1e9:.0f} GB of memory, {machine.cores} cores, "
        f"{gpus or 'no GPU'}, and {disk / 1e9:.0f} GB free on the disk."
    )
    print(f"{tell_speed(speed)}\n")
    for one in recommend(known(), machine, disk, speed):
        state = ", installed" if is_installed(one.model) else ""
        print(f"{one.model.use:10}  {one.model.name} ({one.model.size / 1e9:.1f} GB{state})")
        seconds = f"; about {one.seconds:.0f} s for a fix" if one.seconds else ""
        print(f"{'':10}  {one.why}; it takes about {one.model.memory:g} GB of memory{seconds}.")
    print("\n`deskmate models install NAME` installs one; `local.model` chooses among several.")


def verify_models(name: str) -> bool:
    """Reads installed models from end to end, all or the one of that name, and prints whether each
    is what it should be. False where one is not. Raises ModelError where there is none.
    """
    models = (find(name),) if name else installed()
    if not models or not is_installed(models[0]):
        raise ModelMissing(
            "There is nothing to verify: `deskmate models list` shows what is installed."
        )
    right = True
    for model in models:
        if is_right(model):
            print(f"{model.name}: right")
            continue
        right = False
        print(f"{model.name}: damaged; to fix it: {how_to_mend(model)}")
    return right


def remove_model(name: str) -> None:
    """Deletes one, and says how much room that makes. Raises ModelError where it is not there."""
    begun = find_begun().get(name)
    if begun is not None and name not in {model.name for model in known()}:
        freed = size_of(begun)
        shutil.rmtree(begun)
        print(f"Deleted what had come of {name}: {freed / 1e6:,.0f} MB are free again.")
        return
    model = find(name)
    freed = remove(model) + delete_copy(model.path)
    if model.borrowed:
        print(f"{model.title} is not used any more; its file stays where it is.")
    else:
        print(f"Deleted {model.title}: {freed / 1e6:,.0f} MB are free again.")


def print_path(name: str) -> None:
    """Prints where that model's file is, "" the one that would answer here.

    Raises ModelError where there is none.
    """
    print(find_model(name or load_settings()[0].local.model))
