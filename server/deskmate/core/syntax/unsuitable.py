"""Files in which no edit can be checked, or nothing can be done at all, and what to do instead."""

from __future__ import annotations

from pathlib import PurePosixPath

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import common
from deskmate.core.text.uri import name_in

LARGEST = 2_000_000
"""Characters of a file that Deskmate still reads."""


def obstacle(document: Document, *, edits: bool) -> str | None:
    """Why nothing can be done in a document, or, with `edits`, nothing be changed: a sentence that
    says what to do instead; None where there is no reason.
    """
    name = name_in(document.uri)
    suffix = PurePosixPath(name).suffix.lower()
    if len(document.text) > LARGEST:
        return (
            f"{name} has {len(document.text):,} characters, more than Deskmate reads "
            f"({LARGEST:,}). Split it, or copy what matters into a file of its own."
        )
    if "\0" in document.text:
        return f"{name} is not a text file, so it is left alone."
    if suffix == ".ipynb" and document.text.lstrip().startswith("{"):
        return (
            f"{name} is a notebook. Open it in an editor that shows its cells: each of them works "
            "like a file; or save the code as a script."
        )
    if edits and document.language is None and (mixed := common()["unchecked"].get(suffix)):
        return (
            f"Deskmate cannot check an edit of a {mixed} file yet, so it makes none. It "
            "can explain what you select; for more, move the script into a file of its own."
        )
    return None
