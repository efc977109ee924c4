"""Where an action applies: pure, in milliseconds, never with a model.

The menu (`offers`) and the run (`find_target`) ask the same function, so that what was offered is
what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from deskmate.actions.catalog import Action, When, Where
from deskmate.actions.test_files import is_test_file
from deskmate.core.data.formats import TITLES, Format, detect, find_form, is_goal
from deskmate.core.lazy import lazy
from deskmate.core.prose.paragraphs import in_comments
from deskmate.core.prose.units import has_prose, list_around, paragraph_around, table_around
from deskmate.core.syntax.blocks import Block, block_at
from deskmate.core.syntax.comments import asks_for_something
from deskmate.core.syntax.concurrency import concurrency
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import common
from deskmate.core.syntax.queries import Scope, comment_at, declares, enclosing, has_imports
from deskmate.core.syntax.selection import is_word, nodes_over
from deskmate.core.syntax.undocumented import is_test, is_worth_documenting
from deskmate.core.syntax.unsuitable import obstacle
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path
from deskmate.errors import ActionError


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem that the editor or another language server reports: its `code` in the words of who
    found it, and what else has to do with it, each with its place in words.
    """

    span: Span
    message: str
    code: str = ""
    related: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All of it in words, what is related on further lines."""
        code = f" [{self.code}]" if self.code else ""
        return "\n  ".join((self.message + code, *self.related))


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
    places = tuple(_places(document, span))
    found = []
    for action in actions:
        if obstacle(document, edits=action.edits):
            continue
        target = _first_target(action, places)
        if target is None:
            continue
        fixes = action.kind == "quickfix" and any(
            target.host_span.overlaps(diagnostic.span) for diagnostic in diagnostics
        )
        kind = "refactor.rewrite" if action.kind == "quickfix" and not fixes else action.kind
        first = action.menu == "first" and target.block is places[0].block
        found.append(Offer(action, target, kind, fixes=fixes, first=first))
    return tuple(sorted(found, key=lambda offer: (not offer.fixes, offer.target.block is None)))


def find_target(action: Action, document: Document, span: Span) -> Target | None:
    """What `action` would work on at `span`, in a block of code or data before the text around it;
    None where it does not apply.

    Raises ActionError where the document is one that nothing can be done in.
    """
    if reason := obstacle(document, edits=action.edits):
        raise ActionError(reason)
    return _first_target(action, _places(document, span))


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


def _places(document: Document, span: Span) -> Iterator[Place]:
    block = block_at(document, span)
    if block is not None:
        yield Place(block.document, block.find_inner(span), block)
    yield Place(document, span)


def _first_target(action: Action, places: Iterable[Place]) -> Target | None:
    return next((target for place in places if (target := _target(action, place))), None)


@dataclass(frozen=True)
class Place:
    """What lies at a cursor or selection, found once and only when asked for."""

    document: Document
    span: Span
    block: Block | None = None
    _read: dict[Span, bool] = field(default_factory=dict, compare=False)

    def has_prose(self, span: Span) -> bool:
        """Whether there is prose in a span; looked for once, however many actions ask."""
        if span not in self._read:
            self._read[span] = has_prose(self.document, span)
        return self._read[span]

    @lazy
    def trimmed(self) -> Span:
        """The selection without the blanks at its ends."""
        text = self.document.slice(self.span)
        start = self.span.start + len(text) - len(text.lstrip())
        return Span(start, max(start, self.span.start + len(text.rstrip())))

    @lazy
    def function(self) -> Scope | None:
        """The innermost function around the selection, be it an anonymous one."""
        return enclosing(self.document, self.trimmed, ("function",), anonymous=True)

    @lazy
    def named(self) -> Scope | None:
        """The innermost function around the selection that has a name of its own."""
        return enclosing(self.document, self.trimmed, ("function",))

    @lazy
    def klass(self) -> Scope | None:
        """The innermost class around the selection."""
        return enclosing(self.document, self.trimmed, ("class",))

    @lazy
    def section(self) -> Scope | None:
        """The innermost section of prose around the selection."""
        return enclosing(self.document, self.trimmed, ("section",))

    @lazy
    def paragraph(self) -> Span | None:
        """The paragraph of prose at the cursor."""
        return paragraph_around(self.document, self.span.start)

    @lazy
    def in_comments(self) -> bool:
        """Whether there is prose to work on, of code: at the cursor or all of it selected."""
        if len(self.trimmed):
            return in_comments(self.document, self.trimmed) and self.has_prose(self.trimmed)
        return self.paragraph is not None

    @lazy
    def list(self) -> Span | None:
        """The whole list of prose at the cursor."""
        return list_around(self.document, self.span.start)

    @lazy
    def table(self) -> Span | None:
        """The whole table of Markdown at the cursor."""
        return table_around(self.document, self.span.start)

    @lazy
    def comment(self) -> Span | None:
        """The comment at the cursor, where it belongs to no code below it."""
        found = comment_at(self.document, self.span.start)
        if found is None or found.end < self.span.end:
            return None
        scope = enclosing(self.document, found, ("function", "class"))
        if scope and not scope.span.contains(found):
            return None
        return found

    @lazy
    def slight(self) -> bool:
        """Whether no more than a word of code is selected: as good as a cursor, for in some editors
        (Helix, Kakoune) each move selects the word that it goes over.
        """
        code = self.document.language is not None and not self.document.language.prose
        return code and len(self.trimmed) > 0 and is_word(self.document, self.trimmed)

    @lazy
    def code(self) -> Span | None:
        """The selected code, as whole as it can be rewritten: what is exactly an expression, or
        several beside each other, as it is; in the middle of a line, those that it touches there;
        else whole lines.
        """
        if self.lines is None or self.slight:
            return self.lines
        nodes = nodes_over(self.document, self.trimmed)
        within_line = len(self.document.slice(self.lines).splitlines()) == 1
        fits = nodes is not None and self.lines.contains(nodes)
        return nodes if fits and (within_line or nodes == self.trimmed) else self.lines

    @lazy
    def lines(self) -> Span | None:
        """The selected text as whole lines, from the first character to the last."""
        if self.span.start == self.span.end or len(self.trimmed) == 0:
            return None
        lines = self.document.lines
        first = lines.start(lines.line_at(self.trimmed.start))
        last = lines.end(lines.line_at(self.trimmed.end))
        text = self.document.slice(Span(first, last))
        return Span(first + len(text) - len(text.lstrip()), first + len(text.rstrip()))


def _target(action: Action, place: Place) -> Target | None:
    if not _speaks(action, place.document):
        return None
    for condition in action.when:
        if condition == "comment":
            target = _below_comment(action, place)
        else:
            target = _at(action, place)
            if target is not None and not _holds(condition, target, action, place):
                target = None
        if target is not None and not (place.block and target.result == "new-file"):
            return replace(target, block=place.block) if place.block else target
    return None


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


def _at(action: Action, place: Place) -> Target | None:
    """The first of the action's scopes that is there; one further out is never meant."""
    scopes: Iterable[Where] = action.scope
    if place.slight and action.result in _LINES:
        scopes = sorted(action.scope, key=lambda where: where == "selection")
    targets = (_FINDERS[where](action, place) for where in scopes)
    found = next((target for target in targets if target is not None), None)
    if found is None or action.result not in _PROSE:
        return found
    whole = place.span == Span(0, len(place.document.text))
    if _in_comments(action, place.document) and not whole:
        return found if place.in_comments else None
    return found if place.has_prose(found.span) else None


