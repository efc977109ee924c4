"""What of its project a question is shown: the definitions and passages that it names, and what it
points at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path

from deskmate.actions.pieces import Piece
from deskmate.actions.used_names import find_said
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import language_for, query
from deskmate.core.syntax.queries import scopes
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name, file_uri
from deskmate.files.disk import asks
from deskmate.requests.mentions import MENTION, find_mentioned
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
    def lines(self) -> tuple[int, int]:
        """Its first and its last line, from 1."""
        lines = self.document.lines
        return lines.line_at(self.span.start) + 1, lines.line_at(self.span.end) + 1

    @property
    def described(self) -> tuple[str, str, str]:
        """How a model is shown it: a title, the text, and what it is on a fence."""
        language = self.document.language
        text = self.document.slice(self.span).rstrip()
        return f"`{self.title}`", text, language.fence if language else ""

    @property
    def title(self) -> str:
        """Its file and lines."""
        first, last = self.lines
        if self.name:
            return f"{self.name}:{first}"
        name = file_name(self.document.uri)
        if len(self.span) >= len(self.document.text.strip()):
            return name
        return f"{name}, line {first}" if first == last else f"{name}, lines {first} to {last}"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The definitions and passages that are `named`, the pieces that are `pointed` at with an `@`,
    and those mentions that mean nothing here.
    """

    named: tuple[Source, ...] = ()
    pointed: tuple[Piece, ...] = ()
    unknown: tuple[str, ...] = ()


def retrieve(
    text: str,
    project: Project,
    documents: Iterable[Document],
    near: Path | None,
    known: set[str],
    problems: tuple[str, ...] = (),
) -> Retrieved:
    """What the text of a question names of its project, in which these `documents` are open: what
    is `near` first, and nothing of those whose URIs are `known`, which it is shown anyway.
    `@problems` are the `problems`. Without an index on disk the project's files are looked through.
    It reads files, so it belongs in a thread.
    """
    index = open_index(project, documents)
    mentioned = find_mentioned(text, near or project.folder / "x", index, problems)
    text = MENTION.sub("", text)
    sources = (*_find_definitions(text, index, near), *_find_passages(text, index)[:_PASSAGES])
    found = dict.fromkeys(one for one in sources if one.document.uri not in known)
    return Retrieved(tuple(found)[:_MOST], mentioned.pieces, mentioned.unknown)


def _find_definitions(text: str, index: ProjectIndex, near: Path | None) -> Iterator[Source]:
    for name in find_said(text):
        for one in index.find(name, near, most=_MEANINGS) or index.search(name, most=_MEANINGS):
            document = index.document(one.path)
            if document is not None:
                yield _shorten(document, one.definition.span, index.title(one.path))


def _find_passages(text: str, index: ProjectIndex) -> list[Source]:
    """The sections of the project's documents of whose headings the text has every word, those with
    the most words first.
    """
    said = _words(text)
    found: list[tuple[int, Source]] = []
    for path in _find_prose(index.project):
        document = index.document(path)
        for section in scopes(document) if document else ():
            named = _words(section.name)
            if document and named and named <= said:
                title = index.title(path)
                found.append((-len(named), _shorten(document, section.span, title)))
    return [source for _, source in sorted(found, key=itemgetter(0))]


def _find_prose(project: Project) -> Iterator[Path]:
    """The texts in the project's folder and in its documentation."""
    for path in _list_files(project.folder):
        language = language_for(None, file_uri(path))
        if language is not None and language.prose and query(language, "sections"):
            yield path


@asks(())
def _list_files(folder: Path) -> Sequence[Path]:
    files = chain(folder.glob("*"), (folder / "docs").rglob("*"))
    return sorted(islice(files, _LOOKED_AT))


def _words(text: str) -> frozenset[str]:
    """The longer words of a text, in the singular."""
    return frozenset(word.lower().removesuffix("s") for word in _WORD.findall(text))


def _shorten(document: Document, span: Span, title: str) -> Source:
    return Source(document, Span(span.start, min(span.end, span.start + _LONGEST)), title)


_WORD = re.compile(r"[^\W\d_]{4,}")
_LOOKED_AT = 1000
"""Files and folders in which passages are looked for."""
_PASSAGES = 2
_MEANINGS = 2
_MOST = 6
"""Definitions and passages that a question is shown."""
_LONGEST = 2000
"""Characters of one."""
