"""The question whether a request may leave this machine, in any editor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.lsp.editor import Editor
from deskmate.lsp.showing import show

if TYPE_CHECKING:
    from deskmate.beyond import Beyond
    from deskmate.consulting import Question
    from deskmate.lsp.desk import Desk
    from deskmate.projects import Project
    from deskmate.settings import Settings


async def beyond(
    desk: Desk,
    action: str,
    title: str,
    project: Project | None,
    shown: tuple[str, ...],
    settings: Settings,
) -> Beyond:
    """What there is beyond the local models for an action that shows something of the documents
    `shown`, which are URIs.
    """
    from deskmate.consulting import User
    from deskmate.consulting import beyond as by_settings

    editor = desk.editor
    warn = partial(editor.say, kind=types.MessageType.Warning)
    user = User(warn, partial(show, editor), partial(_choose, editor))
    return await by_settings(settings, action, title, project, shown, user)


async def _choose(editor: Editor, question: Question) -> str | None:
    """By a place of the editor's own, which shows the text that is sent, or by a message."""
    from deskmate.consulting import SEE
    from deskmate.routing.ledger import counted
    from deskmate.routing.prices import prices_date

    if not editor.asks_for_consent:
        return await editor.choose(question.words, *question.choices)
    sending = question.sending
    return await editor.consent(
        {
            "title": question.title,
            "reasons": question.route.reasons,
            "provider": question.provider,
            "model": question.model,
            "tokens": sending.tokens,
            "price": sending.price,
            "priceDate": prices_date(),
            "files": sending.files,
            "redactions": counted(sending.redactions),
            "over": sending.over,
            "text": sending.text,
            "choices": [one for one in question.choices if one != SEE],
        }
    )
