"""Comments in which a model says what it has changed: news for a moment, noise in a file."""

from __future__ import annotations

from deskmate.core.reply.english import remarks
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import tokens


def without_remarks(code: str, document: Document) -> tuple[str, tuple[str, ...]]:
    """`code`, which is to go into `document`, without remarks of what was changed, and a note of
    those that were taken out. Comments that the document has already stay.
    """
    read = Document(document.uri, None, code, document.language)
    if read.tree is None:
        return code, ()
    gone = [
        token
        for token in tokens(read)
        if token.comment and remarks().match(token.text) and token.text not in document.text
    ]
    for token in reversed(gone):
        before = code[: token.span.start].rstrip(" \t")
        behind = code[token.span.end :]
        alone = not before or before.endswith("\n")
        code = before + (behind.removeprefix("\n") if alone else behind)
    return code, tuple(f"Took out the remark `{token.text.strip()}`." for token in gone)
