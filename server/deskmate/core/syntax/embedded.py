"""The languages inside a document of another: code blocks in Markdown, scripts and styles in HTML.

Where they stand is data, the `injections.scm` of the outer language. Nothing is read before it is
asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from tree_sitter import Node, Parser, Range, Tree

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language, grammar, languages, query
from deskmate.core.syntax.searching import find_matches


def embedded_trees(document: Document) -> Iterator[Tree]:
    """The tree of every piece in a language that we know, in the document's order. Its nodes are
    placed by the bytes of the whole document, as those of the document's own tree are.
    """
    found = query(document.language, "injections") if document.language else None
    if found is None or document.tree is None:
        return
    source = document.text.encode("utf-8", "replace")
    pieces = []
    for pattern, captures in find_matches(found, document.tree.root_node):
        language = _language(captures, found.pattern_settings(pattern))
        if language is not None and language.grammar:
            pieces += [(language, node) for node in captures["injection.content"]]
    for language, node in sorted(pieces, key=lambda piece: piece[1].start_byte):
        ranges = _ranges(node)
        if ranges:
            yield Parser(grammar(language), included_ranges=ranges).parse(source)


def _language(
    captures: Mapping[str, list[Node]], settings: Mapping[str, str | None]
) -> Language | None:
    """The language that a match names, in its pattern or in the document."""
    nodes = captures.get("injection.language", [])
    written = nodes[0].text if nodes else None
    name = written.decode("utf-8", "replace") if written else settings.get("injection.language")
    return named_language(name or "")


def named_language(name: str) -> Language | None:
    """The language that a fence names; None where we do not know it."""
    word = _NAME.search(name)
    return _by_name().get(word[0].lower()) if word else None


_NAME = re.compile(r"[\w+#-]+")
"""The language in `python,ignore`, `{.python}` and `js{1,3}`."""


@cache
def _by_name() -> Mapping[str, Language]:
    return {
        name: language
        for language in languages()
        for name in (language.name, language.fence, *language.ids, *language.aliases)
    }


def _ranges(node: Node) -> list[Range]:
    """A piece without the marks of quotes and lists around it, which are no part of the code."""
    ranges, start, point = [], node.start_byte, node.start_point
    for mark in node.named_children:
        if mark.start_byte > start:
            ranges.append(Range(point, mark.start_point, start, mark.start_byte))
        start, point = mark.end_byte, mark.end_point
    if node.end_byte > start:
        ranges.append(Range(point, node.end_point, start, node.end_byte))
    return ranges
