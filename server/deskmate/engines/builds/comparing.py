"""Builds, files of a model and numbers of threads against each other, by turns in one run: what
else runs on the machine then slows down all of them, and what they are worth to each other holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from deskmate.engines.builds.fitting import fit_engine
from deskmate.engines.builds.found import Build, builds_here, find_used
from deskmate.engines.builds.guessing import Guesses, guess
from deskmate.engines.builds.measuring import OnStep, measure
from deskmate.engines.builds.record import (
    Choice,
    Gain,
    Speed,
    choose,
    compare,
    identify_model,
    note_speeds,
    read_record,
)
from deskmate.engines.builds.repacking import (
    FORMAT,
    OURS,
    Quantizer,
    Verdict,
    find_quantizer,
    is_worth_trying,
    keep,
    remaking,
)
from deskmate.errors import EngineError, ModelError, explain_os_error
from deskmate.settings.sections.local import LocalSettings

TURNS = 3
"""How often each is measured: so that one of them is in the middle."""

AS_IT_IS = "as it is"
"""What the model's own file is called beside its copy, which is called by its format."""


@dataclass
class Comparison:
    """What came of it: the `speeds` of each build with each file, why some have none, what the
    model and its copy guess, and where the copy lies if it was kept.
    """

    speeds: dict[tuple[Build, str], list[Speed]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    guesses: tuple[Guesses, Guesses] | None = None
    copy: Path | None = None

    def choice(self, build: Build, called: str) -> Choice | None:
        """The fastest that a build is with that file."""
        return choose(self.speeds.get((build, called), []))

    @property
    def fastest(self) -> dict[Build, Choice]:
        """How fast each build answers from now on."""
        pays = {one.build for one in self.verdicts if one.pays}
        builds = {build for build, _ in self.speeds}
        found = {one: self.choice(one, FORMAT if one in pays else AS_IT_IS) for one in builds}
        return {build: choice for build, choice in found.items() if choice}


async def compare_builds(
    model: Path,
    builds: Collection[Build],
    counts: Collection[int],
    quantizer: Quantizer | None,
    on_step: OnStep,
) -> Comparison:
    """Measures the builds with the model, and where there is a `quantizer` with a copy that it
    makes; keeps the copy where it pays. Why a build or a copy fails is among the failures. Raises
    OSError.
    """
    found = Comparison()
    async with AsyncExitStack() as made:
        files = {AS_IT_IS: model}
        try:
            if quantizer is not None:
                making = remaking(model, quantizer, on_step)
                files[FORMAT] = await made.enter_async_context(making)
        except ModelError as error:
            found.failures.append(str(error))
        except OSError as error:  # of another processor, say
            found.failures.append(explain_os_error(error))
        await measure_by_turns(found, builds, files, counts, on_step)
        if FORMAT in files:
            await _judge(found, model, files[FORMAT], on_step)
    return found


async def measure_by_turns(
    found: Comparison,
    builds: Collection[Build],
    files: Mapping[str, Path],
    counts: Collection[int],
    on_step: OnStep,
) -> None:
    """Measures each of them in each turn; a build that fails in one is left out from then on."""
    when = datetime.now().isoformat(timespec="seconds")
    turns: dict[tuple[Build, str, int], list[tuple[float, float]]] = {
        (build, called, count): [] for build in builds for called in files for count in counts
    }
    for turn in range(TURNS):
        for build, called, count in list(turns):
            if (build, called, count) not in turns:
                continue
            threads = f", {count} threads" if count else ""
            on_step(f"measuring {build.name}, {called}{threads}, turn {turn + 1} of {TURNS}")
            try:
                turns[build, called, count].append(await measure(build, files[called], count))
            except EngineError as error:
                found.failures.append(f"{build.name}, {called}: {error}")
                turns = {one: some for one, some in turns.items() if one[:2] != (build, called)}
    for (build, called, count), some in turns.items():
        reads, writes = zip(*some, strict=True)
        model = identify_model(files[called])
        speed = Speed(build.identity, model, count, reads, writes, when)
        found.speeds.setdefault((build, called), []).append(speed)


async def _judge(found: Comparison, model: Path, half: Path, on_step: OnStep) -> None:
    """Keeps the copy where a build is clearly faster with it, and it has lost little by that."""
    gains: dict[Build, Gain] = {}
    for build, called in found.speeds:
        before, after = found.choice(build, AS_IT_IS), found.choice(build, FORMAT)
        if called == FORMAT and before and after:
            gains[build] = compare(before, after)
    if not gains:
        return
    fastest = max(gains, key=lambda build: gains[build].middle)
    perplexity = 0.0, 0.0
    if gains[fastest].is_clear:
        choice = found.choice(fastest, FORMAT)
        assert choice
        try:
            found.guesses = (
                await guess(fastest, model, choice, on_step=on_step),
                await guess(fastest, half, choice, on_step=on_step),
            )
        except EngineError as error:
            found.failures.append(str(error))
            return
        known, kept = found.guesses
        perplexity = known.perplexity, kept.perplexity
    found.verdicts = [Verdict(build, gain, perplexity) for build, gain in gains.items()]
    found.copy = await asyncio.to_thread(keep, model, half, found.verdicts)


async def make_copy(model: Path, local: LocalSettings, on_step: OnStep) -> Comparison | None:
    """Makes a model's copy where it was just installed: measured with the engine of `local` alone,
    with the threads that this takes by itself, and kept where it pays. None where that is off or
    known already, or cannot be: that engine is no llama.cpp, nothing here makes a copy, or not in
    a minute or two, or the model is of that format. Raises ModelError, OSError.
    """
    found = await asyncio.to_thread(_find_maker, model, replace(local, model=str(model)))
    if found is None:
        return None
    used, quantizer = found
    return await compare_builds(model, [used], [0], quantizer, on_step)


def _find_maker(model: Path, local: LocalSettings) -> tuple[Build, Quantizer] | None:
    """The build that a copy would be for, and what would make it."""
    here = builds_here(local)
    used, quantizer = find_used(here, fit_engine(local)), find_quantizer(here)
    if not local.repack or used is None or quantizer is None or not is_worth_trying(model):
        return None
    if quantizer.command == OURS and model.stat().st_size > _QUICK:
        return None
    known = read_record().repack_of(used.identity, identify_model(model))
    return None if known else (used, quantizer)


_QUICK = 2_000_000_000
"""Bytes of a model of which ours makes a copy in a minute or two; `bench` waits for larger ones."""


def note(found: Comparison) -> None:
    """Keeps how fast each build is, for whoever starts an engine. Raises OSError."""
    kept = identify_model(found.copy) if found.copy else ""
    note_speeds(
        replace(one, model=kept) if called == FORMAT else one
        for (_, called), some in found.speeds.items()
        for one in some
        if called == AS_IT_IS or kept
    )
