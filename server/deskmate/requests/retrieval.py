"""What of its project a question is shown: the definitions that it names, and what it points at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deskmate.actions.pieces import Piece
from deskmate.actions.used_names import find_said
from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name
from deskmate.requests.mentions import find_mentioned
from deskmate.settings.project import Project
from deskmate.workspace.index.index import ProjectIndex, open_index


@dataclass(frozen=True, slots=True)
class Source:
    """What a question is about: a document, and the part of it that is meant; `name` is what the
    file is called in its project, where that is known.
    """

    document: Document
    span: Span
    name: str = ""

    @property
    def title(self) -> str:
        """Its file and lines."""
        lines = self.document.lines
        first, last = lines.line_at(self.span.start) + 1, lines.line_at(self.span.end) + 1
        if self.name:
            return f"{self.name}:{first}"
        name = file_name(self.document.uri)
        if len(self.span) >= len(self.document.text.strip()):
            return name
        return f"{name}, line {first}" if first == last else f"{name}, lines {first} to {last}"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The definitions that are `named`, the pieces that are `pointed` at with an `@`, and those
    mentions that mean nothing here.
    """

    named: tuple[Source, ...] = ()
    pointed: tuple[Piece, ...] = ()
    unknown: tuple[str, ...] = ()


def retrieve(
    text: str, project: Project, documents: Iterable[Document], near: Path | None, known: set[str]
) -> Retrieved:
    """What the text of a question names of its project, in which these `documents` are open: what
    is `near` first, and nothing of those whose URIs are `known`, which it is shown anyway. Without
    an index on disk the project's files are looked through. It reads files, so it belongs in a
    thread.
    """
    index = open_index(project, documents)
    mentioned = find_mentioned(text, near or project.folder / "x", index)
    known = known | {one.uri for one in mentioned.pieces}
    sources = (one for one in _find_definitions(text, index, near) if one.document.uri not in known)
    found = dict.fromkeys(sources)
    return Retrieved(tuple(found)[:_MOST], mentioned.pieces, mentioned.unknown)


def _find_definitions(text: str, index: ProjectIndex, near: Path | None) -> Iterator[Source]:
    for name in find_said(text):
        for one in index.find(name, near, most=_MEANINGS) or index.search(name, most=_MEANINGS):
            document = index.document(one.path)
            if document is not None:
                span = one.definition.span
                short = Span(span.start, min(span.end, span.start + _LONGEST))
                yield Source(document, short, index.title(one.path))


_MEANINGS = 2
_MOST = 6
"""Definitions that a question is shown."""
_LONGEST = 2000
"""Characters of one."""
