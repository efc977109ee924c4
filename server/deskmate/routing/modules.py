"""Which other files of its project a piece of code uses: its imports followed, by name alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.queries import imports
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the project, by its path with slashes, and the names that its import brings."""

    path: str
    names: frozenset[str]


def find_modules(
    document: Document, folder: str, exists: Callable[[str], bool]
) -> tuple[Module, ...]:
    """The files of the project that a document imports, and uses. `folder` is the one that it lies
    in, and `exists` says whether a path is a file's.
    """
    language = document.language
    if language is None:
        return ()
    used = _find_words(document, Span(0, len(document.text)))
    found: dict[str, frozenset[str]] = {}
    for statement in _read_imports(document):
        names = frozenset(_names(statement, language))
        if not used.isdisjoint(names):
            paths = _candidates(statement, folder, language)
            if (path := next(filter(exists, paths), None)) is not None:
                found[path] = found.get(path, frozenset()) | names
    return tuple(Module(path, names) for path, names in found.items())


def modules_used(modules: Iterable[Module], document: Document, span: Span) -> tuple[str, ...]:
    """The paths of those `modules` of a document that `span` uses."""
    words = _find_words(document, span)
    return tuple(one.path for one in modules if not words.isdisjoint(one.names))


def _read_imports(document: Document) -> list[str]:
    return [document.slice(place) for place in imports(document)[:_MOST]]


def _find_words(document: Document, span: Span) -> frozenset[str]:
    """The words of a span, but for those of its imports."""
    text = document.slice(span)
    for statement in _read_imports(document):
        text = text.replace(statement, "", 1)
    return frozenset(re.findall(r"\w+", text))


_MOST = 100
"""Imports that are followed: what has more of them uses many modules anyway."""


def _names(statement: str, language: Language) -> list[str]:
    """What an import brings, without the words of its language; for some the last of its path."""
    known = language.imports.keywords | {extension[1:] for extension in language.extensions}
    return [word for word in re.findall(r"\w+", statement) if len(word) > 1 and word not in known]


def _candidates(statement: str, folder: str, language: Language) -> Iterator[str]:
    """Where the file of an import may lie: beside the document, in a folder above it or in one of
    the usual folders for sources.
    """
    style = language.imports
    folders = [folder, *(str(above) for above in PurePosixPath(folder).parents)]
    roots = dict.fromkeys("" if one == "." else one for one in (*folders, *style.folders))
    for parts in _paths(statement, style.keywords):
        for root in roots:
            whole = _joined(root, parts)
            if whole is None:
                continue
            yield whole
            bare = whole.removesuffix(style.becomes)  # what its files are translated to
            for extension in language.extensions:
                yield bare + extension
                yield from (f"{whole}/{name}{extension}" for name in style.indexes)


def _paths(statement: str, keywords: frozenset[str]) -> Iterator[list[str]]:
    """The paths that a statement names, quoted or dotted; with each name that it brings, which may
    be a file's, and of `a::b::c` also `a::b`, as the last may be a name in the file.
    """
    quoted = re.findall(r"[\"'<]([^\"'<>]+)[\"'>]", statement)
    dotted = [word for word in re.findall(r"[\w.:\\]+", statement) if word not in keywords]
    for text in quoted or dotted[:1]:
        slashed = text if quoted else re.sub(r"::|\\|(?<=\w)\.(?=\w)", "/", text)
        ups = re.match(r"\.+", slashed)
        if ups and not quoted:  # Python's dots: one is this folder, each more one above
            slashed = "./" + "../" * (len(ups[0]) - 1) + slashed[ups.end() :]
        parts = [part for part in slashed.split("/") if part and part not in keywords]
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
