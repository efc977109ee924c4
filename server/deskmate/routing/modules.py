"""Which other files of its project a piece of code uses: its imports followed, by name alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import imports
from deskmate.core.text.text import Span


def modules_used(
    document: Document, span: Span, folder: str, exists: Callable[[str], bool]
) -> tuple[str, ...]:
    """The files of the project whose names `span` uses. Paths are the project's, with slashes;
    `folder` is the one that the document lies in, and `exists` says whether a path is a file's.
    """
    if document.language is None:
        return ()
    statements = [document.slice(place) for place in imports(document)[:_MOST]]
    text = document.slice(span)
    for statement in statements:
        text = text.replace(statement, "", 1)
    words = set(re.findall(r"\w+", text))
    found = dict[str, None]()
    for statement in statements:
        if not words.isdisjoint(_names(statement)):
            paths = _candidates(statement, folder, document.language.extensions)
            if (path := next(filter(exists, paths), None)) is not None:
                found[path] = None
    return tuple(found)


_MOST = 100
"""Imports that are followed: what has more of them uses many modules anyway."""


def _names(statement: str) -> list[str]:
    """What an import brings, without the words of its language; for some the last of its path."""
    words = [word for word in re.findall(r"\w+", statement) if not _KEYWORD.fullmatch(word)]
    return [word for word in words if len(word) > 1]


_KEYWORD = re.compile(
    r"as|const|crate|default|from|import|include|js|let|mod|package|py|require|self|static|super|ts"
    r"|type|use|using|var"
)


def _candidates(statement: str, folder: str, extensions: tuple[str, ...]) -> Iterator[str]:
    """Where the file of an import may lie: beside the document, in a folder above it or in one of
    the usual folders for sources.
    """
    folders = [folder, *(str(above) for above in PurePosixPath(folder).parents)]
    roots = dict.fromkeys("" if one == "." else one for one in (*folders, *_SOURCES))
    for parts in _paths(statement):
        for root in roots:
            whole = _joined(root, parts)
            if whole is None:
                continue
            yield whole
            bare = whole.removesuffix(".js")  # TypeScript imports what its files become
            for extension in extensions:
                yield bare + extension
                yield from (f"{whole}/{name}{extension}" for name in _INDEXES)


_SOURCES = ("src", "lib", "app", "src/main/java", "include")
_INDEXES = ("__init__", "index", "mod")


def _paths(statement: str) -> Iterator[list[str]]:
    """The paths that a statement names, quoted or dotted; with each name that it brings, which may
    be a file's, and of `a::b::c` also `a::b`, as the last may be a name in the file.
    """
    quoted = re.findall(r"[\"'<]([^\"'<>]+)[\"'>]", statement)
    dotted = [word for word in re.findall(r"[\w.:\\]+", statement) if not _KEYWORD.fullmatch(word)]
    for text in quoted or dotted[:1]:
        slashed = text if quoted else re.sub(r"::|\\|(?<=\w)\.(?=\w)", "/", text)
        ups = re.match(r"\.+", slashed)
        if ups and not quoted:  # Python's dots: one is this folder, each more one above
            slashed = "./" + "../" * (len(ups[0]) - 1) + slashed[ups.end() :]
        parts = [part for part in slashed.split("/") if part and part not in ("crate", "self")]
        if not quoted:
            yield from ([*parts, name] for name in dotted[1:])
        yield parts
        if not quoted and len(parts) > 1:
            yield parts[:-1]


def _joined(root: str, parts: list[str]) -> str | None:
    """The path; None where it leads out of the project, as a drive of Windows' does, too."""
    if any(":" in part for part in parts):
        return None
    whole = [part for part in root.split("/") if part]
    for part in parts:
        if part == "..":
            if not whole:
                return None
            whole.pop()
        elif part != ".":
            whole.append(part)
    return "/".join(whole) or None
