"""`deskmate.addWord`: a word goes into the user's dictionary, or the project's."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from deskmate.errors import ActionError, DeskmateError, explain_os_error
from deskmate.lsp.arguments import read_object, read_text
from deskmate.lsp.outcome import to_outcome
from deskmate.lsp.pygls_protocol import ADD_WORD
from deskmate.lsp.session import Session
from deskmate.workspace.words import add_word, project_dictionary, user_dictionary


async def add(session: Session, *arguments: Any) -> dict[str, Any]:
    """Adds `word` to the dictionary of the user or, with `uri`, of the project that this is in."""
    try:
        given = read_object(ADD_WORD, arguments, "word, uri?")
        word = read_text(ADD_WORD, given, "word")
        uri = read_text(ADD_WORD, given, "uri", "")
        path = await asyncio.to_thread(_find_dictionary, session, uri)
        await asyncio.to_thread(add_word, path, word)
    except OSError as error:
        failure = ActionError(f"The word could not be added: {explain_os_error(error)}")
        return session.answer_now(to_outcome(failure), wait=False)
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=False)
    session.text_diagnostics.look_at_all()
    return {"path": str(path)}


def _find_dictionary(session: Session, uri: str) -> Path:
    if not uri:
        return user_dictionary()
    project = session.find_project(uri)
    if project is None:
        raise ActionError("The text is in no project. Add the word to your own dictionary.")
    return project_dictionary(project)
