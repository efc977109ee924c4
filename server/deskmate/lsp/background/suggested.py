"""Suggestions that were made, for as long as what is typed agrees with one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.text.uri import uri_key


@dataclass(frozen=True, slots=True)
class _Suggested:
    """What was suggested at an offset of a document, between what stood there."""

    key: str
    before: str
    after: str
    text: str


class Suggested:
    """The last suggestions. One holds where nothing else was edited than what it says."""

    def __init__(self) -> None:
        self._kept: deque[_Suggested] = deque(maxlen=_MANY)

    def keep(self, document: Document, offset: int, texts: Sequence[str]) -> None:
        """Keeps what was suggested at an offset, the first before the others; and that there was
        nothing to suggest.
        """
        before, after = document.text[:offset], document.text[offset:]
        for text in reversed(texts or ("",)):
            self._kept.appendleft(_Suggested(uri_key(document.uri), before, after, text))
        while len(self._kept) > 1 and sum(map(_size, self._kept)) > _CHARACTERS:
            self._kept.pop()

    def find(self, document: Document, offset: int) -> str | None:
        """What is left of a suggestion; None where there is none that holds, so that a model has to
        be asked.
        """
        key, text = uri_key(document.uri), document.text
        for one in self._kept:
            typed = offset - len(one.before)
            if (
                one.key == key
                and 0 <= typed <= len(one.text)
                and len(text) == len(one.before) + typed + len(one.after)
                and text.startswith(one.text[:typed], len(one.before))
                and text.startswith(one.before)
                and text.endswith(one.after)
                and (typed < len(one.text) or not one.text)
            ):
                return one.text[typed:]
        return None

    def forget(self, uri: str) -> None:
        """Forgets those of a document."""
        kept = [one for one in self._kept if one.key != uri_key(uri)]
        self._kept = deque(kept, maxlen=_MANY)

    def clear(self) -> None:
        """Forgets them all."""
        self._kept.clear()


def _size(one: _Suggested) -> int:
    return len(one.before) + len(one.after)


_MANY = 16
_CHARACTERS = 2_000_000
"""What the kept suggestions hold of documents at most."""
