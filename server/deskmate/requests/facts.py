"""A request as routing sees it: what it is about, how much there is to read, what it uses."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path, PurePath

from deskmate.actions.catalog import Action
from deskmate.actions.context import estimate_tokens
from deskmate.actions.test_files import file_path
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.engines.engine import Capabilities
from deskmate.errors import ActionError
from deskmate.files.source import read_source
from deskmate.requests.request import Request
from deskmate.routing.facts import Facts, Task, without_wish
from deskmate.routing.modules import modules_used

log = logging.getLogger(__name__)

CONTEXT = 600
"""Tokens that the instructions and the surroundings of an edit take, more or less."""


def facts_of(request: Request, target: Target, capabilities: Capabilities) -> Facts:
    """The facts of an action on its target. Asks the disk which imports are files of the project,
    and nothing else.
    """
    document, span = request.document, target.span
    size = estimate_tokens(document.slice(span))
    window = capabilities.context
    facts = facts_of_action(request.action, request.instruction, document, span, size, window)
    modules = project_modules(document, span, request.root)
    _, said = without_wish(request.instruction)
    wish = said or request.wish or facts.wish
    return replace(facts, modules=modules, tried=request.tried, wish=wish)


def with_modules(request: Request) -> Request:
    """The request with the files of the project that it imports, where its action is about how they
    work together: as they are on the disk, those that are not open.
    """
    document, root = request.document, request.root
    if root is None or request.action.hard not in ("scope", "architecture"):
        return request
    known = {file_path(one.uri) for one in request.others}
    names = project_modules(document, Span(0, len(document.text)), root)
    paths = [root / name for name in names if root / name not in known][:_MOST]
    return replace(request, others=(*request.others, *filter(None, map(_read, paths))))


_MOST = 12
"""Files that are read: the names of more of them do not fit a local model's window."""


def _read(path: Path) -> Document | None:
    try:
        return open_document(path.as_uri(), read_source(path).text)
    except (ActionError, OSError) as error:
        log.info("A module is not shown to the model: %s", error)
        return None


def shown_elsewhere(request: Request) -> tuple[Document, ...]:
    """The documents of which a model that is not here may see something: the one that the request
    is about, and of the other open ones those that it imports.
    """
    document, root = request.document, request.root
    if not request.others:
        return (document,)
    modules = project_modules(document, Span(0, len(document.text)), root)
    wanted = {root / name for name in modules} if root is not None else set()
    return (document, *(one for one in request.others if file_path(one.uri) in wanted))


def facts_of_action(
    action: Action, instruction: str, document: Document, span: Span, size: int, window: int
) -> Facts:
    """The facts of an action on `span` of a document, which is `size` tokens long."""
    task = task_of(action)
    answer = size if task in ("fix", "change") else 0
    said, wish = without_wish(instruction)
    return Facts(
        task=task,
        instruction=said,
        document=document,
        span=span,
        needed=size + answer + action.tokens + CONTEXT,
        window=window,
        wish=wish or action.route,
        hard=action.hard,
    )


def facts_of_question(
    question: str, document: Document | None, span: Span, size: int, window: int
) -> Facts:
    """The facts of a question about `span` of a document, or about nothing in particular."""
    said, wish = without_wish(question)
    needed = size + CONTEXT
    return Facts("question", said, document, span, needed, window, wish=wish)


def task_of(action: Action) -> Task:
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


def project_modules(document: Document, span: Span, root: Path | None) -> tuple[str, ...]:
    """The files of the project in `root` that `span` uses."""
    path = file_path(document.uri)
    if root is None or path is None or not path.is_relative_to(root):
        return ()
    folder = PurePath(path.parent.relative_to(root)).as_posix()
    here = path.relative_to(root).as_posix()
    found = modules_used(document, span, folder, lambda name: (root / name).is_file())
    return tuple(name for name in found if name != here)
