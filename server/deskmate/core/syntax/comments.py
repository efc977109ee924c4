"""Comments, and what stands before a function: its doc comment, attributes, decorators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.embedded import embedded_trees
from deskmate.core.syntax.language import Language, common
from deskmate.core.syntax.nodes import children_in, find_lineage
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a node: `first` is its first attribute (or the node itself), `start` where
    the comments directly above begin, `doc` the doc comment among them.
    """

    first: Node
    start: int
    doc: Span | None


def comment_at(document: Document, offset: int) -> Span | None:
    """The comment at `offset`, with those on the lines directly above and below; None where there
    is none, or where it follows code on its line.
    """
    node = leading_node(document, on_text(document, offset))
    if node is None or not is_comment(document, node) or not stands_alone(document, node):
        return None
    first = last = node
    while (above := first.prev_sibling) and _joined(document, above, first):
        first = above
    while (below := last.next_sibling) and is_comment(document, below):
        if not _joined(document, last, below):
            break
        last = below
    return Span(document.span_of(first).start, end_of(document, last))


def asks_for_something(comment: str) -> bool:
    """Whether a comment may say what code is wanted below it: it has some words, and is no shebang,
    no licence, nothing for a tool.
    """
    return len(_WORDS.findall(comment)) > 1 and not is_about_file(comment)


def is_about_file(comment: str) -> bool:
    """Whether a comment is a shebang, a licence, or something for a tool."""
    return _for_others().search(comment) is not None


def is_licence(comment: str) -> bool:
    """Whether a comment says whose a file is, which may take it several more lines."""
    return _licences().search(comment) is not None


_WORDS = re.compile(r"[^\W\d_]{2,}")


@cache
def _for_others() -> re.Pattern[str]:
    return re.compile("|".join(common()["asks_for_nothing"]), re.IGNORECASE)


@cache
def _licences() -> re.Pattern[str]:
    return re.compile("|".join(common()["licences"]), re.IGNORECASE)


def lead(document: Document, node: Node) -> Lead:
    """The attributes before `node`, and the comments on the lines directly above."""
    attributes = document.language.attributes if document.language else ()
    first = top = node
    comments: list[Node] = []
    while sibling := _before(top):
        if sibling.type in attributes and not _documents(document, sibling):
            first = sibling
        elif _joined(document, sibling, top):
            comments.insert(0, sibling)
        else:
            break
        top = sibling
    return Lead(first, document.span_of(top).start, _doc(document, comments))


def _documents(document: Document, node: Node) -> bool:
    """Whether what is no comment to the grammar is documentation."""
    style = document.language.doc if document.language else None
    if style is None or node.type not in style.nodes:
        return False
    return re.match(style.comment, document.slice(document.span_of(node))) is not None


def _before(node: Node) -> Node | None:
    """The node before this one, or before the block that this one begins."""
    while (before := node.prev_sibling) is None and (parent := node.parent):
        if parent.start_byte < node.start_byte:
            break
        node = parent
    return before


def _doc(document: Document, comments: list[Node]) -> Span | None:
    """The part of a run of comments that is documentation."""
    style = document.language.doc if document.language else None
    if style is None or style.placement != "before":
        return None
    begins, line = re.compile(style.comment), style.line.strip()
    docs = list[Node]()
    for node in comments:
        text = document.slice(document.span_of(node))
        # With the line ends of Windows a grammar reads what follows the first line for itself.
        follows = docs and style.first and text.startswith(line) and _is_line(document, docs[-1])
        if begins.match(text) or follows:
            docs.append(node)
    if not docs:
        return None
    return Span(document.span_of(docs[0]).start, end_of(document, docs[-1]))


def _is_line(document: Document, node: Node) -> bool:
    """Whether a comment is one of lines, not a block."""
    mark = document.language.line_comment if document.language else None
    return mark is not None and document.slice(document.span_of(node)).startswith(mark)


def leading_node(document: Document, offset: int) -> Node | None:
    """The comment or attribute that the character at `offset` (at a line's end the one before it)
    is part of.
    """
    if document.tree is None:
        return None
    lines = document.lines
    at_end = offset == lines.end(lines.line_at(offset))
    at = Span(max(0, offset - 1), offset) if at_end else Span(offset, offset + 1)
    lineage = find_lineage(document.tree, *document.bytes_span(at))
    return next((node for node in lineage if _leads(document, node)), None)