def _of_scope(action: Action, place: Place, scope: Scope | None) -> Target | None:
    if scope is None:
        return None
    wanted = "text" if action.result == "show" or scope.kind == "section" else scope.kind
    return Target(
        document=place.document,
        span=scope.span,
        result=action.result,
        scope=scope,
        checks=action.checks,
        wanted=wanted,
        name=scope.name,
    )


def _of_span(action: Action, place: Place, span: Span | None) -> Target | None:
    if span is None or (len(span) == 0 and action.result != "message"):
        return None
    language = place.document.language
    prose = language is not None and language.prose
    return Target(
        document=place.document,
        span=span,
        result=action.result,
        scope=None,
        checks=tuple(check for check in action.checks if check != "same-signature"),
        wanted="text" if action.result == "show" or prose else "code",
    )


def _of_selection(action: Action, place: Place) -> Target | None:
    """The selected code; where that is a whole function or class, that. Of prose what is selected,
    to the character.
    """
    if action.result not in _LINES and (action.result != "digest" or action.shows):
        return _of_span(action, place, place.trimmed)
    if place.lines is None or place.code is None:
        return None
    for scope in (place.function, place.klass):
        if scope and _is_all_of(place.code, scope):
            return _of_scope(action, place, scope)
    return _of_span(action, place, place.code if action.result == "replace" else place.lines)


