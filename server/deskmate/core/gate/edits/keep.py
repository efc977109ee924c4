"""What a reply left out and what comes back into it: comments, and docstrings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.comments import lost_comments
from deskmate.core.gate.edits.put_back import put_back
from deskmate.core.syntax.indent import margin_at
from deskmate.core.syntax.queries import Scope, problems, scopes
from deskmate.core.text.text import Edit, Span, apply_edits, line_end


def keep_comments(change: Change) -> tuple[Change, tuple[str, ...]]:
    """The change with the comments that it dropped where they stood, and a note of that."""
    edits = put_back(change)
    whole = _further(change, edits)
    known = len(problems(change.after)) if edits else 0
    if edits and len(problems(whole.after)) > known:
        alone = edits[:_TRIED] if len(edits) > 1 else ()
        edits = tuple(e for e in alone if len(problems(_further(change, (e,)).after)) <= known)
        whole = _further(change, edits)
        if len(problems(whole.after)) > known:
            return change, ()
    if not edits:
        return change, ()
    count = len(lost_comments(change)) - len(lost_comments(whole))
    return whole, (f"Put back {count} comment{'s' if count > 1 else ''}.",)


_TRIED = 12
"""Places that are tried one by one where a comment at one of them breaks the code."""


def name_lost(change: Change) -> tuple[str, ...]:
    """What is gone for good, by name, as a warning."""
    gone = [f"`{one.first_line}`" for one in lost_comments(change)]
    if not gone:
        return ()
    if len(gone) == 1:
        return (f"The comment {gone[0]} is gone: check that it no longer applies.",)
    return (f"These comments are gone: {', '.join(gone)}. Check that they no longer apply.",)


def keep_documentation(change: Change) -> tuple[Change, tuple[str, ...]]:
    """The change with the docstrings that functions and classes had, where they have none now."""
    edits, names = [], []
    for old, new in _counterparts(change):
        edit = _documentation(change, old, new)
        if edit is not None:
            edits.append(edit)
            names.append(f"Put back the documentation of `{old.name}`.")
    return _further(change, tuple(edits)), tuple(names)


def _counterparts(change: Change) -> Iterator[tuple[Scope, Scope]]:
    """The scopes in the target with what they have become; of the same name, in their order."""
    now: defaultdict[tuple[str, tuple[str, ...], str], list[Scope]] = defaultdict(list)
    for scope in reversed(scopes(change.after)):
        if change.span.contains(scope.span):
            now[scope.kind, scope.path, scope.name].append(scope)
    for scope in scopes(change.before):
        found = now[scope.kind, scope.path, scope.name]
        if change.target.span.contains(scope.span) and found:
            yield scope, found.pop()


def _documentation(change: Change, old: Scope, new: Scope) -> Edit | None:
    """The edit of what there is after the change that puts back a docstring."""
    if old.doc is None or new.body is None or new.doc is not None:
        return None
    lines, margin = change.after.lines, margin_at(change.after, new.body.start)
    below = lines.line_at(new.body.start) > lines.line_at(max(0, new.head.end - 1))
    if old.body is None or not old.body.contains(old.doc) or not below:
        return None
    gap = re.match(r"\s*", change.before.text[old.doc.end :])
    blank = gap is not None and len(re.findall(r"\r\n|\r|\n", gap[0])) > 1
    end = line_end(change.before.text) * (2 if blank else 1)
    at = new.body.start
    return Edit(Span(at, at), change.before.slice(old.doc) + end + margin)


def _further(change: Change, edits: tuple[Edit, ...]) -> Change:
    """The change with edits of what it makes, inside of that."""
    if not edits:
        return change
    inner = [Edit(edit.span.shifted(-change.span.start), edit.text) for edit in edits]
    return make_change(change.target, Edit(change.target.span, apply_edits(change.new, inner)))
