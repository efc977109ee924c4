"""Where the result of work goes that is no change of the document: a new file beside it."""

from __future__ import annotations

from pathlib import Path

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Edit, Span, line_end
from deskmate.core.text.uri import file_path, file_uri
from deskmate.files.disk import ask
from deskmate.requests.proposal import FileChange


def make_file(document: Document, ending: str, text: str) -> FileChange | None:
    """A file beside the document's, called as that one with another `ending`, and numbered where
    there is one already. None where the document has no place on disk.
    """
    path = file_path(document.uri)
    if path is None:
        return None
    text = text.replace("\n", line_end(document.text))
    before = open_document(file_uri(find_free(path, ending)), "")
    return FileChange(before, (Edit(Span(0, 0), text),), text, create=True)


def find_free(path: Path, ending: str) -> Path:
    """The path of a file beside this one, called as that with another `ending`, and numbered where
    there is one already.
    """
    stem, suffix = path.with_suffix("").name + ending.partition(".")[0], Path(ending).suffix
    suffix = suffix or ending[ending.index(".") :]
    found, number = path.with_name(stem + suffix), 2
    while ask(found.exists, found):
        found, number = path.with_name(f"{stem}-{number}{suffix}"), number + 1
    return found
