"""Where what is said of a text is put: the edits of the document."""

from __future__ import annotations

import re
import textwrap

from deskmate.core.prose.replies import usual_width
from deskmate.core.prose.units import open_markdown, shape, units
from deskmate.core.syntax.document import Document
from deskmate.core.target import Putting
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, Span, line_end


def is_plain(markdown: str) -> bool:
    """Whether a text has only paragraphs and lists."""
    blocks = shape(open_markdown(markdown))
    names = {block.split(" ", 1)[0] for block in blocks}
    return all(name in _PLAIN or name.startswith(("list", "task_list")) for name in names)


_PLAIN = {"document", "section", "paragraph", "inline", "end", "block_continuation"}


def put_digest(document: Document, span: Span, text: str, put: Putting) -> tuple[Edit, ...]:
    """The edits that put a text where it goes, as wide as the document's own lines. A TL;DR goes
    where one is already.
    """
    width, end = usual_width(units(document, Span(0, len(document.text)))), line_end(document.text)
    if put == "top":
        text = f"**TL;DR:** {text}" if document.tree else f"TL;DR: {text}"
    text = _filled(text, max(width, _NARROW) if width else 0).replace("\n", end)
    if put == "replace":
        return minimal_edits(document.slice(span), text, span.start)
    if put == "below":
        after = "" if _BLANK_BELOW.match(document.text, span.end) else end
        return (Edit(Span(span.end, span.end), f"{end}{end}{text}{after}"),)
    there = _TLDR.search(document.text)
    if there:
        return minimal_edits(there.group(), text, there.start())
    at = _top(document)
    before = "" if not at or document.text[:at].endswith(end + end) else end
    return (Edit(Span(at, at), f"{before}{text}{end}{end}"),)


_NARROW = 60  # characters that a line has at least; shorter ones were meant so
_BLANK_BELOW = re.compile(r"[ \t]*(?:\Z|(?:\r\n|\r|\n)[ \t]*(?:\r|\n|\Z))")
_TLDR = re.compile(
    r"^(?:\*\*)?TL;DR\b[^\r\n]*(?:(?:\r\n|\r|\n)(?![ \t]*(?:\r|\n|\Z)|#)[^\r\n]+)*", re.M
)
_FRONT = re.compile(r"(?:---|\+\+\+)[ \t]*\r?\n.*?\n(?:---|\+\+\+)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"\s*(?:#[ \t][^\r\n]*|[^\r\n#\-][^\r\n]*\r?\n=+[ \t]*)(?:\r?\n|\Z)")


def _top(document: Document) -> int:
    """Where a text begins: behind front matter and the title."""
    text, at = document.text, 0
    for pattern in (_FRONT, _TITLE) if document.tree else ():
        if found := pattern.match(text, at):
            at = found.end()
    blank = re.compile(r"(?:[ \t]*\r?\n)*").match(text, at)
    return blank.end() if blank else at


def _filled(text: str, width: int) -> str:
    """Its paragraphs and items as wide as that; each on one line where it is 0."""
    if not width:
        return text
    return "\n".join(
        textwrap.fill(
            line,
            width,
            subsequent_indent="  " if line.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )
