"""What a project and this machine have that no request may tell: secrets in files such as `.env`,
and who and where the user is.
"""

from __future__ import annotations

import getpass
import socket
from pathlib import Path

from deskmate.cloud.payload import Whereabouts
from deskmate.cloud.project_secrets import known_values
from deskmate.errors import NotSent
from deskmate.files.guarded import read_contents
from deskmate.settings.project import Project
from deskmate.workspace.ignore import secret_files


def read_secrets(project: Project | None) -> tuple[str, ...]:
    """The values that a project keeps in its `.env` files and their like. Raises NotSent where one
    of these cannot be read.
    """
    found: dict[str, None] = {}
    if project is None:
        return ()
    path = project.top
    try:
        for path in secret_files(project.top):
            text = read_contents(path, None).data.decode("utf-8", "replace")
            found |= dict.fromkeys(known_values(text))
    except OSError as error:
        raise NotSent(
            f"Nothing was sent: {path} cannot be read ({error.strerror or error}), so its "
            f"secrets cannot be found in the request. Ask the local model."
        ) from error
    return tuple(found)


def find_whereabouts(project: Project | None) -> Whereabouts:
    """Who and where the user is, as far as this machine knows."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    host = socket.gethostname().partition(".")[0]
    home = str(Path("~").expanduser())
    folder = str(project.folder) if project else ""
    return Whereabouts(project=folder, home=home, user=user, host=host)