def _is_all_of(selected: Span, scope: Scope) -> bool:
    """Whether what is selected is all of a scope, be it without its decorators."""
    if selected.contains(scope.span):
        return True
    body = scope.body
    return body is not None and selected.contains(body) and selected.start < scope.head.end


_LINES = ("replace", "insert", "docstring", "new-file", "show")
"""Results for which whole lines are taken."""


def _of_paragraph(action: Action, place: Place) -> Target | None:
    return _of_span(action, place, place.paragraph)


_PROSE = ("prose", "corrections", "translation", "digest", "front-matter")
"""Results for which only prose is read and written."""


def _below_comment(action: Action, place: Place) -> Target | None:
    """A new function below a comment that says what is wanted."""
    comment = place.document.slice(place.comment) if place.comment else ""
    if place.comment is None or not declares(place.document) or not asks_for_something(comment):
        return None
    lines = place.document.lines
    line = lines.line_at(place.comment.end)
    below = lines.start(line + 1) if line + 1 < len(lines) else len(place.document.text)
    return Target(
        document=place.document,
        span=Span(below, below),
        result="insert",
        scope=None,
        checks=("changed", "not-stub"),
        wanted="function",
    )


def _of_function(action: Action, place: Place) -> Target | None:
    """The function; what is documented or tested has a name."""
    named = action.result in ("docstring", "new-file")
    return _of_scope(action, place, place.named if named else place.function)


_FINDERS: dict[Where, Callable[[Action, Place], Target | None]] = {
    "function": _of_function,
    "class": lambda action, place: _of_scope(action, place, place.klass),
    "list": lambda action, place: _of_span(action, place, place.list),
    "table": lambda action, place: _of_span(action, place, place.table),
    "paragraph": _of_paragraph,
    "section": lambda action, place: _of_scope(action, place, place.section),
    "selection": _of_selection,
    "file": lambda action, place: _of_span(action, place, Span(0, len(place.document.text))),
}


def _holds(condition: When, target: Target, action: Action, place: Place) -> bool:
    scope, language = target.scope, target.document.language
    if condition == "selected":
        return len(place.span) > 0 or not (language and language.prose)
    if condition == "data":
        form = _data_format(
            target, selected=len(place.span) > 0 and bool(language and language.prose)
        )
        goals = _goals(place.block) if place.block else None
        if form is None or is_goal(target.original, form, action.choice):
            return False
        return goals is None or action.choice in goals
    if condition == "always":
        return True
    if condition == "importing":
        return has_imports(target.document)
    if condition == "concurrent":
        return bool(concurrency(target.document, target.span))
    if condition == "listed":
        return list_around(target.document, target.span.start) is not None
    if condition == "written":
        return scope is None or (scope.body is not None and not scope.empty)
    if scope is None or language is None:
        return False
    if condition == "stub":
        return scope.stub and scope.body is not None
    if condition == "undocumented":
        return scope.doc is None and is_worth_documenting(target.document, scope)
    if scope.body is None or scope.empty or language.tests is None:
        return False
    placed = file_path(target.document.uri) is not None
    return placed and not is_test_file(target.document) and not is_test(target.document, scope)


def _data_format(target: Target, *, selected: bool) -> Format | None:
    """The format of data that a file is, or that is `selected` in another, or a table at the
    cursor; a long text is not read to find out.
    """
    document = target.document
    language = document.language
    known = find_form(language.name if language else "", file_path(document.uri))
    if known == "html" and "<table" not in document.text:
        known = None
    whole = len(target.span) >= len(document.text.strip()) and not selected
    if known or whole or len(target.span) > _READ:
        return known
    form = detect(target.original)
    prose = language is None or language.prose
    return form if prose or form in ("json", "jsonl", "table") else None  # `x = 1` is code first


def _goals(block: Block) -> Iterator[str]:
    """What the data of a block can be converted to where it stands."""
    for form, title in TITLES.items():
        if form in common()["front_matter"] or (block.word and form != "table"):
            yield title


_READ = 20_000
"""Characters of a selection that are read to tell whether they are data."""
