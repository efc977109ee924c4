"""What an editor is told of an answer that it shows while that is written, and of what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.lsp.arguments import to_wire
from deskmate.lsp.convert import to_range
from deskmate.lsp.pygls_protocol import SHOW_LAST_REPLY
from deskmate.lsp.showing import show

if TYPE_CHECKING:
    from deskmate.core.syntax.document import Document
    from deskmate.core.text.text import Encoding, Span
    from deskmate.lsp.session import Session
    from deskmate.lsp.trail import Trail
    from deskmate.requests.conversation import Turn
    from deskmate.requests.proposal import Proposal


def make_page(job: int, title: str, conversation: str) -> dict[str, Any]:
    """An answer of a job, which questions in that conversation can follow."""
    return {"id": job, "title": title, "conversation": conversation}


async def show_answer(session: Session, trail: Trail, title: str, markdown: str) -> None:
    """Shows a finished answer. Where that would take the cursor from somebody who has typed since
    they asked, when `trail` began, it waits in the menu.
    """
    if session.client.takes_cursor and trail.typed:
        session.unread = title, markdown
        session.client.say(f"{title}: the answer is there. The menu of actions shows it.")
        return
    await show(session.client, title, markdown)


def offer_unread(session: Session) -> list[types.CodeAction]:
    """The entry that shows the answer that waits."""
    if session.unread is None:
        return []
    title = f"Show the answer: {session.unread[0]}"
    return [types.CodeAction(title, kind=UNREAD, command=types.Command(title, SHOW_LAST_REPLY))]


async def show_last(session: Session) -> str:
    """Shows the answer that waits, or else the last reply; a sentence about that."""
    if session.unread is None:
        return await session.show_last_reply()
    (title, markdown), session.unread = session.unread, None
    await show(session.client, title, markdown)
    return f"{title}: the answer is shown."


UNREAD = "deskmate.answer"
"""The kind of that entry."""


def say_place(name: str, document: Document, span: Span, encoding: Encoding) -> dict[str, Any]:
    """What an answer is about, for its page: its name, and the place to go to; without a range it
    is the whole file.
    """
    about: dict[str, Any] = {"name": name, "uri": document.uri}
    if len(span) < len(document.text.strip()):
        about["range"] = to_wire(to_range(document, span, encoding))
    return {"about": about}


def make_turn(proposal: Proposal) -> Turn:
    """What an action has explained, as if it had been asked for in words."""
    from deskmate.requests.conversation import Turn, describe_piece
    from deskmate.requests.retrieval import Source

    request, target = proposal.request, proposal.request.target
    given = describe_piece(*Source(target.host, target.host_span).described)
    about = (*(one.told for one in request.diagnostics), request.instruction)
    asked = "\n".join(filter(None, (f"{request.title}: {proposal.target}", *about)))
    return Turn(asked, proposal.shown, given, request.shown, request.wish == "local")
