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
    written = _without_begun(reply) if cut else reply
    is_last_whole, reply = written != reply, written
    for answer in find_answers(reply, target.prefill, document):
        for found in find_documentation(answer.text, document, scope):
            text, notes = without_loop(_up_to_code(found, document, scope)), answer.notes
            if not text or is_refusal(text):
                continue
            if cut and reply.rstrip().endswith(text.rpartition("\n")[2].strip()):
                text = _up_to_sentence(text, is_last_whole)
                notes = (*notes, "Left out the end, which was cut off.")
                if not text:
                    yield Failed(("The reply was cut off before the documentation was complete.",))
                    continue
            edit = write_documentation(text, document, scope)
            yield _documented(edit, notes, target)


def _without_begun(reply: str) -> str:
    """Without the lines at its end that were begun, and of which nothing is there but the mark."""
    lines = reply.split("\n")
    while lines and _MARK.fullmatch(lines[-1].strip()):
        lines.pop()
    return "\n".join(lines)


_MARK = re.compile(r"(?:/{1,3}!?|\*|#|-{1,3}|%)?")


def _up_to_sentence(text: str, is_last_whole: bool) -> str:
    """Up to the last line that a sentence or an example ends with, and what is open there closed;
    "" where there is none. The last line counts where it is whole.
    """
    lines = text.split("\n")[: None if is_last_whole else -1]
    end, has_ended, in_code = 0, False, False
    for at, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            in_code = not in_code
            has_ended = not in_code
        elif not _ENDS_ELEMENT.fullmatch(line):
            has_ended = _SENTENCE.search(line) is not None
        if line.strip() and has_ended and not in_code:
            end = at + 1
    return "\n".join([*lines[:end], *(f"</{one}>" for one in _find_open(lines[:end]))])


_SENTENCE = re.compile(r"[.!?。！？][)\"'`]*\s*(?:</\w+>\s*)*$")
_ENDS_ELEMENT = re.compile(r"\s*(?:</\w+>\s*)*")


def _find_open(lines: list[str]) -> list[str]:
    """The elements that begin lines and have no end, the innermost first, but for those that need
    none.
    """
    found = list[str]()
    for one in _ELEMENT.finditer("\n".join(lines)):
        if one["opens"]:
            found.insert(0, one["opens"])
        elif one["closes"] in found:
            del found[: found.index(one["closes"]) + 1]
    return found


_ELEMENT = re.compile(
    r"^[ \t]*<(?!(?:br|hr|li|p)\b)(?P<opens>[a-z]\w*)(?: [^<>\n]*)?(?<!/)>|</(?P<closes>\w+)>",
    re.MULTILINE,
)


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
