"""`deskmate models`: which models there are, which suit this machine, and getting one."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm

from deskmate.cli.screen import unguarded
from deskmate.engines.models.catalogue import (
    catalogue,
    checksum,
    find,
    find_model,
    installed,
    is_installed,
    models_dir,
    remove,
)
from deskmate.engines.models.download import install
from deskmate.engines.models.recommend import recommend, this_machine
from deskmate.errors import ModelMissing
from deskmate.settings.sources import load_settings


def list_models(*, as_json: bool = False) -> None:
    """Prints every model that can be installed by name, the default first."""
    if as_json:
        rows = [
            {key: getattr(model, key) for key in _TOLD} | {"installed": is_installed(model)}
            for model in catalogue()
        ]
        print(json.dumps(rows, indent=2))
        return
    width = max(len(model.name) for model in catalogue())
    for model in catalogue():
        state = "installed" if is_installed(model) else "-"
        size = f"{model.size / 1e6:,.0f} MB"
        about = f"{model.use}, {model.memory:g} GB of memory; {model.licence}; {model.about}"
        print(f"{model.name:{width}}  {size:>9}  {state:9}  {about}")


_TOLD = ("name", "title", "size", "use", "memory", "licence", "about")


def install_model(name: str) -> None:
    """Installs one, "" the default, and says where it is and where it came from.

    Raises ModelError where it cannot be had.
    """
    with Progress() as progress:
        done = install(name, progress.update)
    if done.note:
        print(done.note, file=sys.stderr)
    came = f"installed from {done.source}" if done.source else "already installed"
    print(f"{done.model.title} is {came}: {done.path}")


def recommend_models() -> None:
    """Prints which model suits this machine for each use, and why."""
    machine, disk = this_machine()
    gpus = ", ".join(f"{gpu.name} with {gpu.memory / 1e9:.0f} GB" for gpu in machine.gpus)
    print(
        f"This machine has {machine.total / 1e9:.0f} GB of memory, {gpus or 'no GPU'}, and "
        f"{disk / 1e9:.0f} GB free on the disk.\n"
    )
    for one in recommend(catalogue(), machine, disk):
        state = ", installed" if is_installed(one.model) else ""
        print(f"{one.model.use:9}  {one.model.name} ({one.model.size / 1e9:.1f} GB{state})")
        print(f"{'':9}  {one.why}; it takes about {one.model.memory:g} GB of memory.")
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
        if checksum(models_dir() / model.file) == model.sha256:
            print(f"{model.name}: right")
            continue
        right = False
        print(
            f"{model.name}: damaged. `deskmate models rm {model.name}`, then "
            f"`deskmate models install {model.name}` fixes it."
        )
    return right


def remove_model(name: str) -> None:
    """Deletes one, and says how much room that makes. Raises ModelError where it is not there."""
    model = find(name)
    print(f"Deleted {model.title}: {remove(model) / 1e6:,.0f} MB are free again.")


def print_path(name: str) -> None:
    """Prints where that model's file is, "" the one that would answer here.

    Raises ModelError where there is none.
    """
    print(find_model(name or load_settings()[0].local.model))


class Progress:
    """A download as it comes along: a bar where somebody watches, else a line at every tenth."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._told = ("", -1)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        if kind is KeyboardInterrupt:
            print(
                "The part that was downloaded is kept; the next install continues it.",
                file=sys.stderr,
            )

    def update(self, done: int, total: int, doing: str) -> None:
        """Shows the bytes that are there, of how many, and what is being done."""
        if sys.stderr.isatty():
            self._show(done, total, doing)
            return
        told = (doing, 10 * done // total)
        if told != self._told:
            self._told = told
            print(f"{doing}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB", file=sys.stderr)

    def _show(self, done: int, total: int, doing: str) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, unit="B", unit_scale=True, file=unguarded(sys.stderr))
        self._bar.set_description(doing, refresh=False)
        self._bar.update(done - self._bar.n)
