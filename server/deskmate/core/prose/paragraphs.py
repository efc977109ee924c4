"""Where the paragraphs stand in what is no Markdown: plain text, the markups of `markup.toml`, and
by readers of their own reStructuredText, LaTeX, and the comments and docstrings of code.

Each reads lines and says what of them is prose; whatever a line holds besides (marks, commands,
code, tables) lies between the segments, and stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from weakref import WeakKeyDictionary

from deskmate.core.prose.code_comments import read_comments
from deskmate.core.prose.documentation import read_structured
from deskmate.core.prose.latex import read_latex
from deskmate.core.prose.markup import marked
from deskmate.core.prose.rows import Line, Row, Segment, group_lines, lines_around, read_rows
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language
from deskmate.core.text.text import Span


def paragraphs(document: Document, within: Span) -> Iterator[Segment]:
    """The paragraphs that have to do with `within`, in order, and some around it."""
    language = document.language
    if language and not language.prose and document.tree is not None:
        yield from group_lines(read_comments(document, within))
        return
    reader = _find_reader(language) if language else None
    if reader is None:
        yield from group_lines(_plain(document, within))
        return
    if document not in _READ:
        _READ[document] = tuple(group_lines(reader(document)))
    found = _READ[document]
    first = bisect_left(found, within.start, key=lambda one: one.lines[-1].end)
    yield from found[max(0, first - 1) :]


_READ: WeakKeyDictionary[Document, tuple[Segment, ...]] = WeakKeyDictionary()


def _plain(document: Document, within: Span) -> Iterator[Line | None]:
    """Lines between blank ones, each as indented as the others, or as the text of the item that
    they go on with.
    """
    for row in read_rows(document, *lines_around(document, within)):
        if not row.text or _GIT.match(row.text):
            yield None
            continue
        item = _ITEM.match(row.text)
        yield row.line(item.end() if item else 0)


_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s+")
_GIT = re.compile(r"#|diff --git |Signed-off-by:|Co-authored-by:|>")
"""Lines of a commit message that git reads, and what a mail quotes of another."""


def _marked(document: Document) -> Iterator[Line | None]:
    """What `markup.toml` says is prose."""
    assert document.language is not None
    form = marked()[document.language.markup]
    ends, depth = "", 0
    for row in read_rows(document, 0, len(document.lines)):
        text = row.text
        if ends:
            ends = "" if re.match(ends, text) else ends
            yield None
        elif depth > 0:
            depth += _depth(text)
            yield None
        elif found := re.match(form.code, text):
            ends = form.ends.format(re.escape(found[1] or ""))
            yield None
        elif heading := re.match(form.heading, text):
            group = heading.lastindex or 0
            start, end = heading.span(group)
            yield Row(row.start + start, "", text[start:end]).line(kind="heading")
        elif not text or re.match(form.skip, text) or text.count("$") % 2:
            depth = max(0, _depth(text)) if form.opens and text else 0
            yield None
        else:
            item = re.match(form.item, text)
            yield row.line(item.end() if item else 0)


def _depth(text: str) -> int:
    """How many brackets a line leaves open."""
    return sum(text.count(one) for one in "([{") - sum(text.count(one) for one in ")]}")


def _find_reader(language: Language) -> Callable[[Document], Iterator[Line | None]] | None:
    return _marked if language.markup in marked() else _READERS.get(language.markup)


_READERS: dict[str, Callable[[Document], Iterator[Line | None]]] = {
    "rst": read_structured,
    "latex": read_latex,
}
"""Who reads what only the lines before tell: the whole document, once."""
