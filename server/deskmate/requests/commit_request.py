"""The request for the message of a commit, where no editor has its file open."""

from __future__ import annotations

from pathlib import Path

from deskmate.actions.action import Action
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.errors import ActionError
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.workspace.git import find_git_dir


def resolve_commit_message(
    action: Action,
    folder: Path,
    typed: str = "",
    *,
    settings: Settings,
    instruction: str = "",
    project: Project | None,
) -> Request:
    """The request for a message for what is staged in the repository around `folder`, where the
    user has `typed` this so far. It asks git, so it belongs in a thread. Raises ActionError where
    there is no repository.
    """
    git_dir = find_git_dir(folder)
    if git_dir is None:
        raise ActionError(f"There is no git repository in {folder}.")
    return resolve(
        action,
        open_document(file_uri(git_dir / "COMMIT_EDITMSG"), typed),
        Span(0, 0),
        settings=settings,
        instruction=instruction,
        project=project,
        routed=False,
        alone=True,
    )
