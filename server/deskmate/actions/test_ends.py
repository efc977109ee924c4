"""Where in a test file the next test goes."""

from __future__ import annotations

import re

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language_tables import TestConvention
from deskmate.core.syntax.queries import captured, scopes
from deskmate.core.text.text import Span


def find_end(document: Document, convention: TestConvention) -> tuple[int, bool]:
    """Where the next test goes: at the end of the module or class that tests stand in, if there is
    one, and whether there is; else above what runs the tests, else at the end of the file.
    """
    around = _shell(document, convention)
    if around is None:
        return _above_run(document, convention), False
    closing = re.search(r"\w*\W?\Z", document.slice(around))
    end = around.end - (len(closing[0]) if closing else 1)
    start = document.lines.start(document.lines.line_at(end))
    return (end if document.text[start:end].strip() else start), True


def _shell(document: Document, convention: TestConvention) -> Span | None:
    """The class or module that the tests of a file stand in, not one that helps them: the last that
    is called after tests, else that has some.
    """
    around = captured(document, "tests", "tests")
    owners = {span: _owner(document, span) for span in around}
    named = [span for span, (name, _) in owners.items() if _TESTS.search(name)]
    marks = convention.marks or _TESTS.pattern
    marked = [span for span, (_, text) in owners.items() if re.search(marks, text, _MARKED)]
    return max((span for span in named if span in marked), default=None) or max(
        named or marked, default=None
    )


_MARKED = re.MULTILINE | re.IGNORECASE
_TESTS = re.compile(r"(?i)test|spec|suite")


def _owner(document: Document, span: Span) -> tuple[str, str]:
    """The name of the class with this body, and the text of it; a module is found by its name."""
    own = [scope for scope in scopes(document) if scope.outer.contains(span) and not scope.path]
    return (own[-1].name, document.slice(own[-1].outer)) if own else ("tests", document.slice(span))


def _above_run(document: Document, convention: TestConvention) -> int:
    """The start of the statement that runs the tests, with the comments on it; else the end."""
    nodes = document.tree.root_node.named_children if document.tree and convention.runs else []
    lines = document.lines
    start, at = 0, len(document.text)
    below = -2
    for node in nodes:
        span = document.span_of(node)
        first = lines.line_at(span.start)
        if below + 1 != first:
            start = lines.start(first)
        below = lines.line_at(max(span.start, span.end - 1)) if "comment" in node.type else -2
        if re.match(convention.runs, document.slice(span)):
            at = start
    return at
