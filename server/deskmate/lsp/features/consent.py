"""The question whether a request may leave this machine, in any editor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.lsp.client import Client
from deskmate.lsp.showing import show

if TYPE_CHECKING:
    from deskmate.lsp.session import Session
    from deskmate.requests.consent_question import Question
    from deskmate.requests.escalation import Escalation
    from deskmate.settings.project import Project
    from deskmate.settings.schema import Settings


async def escalation(
    session: Session,
    action: str,
    title: str,
    project: Project | None,
    shown: tuple[str, ...],
    settings: Settings,
) -> Escalation:
    """What there is beyond the local models for an action that shows something of the documents
    `shown`, which are URIs.
    """
    from deskmate.requests.consent_question import User
    from deskmate.requests.consent_question import escalation as by_settings

    client = session.client
    warn = partial(client.say, kind=types.MessageType.Warning)
    user = User(warn, partial(show, client), partial(_choose, client))
    return await by_settings(settings, action, title, project, shown, user)


async def _choose(client: Client, question: Question) -> str | None:
    """By a place of the editor's own, which shows the text that is sent, or by a message."""
    from deskmate.cloud.ledger import counted
    from deskmate.cloud.prices import prices_date
    from deskmate.requests.consent_question import SEE

    if not client.asks_for_consent:
        return await client.choose(question.words, *question.choices)
    sending = question.sending
    return await client.consent(
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
