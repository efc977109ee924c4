"""What the user points at in an instruction: `@path/to/file`, also with lines
(`@shop/till.py:12-20`) or in quotes (`@"my notes/a.md"`), `@symbol`, `@diff` and `@problems`.
"""

from __future__ import annotations

import os
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
    mentions = {found[0]: found for found in MENTION.finditer(instruction)}
    for mention, said in mentions.items():
        found = tuple(_find(said, path, index, problems))
        pieces += found
        unknown += [] if found else [mention]
    return Mentioned(tuple(pieces), tuple(unknown))


def describe_problems(document: Document, diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """What the editor reports of a document, a line each, for `@problems`."""
    lines = document.lines
    return tuple(f"line {lines.line_at(one.span.start) + 1}: {one.told}" for one in diagnostics)


def note_unknown(mentions: Sequence[str]) -> tuple[str, ...]:
    """What to say of mentions that nothing was found for."""
    return (f"Nothing was found for {' and '.join(mentions)}.",) if mentions else ()


def _find(
    said: re.Match[str], path: Path, index: ProjectIndex, problems: tuple[str, ...]
) -> Iterator[Piece]:
    name = said["quoted"] or said["plain"]
    if name == "diff":
        yield from _read_diff(index.project)
        return
    if name == "problems" and problems:
        title = "What the editor reports"
        text = "\n".join(problems)
        yield Piece("@problems", title, text, "text", Worth.POINTED_AT, Place.POINTED_AT)
        return
    file = _find_file(name.replace("\\", "/"), path, index.project)
    if file is not None:
        yield from _show_file(name, file, index, said["first"], said["last"])
        return
    for one in _find_definitions(name, path, index)[:3]:
        document = index.document(one.path)
        if document is not None and document.language is not None:
            text = describe_definition(one, index, document.language)
            title = f"`{name}` in {index.title(one.path)}, which the instruction names"
            yield _point_at(name, title, text, document.language.fence, one.path)


def _find_definitions(name: str, path: Path, index: ProjectIndex) -> tuple[Found, ...]:
    """What a name means here, or else anywhere in the project; of `shop.models.Row` what is called
    `Row` in a class or a file that is called as the rest.
    """
    found = index.lookup(path, name)
    *outer, last = re.split(r"\.|::|#", name)
    if found or not last:
        return found
    every = index.find(last, path) or index.search(last)
    return tuple(one for one in every if not outer or _place_of(one, index)[-len(outer) :] == outer)


def _place_of(found: Found, index: ProjectIndex) -> list[str]:
    """The folders, the file and the classes that a definition stands in."""
    file = Path(index.title(found.path)).with_suffix("")
    return [*file.parts, *found.definition.container]


def _find_file(name: str, path: Path, project: Project) -> Path | None:
    """A file by its path from the project's folder, or from the one that `path` is in."""
    if "/" not in name and "." not in name:
        return None
    names = (name, *([name.replace(".", "/") + path.suffix] if "/" not in name else ()))
    places = (project.folder, path.parent, project.top)
    files = (Path(os.path.normpath(place / one)) for one in names for place in places)
    return next((one for one in files if is_file(one) and may_be_read(one, project)), None)


def _show_file(
    name: str, file: Path, index: ProjectIndex, first: str | None, last: str | None
) -> Iterator[Piece]:
    document = index.document(file)
    if document is None:
        return
    text, language = document.text, document.language
    lines = ""
    if first:
        end = max(int(first), int(last or first))
        text = "\n".join(text.split("\n")[int(first) - 1 : end])
        lines = f", lines {first} to {end}" if last else f", line {first}"
    elif len(text) > _SHORT and language is not None:
        tops = [one for one in index.symbols(file).definitions if not one.container]
        text = "\n".join(describe_definition(Found(file, one), index, language) for one in tops)
    title = f"`{index.title(file)}`{lines}, which the instruction names"
    if text:
        yield _point_at(name, title, text, language.fence if language else "", file)


def _point_at(name: str, title: str, text: str, fence: str, path: Path) -> Piece:
    uri = file_uri(path)
    return Piece(f"@{name}", title, text, fence, Worth.POINTED_AT, Place.POINTED_AT, uri=uri)


def _read_diff(project: Project) -> Iterator[Piece]:
    for path, text in islice(read_changes(project), _FILES):
        if text:
            yield _point_at("diff", "What git says has changed", text[:_DIFF], "diff", path)


MENTION = re.compile(
    r"""(?<![\w@./\\])@(?!(?:local|cloud)\b)
    (?:(?P<quote>["`])(?P<quoted>[^"`\n]+)(?P=quote)
    | (?P<plain>(?:[A-Za-z]:(?=[/\\])|~)?[./\\]{0,40}\w+(?:(?:[./\\-]+|::|\#(?!L?\d))\w+)*))
    (?:(?::|\#L)(?P<first>[1-9]\d{0,6})(?:-L?(?P<last>\d{1,7}))?\b)?""",
    re.VERBOSE,
)
_SHORT = 2000
"""Characters of a file that is shown whole."""
_DIFF = 3000
"""Characters of what has changed in a file."""
_FILES = 20
