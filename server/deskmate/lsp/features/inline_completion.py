"""Text while its user types: `textDocument/inlineCompletion`."""

from __future__ import annotations

from lsprotocol import types

from deskmate.core.text.text import Edit, Span
from deskmate.lsp.convert import to_offset, to_range, to_span
from deskmate.lsp.session import Session


async def complete(
    session: Session, params: types.InlineCompletionParams
) -> list[types.InlineCompletionItem]:
    """How the text may go on at a place; of what is chosen in a menu there, how that goes on."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return []
    encoding, chosen = session.documents.encoding, params.context.selected_completion_info
    offset = to_offset(document, params.position, encoding)
    begun, where, seen = "", to_range(document, Span(offset, offset), encoding), document
    if chosen is not None:
        span = to_span(document, chosen.range, encoding)
        begun, where = chosen.text, chosen.range
        seen = document.changed(Edit(span, begun))
        offset = span.start + len(begun)
    asked = params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    texts = await session.suggestions.suggest(seen, offset, asked=asked)
    return [types.InlineCompletionItem(begun + text, range=where) for text in texts]
