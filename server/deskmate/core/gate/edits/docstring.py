"""Documentation from a reply where the target has none; the code is not touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from deskmate.core.gate.attempt import Attempt, Failed, attempt
from deskmate.core.gate.change import make_change
from deskmate.core.gate.edits.docstring_text import find_documentation, write_documentation
from deskmate.core.reply.chat import is_refusal
from deskmate.core.reply.loops import without_loop
from deskmate.core.reply.readings import find_answers
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import Scope
from deskmate.core.target import Accepted, Rejected, Target
from deskmate.core.text.text import Edit


def document_scope(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    """What becomes of the target's scope with each documentation that the reply may hold."""
    scope, document = target.scope, target.document
    if scope is None:
        raise Rejected("There is no function or class here to document.")
    if scope.doc is not None:
        raise Rejected(f"`{scope.name}` has documentation already.")
    for answer in find_answers(reply, target.prefill, document):
        for found in find_documentation(answer.text, document, scope):
            text, notes = without_loop(_up_to_code(found, document, scope)), answer.notes
            if not text or is_refusal(text):
                continue
            if cut and reply.rstrip().endswith(text.rpartition("\n")[2].strip()):
                text = _up_to_sentence(text)
                notes = (*notes, "Left out the end, which was cut off.")
                if not text:
                    yield Failed(("The reply was cut off before the documentation was complete.",))
                    continue
            edit = write_documentation(text, document, scope)
            yield _documented(edit, notes, target)


def _up_to_sentence(text: str) -> str:
    """Up to the last line that a sentence ends with; "" where there is none but the last line."""
    lines = text.split("\n")[:-1]
    while lines and not re.search(r"[.!?。！？][)\"'`]*\s*$", lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _documented(edit: Edit | str, notes: tuple[str, ...], target: Target) -> Attempt:
    if isinstance(edit, str):
        return Failed((edit,))
    tried = attempt(make_change(target, edit), target.checks, notes)
    return replace(tried, replacement=edit.text) if isinstance(tried, Accepted) else tried


def _up_to_code(text: str, document: Document, scope: Scope) -> str:
    """Without the code that a model goes on with where it forgets to end the documentation."""
    code = {line.strip() for line in flat(document, scope.span).split("\n")}
    lines = text.split("\n")
    ends = (at for at, line in enumerate(lines) if len(line.strip()) > 3 and line.strip() in code)
    return "\n".join(lines[: next(ends, len(lines))]).strip("\n").rstrip()
