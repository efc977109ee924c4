"""The list of what can be done at a place. No model is asked; a click sends the command back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.actions.problems import ProblemOffer, offer_problems
from deskmate.actions.targets import Offer, offers
from deskmate.core.lazy import lazy
from deskmate.core.target import EXACT, WHOLE
from deskmate.core.text.text import Span
from deskmate.errors import ActionError, DeskmateError
from deskmate.lsp.arguments import (
    read_diagnostics,
    read_object,
    read_range,
    read_text,
    to_wire,
    write_diagnostic,
)
from deskmate.lsp.convert import to_diagnostics, to_range, to_selection
from deskmate.lsp.features.answer_page import UNREAD, offer_unread
from deskmate.lsp.features.ask import INSERT, offer_insertions
from deskmate.lsp.features.commands import run, to_arguments
from deskmate.lsp.features.save import document_file, offer_source_actions, want_docstrings
from deskmate.lsp.outcome import to_outcome
from deskmate.lsp.pygls_protocol import DOCSTRINGS, MORE, RUN, SOURCE
from deskmate.lsp.session import Session, Turned
from deskmate.lsp.turns import read_in_turn

if TYPE_CHECKING:
    from deskmate.actions.action import Action
    from deskmate.actions.diagnostic import Diagnostic
    from deskmate.core.syntax.document import Document

ROOM = 9
"""Entries of a menu. With one that an editor adds they are ten, which a terminal of 24 lines shows
at once; who asks for kinds gets all of those.
"""

KIND = "deskmate.more"
"""The kind of the entry behind which the rest is listed."""


async def offer(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction] | list[types.Command]:
    """What applies in the range that the editor asks about, of the kinds that it asks for; where it
    asks for all, what is used most, and an entry for the rest.
    """
    listed = await _list_all(session, params)
    if not params.context.only and len(listed) > ROOM:
        listed = _turn_to_page(session, params, listed)
    actions = [action for action, _ in listed]
    if session.client.mixes_servers:
        actions = [_name_ours(action) for action in actions]
    if session.client.can("text_document.code_action.code_action_literal_support"):
        return actions
    return [action.command for action in actions if action.command]


def _name_ours(action: types.CodeAction) -> types.CodeAction:
    named = copy(action)
    if "Deskmate" not in action.title:
        named.title = f"Deskmate: {action.title}"
    return named


async def show_more(session: Session, *arguments: Any) -> dict[str, Any]:
    """Lets the user take one of the entries that the menu had no room for, and runs it. An editor
    that cannot ask lists them the next time that the menu is opened there.
    """
    try:
        given = read_object(MORE, arguments, "uri, range, diagnostics?")
        params = _read_params(given)
        _, rest = _divide(await _list_all(session, params))
        if not rest:
            raise ActionError("There is no more here than what the menu lists.")
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=False)
    entries = {action.title: action for action, _ in rest}
    taken = await session.client.pick("Deskmate", list(entries))
    if taken is None:
        turned = session.menu
        here = (turned.uri, turned.line) == _find_place(params)
        session.menu = Turned(*_find_place(params), turned.page + 1 if here else 1)
        session.client.say("Open the menu again: it now lists more.")
    elif taken in entries:
        return await _run(session, entries[taken])
    return {"status": "started" if taken in entries else "cancelled"}


Listed = list[tuple[types.CodeAction, bool]]
"""Entries, and whether each is for the first page."""


async def _list_all(session: Session, params: types.CodeActionParams) -> Listed:
    """Every entry that applies, of the kinds that are asked for."""
    document, encoding = session.documents.get(params.text_document.uri), session.documents.encoding
    if document is None:
        return []
    span = to_selection(document, params.range, encoding)
    session.hover_prefetch.note(document.uri, span.start)
    want_docstrings(session, document, params)
    menu = _Menu(session, params, document, span, await session.load_actions(document.uri))
    listed = await read_in_turn(document, menu.list_all)
    if menu.found and params.context.trigger_kind == types.CodeActionTriggerKind.Invoked:
        session.warm_up(menu.found[0], menu.diagnostics)
    return listed


@dataclass(frozen=True)
class _Menu:
    """What is asked for at one place. Reading the document may take long: it is for a thread."""

    session: Session
    params: types.CodeActionParams
    document: Document
    span: Span
    actions: tuple[Action, ...]

    @lazy
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What the editor reports, in our terms, one for each."""
        given = self.params.context.diagnostics
        return to_diagnostics(self.document, given, self.session.documents.encoding)

    @lazy
    def found(self) -> tuple[Offer, ...]:
        """The actions that apply."""
        return offers(self.actions, self.document, self.span, self.diagnostics)

    @lazy
    def problems(self) -> tuple[ProblemOffer, ...]:
        """The actions for one problem of others; ours come with their corrections."""
        reported = self._pair_up()
        theirs = [one for given, one in reported if given.source != SOURCE]
        return offer_problems(self.actions, self.document, self.span, theirs)

    def list_all(self) -> Listed:
        """Every entry, of the kinds that are asked for."""
        session, params, document, span = self.session, self.params, self.document, self.span
        only = params.context.only
        wanted = [one for one in self.found if _is_wanted(one.kind, only)]
        corrections = session.text_diagnostics.list_corrections
        fixes = corrections(document, span) if _is_wanted(_FIX, only) else []
        unread = offer_unread(session) if _is_wanted(UNREAD, only) else []
        listed = [(answer, True) for answer in unread]
        listed += [(fix, number < _FIXES) for number, fix in enumerate(fixes)]
        number = next((at for at, one in enumerate(wanted) if not one.fixes), len(wanted))
        problems = [one for one in self.problems if _is_wanted(one.action.kind, only)]
        listed += [(self._make_code_action(one), one.first) for one in wanted[:number]]
        listed += [(self._make_problem_action(one), True) for one in problems]
        listed += [(self._make_code_action(one), one.first) for one in wanted[number:]]
        answers = offer_insertions(session, document, span) if _is_wanted(INSERT, only) else []
        listed += [(answer, True) for answer in answers]
        listed += [(action, True) for action in offer_source_actions(session, document, params)]
        settings = session.configuration.of(document.uri)
        if settings.cloud.engine != "off" and settings.routing.mode != "never":
            for one in wanted:
                may_leave = one.action.route != "local" and not one.action.together
                if one.target.result in WHOLE and may_leave:
                    listed.append((self._make_code_action(one, cloud=True), False))
        return listed

    def _make_code_action(self, offer: Offer, *, cloud: bool = False) -> types.CodeAction:
        """The entry for an offer, or the second one, which proposes it for the cloud model."""
        action, target, params = offer.action, offer.target, self.params
        title = f"{action.title} with the cloud model" if cloud else action.title
        here = (given for given, one in self._pair_up() if target.host_span.overlaps(one.span))
        concerned = list(islice(here, _PROBLEMS))
        uri = params.text_document.uri
        arguments = to_arguments(action.id, uri, params.range, concerned, cloud=cloud)
        return types.CodeAction(
            title=title,
            kind=offer.kind,
            # Never preferred: one key for a fix (VS Code's Auto Fix) is for the exact ones of
            # others.
            diagnostics=concerned if offer.fixes and not cloud else None,
            command=types.Command(title=title, command=RUN, arguments=[arguments]),
            tags=None if action.result in EXACT else self.session.client.model_tags,
        )

    def _make_problem_action(self, offer: ProblemOffer) -> types.CodeAction:
        """The entry for an action about one problem, with nothing but that."""
        action, document = offer.action, self.document
        concerned = [given for given, one in self._pair_up() if one is offer.problem]
        where = to_range(document, offer.place, self.session.documents.encoding)
        uri = self.params.text_document.uri
        arguments = to_arguments(action.id, uri, where, concerned) | {"problem": True}
        return types.CodeAction(
            title=offer.title,
            kind=action.kind,
            diagnostics=concerned if action.kind == _FIX else None,
            command=types.Command(title=offer.title, command=RUN, arguments=[arguments]),
            tags=self.session.client.model_tags,
        )

    def _pair_up(self) -> Iterator[tuple[types.Diagnostic, Diagnostic]]:
        return zip(self.params.context.diagnostics, self.diagnostics, strict=True)


