"""A proposal to the editor: moved to where its place is by now, versioned, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.syntax.document import Document
from deskmate.core.text.anchor import Anchor
from deskmate.core.text.text import Edit, Span, apply_edits
from deskmate.core.text.uri import file_path, name_in, uri_key
from deskmate.errors import DeskmateError, Stale
from deskmate.files.disk import exists
from deskmate.files.source import write_source
from deskmate.lsp.applied import Applied, make_applied
from deskmate.lsp.convert import to_workspace_edit
from deskmate.lsp.outcome import Declined

if TYPE_CHECKING:
    from deskmate.lsp.client import Client
    from deskmate.lsp.documents import Documents
    from deskmate.lsp.trail import Trail
    from deskmate.requests.proposal import FileChange, Proposal

DECLINED = "declined"
"""The failureReason of an editor whose user has seen the edit, and does not want it."""

KEPT_CHANGING = (
    "The editor's text kept changing while the edit was on its way, so nothing was applied. "
    "Run the action again when you are not typing."
)

AGAIN = "Run the action again: its answer is kept, so that the edit comes at once."
"""What helps where an editor gives no reason: Kate takes an edit only in the two seconds after the
command that it is for.
"""

TRIES = 3
"""How often an edit is sent again because the user typed while it was on its way."""

PATIENCE = 1.0
"""Seconds in which an editor reports its new text, for it may answer before. Some say "applied" of
an edit that they passed over because their text was newer, so the report is waited for.
"""


async def apply(
    client: Client, documents: Documents, trail: Trail, proposal: Proposal
) -> Applied | None:
    """Has the editor apply the proposal; `trail` began when the document of its request was taken.
    What has been applied, where that is the text of an open document as it is now.

    Raises Stale where the text was edited inside what the proposal rewrites, and DeskmateError
    where the editor does not apply it.
    """
    change, target = proposal.change, proposal.request.target
    source, place = target.host, target.host_span
    assert change is not None, "a proposal that shows something has nothing to apply"
    if uri_key(change.before.uri) == uri_key(source.uri):
        check_open(documents, source)
    on_disk = await documents.read(source.uri)
    if change.create:
        follow(place, source, on_disk, trail)
        await _create(client, documents, change, proposal)
        return None

    def make_edits(now: Document) -> tuple[Edit, ...]:
        anchor = follow(place, source, documents.get(source.uri) or on_disk, trail)
        return move(change, place, anchor, source, now, trail)

    title, uri = proposal.request.title, change.before.uri
    applied = await apply_latest(client, documents, uri, make_edits, title)
    if applied is None or uri_key(uri) != uri_key(source.uri):
        return applied
    about = Anchor(place)  # what was asked about is looked at, too, where not all of it is another
    for edit in trail.list_since(source):
        about = about.after(edit)
    return make_applied(title, applied.before, applied.after, applied.place.union(about.span))


async def apply_latest(
    client: Client,
    documents: Documents,
    uri: str,
    make_edits: Callable[[Document], tuple[Edit, ...]],
    title: str,
) -> Applied | None:
    """Has the editor apply what `make_edits` makes of the document as it is by then, and gives what
    `apply` does. Raises Stale and DeskmateError as that, and what `make_edits` raises.
    """
    async with documents.applying(uri, title):
        for _ in range(TRIES):
            now = await documents.read(uri)
            edits = make_edits(now)
            sent = documents.start_trail()
            result = await client.apply(_make_edit(client, documents, now, edits), title)
            if result.applied and await has_arrived(sent, now, edits, documents):
                return note_applied(title, now, edits, documents.get(uri))
            if not await was_typed_in(sent, now, result):
                if result.failure_reason != DECLINED:
                    check_open(documents, now)
                raise explain_refusal(result)
            documents.disown(now, sent)
    raise Stale(KEPT_CHANGING)


def note_applied(
    title: str, now: Document, edits: tuple[Edit, ...], after: Document | None
) -> Applied | None:
    """What has been applied, where nothing else has happened to the text meanwhile."""
    if not edits or after is None or after.text != apply_edits(now.text, edits):
        return None
    longer = len(after.text) - len(now.text)
    start, end = min(one.span.start for one in edits), max(one.span.end for one in edits)
    return make_applied(title, now, after, Span(start, end + longer))


def follow(anchor: Span, before: Document, now: Document, trail: Trail) -> Span:
    """Where `anchor` of `before` lies in `now`. Raises Stale where it was edited, or where what
    happened in between is not known.
    """
    here, by = Anchor(anchor), ""
    for edit, author in zip(trail.list_since(before), trail.list_authors(before), strict=True):
        touched, here = here.touched, here.after(edit)
        by = author if here.touched and not touched else by
    if here.touched or not trail.leads(before, now):
        was, text = before.slice(anchor), now.slice(here.span)
        laid_out = was != text and "".join(was.split()) == "".join(text.split())
        who = "A formatter, or you, changed the layout of" if laid_out else "You edited"
        who = f"“{by}” has changed" if by else who
        raise Stale(
            f"{who} this code while the model was rewriting it, so nothing was applied. "
            "Run the action again."
        )
    return here.span


def check_open(documents: Documents, source: Document) -> None:
    """Raises Stale where a document that was open no longer is: saved under another name, renamed
    or closed, it is somewhere else than an edit would go.
    """
    if source.version is not None and documents.get(source.uri) is None:
        raise Stale(
            f"{name_in(source.uri)} was closed or renamed while the model was working, so nothing "
            "was applied. Open it, and run the action again."
        )


def move(
    change: FileChange,
    anchor: Span,
    anchor_now: Span,
    source: Document,
    now: Document,
    trail: Trail,
) -> tuple[Edit, ...]:
    """The edits of `change` as they are in `now`. Those inside the anchor move with it, for its
    text is what it was; any other follows what was edited around it.
    """
    inside = change.before.uri == source.uri
    edits = []
    for edit in change.edits:
        if inside and anchor.contains(edit.span):
            span = edit.span.shifted(anchor_now.start - anchor.start)
        else:
            span = follow(edit.span, change.before, now, trail)
        edits.append(Edit(span, edit.text))
    return tuple(edits)


async def _create(
    client: Client, documents: Documents, change: FileChange, proposal: Proposal
) -> None:
    """Makes a file that was not there when the model was asked."""
    document, path = change.before, file_path(change.before.uri)
    if (
        path is None
        or await asyncio.to_thread(exists, path)
        or documents.get(document.uri) is not None
    ):
        raise Stale(
            f"{path or document.uri} was created meanwhile. Run the action again to extend it."
        )
    if not client.creates_files:
        await asyncio.to_thread(write_source, path, "", change.after)
        return
    edit = to_workspace_edit(
        document, change.edits, documents.encoding, versioned=True, create=True
    )
    result = await client.apply(edit, proposal.request.title)
    if not result.applied:
        raise explain_refusal(result)


def _make_edit(
    client: Client, documents: Documents, now: Document, edits: tuple[Edit, ...]
) -> types.WorkspaceEdit:
    return to_workspace_edit(now, edits, documents.encoding, versioned=client.checks_versions)


async def has_arrived(
    sent: Trail, now: Document, edits: tuple[Edit, ...], documents: Documents
) -> bool:
    """Whether the edits are in the editor's text. False only where it has reported edits, and
    none of them comes near ours; where it reports nothing, its word is believed.
    """
    if now.version is None:
        return True
    await sent.wait(now, PATIENCE)
    reported = sent.list_since(now)
    document = documents.get(now.uri)
    if not reported or (document and document.text == apply_edits(now.text, edits)):
        return True
    return any(_reaches(reported, edit.span) for edit in edits)


async def was_typed_in(sent: Trail, now: Document, result: types.ApplyWorkspaceEditResult) -> bool:
    """Whether an edit was not applied because the text is another than the one it was for."""
    if not result.applied and result.failure_reason != DECLINED and now.version is not None:
        await sent.wait(now, PATIENCE)
    return bool(sent.list_since(now))


def _reaches(reported: Iterable[Edit], place: Span) -> bool:
    for edit in reported:
        if edit.span.start <= place.end and place.start <= edit.span.end:
            return True
        if edit.span.end < place.start:
            place = place.shifted(len(edit.text) - len(edit.span))
    return False


def explain_refusal(result: types.ApplyWorkspaceEditResult) -> DeskmateError:
    """The error of an edit that the editor did not apply."""
    if result.failure_reason == DECLINED:
        return Declined("You declined the edit, so nothing was changed.")
    reason = f"It says: {result.failure_reason}" if result.failure_reason else AGAIN
    return DeskmateError(f"The editor did not apply the edit, so nothing was changed. {reason}")
