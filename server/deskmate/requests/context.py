"""What of its project a request shows beside the code that it works on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deskmate.actions.context import OneFile, Piece, file_name, find_pieces
from deskmate.core.syntax.document import Document
from deskmate.core.target import WHOLE, Target
from deskmate.core.text.uri import file_path
from deskmate.settings.project import Project
from deskmate.workspace.ignore import may_be_read
from deskmate.workspace.index.index import ProjectIndex


def find_context(
    target: Target, others: Iterable[Document], project: Project | None
) -> tuple[Piece, ...]:
    """The pieces worth showing of the target's file and of its project, in which `others` are open.

    It reads files, so it belongs in a thread. What git or Deskmate are told to ignore, and what is
    never sent, is not among them.
    """
    if target.result not in WHOLE:
        return ()
    path = file_path(target.document.uri)
    if path is None or project is None:
        return find_pieces(target, Path(file_name(target.document.uri)), OneFile(target.document))
    documents = {path: target.document}
    for one in others:
        place = file_path(one.uri)
        if place is not None and place != path and may_be_read(place, project):
            documents[place] = one
    return find_pieces(target, path, ProjectIndex(project, documents))
