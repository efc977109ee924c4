"""Text while its user types, as an entry of the completion menu: `textDocument/completion`, for
editors that show no text behind the cursor.
"""

from __future__ import annotations

import re

from lsprotocol import types

from deskmate.core.text.text import Span
from deskmate.lsp.convert import to_offset, to_range
from deskmate.lsp.session import Session


async def list_completions(
    session: Session, params: types.CompletionParams
) -> types.CompletionList:
    """What is suggested at a place as one entry, which goes behind those of other servers and is
    asked for anew with the next key.
    """
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return types.CompletionList(is_incomplete=False, items=[])
    encoding = session.documents.encoding
    offset = to_offset(document, params.position, encoding)
    texts = await session.suggestions.suggest(document, offset, asked=False)
    line = document.text[document.lines.start(document.lines.line_at(offset)) : offset]
    begun = _WORD.search(line)
    start = offset - len(begun[0]) if begun else offset
    where = to_range(document, Span(start, offset), encoding)
    items = [_make_item(document.text[start:offset] + text, where) for text in texts]
    return types.CompletionList(is_incomplete=True, items=items)


def _make_item(text: str, where: types.Range) -> types.CompletionItem:
    first, *more = text.strip().splitlines()
    return types.CompletionItem(
        label=first[:_LONGEST] + "…" * bool(more or len(first) > _LONGEST),
        kind=types.CompletionItemKind.Text,
        detail="Deskmate",
        documentation=text,
        sort_text=_LAST,
        filter_text=text.split("\n")[0],
        text_edit=types.TextEdit(where, text),
        insert_text_mode=types.InsertTextMode.AsIs,
    )


_WORD = re.compile(r"\w+\Z")
_LONGEST = 60
_LAST = "\U0010fffd"
"""What is sorted behind every name."""
