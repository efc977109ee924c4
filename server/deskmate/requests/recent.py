"""What the user has just changed elsewhere, as far as a model is shown it."""

from __future__ import annotations

from collections.abc import Sequence

from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name, file_path, uri_key
from deskmate.requests.window import Window
from deskmate.settings.project import Project
from deskmate.workspace.ignore import may_be_read

Edited = tuple[Document, Span]
"""A document as it is now, and where it was edited."""


def find_recent(
    edited: Sequence[Edited],
    document: Document,
    shown: Span,
    window: Window,
    project: Project | None,
    size: int,
) -> tuple[tuple[str, str], ...]:
    """The last lines of each place that was edited, with the name of its file, in `size`
    characters, the latest last. What of the document is `shown` and what the window has of other
    files is left out, and other documents but files of the project that may be read.
    """
    found: list[tuple[str, str]] = []
    room = size
    for other, span in reversed(edited):
        own = uri_key(other.uri) == uri_key(document.uri)
        if shown.overlaps(span) if own else not _is_readable(other, project):
            continue
        text = _last_lines(other, span)
        near = any(text.strip() in one for _, one in (*window.alike, *window.near))
        if not text.strip() or near or len(text) > room:
            continue
        room -= len(text)
        found.append((file_name(other.uri), text))
    return tuple(reversed(found))


def _is_readable(document: Document, project: Project | None) -> bool:
    path = file_path(document.uri)
    return path is not None and project is not None and may_be_read(path, project)


def _last_lines(document: Document, span: Span) -> str:
    """The last lines of a place, with one above and one below."""
    lines = document.lines
    last = min(lines.line_at(min(span.end, len(document.text))) + 1, len(lines) - 1)
    first = max(lines.line_at(min(span.start, len(document.text))) - 1, last - _LINES + 1, 0)
    return document.text[lines.start(first) : lines.end(last)].strip("\r\n")


_LINES = 6
