"""Where an action applies: pure, in milliseconds, never with a model.

The menu (`offers`) and the run (`find_target`) ask the same function, so that what was offered is
what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deskmate.actions.action import Action, Where
from deskmate.actions.conditions import is_met
from deskmate.actions.cursor import Cursor
from deskmate.actions.diagnostic import Diagnostic
from deskmate.core.syntax.blocks import block_at
from deskmate.core.syntax.comments import asks_for_something
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import Scope, declares
from deskmate.core.syntax.unsuitable import obstacle
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.errors import ActionError


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that applies, what it would work on, and how a menu lists it: as what `fixes` a
    reported problem, on its `first` page or on another.
    """

    action: Action
    target: Target
    kind: str
    fixes: bool
    first: bool


def offers(
    actions: Iterable[Action],
    document: Document,
    span: Span,
    diagnostics: Sequence[Diagnostic] = (),
) -> tuple[Offer, ...]:
    """Every action that applies at `span`, in the order of a menu: fixes first where there is
    something to fix.
    """
    cursors = tuple(_cursors(document, span))
    found = []
    for action in actions:
        if obstacle(document, edits=action.edits):
            continue
        target = _first_target(action, cursors)
        if target is None:
            continue
        fixes = action.kind == "quickfix" and any(
            target.host_span.overlaps(diagnostic.span) for diagnostic in diagnostics
        )
        kind = "refactor.rewrite" if action.kind == "quickfix" and not fixes else action.kind
        first = action.menu == "first" and target.block is cursors[0].block
        found.append(Offer(action, target, kind, fixes=fixes, first=first))
    return tuple(sorted(found, key=lambda offer: (not offer.fixes, offer.target.block is None)))


def find_target(action: Action, document: Document, span: Span) -> Target | None:
    """What `action` would work on at `span`, in a block of code or data before the text around it;
    None where it does not apply.

    Raises ActionError where the document is one that nothing can be done in.
    """
    if reason := obstacle(document, edits=action.edits):
        raise ActionError(reason)
    return _first_target(action, _cursors(document, span))


