"""What `deskmate doctor` finds: is everything there that an answer needs, and how to fix it.

No model is loaded here, and nothing is changed.
"""

from __future__ import annotations

import difflib
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from deskmate import __version__
from deskmate.checks.project_actions import load_allowed
from deskmate.cli.doctor_engine import examine_engine
from deskmate.cli.finding import Finding
from deskmate.cloud.gateway import find_destination
from deskmate.engines.models.catalogue import (
    models_dir,
)
from deskmate.engines.tiers import large_settings
from deskmate.errors import EngineError
from deskmate.files.places import folder
from deskmate.settings.project import project_around, project_root
from deskmate.settings.resolve import Problem
from deskmate.settings.schema import Settings
from deskmate.settings.sources import load_settings, user_file


def report(folder: Path, *, as_json: bool) -> bool:
    """Prints what is found with the settings of `folder`. False where there is a problem."""
    findings = []
    for finding in examine(folder):
        findings.append(finding)
        if not as_json:
            print(f"{finding.state:9}{finding.about}: {finding.what}")
            if finding.fix:
                print(f"{'':9}{finding.fix}")
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    return all(finding.state != "problem" for finding in findings)


def examine(folder: Path) -> Iterator[Finding]:
    """Looks at everything in turn, with the settings that hold for files in `folder`."""
    root = project_root(folder / "file")
    settings, problems = load_settings(project_around(folder / "file").folders)
    yield _program()
    yield from _settings(problems)
    yield from _actions(root, settings)
    yield from examine_engine(settings.local)
    large = large_settings(settings)
    if large is not None:
        for finding in examine_engine(large):
            if finding.about != "server":
                yield replace(finding, about=f"larger model: {finding.about}")
    if settings.cloud.engine != "off":
        yield _cloud(settings)
    yield from _folders()
    yield _log(settings.log.level, settings.log.file)


def _program() -> Finding:
    python = f"Python {platform.python_version()} ({sys.executable})"
    return Finding("ok", "deskmate", f"{__version__}, {python}, {platform.platform()}")


def _settings(problems: Iterable[Problem]) -> Iterator[Finding]:
    """What is wrong in them; an editor's own settings are known to its server only."""
    file = user_file()
    if file.exists():
        yield Finding("ok", "settings", f"yours are in {file}")
    else:
        yield Finding("ok", "settings", f"the defaults; your own would be in {file}")
    for problem in problems:
        yield Finding("problem", "settings", str(problem), "Until then the default applies.")


def _actions(root: Path, settings: Settings) -> Iterator[Finding]:
    loaded = load_allowed(root)
    actions = loaded.actions
    yield Finding("ok", "actions", ", ".join(actions))
    for question in loaded.questions:
        yield Finding("ok", "actions", question.how)
    for told in loaded.problems:
        yield Finding("problem", "actions", told)
    for name in settings.actions.disabled:
        if name not in actions:
            near = difflib.get_close_matches(name, actions, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(actions)}."
            yield Finding("warning", "settings", f"`actions.disabled`: no action {name}.", hint)


def _cloud(settings: Settings) -> Finding:
    """Who would be asked where a request may leave this machine; nobody is asked here."""
    try:
        what = find_destination(settings)
    except EngineError as error:
        return Finding("problem", "cloud", str(error))
    cloud = settings.cloud
    limits = (
        f"at most ${limit:.2f} a {span}" if limit else f"no limit a {span}"
        for limit, span in ((cloud.day_budget, "day"), (cloud.month_budget, "month"))
    )
    return Finding("ok", "cloud", f"{what}, where you allow it; {', '.join(limits)}")


def _folders() -> Iterator[Finding]:
    for about, path in (("models", models_dir()), ("cache", folder("cache"))):
        there = next(one for one in (path, *path.parents) if one.exists())
        if there.is_dir() and os.access(there, os.W_OK):
            yield Finding("ok", about, f"{path}")
        else:
            fix = f"{there} is in the way: replace it by a folder that you can write to."
            yield Finding("problem", about, f"{path} cannot be written", fix)


def _log(level: str, file: str) -> Finding:
    place = file or "standard error, which the editor shows"
    return Finding("ok", "log", f"{level} and above, to {place}")