_PROBLEMS = 50
"""Reported problems that an entry carries: of a file with more, those that are reported first."""

_FIX = types.CodeActionKind.QuickFix.value
_FIXES = 6  # corrections of a text, and its dictionaries, before what asks a model


def _divide(listed: Listed) -> tuple[Listed, Listed]:
    """What is on the first page, and the rest."""
    first = [one for one in listed if one[1]][: ROOM - 1]
    return first, [one for one in listed if one not in first]


def _turn_to_page(session: Session, params: types.CodeActionParams, listed: Listed) -> Listed:
    """As much as there is room for, and an entry for more of it."""
    turned = session.menu
    page = turned.page if (turned.uri, turned.line) == _find_place(params) else 0
    first, rest = _divide(listed)
    pages = [first, *(rest[at : at + ROOM - 1] for at in range(0, len(rest), ROOM - 1))]
    return [*pages[page % len(pages)], (_make_more(session, params), True)]


def _make_more(session: Session, params: types.CodeActionParams) -> types.CodeAction:
    concerned = [write_diagnostic(item) for item in params.context.diagnostics]
    given = {"uri": params.text_document.uri, "range": to_wire(params.range)}
    arguments = [given | ({"diagnostics": concerned} if concerned else {})]
    title = "More from Deskmate…"
    command = types.Command(title, MORE, arguments=arguments)
    # Tagged like the rest, or an editor that sorts by tags puts it above them.
    return types.CodeAction(title, kind=KIND, command=command, tags=session.client.model_tags)


def _read_params(given: Mapping[Any, Any]) -> types.CodeActionParams:
    """The request that the menu was for."""
    diagnostics = read_diagnostics(MORE, given)
    return types.CodeActionParams(
        types.TextDocumentIdentifier(read_text(MORE, given, "uri")),
        read_range(MORE, given.get("range")),
        types.CodeActionContext(diagnostics, trigger_kind=types.CodeActionTriggerKind.Automatic),
    )


def _find_place(params: types.CodeActionParams) -> tuple[str, int]:
    return params.text_document.uri, params.range.start.line


async def _run(session: Session, action: types.CodeAction) -> dict[str, Any]:
    """Does what an entry is for."""
    if action.edit is not None:
        applied = await session.client.apply(action.edit, action.title)
        return {"status": "applied" if applied.applied else "failed"}
    command = action.command
    assert command is not None, "an entry has an edit or a command"
    run_it = document_file if command.command == DOCSTRINGS else run
    return await run_it(session, *(command.arguments or ()))


def _is_wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Kinds are hierarchical: `refactor` asks for `refactor.rewrite` too."""
    if only is None:
        return True
    wanted = [str(getattr(item, "value", item)) for item in only]
    return any(not item or kind == item or kind.startswith(f"{item}.") for item in wanted)
