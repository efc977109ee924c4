"""The list of what can be done at a place. No model is asked; a click sends the command back."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from deskmate.actions.targets import Offer, offers
from deskmate.core.target import WHOLE
from deskmate.core.text.text import Encoding
from deskmate.lsp.convert import diagnostics_of, selection_of, span_of
from deskmate.lsp.features.ask import INSERT, insertions
from deskmate.lsp.features.commands import to_arguments
from deskmate.lsp.features.save import source_actions
from deskmate.lsp.pygls_protocol import RUN
from deskmate.lsp.session import Session


async def offer(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction] | list[types.Command]:
    """What applies in the range that the editor asks about, of the kinds that it asks for."""
    document, encoding = session.documents.get(params.text_document.uri), session.documents.encoding
    if document is None:
        return []
    span = selection_of(document, params.range, encoding)
    session.hover_prefetch.note(document.uri, span.start)
    diagnostics = diagnostics_of(document, params.context.diagnostics, encoding)
    found = offers(await session.actions(), document, span, diagnostics)
    if found and params.context.trigger_kind == types.CodeActionTriggerKind.Invoked:
        session.warm_up(found[0], diagnostics)
    wanted = [one for one in found if _wanted(one.kind, params.context.only)]
    listed = [_code_action(one, params, encoding) for one in wanted]
    settings = session.configuration.settings
    if settings.cloud.engine != "off" and settings.routing.mode != "never":
        for one in wanted:
            if one.target.result in WHOLE and one.action.route != "local":
                listed.append(_code_action(one, params, encoding, cloud=True))
    if session.client.can("text_document.code_action.code_action_literal_support"):
        only = params.context.only
        fixes = session.text_diagnostics.corrections(document, span) if _wanted(_FIX, only) else []
        answers = insertions(session, document, span) if _wanted(INSERT, only) else []
        return [*fixes, *listed, *answers, *source_actions(session, document, params)]
    return [action.command for action in listed if action.command]


_FIX = types.CodeActionKind.QuickFix.value


def _code_action(
    offer: Offer, params: types.CodeActionParams, encoding: Encoding, *, cloud: bool = False
) -> types.CodeAction:
    """The entry for an offer, or the second one, which proposes it for the cloud model."""
    action, target = offer.action, offer.target
    title = f"{action.title} with the cloud model" if cloud else action.title
    preferred = True if offer.preferred and not cloud else None
    concerned = [
        diagnostic
        for diagnostic in params.context.diagnostics
        if target.span.overlaps(span_of(target.document, diagnostic.range, encoding))
    ]
    uri = params.text_document.uri
    arguments = to_arguments(action.id, uri, params.range, concerned, cloud=cloud)
    return types.CodeAction(
        title=title,
        kind=offer.kind,
        diagnostics=concerned if preferred else None,
        is_preferred=preferred,
        command=types.Command(title=title, command=RUN, arguments=[arguments]),
    )


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Kinds are hierarchical: `refactor` asks for `refactor.rewrite` too."""
    if only is None:
        return True
    wanted = [str(getattr(item, "value", item)) for item in only]
    return any(not item or kind == item or kind.startswith(f"{item}.") for item in wanted)
