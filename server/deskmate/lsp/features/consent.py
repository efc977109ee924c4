"""The question whether a request may leave this machine, in any editor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.lsp.client import Client
from deskmate.lsp.showing import show

if TYPE_CHECKING:
    from deskmate.requests.consent_question import ConsentQuestion, User


def make_user(client: Client) -> User:
    """Whoever sits at this editor."""
    from deskmate.requests.consent_question import User

    warn = partial(client.say, kind=types.MessageType.Warning)
    return User(warn, partial(show, client), partial(_choose, client))


async def _choose(client: Client, question: ConsentQuestion) -> str | None:
    """By a place of the editor's own, which shows the text that is sent, or by a message."""
    from deskmate.cloud.ledger import describe_counts
    from deskmate.cloud.prices import read_prices_date
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
            "prompt_tokens": sending.prompt_tokens,
            "price": sending.price,
            "priceDate": read_prices_date(),
            "files": sending.files,
            "redactions": describe_counts(sending.redactions),
            "over": sending.over,
            "text": sending.text,
            "choices": [one for one in question.choices if one != SEE],
        }
    )
