"""What a document imports already, for the code at one place in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from deskmate.core.gate.edits.import_places import find_modules
from deskmate.core.gate.edits.import_statements import Import
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.library import names_of
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


class Wildcards:
    """The statements of a document that import all of something (`import java.util.*;`)."""

    def __init__(self, statements: Iterable[Import], document: Document) -> None:
        self._language = document.language
        self._every = {_spell(one.text) for one in statements if _WILD.search(one.text)}

    def bring(self, new: Import) -> bool:
        """Whether one of them brings what a statement does, and no other may bring that name, so
        that it must be said which is meant.
        """
        named = _NAMED.fullmatch(_spell(new.text)) if self._every and not new.items else None
        if named is None or f"{named[1]}*" not in self._every:
            return False
        others = (one for one in self._every if one != f"{named[1]}*")
        return not any(self._may_bring(one, named[2]) for one in others)

    def _may_bring(self, statement: str, name: str) -> bool:
        module = re.search(r"[\w.:]+(?=[.:]\*)", statement)
        known = names_of(self._language, module[0]) if self._language and module else None
        return known is None or name in known


def _spell(statement: str) -> str:
    """A statement without what may be written in several ways."""
    return _WILD.sub(r"\1*", " ".join(statement.split()).rstrip("; "))


_WILD = re.compile(r"([.:])\s*[*_]\s*;?\s*\Z")
_NAMED = re.compile(r"(.*[.:])([^\W\d]\w*)")


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
