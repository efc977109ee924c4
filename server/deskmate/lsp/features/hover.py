"""The hover: what the syntax tree says at once, and the model's explanation where it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.gate.edits.docstring_text import plain_text
from deskmate.core.syntax.indent import flat
from deskmate.core.text.fence import fenced
from deskmate.lsp.background.explanations import Symbol, are_explained
from deskmate.lsp.convert import to_offset
from deskmate.lsp.session import Session

if TYPE_CHECKING:
    pass


async def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """What there is to say of the function or class that is named at a place; None where there is
    nothing, so that other servers' hovers stand alone.
    """
    document = session.documents.get(params.text_document.uri)
    settings = session.configuration.settings.hover
    if document is None or not are_explained(settings, document):
        return None
    offset = to_offset(document, params.position, session.documents.encoding)
    session.hover_prefetch.note(document.uri, offset)
    symbol = await session.explanations.find_symbol(
        document, offset, session.find_root(document.uri)
    )
    if symbol is None:
        return None
    markdown = session.client.hovers_markdown
    parts = _read_signature(symbol, offset, markdown=markdown) if settings.show == "all" else []
    parts += await _find_explanation(session, symbol, settings.budget_ms / 1000, markdown=markdown)
    if not parts:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, "\n\n".join(parts)))


def _read_signature(symbol: Symbol, offset: int, *, markdown: bool) -> list[str]:
    """The signature, the documentation and the place, as they stand in the file."""
    document, scope = symbol.document, symbol.scope
    head = flat(document, scope.head).rstrip().removesuffix("{").rstrip()
    fence = document.language.fence if document.language else ""
    parts = [fenced(head, fence) if markdown else head]
    if scope.doc:
        parts.append(plain_text(flat(document, scope.doc)))
    if not scope.head.start <= offset < scope.head.end:
        line = document.lines.line_at(scope.span.start) + 1
        where = f" in {'.'.join(scope.path)}" if scope.path else ""
        parts.append(f"Defined on line {line}{where}.")
    return parts


async def _find_explanation(
    session: Session, symbol: Symbol, budget: float, *, markdown: bool
) -> list[str]:
    """The explanation, or what becomes of it."""
    explanations = session.explanations
    text = await explanations.find(symbol)
    why = explanations.take_failure(symbol)
    if text is None and why is None:
        explanations.start(symbol)
        if budget:
            await explanations.wait(symbol, budget)
            text, why = await explanations.find(symbol), explanations.take_failure(symbol)
    name = f"`{symbol.scope.name}`" if markdown else symbol.scope.name
    if why is not None:
        text = f"No explanation of {name}: {why} The next hover tries again."
    elif text is None and explanations.has_no_model:
        return []  # whoever runs an action is offered one; a hover does not nag
    elif text is None:
        text = f"{name} is being explained. The next hover shows it."
    return [f"**Deskmate:** {text}" if markdown else f"Deskmate: {text}"]
