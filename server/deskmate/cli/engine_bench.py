"""`deskmate engine bench`: the fastest build, file of the model and number of threads."""

from __future__ import annotations

import asyncio
from pathlib import Path

from deskmate.cli.progress import Progress
from deskmate.engines.builds.comparing import (
    TURNS,
    Comparison,
    compare_builds,
    note,
)
from deskmate.engines.builds.fitting import fit_engine
from deskmate.engines.builds.found import Build, builds_here, find_used, named
from deskmate.engines.builds.measuring import SECONDS, cores_in_use, thread_counts
from deskmate.engines.builds.record import READ, WRITTEN, Choice, Gain, compare
from deskmate.engines.builds.repacking import (
    FORMAT,
    PACKAGES,
    QUANTIZER,
    Quantizer,
    find_quantizer,
    is_worth_trying,
)
from deskmate.engines.hosts.tuning import cores
from deskmate.engines.models.catalogue import find_model
from deskmate.errors import EngineUnavailable
from deskmate.settings.engines import AUTO
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sources import load_settings


def bench_engines(names: list[str]) -> None:
    """Measures the builds of these names and the one that answers now, with no name all, with the
    model that would answer and a copy of it; says which is the fastest, and notes all of it for
    whoever starts an engine. Raises ModelError, EngineUnavailable where there is none of that name
    or none runs, OSError.
    """
    local = load_settings()[0].local
    model = find_model(local.model)
    here = builds_here(local)
    used = find_used(here, fit_engine(local))
    wanted = named(names, here)
    builds = [build for build in here if build in wanted or build == used]
    counts = thread_counts(cores())
    quantizer = _find_quantizer(here, model, local)
    files = 2 if quantizer else 1
    least = TURNS * SECONDS * len(builds) * len(counts) * files
    print(
        f"Measuring {model.stem} in {TURNS} turns: {least:.0f} s or more, and the time to load it."
    )
    busy = cores_in_use()
    progress = Progress("bench")
    try:
        found = asyncio.run(compare_builds(model, builds, counts, quantizer, progress.show))
    finally:
        progress.clear()
    _tell_speeds(found)
    if not found.fastest:
        raise EngineUnavailable(
            "No build could be measured. `deskmate doctor` says what is wrong with the one in use."
        )
    note(found)
    tell_copy(found)
    _tell_fastest(found, used, local, busy)


def _find_quantizer(here: tuple[Build, ...], model: Path, local: LocalSettings) -> Quantizer | None:
    if not local.repack or not is_worth_trying(model):
        return None
    quantizer = find_quantizer(here)
    if quantizer is None:
        print(
            f"The model is run as it is: no build here has llama.cpp's quantiser ({QUANTIZER}), "
            f"and ours needs {' and '.join(PACKAGES)}, which pip would fetch, were it here."
        )
    return quantizer


def _tell_speeds(found: Comparison) -> None:
    print(f"{'build':12}{'file':10}{'threads':>8}{'reads':>9}{'writes':>9}   tokens a second")
    for (build, called), speeds in found.speeds.items():
        for one in speeds:
            fast = f"{max(one.reads):>9.1f}{max(one.writes):>9.1f}"
            print(f"{build.name:12}{called:10}{one.threads:>8}{fast}")
    for failure in found.failures:
        print(failure)


def tell_copy(found: Comparison) -> None:
    """Prints whether the copy is of use, and what the model has lost in it."""
    if not found.verdicts:
        return
    print(f"\nA copy of the model in {FORMAT}:")
    for one in found.verdicts:
        print(f"  with {one.build.name} {tell_gain(one.gain)} as fast")
    if found.guesses is None:
        print("That is not clearly faster, so the model is run as it is.")
        return
    before, after = found.guesses
    print(
        f"Perplexity {before.perplexity:.2f} before, {after.perplexity:.2f} after; both would "
        f"write the same token at {before.agreement(after):.0%} of {len(before.right)} places."
    )
    if found.copy is None:
        print("That is too much worse, so the model is run as it is.")
    else:
        fast = " and ".join(one.build.name for one in found.verdicts if one.pays)
        print(f"Kept for {fast} as {found.copy}; `local.repack` turns it off.")


def tell_gain(gain: Gain) -> str:
    """How many times as fast something is, and how certain that is."""
    return f"{gain.middle:.2f}× ({gain.least:.2f} to {gain.most:.2f} in {TURNS} turns)"


def _tell_fastest(found: Comparison, used: Build | None, local: LocalSettings, busy: float) -> None:
    choices = found.fastest
    build, best = min(choices.items(), key=lambda one: one[1].seconds)
    print(f"\nFastest: {build.name}, {tell_choice(best)}.")
    if busy > _BUSY:
        print(
            f"Other programs kept {busy:.1f} of {cores()} cores busy: all of it is slower than on "
            "a quiet machine, but by turns what is faster is so all the same."
        )
    if used in choices and used != build:
        gain = compare(choices[used], best)
        print(f"It is {tell_gain(gain)} as fast as {used.name}, which answered until now.")
        if not gain.is_clear:
            print("That is not certain enough to change anything.")
    now = find_used(tuple(choices), fit_engine(local))
    if now is not None and now == build:
        print("It answers from the next start on, with those threads where none are set.")
    elif local.engine != AUTO:
        print(f"`deskmate engine use {build.name}` takes it, `use auto` the fastest at any time.")


_BUSY = 0.3
"""Cores that other programs may use without being mentioned."""


def tell_choice(choice: Choice) -> str:
    """How fast a build is, with how many threads."""
    return (
        f"{max(choice.reads):.0f} tokens a second read with {_threads(choice.threads_batch)} and "
        f"{max(choice.writes):.0f} written with {_threads(choice.threads)}, so "
        f"{choice.seconds:.1f} s for a typical action ({READ} read, {WRITTEN} written)"
    )


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"
