"""Whether what an action would work on is as its `when` says."""

from __future__ import annotations

from collections.abc import Iterator

from deskmate.actions.action import Action, When
from deskmate.actions.cursor import Cursor
from deskmate.actions.test_files import is_test_file
from deskmate.core.data.formats import TITLES, Format, detect, find_form, is_goal
from deskmate.core.prose.units import list_around
from deskmate.core.syntax.blocks import Block
from deskmate.core.syntax.concurrency import concurrency
from deskmate.core.syntax.language import common
from deskmate.core.syntax.queries import has_imports
from deskmate.core.syntax.undocumented import is_test, is_worth_documenting
from deskmate.core.target import Target
from deskmate.core.text.uri import file_path


def is_met(condition: When, target: Target, action: Action, cursor: Cursor) -> bool:
    """Whether `condition`, any but "comment", is met by the target that was found at the cursor."""
    scope, language = target.scope, target.document.language
    if condition == "selected":
        return len(cursor.span) > 0 or not (language and language.prose)
    if condition == "data":
        form = _data_format(
            target, selected=len(cursor.span) > 0 and bool(language and language.prose)
        )
        goals = _goals(cursor.block) if cursor.block else None
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
