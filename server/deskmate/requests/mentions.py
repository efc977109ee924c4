"""What the user points at in an instruction: `@path/to/file`, `@symbol` and `@diff`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.names import describe_definition
from deskmate.actions.pieces import Piece, Place, Worth
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.text.uri import file_uri
from deskmate.files.disk import is_file
from deskmate.settings.project import Project
from deskmate.workspace.git import read_changes
from deskmate.workspace.ignore import may_be_read
from deskmate.workspace.index.index import ProjectIndex


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What is pointed at, and the mentions that nothing was found for."""

    pieces: tuple[Piece, ...] = ()
    unknown: tuple[str, ...] = ()


def find_mentioned(
    instruction: str, path: Path, index: ProjectIndex, problems: tuple[str, ...] = ()
) -> Mentioned:
    """What an instruction about the file at `path` points at. A file is shown whole where it is
    short, or else by what it defines; a symbol by its head and members; `@diff` is what git says
    has changed since the last commit, `@problems` what the editor reports.
    """
    pieces: list[Piece] = []
    unknown: list[str] = []
    for name in dict.fromkeys(MENTION.findall(instruction)):
        found = tuple(_find(name.rstrip("."), path, index, problems))
        pieces += found
        unknown += [] if found else [f"@{name}"]
    return Mentioned(tuple(pieces), tuple(unknown))


def describe_problems(document: Document, diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """What the editor reports of a document, a line each, for `@problems`."""
    lines = document.lines
    return tuple(f"line {lines.line_at(one.span.start) + 1}: {one.told}" for one in diagnostics)


def note_unknown(mentions: Sequence[str]) -> tuple[str, ...]:
    """What to say of mentions that nothing was found for."""
    return (f"Nothing was found for {' and '.join(mentions)}.",) if mentions else ()


def _find(name: str, path: Path, index: ProjectIndex, problems: tuple[str, ...]) -> Iterator[Piece]:
    if name == "diff":
        yield from _read_diff(index.project)
        return
    if name == "problems" and problems:
        title = "What the editor reports"
        text = "\n".join(problems)
        yield Piece("@problems", title, text, "text", Worth.POINTED_AT, Place.POINTED_AT)
        return
    file = _find_file(name, path, index.project)
    if file is not None:
        yield from _show_file(name, file, index)
        return
    found = index.lookup(path, name) or index.find(name, path, most=3) or index.search(name, most=3)
    for one in found[:3]:
        document = index.document(one.path)
        if document is not None and document.language is not None:
            text = describe_definition(one, index, document.language)
            title = f"`{name}` in {index.title(one.path)}, which the instruction names"
            yield _point_at(name, title, text, document.language.fence, one.path)


def _find_file(name: str, path: Path, project: Project) -> Path | None:
    """A file by its path from the project's folder, or from the one that `path` is in."""
    if "/" not in name and "." not in name:
        return None
    places = (folder / name for folder in (project.folder, path.parent, project.top))
    return next((one for one in places if is_file(one) and may_be_read(one, project)), None)


def _show_file(name: str, file: Path, index: ProjectIndex) -> Iterator[Piece]:
    document = index.document(file)
    if document is None:
        return
    text, language = document.text, document.language
    if len(text) > _SHORT and language is not None:
        tops = [one for one in index.symbols(file).definitions if not one.container]
        text = "\n".join(describe_definition(Found(file, one), index, language) for one in tops)
    title = f"`{index.title(file)}`, which the instruction names"
    yield _point_at(name, title, text, language.fence if language else "", file)


def _point_at(name: str, title: str, text: str, fence: str, path: Path) -> Piece:
    uri = file_uri(path)
    return Piece(f"@{name}", title, text, fence, Worth.POINTED_AT, Place.POINTED_AT, uri=uri)


def _read_diff(project: Project) -> Iterator[Piece]:
    for path, text in islice(read_changes(project), _FILES):
        if text:
            yield _point_at("diff", "What git says has changed", text[:_DIFF], "diff", path)


MENTION = re.compile(r"(?<![\w@.])@((?!(?:local|cloud)\b)[\w][\w./-]*)")
_SHORT = 2000
"""Characters of a file that is shown whole."""
_DIFF = 3000
"""Characters of what has changed in a file."""
_FILES = 20
