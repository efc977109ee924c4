"""The list of what can be done at a place. No model is asked; a click sends the command back."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from deskmate.actions.targets import Offer, offers
from deskmate.core.text import Encoding
from deskmate.lsp.ask import INSERT, insertions
from deskmate.lsp.commands import to_arguments
from deskmate.lsp.convert import diagnostics_of, selection_of, span_of
from deskmate.lsp.desk import Desk
from deskmate.lsp.on_save import source_actions
from deskmate.lsp.protocol import RUN


async def offer(
    desk: Desk, params: types.CodeActionParams
) -> list[types.CodeAction] | list[types.Command]:
    """What applies in the range that the editor asks about, of the kinds that it asks for."""
    document, encoding = desk.documents.get(params.text_document.uri), desk.documents.encoding
    if document is None:
        return []
    span = selection_of(document, params.range, encoding)
    desk.looking_around.note(document.uri, span.start)
    diagnostics = diagnostics_of(document, params.context.diagnostics, encoding)
    found = offers(await desk.actions(), document, span, diagnostics)
    if found and params.context.trigger_kind == types.CodeActionTriggerKind.Invoked:
        desk.read_ahead(found[0].action, document, span, diagnostics)
    listed = [
        _code_action(one, params, encoding)
        for one in found
        if _wanted(one.kind, params.context.only)
    ]
    if desk.editor.can("text_document.code_action.code_action_literal_support"):
        only = params.context.only
        fixes = desk.mistakes.corrections(document, span) if _wanted(_FIX, only) else []
        answers = insertions(desk, document, span) if _wanted(INSERT, only) else []
        return [*fixes, *listed, *answers, *source_actions(desk, document, params)]
    return [action.command for action in listed if action.command]


_FIX = types.CodeActionKind.QuickFix.value


def _code_action(
    offer: Offer, params: types.CodeActionParams, encoding: Encoding
) -> types.CodeAction:
    action, target = offer.action, offer.target
    concerned = [
        diagnostic
        for diagnostic in params.context.diagnostics
        if target.span.overlaps(span_of(target.document, diagnostic.range, encoding))
    ]
    arguments = to_arguments(action.id, params.text_document.uri, params.range, concerned)
    return types.CodeAction(
        title=action.title,
        kind=offer.kind,
        diagnostics=concerned if offer.preferred else None,
        is_preferred=True if offer.preferred else None,
        command=types.Command(title=action.title, command=RUN, arguments=[arguments]),
    )


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Kinds are hierarchical: `refactor` asks for `refactor.rewrite` too."""
    if only is None:
        return True
    wanted = [str(getattr(item, "value", item)) for item in only]
    return any(not item or kind == item or kind.startswith(f"{item}.") for item in wanted)
