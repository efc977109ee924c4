"""One action at one place, resolved: everything that is asked for, by value."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deskmate.actions.action import ABOUT_PROBLEM, Action
from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.pieces import Piece
from deskmate.actions.targets import find_diagnostics, find_target
from deskmate.actions.test_files import TestFile, find_test_file
from deskmate.checks.consent import AskToRun
from deskmate.core.prose.units import too_long
from deskmate.core.syntax.document import LONGEST, Document, open_document
from deskmate.core.syntax.queries import all_scopes
from deskmate.core.target import WHOLE, Target, Wish
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path
from deskmate.engines.tiers import is_for_large
from deskmate.errors import ActionError, NotApplicable
from deskmate.requests.context import find_context, find_here, find_own_tests
from deskmate.requests.modules import Module, find_modules
from deskmate.requests.wrong_names import find_wrong_names
from deskmate.routing.facts import Tried, split_wish
from deskmate.settings.project import Project, project_of
from deskmate.settings.schema import Settings
from deskmate.workspace.index.names import NamesHere

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """An action on its target. Nothing here changes while a model answers.

    `instruction` is the user's own, without `@local` and `@cloud`; `wish` is where they, or the
    action, want it answered, and with `large` the larger model is asked at once. `pieces` are what
    is shown beside the target, `unknown` the mentions in the instruction (`@name`) that mean
    nothing here; `others` further documents that are open, `modules` the files of the
    project that the document uses, `tests` the file that tests go to.
    `root` is the folder of the workspace or the project, `project` what the user's decisions are
    for. `schema` is a JSON Schema of records, or the path of one; `tried` is what became of the
    same request before, and `failed` what judges said of its answers. `ask_to_run` asks the user
    whether the project's code may be run to check answers; None where they cannot be asked.
    """

    action: Action
    target: Target
    settings: Settings = field(default_factory=Settings)
    instruction: str = ""
    wish: Wish = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    pieces: tuple[Piece, ...] = ()
    unknown: tuple[str, ...] = ()
    others: tuple[Document, ...] = ()
    modules: tuple[Module, ...] = ()
    tests: TestFile | None = None
    project: Project | None = None
    root: Path | None = None
    large: bool = False
    schema: Any = None
    tried: Tried = ""
    failed: str = ""
    ask_to_run: AskToRun | None = None

    @property
    def document(self) -> Document:
        """The document that it is about."""
        return self.target.document

    @property
    def name(self) -> str:
        """What its consent, its ledger and its statistics are kept under."""
        return self.action.id

    @property
    def title(self) -> str:
        """What the user calls it."""
        return self.action.title

    @property
    def shown(self) -> tuple[str, ...]:
        """The URIs of the documents of which a model sees something: the one that the request is
        about, and those of which there are pieces.
        """
        return tuple(
            dict.fromkeys((self.document.uri, *(one.uri for one in self.pieces if one.uri)))
        )


def resolve(
    action: Action,
    document: Document,
    span: Span,
    *,
    settings: Settings | None = None,
    instruction: str = "",
    wish: Wish = "",
    diagnostics: tuple[Diagnostic, ...] = (),
    others: tuple[Document, ...] = (),
    project: Project | None = None,
    root: Path | None = None,
    large: bool = False,
    schema: Any = None,
    routed: bool = True,
    alone: bool = False,
) -> Request:
    """The request for `action` at a cursor or selection. Every way in calls this once, and
    everything below takes what it gives.

    It asks the disk which imports are files of the project, unless the request is not `routed`:
    then the local model is asked whatever it is about. Of other files something is shown unless it
    is to be `alone`. Raises ActionError where nothing can be
    done in this document, NotApplicable where the action does not apply at this place.
    """
    if document.is_too_long and "code" in action.languages:
        raise ActionError(
            f"The file has {len(document.text):,} characters; code is read in files of up to "
            f"{LONGEST:,}. Move the part that this is about into a file of its own."
        )
    target = find_target(action, document, span)
    if target is None:
        raise NotApplicable(_explain_misfit(action, document, span))
    settings = settings or Settings()
    said, wished = split_wish(instruction)
    without = alone or target.result not in WHOLE  # what is made in parts shows its own text alone
    around = None if without else project or _find_project(document, root)
    here = find_here(target.document, others, around)
    modules = find_modules(*here) if routed and here else ()
    reported = find_diagnostics(target, diagnostics)
    limited = action.choice == ABOUT_PROBLEM
    if action.kind == "quickfix" and target.result == "replace" and not limited:
        wrong = find_wrong_names(target, here, reported)
        target = replace(target, wrong=frozenset(wrong))
        reported = (*reported, *wrong.values())
    tests = None
    if target.result == "new-file":
        tests = find_test_file(target, root, others, find_own_tests(target, here))
    context = find_context(target, here, said, reported, tests)
    return Request(
        action=action,
        target=replace(target, instruction=said),
        settings=settings,
        instruction=said,
        wish=wished or wish or action.route,
        diagnostics=tuple(one for one in reported if target.span.overlaps(one.span)),
        pieces=context.pieces,
        unknown=context.unknown,
        others=others,
        modules=modules,
        tests=tests,
        project=project,
        root=root,
        large=large or is_for_large(settings, action.id),
        schema=schema,
    )


def find_names(request: Request, goal: Target) -> Target:
    """The goal of a request, which may be another file, with what the project says of names there.
    It asks the disk, so it belongs in a thread.
    """
    language, document = goal.document.language, goal.document
    if language is None or language.prose:
        return goal
    if not document.text.strip():  # a new file sees what it will see from its package
        document = open_document(document.uri, goal.imports, language_id=language.ids[0])
    project = find_project(request)
    here = find_here(document, request.others, project, request.document)
    return replace(goal, names=NamesHere(*here, language)) if here else goal


def find_symbol(request: Request) -> str:
    """The name of what is worked on, or of what is around it; "" for none."""
    path = find_symbol_path(request)
    return path[-1] if path else request.target.name


def find_symbol_path(request: Request) -> tuple[str, ...]:
    """The same, after the names of what it stands in, outermost first; () for none."""
    target = request.target
    scope = target.scope
    if scope is None or not scope.name:
        around = [s for s in all_scopes(target.document) if s.name and s.span.contains(target.span)]
        scope = min(around, key=lambda scope: len(scope.span)) if around else None
    return (*scope.path, scope.name) if scope else ()


def find_project(request: Request) -> Project | None:
    """The project that a request's document belongs to; None where that cannot be told."""
    return request.project or _find_project(request.document, request.root)


def _find_project(document: Document, root: Path | None) -> Project | None:
    path = file_path(document.uri)
    return project_of(path, root) if path is not None and root is not None else None


def _explain_misfit(action: Action, document: Document, span: Span) -> str:
    line = document.lines.line_at(span.start) + 1
    if action.when == ("selected",):
        return f"“{action.title}” works on a selection: select the text or the rows first."
    if action.result in ("prose", "corrections", "translation") and (
        long := too_long(document, span)
    ):
        return long
    if "testable" in action.when and file_path(document.uri) is None:
        return "Save the file first: its tests go where the project keeps its tests."
    scope = " or ".join(action.scope)
    needs = {"stub": "without a body yet", "undocumented": "without documentation"}
    detail = " ".join(needs[when] for when in action.when if when in needs)
    return (
        f"“{action.title}” does not apply at line {line}: it needs a {scope}"
        f"{' ' + detail if detail else ''} there. Put the cursor inside one, or select it."
    )