def find_diagnostics(target: Target, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The problems of a file as those of the target's document: of a block only what lies in it."""
    block = target.block
    if block is None:
        return tuple(diagnostics)
    return tuple(
        replace(one, span=block.find_inner(one.span))
        for one in diagnostics
        if block.span.overlaps(one.span)
    )


def _cursors(document: Document, span: Span) -> Iterator[Cursor]:
    block = block_at(document, span)
    if block is not None:
        yield Cursor(block.document, block.find_inner(span), block)
    yield Cursor(document, span)


def _first_target(action: Action, cursors: Iterable[Cursor]) -> Target | None:
    return next((target for cursor in cursors if (target := _target(action, cursor))), None)


def _target(action: Action, cursor: Cursor) -> Target | None:
    if not _speaks(action, cursor.document):
        return None
    for condition in action.when:
        if condition == "comment":
            target = _below_comment(action, cursor)
        else:
            target = _at(action, cursor)
            if target is not None and not is_met(condition, target, action, cursor):
                target = None
        if target is not None and not (cursor.block and _leaves_file(action)):
            return replace(target, block=cursor.block) if cursor.block else target
    return None


def _leaves_file(action: Action) -> bool:
    """Whether it changes other files, which a block of code in a text has none of."""
    return action.together or action.result == "new-file"


def _speaks(action: Action, document: Document) -> bool:
    language = document.language
    for wanted in action.languages:
        if wanted == "any" or (wanted == "code" and not (language and language.prose)):
            return True
        if language and (wanted == language.name or (wanted == "prose" and language.prose)):
            return True
        if wanted == "comments" and _in_comments(action, document):
            return True
    return False


def _in_comments(action: Action, document: Document) -> bool:
    """Whether an action can only be about the comments and docstrings of a document."""
    language = document.language
    return "comments" in action.languages and bool(language and not language.prose)


def _at(action: Action, cursor: Cursor) -> Target | None:
    """The first of the action's scopes that is there; one further out is never meant."""
    scopes: Iterable[Where] = action.scope
    if cursor.slight and action.result in _LINES:
        scopes = sorted(action.scope, key=lambda where: where == "selection")
    targets = (_FINDERS[where](action, cursor) for where in scopes)
    found = next((target for target in targets if target is not None), None)
    if found is None or action.result not in _PROSE:
        return found
    whole = cursor.span == Span(0, len(cursor.document.text))
    if _in_comments(action, cursor.document) and not whole:
        return found if cursor.in_comments else None
    return found if cursor.has_prose(found.span) else None


def _of_scope(action: Action, cursor: Cursor, scope: Scope | None) -> Target | None:
    if scope is None:
        return None
    wanted = "text" if action.result == "show" or scope.kind == "section" else scope.kind
    return Target(
        document=cursor.document,
        span=scope.span,
        result=action.result,
        scope=scope,
        checks=action.checks,
        parts=action.parts,
        wanted=wanted,
        name=scope.name,
    )


def _of_span(action: Action, cursor: Cursor, span: Span | None) -> Target | None:
    if span is None or (len(span) == 0 and action.result != "message"):
        return None
    language = cursor.document.language
    prose = language is not None and language.prose
    return Target(
        document=cursor.document,
        span=span,
        result=action.result,
        scope=None,
        checks=tuple(check for check in action.checks if check != "same-signature"),
        parts=action.parts,
        wanted="text" if action.result == "show" or prose else "code",
    )


def _of_selection(action: Action, cursor: Cursor) -> Target | None:
    """The selected code; where that is a whole function or class, that. Of prose what is selected,
    to the character.
    """
    if action.result not in _LINES and (action.result != "digest" or action.shows):
        return _of_span(action, cursor, cursor.trimmed)
    if cursor.lines is None or cursor.code is None:
        return None
    for scope in (cursor.function, cursor.klass):
        if scope and _is_all_of(cursor.code, scope):
            return _of_scope(action, cursor, scope)
    return _of_span(action, cursor, cursor.code if action.result == "replace" else cursor.lines)


def _is_all_of(selected: Span, scope: Scope) -> bool:
    """Whether what is selected is all of a scope, be it without its decorators."""
    if selected.contains(scope.span):
        return True
    body = scope.body
    return body is not None and selected.contains(body) and selected.start < scope.head.end


_LINES = ("replace", "insert", "docstring", "new-file", "show")
"""Results for which whole lines are taken."""


def _of_paragraph(action: Action, cursor: Cursor) -> Target | None:
    return _of_span(action, cursor, cursor.paragraph)


_PROSE = ("prose", "corrections", "translation", "digest", "front-matter")
"""Results for which only prose is read and written."""


def _below_comment(action: Action, cursor: Cursor) -> Target | None:
    """A new function below a comment that says what is wanted."""
    comment = cursor.document.slice(cursor.comment) if cursor.comment else ""
    if cursor.comment is None or not declares(cursor.document) or not asks_for_something(comment):
        return None
    lines = cursor.document.lines
    line = lines.line_at(cursor.comment.end)
    below = lines.start(line + 1) if line + 1 < len(lines) else len(cursor.document.text)
    return Target(
        document=cursor.document,
        span=Span(below, below),
        result="insert",
        scope=None,
        checks=("changed", "not-stub"),
        wanted="function",
    )


def _of_function(action: Action, cursor: Cursor) -> Target | None:
    """The function; what is documented or tested has a name."""
    named = action.result in ("docstring", "new-file")
    return _of_scope(action, cursor, cursor.named if named else cursor.function)


_FINDERS: dict[Where, Callable[[Action, Cursor], Target | None]] = {
    "function": _of_function,
    "class": lambda action, cursor: _of_scope(action, cursor, cursor.klass),
    "list": lambda action, cursor: _of_span(action, cursor, cursor.list),
    "table": lambda action, cursor: _of_span(action, cursor, cursor.table),
    "paragraph": _of_paragraph,
    "section": lambda action, cursor: _of_scope(action, cursor, cursor.section),
    "selection": _of_selection,
    "file": lambda action, cursor: _of_span(action, cursor, Span(0, len(cursor.document.text))),
}
