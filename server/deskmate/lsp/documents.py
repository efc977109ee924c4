"""The documents that the editor has open, and what is edited in them meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakSet

from lsprotocol import types

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, Encoding, Span
from deskmate.core.text.uri import file_path, uri_key
from deskmate.errors import ActionError
from deskmate.files.source import read_source
from deskmate.lsp.convert import apply_changes, find_difference, to_edit
from deskmate.lsp.trail import Place, Trail
from deskmate.workspace.ignore import is_never_sent

log = logging.getLogger(__name__)


REMEMBERED = 16
"""How many changes of a document are remembered, for one that comes after later ones."""


MANY = 16
"""Edits in one message from which on they are made all at once."""

FOLLOWED = 500
"""Edits of one message that are noted one by one: where it has more, as one."""


@dataclass(frozen=True, slots=True)
class _Received:
    """Changes that make one version, and the edit that takes them back: no snapshot is kept for
    what hardly ever comes.
    """

    version: int
    changes: tuple[types.TextDocumentContentChangeEvent, ...]
    back: Edit


Noting = TypeVar("Noting", bound=Trail)


class Documents:
    """The open documents as immutable snapshots, by URI.

    A URI stands for the same document however much of it is percent-encoded: editors differ.
    """

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self._open: dict[str, Document] = {}
        self._received: dict[str, deque[_Received]] = {}
        self._trails: WeakSet[Trail] = WeakSet()
        self._applying: dict[str, str] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def open(self, item: types.TextDocumentItem) -> None:
        """The editor has opened a document: from now on its text is what the editor says."""
        self._received.pop(uri_key(item.uri), None)
        self._open[uri_key(item.uri)] = open_document(
            item.uri, item.text, language_id=item.language_id, version=item.version
        )

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> None:
        """The user has edited: each change is against the text that the one before it left."""
        key = uri_key(identifier.uri)
        document = self._open.get(key)
        if document is None:
            log.warning("A change of %s, which is not open, is ignored.", identifier.uri)
            return
        earlier = self._received.setdefault(key, deque(maxlen=REMEMBERED))
        late = [one for one in earlier if one.version > identifier.version]
        if late:
            self._open[key] = self._reorder(key, document, identifier.version, changes, late)
            return
        now = self._apply(document, identifier.version, changes, key)
        back = find_difference(now.text, document.text)
        earlier.append(_Received(identifier.version, tuple(changes), back))
        self._open[key] = now

    def _apply(
        self,
        document: Document,
        version: int,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        noted: str = "",
    ) -> Document:
        """The document after the changes, each of which is noted under that key."""
        if len(changes) > MANY:
            return self._apply_many(document, version, changes, noted)
        for change in changes:
            edit = to_edit(document, change, self.encoding)
            document = document.changed(edit, version)
            if noted:
                self._note(noted, edit)
        return document

    def _apply_many(
        self,
        document: Document,
        version: int,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        noted: str,
    ) -> Document:
        """The same for many of them, in one step, whose edits are noted from the last to the
        first, so that none of them moves another.
        """
        text = apply_changes(document.text, changes, self.encoding)
        difference = find_difference(document.text, text)
        if noted and self._trails:
            each = len(changes) <= FOLLOWED and any(trail.each for trail in self._trails)
            for edit in minimal_edits(document.text, text)[::-1] if each else (difference,):
                self._note(noted, edit)
        return document.changed(difference, version)

    def _reorder(
        self,
        key: str,
        document: Document,
        version: int,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        late: Sequence[_Received],
    ) -> Document:
        """The document as it is if this change comes before those of later versions, which came
        first: Helix 25.01 sends what is typed fast in any order.
        """
        kept = [one for one in self._received[key] if one.version <= version]
        now = document
        for one in reversed(late):
            now = now.changed(one.back, version)
        for at, made in ((version, tuple(changes)), *((one.version, one.changes) for one in late)):
            before, now = now, self._apply(now, at, made)
            kept.append(_Received(at, made, find_difference(now.text, before.text)))
        self._received[key] = deque(kept, maxlen=REMEMBERED)
        if now.text != document.text:
            self._note(key, find_difference(document.text, now.text))
        return now

    def _note(self, key: str, edit: Edit) -> None:
        for trail in self._trails:
            trail.note(key, edit, self._applying.get(key, ""))

    @asynccontextmanager
    async def applying(self, uri: str, title: str) -> AsyncIterator[None]:
        """One action at a time has that document edited: what is edited meanwhile is what the one
        of that title does.
        """
        key = uri_key(uri)
        async with self._turns[key]:
            self._applying[key] = title
            try:
                yield
            finally:
                del self._applying[key]

    def disown(self, document: Document, sent: Trail) -> None:
        """What has come since an edit was `sent`, which the editor refused, the user has done."""
        for trail in self._trails:
            trail.disown(document, len(sent.list_since(document)))

    def close(self, uri: str) -> None:
        """The editor has closed it: what is on disk holds again."""
        self._open.pop(uri_key(uri), None)
        self._received.pop(uri_key(uri), None)

    def get(self, uri: str) -> Document | None:
        """The document, where it is open."""
        return self._open.get(uri_key(uri))

    async def read(self, uri: str) -> Document:
        """The document as it is open, which is taken at once, or else as it lies on disk (then
        without a version).

        Raises ActionError where there is neither.
        """
        if (document := self.get(uri)) is not None:
            return document
        return await asyncio.to_thread(_read_from_disk, uri)

    def all(self) -> tuple[Document, ...]:
        """Every open document."""
        return tuple(self._open.values())

    def list_others(self, uri: str) -> tuple[Document, ...]:
        """Every open document but that one, and but those that hold keys and passwords by their
        names, which no model is shown as context.
        """
        return tuple(
            document
            for key, document in self._open.items()
            if key != uri_key(uri) and not holds_keys(document.uri)
        )

    def follow(self, uri: str, span: Span) -> Place:
        """Where a span of a document is from now on, for as long as somebody holds it."""
        return self.tell(Place(uri_key(uri), span))

    def start_trail(self) -> Trail:
        """Notes the edits from now on, for as long as somebody holds it."""
        return self.tell(Trail())

    def tell(self, trail: Noting) -> Noting:
        """Has a trail note the edits from now on, for as long as somebody holds it."""
        self._trails.add(trail)
        return trail


def holds_keys(uri: str) -> bool:
    """Whether a document holds keys or passwords, by its name."""
    path = file_path(uri)
    return path is not None and is_never_sent(path)


def _read_from_disk(uri: str) -> Document:
    path = file_path(uri)
    if path is None:
        raise ActionError(f"{uri} is not open in the editor and is not a file.")
    source = read_source(path)
    if not source.exists:
        raise ActionError(f"{path} is not open in the editor and does not exist on disk.")
    return open_document(uri, source.text)
