"""A proposal for several files to the editor: in one edit, and in all of them or in none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.syntax.document import Document
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, apply_edits
from deskmate.core.text.uri import file_path, name_in, uri_key
from deskmate.errors import DeskmateError, Stale
from deskmate.files.source import refuse_protected
from deskmate.lsp.applied import Applied
from deskmate.lsp.apply_edit import (
    KEPT_CHANGING,
    TRIES,
    check_open,
    explain_refusal,
    follow,
    has_arrived,
    move,
    note_applied,
    was_typed_in,
)
from deskmate.lsp.convert import to_workspace_edit

if TYPE_CHECKING:
    from deskmate.lsp.client import Client
    from deskmate.lsp.documents import Documents
    from deskmate.lsp.trail import Trail
    from deskmate.requests.proposal import FileChange, Proposal


@dataclass(frozen=True, slots=True)
class _Part:
    """The edits of one file as it is now, and what they make of it."""

    now: Document
    edits: tuple[Edit, ...]

    @property
    def after(self) -> str:
        """Its text with them."""
        return apply_edits(self.now.text, self.edits)


async def apply_together(
    client: Client, documents: Documents, trail: Trail, proposal: Proposal
) -> Applied | None:
    """Has the editor apply the changes of a proposal, all or none, and gives what `apply` does of
    the file that the request was about; `trail` began when its documents were taken.

    What an editor has applied in some of the files only is taken back, since few promise that they
    do that themselves. Raises Stale where a file was edited in a place that changes, or written by
    another program, and DeskmateError where one may not be written or the editor does not apply it.
    """
    title, changes = proposal.request.title, proposal.changes
    async with AsyncExitStack() as turns:
        for uri in sorted((one.before.uri for one in changes), key=uri_key):
            await turns.enter_async_context(documents.applying(uri, title))
        for _ in range(TRIES):
            parts = [await _place(documents, trail, proposal, one) for one in changes]
            # Those that it has open come first: it may refuse them, and then stops there.
            parts.sort(key=lambda one: one.now.version is None)
            sent = documents.start_trail()
            result = await client.apply(_make_edit(documents, parts), title, together=True)
            arrived = await asyncio.gather(
                *(has_arrived(sent, one.now, one.edits, documents) for one in parts)
            )
            if result.applied and all(arrived):
                return _note(documents, proposal, parts)
            edited = await asyncio.gather(*(was_typed_in(sent, one.now, result) for one in parts))
            ours = [_stands(documents, one, result) for one in parts]
            back = [one for one, own in zip(parts, ours, strict=True) if own]
            await _take_back(client, documents, back, title)
            _refuse_mixed(documents, sent, (one for one in parts if one not in back))
            if not any(by and not own for by, own in zip(edited, ours, strict=True)):
                raise explain_refusal(result)
            if back:
                break  # what was done and undone has touched the places that change
    raise Stale(KEPT_CHANGING)


async def _place(
    documents: Documents, trail: Trail, proposal: Proposal, change: FileChange
) -> _Part:
    """The edits of one file where they belong by now. Raises Stale and ActionError."""
    request, before = proposal.request, change.before
    source, place = request.target.host, request.target.host_span
    path = file_path(before.uri)
    if path is not None and request.project is not None:
        await asyncio.to_thread(refuse_protected, path, request.project.top)
    check_open(documents, before)
    now = await documents.read(before.uri)
    try:
        if uri_key(before.uri) == uri_key(source.uri):
            anchor = follow(place, source, now, trail)
            return _Part(now, move(change, place, anchor, source, now, trail))
        edits = [Edit(follow(one.span, before, now, trail), one.text) for one in change.edits]
        return _Part(now, tuple(edits))
    except Stale as stale:
        raise Stale(f"{name_in(before.uri)}: {stale}") from stale


def _make_edit(documents: Documents, parts: Iterable[_Part]) -> types.WorkspaceEdit:
    made = (
        to_workspace_edit(one.now, one.edits, documents.encoding, versioned=True) for one in parts
    )
    return types.WorkspaceEdit(
        document_changes=[change for one in made for change in one.document_changes or ()]
    )


def _stands(documents: Documents, part: _Part, result: types.ApplyWorkspaceEditResult) -> bool:
    """Whether the edits of a file are in it. Of one that is not open the editor's word is taken."""
    opened = documents.get(part.now.uri)
    return result.applied if opened is None else opened.text == part.after


def _refuse_mixed(documents: Documents, sent: Trail, parts: Iterable[_Part]) -> None:
    """Raises Stale where the edits of a file were in it, and it was typed into since."""
    mixed = []
    for one in parts:
        opened, text, texts = documents.get(one.now.uri), one.now.text, set()
        for edit in sent.list_since(one.now):
            text = apply_edits(text, [edit])
            texts.add(text)
        if one.after in texts and opened is not None and opened.text != one.now.text:
            mixed.append(name_in(one.now.uri))
    if mixed:
        names = ", ".join(mixed)
        raise Stale(
            f"You typed in {names} while the edit was on its way to all files, and the editor "
            f"applied it in a part of them only: undo it in {names}, and run the action again."
        )


async def _take_back(
    client: Client, documents: Documents, parts: Sequence[_Part], title: str
) -> None:
    """Raises DeskmateError where the editor does not make these files what they were."""
    back = []
    for one in parts:
        opened = documents.get(one.now.uri)
        version = opened.version if opened else None
        after = Document(one.now.uri, version, one.after, one.now.language)
        back.append(_Part(after, minimal_edits(one.after, one.now.text)))
    edit = _make_edit(documents, back)
    if back and not (await client.apply(edit, title, together=True)).applied:
        names = ", ".join(name_in(one.now.uri) for one in back)
        raise DeskmateError(
            f"The editor applied the edit in a part of the files only: undo it in {names}."
        )


def _note(documents: Documents, proposal: Proposal, parts: Iterable[_Part]) -> Applied | None:
    title, source = proposal.request.title, uri_key(proposal.request.target.host.uri)
    own = next((one for one in parts if uri_key(one.now.uri) == source), None)
    return note_applied(title, own.now, own.edits, documents.get(own.now.uri)) if own else None
