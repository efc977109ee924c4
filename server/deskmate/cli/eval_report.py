"""What `deskmate eval` says at its end: tables, advice, and the settings that follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deskmate.cli.diff import unified_diff
from deskmate.cli.progress import say
from deskmate.engines.models.catalogue import catalogue, installed
from deskmate.engines.models.recommend import recommend, this_machine
from deskmate.engines.tiers import large_settings
from deskmate.errors import ActionError, DeskmateError
from deskmate.evaluation import advice, comparing
from deskmate.evaluation.advice import Advice, Choice
from deskmate.evaluation.page import by_suite, comparison_page, named, run_page
from deskmate.evaluation.quality import name_of
from deskmate.evaluation.report import by_action, counted, laid_out, summaries, table
from deskmate.evaluation.runs import Run, last, read
from deskmate.files.replace import replace_file
from deskmate.settings.schema import Settings
from deskmate.settings.sources import load_settings, user_file
from deskmate.settings.write import with_settings


@dataclass(frozen=True, slots=True)
class Telling:
    """Where a report goes besides the terminal, and whether its settings are written."""

    json_file: str = ""
    html_file: str = ""
    write_settings: bool = False


def report(number: str, telling: Telling) -> None:
    """Reports on a run that is kept, "" the newest. Raises ActionError, DeskmateError, OSError."""
    run = read(Path(number)) if number else last()
    if run is None:
        raise ActionError("There is no run yet; `deskmate eval --run-code` starts one.")
    tell(run, load_settings()[0], telling)


def tell(run: Run, settings: Settings, telling: Telling) -> None:
    """Prints what a run came to and what follows. Raises DeskmateError, OSError."""
    if not run.results:
        raise ActionError(f"{run.path} has no results yet; --resume continues it.")
    _print_tables(run)
    beside = [comparing.arms(run.results, other, "deskmate") for other in comparing.BESIDE]
    pairings = by_suite([pair for found in beside for pair in found])
    for suite, one in pairings:
        print(f"{suite}: {comparing.in_words(one, *named(run.results))}")
    found = advice.advise(run.results, _choice(run, settings))
    print(f"\n{run.about['model']} on this machine\n{advice.shown(found)}")
    say(f"{run.about['model']}; the results are in {run.path}.")
    if telling.json_file:
        _write(telling.json_file, json.dumps(_told(run, found), indent=1, ensure_ascii=False))
    if telling.html_file:
        _write(telling.html_file, run_page(run, found, pairings))
    _follow(found.settings, write=telling.write_settings)


def compare(first: str, second: str, html_file: str = "") -> None:
    """Prints two runs side by side, and the tasks in which they differ. Raises ActionError,
    OSError.
    """
    one, other = read(Path(first)), read(Path(second))
    for run in (one, other):
        say(f"{run.path.name}: {run.about['model']}")
        _print_tables(run)
    found = comparing.pairs(one.results, other.results)
    for suite, all_of in by_suite(found):
        print(f"{suite}: {comparing.in_words(all_of)}")
    print("\n" + laid_out(comparing.differing(found), words=6))
    if html_file:
        _write(html_file, comparison_page(one, other, found))


def _print_tables(run: Run) -> None:
    print(laid_out(table(run.results)), end="\n\n")
    if by_action(run.results):
        print(laid_out(table(run.results, "action")), end="\n\n")
    if judged := [one for one in run.results if one.proof]:
        print(laid_out(table(judged, "proof")), end="\n\n")
    if lines := counted(run.results):
        print("\n".join(lines), end="\n\n")


def _told(run: Run, found: Advice) -> dict[str, Any]:
    """The run for machines: what it is about, the sums, every result, and what follows."""
    parts = {
        f"by_{part}": [
            asdict(one) | {"share": one.share, "low": one.low, "high": one.high}
            for one in summaries(run.results, part)
        ]
        for part in ("suite", "action", "proof")
    }
    results = [asdict(result) for result in run.results]
    return {**run.about, **parts, "advice": asdict(found), "results": results}


def _choice(run: Run, settings: Settings) -> Choice:
    """What there is beside the model that was measured."""
    large = large_settings(settings)
    name = name_of(run)
    measured = next((one for one in catalogue() if one.name == name), None)
    try:
        machine, disk = this_machine()
        fitting = advice.larger(recommend(catalogue(), machine, disk), measured)
    except DeskmateError as error:
        say(f"It is not known whether a larger model would fit: {error}")
        fitting = ()
    there = frozenset(one.name for one in installed())
    return Choice((large.model or large.url) if large else "", fitting, there)


def _follow(values: Mapping[str, Any], *, write: bool) -> None:
    """Shows the settings that follow as what they change in the user's file, and changes it."""
    if not values:
        if write:
            say("This run suggests no settings.")
        return
    path = user_file()
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    after = with_settings(before, values, path)
    if after == before:
        say(f"{path} already has the suggested settings.")
        return
    print("\n" + unified_diff(before, after, path.name, created=not before), end="")
    if write:
        replace_file(path, after.encode("utf-8"))
        say(f"Wrote {path}.")
    else:
        say(f"--write-settings puts that into {path}.")


def _write(file: str, text: str) -> None:
    Path(file).write_text(text, encoding="utf-8", newline="\n")
    say(f"Wrote {file}.")
