"""`deskmate commit-message`: a message for what is staged, printed."""

from __future__ import annotations

from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.cli.progress import say
from deskmate.cli.run import propose_at_terminal
from deskmate.requests.commit_request import resolve_commit_message
from deskmate.settings.project import project_around
from deskmate.settings.sources import load_settings


def write_commit_message(instruction: str) -> None:
    """Prints the message for what is staged in the repository around the current folder.

    Raises DeskmateError where there is none, or none could be written.
    """
    project = project_around(Path.cwd() / "x")
    settings, problems = load_settings(project.folders)
    for problem in problems:
        say(str(problem))
    actions, _ = load_actions()
    request = resolve_commit_message(
        actions["commit-message"],
        Path.cwd(),
        settings=settings,
        instruction=instruction,
        project=project,
    )
    proposal = propose_at_terminal(request)
    assert proposal.change is not None, "a message is a change"
    print(proposal.change.after, end="")
