"""What a document imports already, for the code at one place in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from deskmate.core.gate.edits.import_places import find_modules
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import all_scopes, captured
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.text import Span


class Holding:
    """The statements of a document that hold for the code at `where`: those of functions and
    modules hold in these alone, those of conditions (`try:`) behind them as well.
    """

    def __init__(self, document: Document, where: Span | None) -> None:
        self._document = document
        functions = [one.span for one in all_scopes(document) if one.kind == "function"]
        modules = find_modules(document)
        scopes = {*functions, *modules, *captured(document, "locals", "local.scope")}
        self._others: list[Span] = []  # the outermost, which are apart from each other
        for one in sorted(scopes, key=lambda one: (one.start, -one.end)):
            if where is not None and one.contains(where):
                continue
            if not self._others or self._others[-1].end <= one.start:
                self._others.append(one)

    def reaches(self, span: Span) -> bool:
        """Whether what stands at `span` holds there."""
        at = bisect_right(self._others, span.start, key=lambda one: one.start) - 1
        return at < 0 or not self._others[at].contains(span)

    def has(self, statement: str) -> bool:
        """Whether there is such a statement that holds there."""
        document, at = self._document, -1
        while (at := document.text.find(statement, at + 1)) >= 0:
            span = Span(at, at + len(statement))
            if self._is_whole(span) and self.reaches(span):
                return True
        return False

    def _is_whole(self, span: Span) -> bool:
        """Whether a statement stands there, and no part of one, of a text or of a comment."""
        document = self._document
        if document.tree is None:
            return True
        node = document.tree.root_node.named_descendant_for_byte_range(*document.bytes_span(span))
        if node is None or not node.named_child_count:
            return False
        return document.slice(document.span_of(node)).strip() == document.slice(span)


class WordSets:
    """The words of a document's imports."""

    def __init__(self, document: Document, spans: Iterable[Span]) -> None:
        self._having: dict[str, list[frozenset[str]]] = {}
        for span in spans:
            words = token_set(document, span)
            for word in words:
                self._having.setdefault(word, []).append(words)

    def have(self, new: frozenset[str]) -> bool:
        """Whether one import has every one of these words, and the same brackets."""
        rarest = min((self._having.get(word, []) for word in new), key=len, default=[])
        return any(new <= other and new & _BRACKETS == other & _BRACKETS for other in rarest)


_BRACKETS = frozenset("{}*(")


def token_set(document: Document, span: Span) -> frozenset[str]:
    """The words of a statement; it is the same with other quotes."""
    words = (t.text.replace("'", '"') for t in tokens(document, span) if not t.comment)
    return frozenset(word for word in words if word not in ",;")
