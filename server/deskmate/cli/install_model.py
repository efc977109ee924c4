"""`deskmate models install`: says what a model is, asks, fetches it; without a name, finds the one
that fits this machine.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from tqdm import tqdm

from deskmate.cli.engine_bench import tell_copy
from deskmate.cli.progress import Progress as Line
from deskmate.cli.screen import unguarded
from deskmate.cli.terminal import ask_to_agree
from deskmate.engines.builds.comparing import make_copy
from deskmate.engines.models.catalogue import Model, installed, is_installed, known
from deskmate.engines.models.download import Installed, install, is_to_be_fetched
from deskmate.engines.models.recommend import PATIENCE, Recommendation, recommend, this_machine
from deskmate.engines.models.resolve import is_asked_about, resolve
from deskmate.engines.models.speed import Speed, measure_speed
from deskmate.engines.table import create_engine
from deskmate.engines.tiers import large_settings
from deskmate.errors import EngineError, ModelError
from deskmate.settings.engines import DEFAULT, ENGINES, unused
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sources import load_settings


def install_best(*, yes: bool = False) -> bool:
    """Installs the best model that answers a typical fix in time on this machine, as it is
    measured: where nothing is installed yet, with the default, which is installed first and is of
    use at once. A better one is asked about, if not `yes`. False where the user wants none at all.

    Raises ModelError where none can be had.
    """
    if not _is_of_use(yes):
        return False
    first = None if installed() else _fetch("")
    machine, disk = this_machine()
    speed = measure_installed()
    print(tell_speed(speed))
    found = (one for one in recommend(known(), machine, disk, speed) if one.model.use == "coding")
    best = next(found, None)
    if best is not None and not is_installed(best.model) and _install_better(best, yes):
        return True
    if best is None or is_installed(best.model):
        name = best.model.name if best else installed()[0].name
        print(f"No other model answers better within {PATIENCE:.0f} s here than {name}.")
    if first is not None:
        _make_copy(first.path)
    return True


def _install_better(best: Recommendation, yes: bool) -> bool:
    """Asks about it, and says whether it was installed."""
    about = f"about {best.seconds:.0f} s for a fix" if best.seconds else best.why
    print(f"{best.model.title} would answer better: {about}; {best.model.about}.")
    try:
        return _install(best.model.name, yes)
    except ModelError as error:
        print(f"It is not installed: {error}", file=sys.stderr)
        return False


def install_model(name: str, *, yes: bool = False) -> bool:
    """Installs one, and says where it is and where it came from; before one that no engine of the
    settings would use, and one whose bytes the catalogue does not pin, says so and asks whether to,
    if not `yes`. False where the user does not want it.

    Raises ModelError where it cannot be had.
    """
    return _is_of_use(yes) and _install(name, yes)


def _is_of_use(yes: bool) -> bool:
    """Whether an engine of the settings would use a model that is installed, or the user wants one
    all the same.
    """
    settings = load_settings()[0]
    engines = [one.engine for one in (settings.local, large_settings(settings)) if one]
    if any(ENGINES[engine].catalogue for engine in engines):
        return True
    print(unused(settings.local.engine), file=sys.stderr)
    if yes or asyncio.run(ask_to_agree("Install it all the same?")):
        return True
    print(_NOTHING)
    return False


_NOTHING = "Nothing was downloaded; `--yes` installs it without a question."


def _install(name: str, yes: bool) -> bool:
    model = resolve(name)
    if is_to_be_fetched(model) and is_asked_about(model):
        _describe(model)
        if not yes and not asyncio.run(ask_to_agree(f"Install {model.title}?")):
            print(_NOTHING)
            return False
    done = _fetch(model)
    if done.source:
        _make_copy(done.path)
    return True


def _fetch(model: Model | str) -> Installed:
    with Progress() as progress:
        done = install(model, progress.update)
    if done.note:
        print(done.note, file=sys.stderr)
    came = f"installed from {done.source}" if done.source else "already installed"
    if done.model.borrowed:
        came = f"used as {done.model.about.partition(',')[0]} has it"
    print(f"{done.model.title} is {came}: {done.path}")
    if done.model.use == "completing":
        print("It only goes on where a text stops, so it answers no action.")
    elif done.model.use == "chosen":
        print(f"It answers from now on; `local.model` chooses another, here `{done.model.name}`.")
    return done


def _make_copy(model: Path) -> None:
    """Makes a copy of what was installed where one is faster here, which takes minutes, and so only
    where somebody watches, who can end it; without one the model answers too.
    """
    if not sys.stderr.isatty():
        return
    line, told = Line("install"), False

    def show(doing: str) -> None:
        nonlocal told
        if not told:
            print("Seeing whether a copy of it is faster on this machine; Ctrl+C ends that.")
            told = True
        line.show(doing)

    try:
        found = asyncio.run(make_copy(model, load_settings()[0].local, show))
    except (ModelError, OSError) as error:
        line.clear()
        print(f"No copy was made: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        line.clear()
        print("No copy was made; `deskmate engine bench` does it.", file=sys.stderr)
    else:
        line.clear()
        if found is not None:
            for failure in found.failures:
                print(f"No copy was made: {failure}", file=sys.stderr)
            tell_copy(found)


def _describe(model: Model) -> None:
    """What a model is before it is fetched: how large, whose, under which terms."""
    files = f", in {len(model.files)} files" if model.rest else ""
    print(f"{model.title}")
    size = f"{model.size / 1e9:,.1f} GB" if model.size else "not said"
    print(f"  size      {size}{files}")
    if model.memory:
        print(f"  memory    about {model.memory:g} GB with 8192 tokens of context")
    print(f"  licence   {model.licence}")
    if model.hub:
        print(f"  from      {model.hub.repo}, revision {model.hub.revision[:12]}")
    else:
        print(f"  from      {model.url or model.file}")
    if not all(wanted for _, _, wanted in model.files):
        print("  checksum  nobody has said it, so a damaged file is not noticed")


def measure_installed() -> Speed | None:
    """How fast this machine is with the smallest installed model that is large enough to tell; None
    where none is installed, or it does not run.
    """
    models = sorted((one for one in installed() if one.active), key=lambda one: one.size)
    model = next((one for one in models if one.active >= _TELLING), models[-1] if models else None)
    if model is None:
        return None
    local = replace(load_settings()[0].local, engine=DEFAULT, model=model.name)
    try:
        return asyncio.run(_measure(local, model))
    except (EngineError, ModelError) as error:
        print(f"How fast this machine is could not be measured: {error}", file=sys.stderr)
        return None


_TELLING = 0.4  # billions of parameters: a smaller one says little about larger ones


async def _measure(local: LocalSettings, model: Model) -> Speed:
    engine = create_engine(local)
    try:
        return await measure_speed(engine, model, _say)
    finally:
        await engine.aclose()


def _say(doing: str) -> None:
    print(f"{doing} …", file=sys.stderr)


def tell_speed(speed: Speed | None) -> str:
    """That in a sentence."""
    if speed is None:
        return "Nothing is installed to measure its speed with, so it is guessed from its cores."
    return (
        f"With {speed.measured} it reads {speed.read:.0f} and writes {speed.write:.0f} tokens a "
        "second now."
    )


class Progress:
    """A download as it comes along: a bar where somebody watches, else a line at every tenth."""

    def __init__(self, *, resumes: bool = True) -> None:
        self._resumes = resumes
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
        if kind is KeyboardInterrupt and self._resumes:
            print(
                "The part that was downloaded is kept; the next install continues it.",
                file=sys.stderr,
            )

    def update(self, done: int, total: int, doing: str) -> None:
        """Shows the bytes that are there, of how many, and what is being done."""
        if sys.stderr.isatty():
            self._show(done, total, doing)
            return
        told = (doing, 10 * done // total if total else done // 10**9)
        if told != self._told:
            self._told = told
            most = f" of {total / 1e6:,.0f}" if total else ""
            print(f"{doing}: {done / 1e6:,.0f}{most} MB", file=sys.stderr)

    def _show(self, done: int, total: int, doing: str) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, unit="B", unit_scale=True, file=unguarded(sys.stderr))
        self._bar.set_description(doing, refresh=False)
        self._bar.update(done - self._bar.n)
