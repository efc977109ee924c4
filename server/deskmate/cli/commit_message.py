"""`deskmate commit-message`: a message for what is staged, printed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.cli.run import propose_at_terminal, say
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.errors import ActionError
from deskmate.requests.request import resolve
from deskmate.settings.project import project_around
from deskmate.settings.sources import load_settings
from deskmate.workspace.git import find_git_dir


def write_commit_message(instruction: str) -> None:
    """Prints the message for what is staged in the repository around the current folder.

    Raises DeskmateError where there is none, or none could be written.
    """
    git_dir = find_git_dir(Path.cwd())
    if git_dir is None:
        raise ActionError("There is no git repository here.")
    project = project_around(Path.cwd() / "x")
    settings, problems = load_settings(project.folders)
    for problem in problems:
        say(str(problem))
    actions, _ = load_actions()
    document = open_document(file_uri(git_dir / "COMMIT_EDITMSG"), "")
    request = resolve(
        actions["commit-message"],
        document,
        Span(0, 0),
        settings=settings,
        instruction=instruction,
        project=project,
        routed=False,
        alone=True,
    )
    proposal = asyncio.run(propose_at_terminal(request))
    assert proposal.change is not None, "a message is a change"
    print(proposal.change.after, end="")
