"""Which lines of documentation are prose: reStructuredText, or what the tools of a language read in
its comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from deskmate.core.prose.english import sections
from deskmate.core.prose.markup import admonitions, comment_marks, commented_code
from deskmate.core.prose.rows import Line, Row, read_rows
from deskmate.core.syntax.directives import is_directive
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language


def read_structured(document: Document) -> Iterator[Line | None]:
    """reStructuredText."""
    yield from read_documentation(
        list(read_rows(document, 0, len(document.lines))), document.language
    )


def read_documentation(rows: Sequence[Row], language: Language | None) -> Iterator[Line | None]:
    """What is prose in documentation: reStructuredText, or what the tools of a language read."""
    skip: Callable[[Row], bool] | None = None
    for at, row in enumerate(rows):
        if skip and skip(row):
            yield None
            continue
        below = rows[at + 1].text if at + 1 < len(rows) else ""
        skip = _skips(row, language)
        said = not skip or (row.text.endswith("::") and not row.text.startswith(".."))
        if not said or not re.search(r"[^\W\d_]", row.text):
            yield None
        elif _LINE_OF.match(below) and below[0] not in "|>":
            title = len(row.text) <= len(below) and not sections().match(row.text)
            yield row.line(kind="heading") if title else None
        else:
            mark = comment_marks().match(row.text)
            yield row.line(mark.end() if mark else 0, last=bool(skip))


def _skips(row: Row, language: Language | None) -> Callable[[Row], bool] | None:
    """What ends what a line begins that is no prose: `_once` where only the line itself is none."""
    text, depth = row.text, len(row.before)
    if fence := re.match(r"```+|~~~+", text):
        done = [False]

        def in_fence(other: Row) -> bool:
            inside, done[0] = not done[0], done[0] or other.text.startswith(fence.group())
            return inside

        return in_fence
    if text.startswith((">>>", "|", "+-", "+=")) or re.fullmatch(r"=+(?: +=+)+", text):
        return lambda other: bool(other.text)
    if directive := re.match(r"\.\.(?:\s+(?:\|[^|]+\|\s+)?([\w:-]+)::|\s|\Z)", text):
        if directive[1] in admonitions():
            return _once
        return lambda other: not other.text or len(other.before) > depth
    if text.endswith("::"):
        return lambda other: not other.text or len(other.before) > depth
    if is_directive(text, language) or _NO_WORDS.match(text):
        return _once
    if commented_code().search(text) or sections().match(text):
        return _once
    return None


def _once(row: Row) -> bool:
    return False


_LINE_OF = re.compile(r"([=\-~^\"'#*+.`:_<>])\1{2,}\Z")
"""What stands below a title."""
_NO_WORDS = re.compile(r"!|[\w*]+ : |</?\w|\$")
"""What begins with a sign that says it is no sentence: a tag, a field of NumPy's style."""
