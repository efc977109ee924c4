"""Code from a reply where there was none: a function below a comment, tests in a test file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.core.gate.attempt import CUT, Attempt, Failed, attempt, left_out, readings
from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.edits.bind import find_statements
from deskmate.core.gate.edits.cut_tests import keep_whole_tests
from deskmate.core.gate.edits.import_places import begin_file, import_edits, opening_of
from deskmate.core.gate.edits.imports import brought_otherwise, in_system, missing_imports
from deskmate.core.gate.edits.new_definitions import Addition, blank_lines, definitions, place_below
from deskmate.core.gate.edits.new_tests import append_tests, new_tests
from deskmate.core.gate.edits.test_shells import header_of, in_shell, run_also, runner
from deskmate.core.reply.loops import without_loop
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import imports
from deskmate.core.target import Rejected, Target
from deskmate.core.text.text import Edit


def insert(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    """What becomes of the document with each reading of the reply at the target's place."""
    for reading in readings(reply, target):
        for addition in definitions(reading.code, target):
            if cut and not (reading.closed or addition.complete):
                yield CUT
            elif reading.left_out:
                yield left_out(reading.left_out)
            else:
                edit = place_below(addition.code, target)
                yield _added(addition, edit, (*reading.notes, *addition.notes), target)


def extend_tests(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    """What becomes of the test file with the tests in each reading of the reply."""
    for reading in readings(reply, target):
        code, notes = reading.code, reading.notes
        if cut and not reading.closed:
            code = keep_whole_tests(without_loop(code), target.document)
            if not code:
                yield CUT
                continue
            notes = (*notes, "Left out the last test, which was cut off.")
        try:
            addition = new_tests(in_shell(code, target), target)
        except Rejected as rejected:
            yield Failed(rejected.findings)
            continue
        edit = append_tests(addition.code, target)
        yield _added(addition, edit, (*notes, *addition.notes), target)


def _added(addition: Addition, edit: Edit, notes: tuple[str, ...], target: Target) -> Attempt:
    """The document with the addition and the imports that it needs, checked."""
    used = set(re.findall(r"\w+", addition.code))
    needed = header_of(target)
    opening = opening_of(needed) or opening_of(addition.read)  # PHP reads nothing without its tag
    given = [flat(needed, span) for span in imports(needed)]
    brought = (flat(addition.read, span) for span in imports(addition.read))
    lines = [opening, *given, *in_system(brought_otherwise(brought, given, target), target)]
    change = _with_imports(addition, edit, target, lines, used)
    if more := tuple(in_system(find_statements(change), target)):
        change = _with_imports(addition, edit, target, [*lines, *more], used)
        notes = (*notes, *(f"Added `{' '.join(one.split())}`." for one in more))
    return attempt(change, target.checks, notes)


def _with_imports(
    addition: Addition, edit: Edit, target: Target, lines: list[str], used: set[str]
) -> Change:
    """The change that puts the addition in its place, with those of some imports that it uses."""
    document = target.document
    brought = Document(document.uri, None, "\n".join(lines), document.language)
    statements = missing_imports(brought, document, used, edit.span)
    if document.text.strip():
        elsewhere = (
            *import_edits(document, statements, edit.span),
            *run_also(addition.code, target),
        )
        return make_change(target, edit, *elsewhere)
    code = Document(document.uri, None, addition.code, document.language)
    text = begin_file(code, header_of(target), statements, blank_lines(document, ""))
    if main := runner(addition.code, target):
        text = f"{text.rstrip()}\n\n{main.strip()}"
    return make_change(target, append_tests(text, target))
