"""`deskmate consent`: what the user decided about sending and running, and how to take it back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from deskmate.checks.consent import RunQuestion
from deskmate.checks.consent_store import (
    decide_actions,
    decide_run,
    read_run_decisions,
    revoke_run,
)
from deskmate.checks.project_actions import load_allowed
from deskmate.checks.sandbox import find_missing
from deskmate.cloud.consent_store import read_decisions, revoke
from deskmate.errors import ActionError
from deskmate.files.disk import follow_links
from deskmate.settings.project import project_around, project_root


def list_consents() -> None:
    """Prints every decision, one a line. Raises DeskmateError."""
    decisions = read_decisions()
    for one in decisions:
        whom = f" to {one.provider}" if one.provider else ""
        print(f"{one.choice}{whom}  {one.project}  (since {one.date})")
    runs = read_run_decisions()
    for run in runs:
        what = "run its tests" if run.what == "tests" else "use its actions"
        print(f"{run.choice} {what}  {run.project}  (since {run.date})")
    if not decisions and not runs:
        print("You have given no permanent answers: you are asked before anything is sent or run.")


def allow_tests(folder: str, *, never: bool) -> None:
    """Keeps that the tests and the code of the project in `folder` may be run to check answers, or
    may not; "" is the project around the current folder. Raises ActionError where there is no such
    folder, DeskmateError where nothing can be run here, OSError.
    """
    if not Path(folder).is_dir():
        raise ActionError(f"There is no folder {folder}.")
    root = follow_links(Path(folder)) if folder else project_around(Path.cwd() / "x").folder
    missing = () if never else asyncio.run(find_missing())
    decide_run(root, "never" if never else "always", missing)
    if never:
        print(f"No code of {root} is run to check answers.")
    else:
        print(f"Tests run to check answers: {RunQuestion(root, missing).where}.")


def allow_actions(folder: str, *, never: bool) -> None:
    """Keeps that the actions of the project in or around `folder` may be used, or may not. Raises
    ActionError where there is no such folder, DeskmateError, OSError.
    """
    if not Path(folder).is_dir():
        raise ActionError(f"There is no folder {folder}.")
    root = project_root(follow_links(Path(folder)) / "x")
    questions = load_allowed(root).questions
    names = ", ".join(name for one in questions if one.folder == root for name in one.names)
    decide_actions(root, "never" if never else "always")
    told = "are never used" if never else "may be used"
    print(f"The actions of {root} {told}{f': {names}' if names else ''}.")


def revoke_consents(folder: str, *, every: bool) -> None:
    """Forgets the decisions for the project in or around `folder`, or all of them. Raises
    ActionError where there are none.
    """
    project = None if every else _find_project(follow_links(Path(folder)))
    count = revoke(project) + revoke_run(project)
    if not count and project is not None:
        raise ActionError(
            f"There is no permanent answer for {project}. `deskmate consent list` lists them."
        )
    print(f"Forgot {count} {'decision' if count == 1 else 'decisions'}; you are asked again.")


def _find_project(folder: Path) -> Path:
    """The folder that was decided for: itself or one above it, or else its project's."""
    known = {Path(one.project) for one in read_decisions()}
    known |= {Path(one.project) for one in read_run_decisions()}
    around = [one for one in (folder, *folder.parents) if one in known]
    return around[0] if around else project_around(folder / "x").folder