def beneath(document: Document, offset: int) -> int:
    """Where the code begins that a comment or attribute at `offset` stands before; `offset` where
    there is neither.
    """
    node = leading_node(document, offset)
    while node is not None and _leads(document, node):
        node = node.next_sibling
    return max(offset, document.span_of(node).start) if node else offset


def on_text(document: Document, offset: int) -> int:
    """`offset`, moved from the blanks at either end of its line to the text between them."""
    lines = document.lines
    line = lines.line_at(offset)
    start = lines.start(line)
    text = document.text[start : lines.end(line)]
    if not text.strip():
        return offset
    first = start + len(text) - len(text.lstrip())
    return max(first, min(offset, start + len(text.rstrip())))


def is_comment(document: Document, node: Node) -> bool:
    """Whether a node is a comment."""
    return document.language is not None and node.type in document.language.comments


def comments_in(document: Document, span: Span) -> tuple[Span, ...]:
    """The comments that lie in `span`, in order, in the code embedded in it too; and what the
    language keeps as it keeps comments.
    """
    language = document.language
    trees = [document.tree] if document.tree and language else []
    if language is not None and not language.prose:
        trees += embedded_trees(document)
    start, end = document.bytes_span(span)
    found = []
    nodes = [tree.root_node for tree in trees]
    while nodes:
        node = nodes.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        if language and _is_kept(language, node) and node.start_byte >= start:
            here = Span(document.span_of(node).start, end_of(document, node))
            if here.end <= span.end:
                found.append(here)
        else:
            nodes += children_in(node, start, end)
    return tuple(sorted(found))


def _is_kept(language: Language, node: Node) -> bool:
    if node.type in language.holders:
        inner = node.named_children
        return bool(inner) and all(_is_kept(language, child) for child in inner)
    kind = node.type
    named = kind in language.comments or kind in language.asides or _COMMENT.search(kind)
    return node.is_named and bool(named)


_COMMENT = re.compile(r"(?:^|_)(?<!keyword_)comment\Z|hash_bang|shebang")
"""What grammars call comments, besides the names that a language gives."""


def stands_alone(document: Document, node: Node) -> bool:
    """Whether nothing but blanks stands before a node on its line."""
    start = document.span_of(node).start
    line = document.lines.start(document.lines.line_at(start))
    return not document.text[line:start].strip()


def end_of(document: Document, node: Node) -> int:
    """Where the text of a node ends: some grammars take the line end in."""
    span = document.span_of(node)
    return span.start + len(document.slice(span).rstrip())


def _leads(document: Document, node: Node) -> bool:
    language = document.language
    return language is not None and node.type in (*language.comments, *language.attributes)


def _joined(document: Document, above: Node, below: Node) -> bool:
    """Whether `above` is a comment on lines of its own, directly above `below`."""
    said = is_comment(document, above) or _documents(document, above)
    if not said or not stands_alone(document, above):
        return False
    lines = document.lines
    last = lines.line_at(end_of(document, above))
    return lines.line_at(document.span_of(below).start) - last <= 1


def first_sentence(comment: str) -> str:
    """What documentation says first, without the marks of a comment or docstring, on one line."""
    lines: list[str] = []
    for line in comment.splitlines():
        text = _TAG.sub("", _CLOSING.sub("", _OPENING.sub("", line, count=1))).strip()
        if lines and (not text or text.startswith(("@", ":param", ":return", "\\param"))):
            break
        lines += [text] if text else []
    text = " ".join(lines)
    end = _END.search(text)
    return (text[: end.end()] if end else text)[:_DOC].strip()


_DOC = 200
_OPENING = re.compile(
    r"""\s*(?:(?:@\w*doc\s+)?[rRuUbB]{0,2}(?:\"{3}|'{3}|"|')|/\*+!?|\(\*+(?!\))|\*+(?!\S*\*)"""
    r"""|/{2,}!?|(?:--+|\{-+)(?:\s+\|)?|<?\#+:?(?:\s*\.SYNOPSIS\b)?|\.SYNOPSIS\b)?"""
)
_CLOSING = re.compile(r"""\s*(?:\*+[/)]|\"{3}|'{3}|["']|\#>|-\})\s*$""")
_TAG = re.compile(r"</?(?:summary|para|p|see[^>]*)/?>")
_END = re.compile(r"(?<!e\.g)(?<!i\.e)[.!?](?=\s)")
