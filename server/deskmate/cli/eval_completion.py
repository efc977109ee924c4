"""`deskmate eval complete`: how well and how fast what is typed is completed here."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import deskmate
from deskmate.cli.progress import Progress, say
from deskmate.engines.tiers import Tiers
from deskmate.evaluation.completion import Try, add_record, read_record, summarise, try_masks
from deskmate.evaluation.masks import Mask, find_masks
from deskmate.files.disk import follow_links
from deskmate.settings.schema import Settings
from deskmate.settings.sources import load_settings

USUAL = 60
"""Pieces that are taken out where nothing else is asked for."""


def evaluate_completion(
    data: Path | None,
    model: str,
    limit: int,
    seed: int,
    minutes: float,
    file: str,
    *,
    resume: bool,
) -> None:
    """Takes `limit` pieces out of the source in `data`, or of Deskmate's own, has them written
    again, and prints the figures; after `minutes` no further one is begun, with 0 all are. What was
    written goes to `file`, where one is named, as a line of JSON each; to `resume` is to go on with
    what that file has. Whoever stops it is told the figures of what is done. Raises DeskmateError,
    OSError.
    """
    folder = follow_links(data or Path(deskmate.__file__).parent)
    settings, problems = load_settings()
    for problem in problems:
        say(str(problem))
    if model:
        settings = replace(settings, completion=replace(settings.completion, model=model))
    record = Path(file) if file else None
    tries = read_record(record) if record and resume else []
    masks = _find_masks(folder, limit or USUAL, seed)
    try:
        asyncio.run(_try_all(masks, settings, folder, minutes, record, tries))
    finally:
        if tries:
            print(summarise(tries))


def _find_masks(folder: Path, count: int, seed: int) -> list[Mask]:
    """The pieces. In a repository of git that takes a while: it is asked who wrote which lines."""
    progress = Progress("eval complete")
    progress.show(f"looking for {count} pieces in {folder}")

    def tell(found: int) -> None:
        progress.show(f"looking for {count} pieces in {folder}, {min(found, count)} found")

    try:
        return find_masks(folder, count, seed, tell)
    finally:
        progress.clear()


async def _try_all(
    masks: list[Mask],
    settings: Settings,
    folder: Path,
    minutes: float,
    record: Path | None,
    tries: list[Try],
) -> None:
    """Adds what comes to the `tries` and to the record."""
    tiers, progress, began = Tiers(settings), Progress("eval complete"), time.monotonic()
    try:
        engine = await tiers.completion_engine()
        if record and not tries:
            _begin_record(record)
        async with aclosing(try_masks(masks, engine, folder, tuple(tries))) as coming:
            async for one in coming:
                tries.append(one)
                if record:
                    add_record(record, one)
                done = len({each.task for each in tries})
                progress.show(f"{done} of {len(masks)}: {one.kind}")
                if minutes and time.monotonic() - began > minutes * 60:
                    say(f"{minutes:g} minutes have passed: {done} of {len(masks)} are begun.")
                    break
    finally:
        progress.clear()
        await tiers.aclose()


def _begin_record(record: Path) -> None:
    """Takes away what another run has kept there, now that there is something to measure with."""
    record.unlink(missing_ok=True)
