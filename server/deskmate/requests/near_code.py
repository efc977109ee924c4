"""What of the file and of its project is worth showing a model that goes on with what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from deskmate.actions.context import find_pieces
from deskmate.actions.pieces import Piece
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import enclosing, imports
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name
from deskmate.requests.alike import find_alike
from deskmate.requests.context import Here
from deskmate.requests.window import Window
from deskmate.workspace.index.files import find_in_folder


def find_near(
    document: Document,
    window: Window,
    here: Here | None,
    size: int = 0,
) -> tuple[tuple[str, str], ...]:
    """What the code around a cursor uses of its project and what of the project its file imports,
    each with the name of its file, in `size` characters; what is surely used comes last. What the
    window shows already is left out. It reads files, so it belongs in a thread.
    """
    found: dict[str, list[str]] = {}
    own = file_name(document.uri)
    room = size
    pieces = list(_find_pieces(document, window, here)) if here else []
    parts = [(one.file.strip("#/-;% \n") or own, one.least or one.text) for one in pieces]
    for name, text in parts:
        if text.strip() in window.before or text.strip() in window.after or len(text) > room:
            continue
        room -= len(text)
        found.setdefault(name, []).append(text)
    return tuple((name, "\n".join(texts)) for name, texts in reversed(found.items()))


def find_own(document: Document, offset: int, window: Window, size: int) -> str:
    """What of a document that its window does not show is worth it, in `size` characters: its
    imports, half of it at most, and the passages that are most like what stands around the cursor.
    """
    room, kept = size, list[str]()
    above = [one for one in imports(document) if one.end <= window.start]
    for text in (" ".join(document.slice(one).split()) for one in above):
        if len(text) < room - size // 2:
            room -= len(text) + 1
            kept.append(text)
    texts = document.text[: window.start], document.text[offset + len(window.after) :]
    passages = find_alike(texts, _around(document, offset), room, above)
    parts = ["\n".join(kept), *(one.text for one in passages)]
    return "".join(f"{one}\n\n" for one in parts if one)


def find_elsewhere(
    document: Document, offset: int, here: Here | None, size: int
) -> tuple[tuple[str, str], ...]:
    """The passages of other files that are most like what stands around the cursor, each with the
    name of its file, in `size` characters: of files that are open, and of those beside the
    document. It reads files, so it belongs in a thread.
    """
    if here is None or not size:
        return ()
    files = list(_others(document, here))
    found: dict[str, list[str]] = {}
    for one in find_alike([one.text for _, one in files], _around(document, offset), size):
        found.setdefault(files[one.at][0], []).append(one.text)
    return tuple((name, "\n".join(texts)) for name, texts in found.items())


def _others(document: Document, here: Here) -> Iterator[tuple[str, Document]]:
    """Other files in the language of a document, with their names, as many as are soon read."""
    index, path = here
    room = _READ
    files = dict.fromkeys((*index.opened, *find_in_folder(path.parent, path.suffix)))
    for file in islice(files, _FILES):
        other = index.document(file) if file != path and room > 0 else None
        if other is not None and other.language == document.language:
            room -= len(other.text)
            yield index.title(file), other


def _around(document: Document, offset: int) -> str:
    """The lines nearest to the cursor."""
    lines = document.lines
    line = lines.line_at(offset)
    first, last = max(0, line - _ABOVE), min(line + _BELOW, len(lines) - 1)
    return document.text[lines.start(first) : lines.end(last)]


def _find_pieces(document: Document, window: Window, here: Here) -> Iterable[Piece]:
    index, path = here
    place = Span(window.anchor, window.anchor)
    scope = enclosing(document, place, ("function", "class"))
    lines = document.lines
    first = max(0, lines.line_at(window.anchor) - _AROUND)
    around = scope.span if scope else Span(lines.start(first), window.anchor)
    seen = set()
    for target in (
        Target(document, around, "replace"),
        Target(document, place, "insert"),
    ):
        for piece in find_pieces(target, path, index):
            if piece.name not in seen and piece.uri:
                seen.add(piece.name)
                yield piece


_ABOVE, _BELOW = 8, 4
"""Lines that say what is being written."""
_FILES, _READ = 16, 150_000
"""Other files that are looked through for what is alike, and their characters."""
_AROUND = 15
"""Lines above a cursor outside of any function whose names count as used."""
