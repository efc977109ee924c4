"""What is edited from one moment on, for whoever works meanwhile."""

from __future__ import annotations

import asyncio

from deskmate.core.syntax.document import Document
from deskmate.core.text.anchor import Anchor
from deskmate.core.text.text import Edit, Span, apply_edits
from deskmate.core.text.uri import uri_key


class Trail:
    """The edits of every document since one moment, in their order; where many come at once, `each`
    of them or one that comes to the same.
    """

    each = True

    def __init__(self) -> None:
        self._edits: dict[str, list[Edit]] = {}
        self._authors: dict[str, list[str]] = {}
        self._news = asyncio.Event()

    def note(self, key: str, edit: Edit, author: str = "") -> None:
        """Adds one edit; `author` is the title of the action that made it, "" for the user."""
        self._edits.setdefault(key, []).append(edit)
        self._authors.setdefault(key, []).append(author)
        self._news.set()

    def disown(self, document: Document, count: int) -> None:
        """The last edits of that document, so many, are the user's, whoever was noted for them."""
        authors = self._authors.get(uri_key(document.uri), [])
        start = max(0, len(authors) - count)
        authors[start:] = [""] * (len(authors) - start)

    @property
    def typed(self) -> bool:
        """Whether the user has edited anything."""
        return any("" in authors for authors in self._authors.values())

    def list_authors(self, before: Document) -> tuple[str, ...]:
        """Who made the edits that `list_since` gives, one for each."""
        return tuple(self._authors.get(uri_key(before.uri), ()))

    def list_since(self, before: Document) -> tuple[Edit, ...]:
        """The edits of that document, each against the text that the one before it left."""
        return tuple(self._edits.get(uri_key(before.uri), ()))

    def leads(self, before: Document, now: Document) -> bool:
        """Whether these edits are all that happened between the two snapshots. They are not where
        the document was closed without saving, say, or its file rewritten by another program.
        """
        text = before.text
        try:
            for edit in self.list_since(before):
                text = apply_edits(text, [edit])
        except ValueError:
            return False
        return text == now.text

    async def wait(self, document: Document, seconds: float) -> None:
        """Until that document is edited, or the time is over."""
        try:
            async with asyncio.timeout(seconds):
                while not self.list_since(document):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return


class Place(Trail):
    """A span of one document that follows what is edited: nothing else is kept."""

    def __init__(self, key: str, span: Span) -> None:
        super().__init__()
        self._key = key
        self._anchor = Anchor(span)

    @property
    def span(self) -> Span:
        """Where it is by now; what is edited in it belongs to it."""
        return self._anchor.span

    def note(self, key: str, edit: Edit, author: str = "") -> None:
        """Follows one edit."""
        if key == self._key:
            self._anchor = self._anchor.after(edit)
