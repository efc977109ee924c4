"""`deskmate models`: which models there are, and getting one."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm

from deskmate.engines.downloads import install
from deskmate.engines.models import catalogue, find_model, is_installed
from deskmate.settings_sources import load_settings


def list_models() -> None:
    """Prints every model that can be installed by name, the default first."""
    width = max(len(model.name) for model in catalogue())
    for model in catalogue():
        state = "installed" if is_installed(model) else "-"
        size = f"{model.size / 1e6:,.0f} MB"
        print(f"{model.name:{width}}  {size:>9}  {state:9}  {model.licence}; {model.about}")


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
            print("What has come is kept; the next install goes on from there.", file=sys.stderr)

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
            self._bar = tqdm(total=total, unit="B", unit_scale=True, file=sys.stderr)
        self._bar.set_description(doing, refresh=False)
        self._bar.update(done - self._bar.n)
