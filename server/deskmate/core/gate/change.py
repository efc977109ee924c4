"""A change of a document that has not been made yet: what is checked before it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import Scope, all_scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True)
class Change:
    """`edits` of the target's document, the document `after` them, and the `span` of it that the
    target has become. `scope` is what the target's scope has become; None where it is gone.
    `beside` are the spans of what was written elsewhere: imports, what the code needs.
    """

    target: Target
    edits: tuple[Edit, ...]
    after: Document
    span: Span
    scope: Scope | None
    beside: tuple[Span, ...] = ()

    def is_new(self, span: Span) -> bool:
        """Whether a span of the document after it is what was written."""
        return any(one.contains(span) for one in (self.span, *self.beside))

    @property
    def before(self) -> Document:
        """The document without the change."""
        return self.target.document

    @property
    def new(self) -> str:
        """The new text at the target."""
        return self.after.slice(self.span)

    def moved(self, offset: int) -> int:
        """Where an offset of the document before, outside of the edits, lies after them."""
        return offset + sum(_growth(edit) for edit in self.edits if edit.span.end <= offset)


def make_change(target: Target, edit: Edit, *elsewhere: Edit) -> Change:
    """The change that `edit` makes at the target, with edits elsewhere in the document."""
    start = min(target.span.start, edit.span.start)
    end = max(target.span.end, edit.span.end)
    edits = tuple(sorted((edit, *elsewhere), key=lambda edit: edit.span))
    after = target.document
    for each in reversed(edits):
        after = after.changed(each)
    before = sum(_growth(each) for each in elsewhere if each.span.end <= start)
    span = Span(start + before, end + before + _growth(edit))
    whole = replace(target, span=Span(start, end))
    beside = tuple(_placed(edits, each) for each in elsewhere)
    return Change(whole, edits, after, span, _become(target.scope, after, span), beside)


def _placed(edits: tuple[Edit, ...], edit: Edit) -> Span:
    """Where the text of one of some edits stands after them."""
    before = sum(_growth(each) for each in edits[: edits.index(edit)])
    return Span(edit.span.start + before, edit.span.start + before + len(edit.text))


def _growth(edit: Edit) -> int:
    return len(edit.text) - len(edit.span)


def _become(scope: Scope | None, after: Document, span: Span) -> Scope | None:
    if scope is None:
        return None
    here = (other for other in all_scopes(after) if span.contains(other.span))
    wanted = (scope.kind, scope.name, scope.anonymous)
    return next((s for s in here if (s.kind, s.name, s.anonymous) == wanted), None)
