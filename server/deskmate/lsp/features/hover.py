"""The hover: what the syntax tree says at once, and the model's explanation where it is there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.gate.edits.docstring_text import plain_text
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.references import name_at
from deskmate.core.text.fence import fenced
from deskmate.core.text.uri import name_in
from deskmate.lsp.background.explanations import Symbol, are_explained
from deskmate.lsp.convert import to_offset
from deskmate.lsp.session import Session
from deskmate.lsp.turns import read_in_turn

if TYPE_CHECKING:
    from pathlib import Path

    from deskmate.core.syntax.document import Document
    from deskmate.workspace.index.index import ProjectIndex

PATIENCE = 0.2
"""Seconds that a hover takes at most to find a name in other files; the next finds it sooner."""

_LARGEST = 100_000
"""Characters of another file that are worth reading for a hover."""


async def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """What there is to say of the function or class that is named at a place; None where there is
    nothing, so that other servers' hovers stand alone.
    """
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    settings = session.configuration.of(document.uri).hover
    if not are_explained(settings, document):
        return None
    offset = to_offset(document, params.position, session.documents.encoding)
    session.hover_prefetch.note(document.uri, offset)
    root = await asyncio.to_thread(session.find_root, document.uri)
    symbol = await session.explanations.find_symbol(document, offset, root)
    if symbol is None and (place := await _find_elsewhere(session, document, offset)):
        symbol = await session.explanations.find_symbol(*place, root)
    if symbol is None:
        return None
    markdown = session.client.hovers_markdown
    here = offset if symbol.document is document else None
    parts = []
    if settings.show == "all":
        parts += await read_in_turn(
            symbol.document, partial(_read_signature, symbol, here, markdown=markdown)
        )
    parts += await _find_explanation(session, symbol, settings.budget_ms / 1000, markdown=markdown)
    if not parts:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, "\n\n".join(parts)))


async def _find_elsewhere(
    session: Session, document: Document, offset: int
) -> tuple[Document, int] | None:
    """Where the function or class is defined that is named at an offset, in another file of the
    project; None where there is none, or where it is not found at once.
    """
    if found := await session.indexes.index(document.uri):
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(_look_up, *found, document, offset)
    return None


def _look_up(
    index: ProjectIndex, path: Path, document: Document, offset: int
) -> tuple[Document, int] | None:
    name = name_at(document, offset)
    for found in index.lookup(path, name) if name else ():
        one = found.definition
        if found.path == path or one.kind not in ("function", "class"):
            continue
        other = index.document(found.path)
        if other is not None and other.tree and len(other.text) <= _LARGEST:
            return other, other.text.find(one.name, one.span.start)
    return None


def _read_signature(symbol: Symbol, offset: int | None, *, markdown: bool) -> list[str]:
    """The signature, the documentation and the place, as they stand in the file, which is another
    than the hover's where that has no offset.
    """
    document, scope = symbol.document, symbol.scope
    head = flat(document, scope.head).rstrip().removesuffix("{").rstrip()
    fence = document.language.fence if document.language else ""
    parts = [fenced(head, fence) if markdown else head]
    if scope.doc:
        parts.append(plain_text(flat(document, scope.doc)))
    line = document.lines.line_at(scope.span.start) + 1
    where = f" in {'.'.join(scope.path)}" if scope.path else ""
    if offset is None:
        name = name_in(document.uri)
        parts.append(f"Defined in {f'`{name}`' if markdown else name} on line {line}{where}.")
    elif not scope.head.start <= offset < scope.head.end:
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
