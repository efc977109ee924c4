"""Where the user has edited last, for what goes on with what they type."""

from __future__ import annotations

from collections import deque

from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Edit, Span
from deskmate.core.text.uri import uri_key
from deskmate.lsp.documents import Documents
from deskmate.lsp.trail import Trail


class RecentEdits(Trail):
    """The places that were edited last, each as it is now. What is edited beside such a place
    belongs to it, and what is too large for a hand, such as a file that another program has
    written anew, is none.
    """

    each = False

    def __init__(self) -> None:
        super().__init__()
        self._places: deque[tuple[str, Span]] = deque(maxlen=_MANY)

    def note(self, key: str, edit: Edit, author: str = "") -> None:
        """Adds one edit, and moves the places behind it."""
        large = max(len(edit.text), len(edit.span)) > _LARGE
        grown = len(edit.text) - len(edit.span)
        edited = Span(edit.span.start, edit.span.start + len(edit.text))
        kept: list[tuple[str, Span]] = []
        for one, span in self._places:
            if one != key:
                kept.append((one, span))
            elif large:
                continue
            elif edit.span.end + _BESIDE < span.start:
                kept.append((one, span.shifted(grown)))
            elif edit.span.start > span.end + _BESIDE:
                kept.append((one, span))
            else:
                end = max(span.end + grown, edited.end)
                edited = Span(min(span.start, edited.start), end)
        if not large:
            kept.append((key, edited))
        self._places = deque(kept, maxlen=_MANY)

    def close(self, uri: str) -> None:
        """A document was closed: nothing of it is kept."""
        kept = [one for one in self._places if one[0] != uri_key(uri)]
        self._places = deque(kept, maxlen=_MANY)

    def find_in(self, documents: Documents) -> tuple[tuple[Document, Span], ...]:
        """The places with their documents, the last one last."""
        opened = {uri_key(one.uri): one for one in documents.all()}
        return tuple((opened[key], span) for key, span in self._places if key in opened)


_MANY = 8
_BESIDE = 80
"""Characters between two edits of one place."""
_LARGE = 4000
"""Characters that nobody types or pastes as one edit worth showing."""
