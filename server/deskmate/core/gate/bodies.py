"""Does each function still do something?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from deskmate.core.gate.change import Change
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import Scope, scopes
from deskmate.core.syntax.tokens import Token, texts, tokens
from deskmate.core.text.text import Span


def not_emptied(change: Change) -> str | None:
    """A function that did something still does: none is emptied by this change. What was empty
    before may be so still, and a constructor may say in its head what its body said.
    """
    was = Counter(_place(scope) for scope in _doing(change.before, change.target.span))
    now = Counter(_place(scope) for scope in _doing(change.after, change.span))
    here = [s for s in scopes(change.after) if change.span.contains(s.span)]
    written = Counter(_place(scope) for scope in here)
    there = [s for s in scopes(change.before) if change.target.span.contains(s.span)]
    idle = Counter(_place(scope) for scope in there) - was
    emptied = {place for place in was if now[place] < was[place]}
    doing = {scope.span for scope in _doing(change.after, change.span)} if emptied else set()
    for scope in here if emptied else ():
        place = _place(scope)
        if (
            place not in emptied
            or scope.span in doing
            or written[place] - now[place] <= idle[place]
        ):
            continue
        if _says_in_its_head(change, scope):
            continue
        return f"The body of `{flat(change.after, scope.head).strip()}` is gone; write all of it."
    return None


def not_stub(change: Change) -> str | None:
    """The body is no placeholder."""
    here = [s for s in scopes(change.after) if change.span.contains(s.span)]
    here = [change.scope] if change.scope is not None else here
    doing = {scope.span for scope in _doing(change.after, change.span)}
    empty = (s for s in here if s.kind == "function" and s.span not in doing)
    stub = next(empty, None)
    if stub is None:
        return None
    lines = change.after.slice(stub.body or stub.head).strip("{} \t\r\n;").splitlines()
    body = lines[-1].strip() if lines else "{}"
    return f"The body of `{stub.name}` is still a placeholder, `{body}`; write what it does."


def _place(scope: Scope) -> tuple[tuple[str, ...], str]:
    return scope.path, scope.name


def _doing(document: Document, span: Span) -> list[Scope]:
    """The scopes in `span` that do something: the tokens are gone through once for all of them."""
    code = [token for token in tokens(document, span) if not token.comment]
    starts = [token.span.start for token in code]

    def inside(body: Span) -> list[Token]:
        return code[bisect_left(starts, body.start) : bisect_left(starts, body.end)]

    here = (scope for scope in scopes(document) if span.contains(scope.span))
    return [s for s in here if s.body is None or _does_something(document, s, inside(s.body))]


def _does_something(document: Document, scope: Scope, body: Iterable[Token]) -> bool:
    """Whether the tokens of a function's body are more than placeholders and, where documentation
    stands in bodies, strings; a class always does something.
    """
    if scope.kind == "class":
        return True
    style = document.language.doc if document.language else None
    in_body = style is not None and style.placement == "inside"
    code = (token for token in body if not (in_body and token.textual))
    return not scope.stub and any(token.text.strip("{};()") for token in code)


def _says_in_its_head(change: Change, scope: Scope) -> bool:
    """Whether all that a scope's body said is in its head now, which says more than before:
    initializers, properties that parameters declare.
    """
    old = next(s for s in scopes(change.before) if _place(s) == _place(scope))
    head = set(texts(change.after, scope.head, comments=False))
    said = set(texts(change.before, old.body, comments=False)) if old.body else set()
    words = {text for text in said if re.search(r"\w", text)} - {"this", "self"}
    return words <= head and not head <= set(texts(change.before, old.head, comments=False))
