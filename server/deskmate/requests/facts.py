"""A request as routing sees it: what it is about, how much there is to read, what it uses."""

from __future__ import annotations

from dataclasses import replace

from deskmate.actions.action import Action
from deskmate.actions.pieces import estimate_tokens
from deskmate.core.syntax.document import Document
from deskmate.core.target import Wish
from deskmate.core.text.text import Span
from deskmate.engines.engine import Capabilities
from deskmate.requests.modules import modules_used
from deskmate.requests.request import Request
from deskmate.routing.facts import Facts, Task

CONTEXT = 600
"""Tokens that the instructions and the surroundings of an edit take, more or less."""


def gather_facts(request: Request, capabilities: Capabilities) -> Facts:
    """The facts of a request, for a local model that can do this."""
    document, span = request.document, request.target.span
    facts = gather_action_facts(
        request.action,
        request.instruction,
        document,
        span,
        size=estimate_tokens(document.slice(span)),
        window=capabilities.context,
        wish=request.wish,
    )
    return replace(
        facts,
        modules=modules_used(request.modules, document, span),
        tried=request.tried,
        failed=request.failed,
    )


def gather_action_facts(
    action: Action,
    instruction: str,
    document: Document,
    span: Span,
    *,
    size: int,
    window: int,
    wish: Wish = "",
) -> Facts:
    """The facts of an action on `span` of a document, which is `size` tokens long, for a local
    model with that `window`.
    """
    task = find_task(action)
    answer = size if task in ("fix", "change") else 0
    return Facts(
        task=task,
        instruction=instruction,
        document=document,
        span=span,
        needed=size + answer + action.tokens + CONTEXT,
        window=window,
        wish=wish or action.route,
        hard=action.hard,
    )


def gather_question_facts(
    question: str,
    document: Document | None,
    span: Span,
    *,
    size: int,
    window: int,
    wish: Wish = "",
) -> Facts:
    """The facts of a question about `span` of a document, or about nothing in particular."""
    return Facts("question", question, document, span, size + CONTEXT, window, wish=wish)


def find_task(action: Action) -> Task:
    """What an action does, for routing."""
    if action.kind == "quickfix":
        return "fix"
    return _TASKS.get(action.result, "text")


_TASKS: dict[str, Task] = {
    "show": "explain",
    "docstring": "document",
    "insert": "new",
    "new-file": "test",
    "replace": "change",
}
