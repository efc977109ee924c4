"""The gate: a model's reply becomes a checked edit here, or a refusal that says why.

`judge` tries the readings of a reply, likeliest first, and takes the first that passes every
check. So reading may guess; what is applied never is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from deskmate.core.gate.attempt import CUT, Attempt, Failed
from deskmate.core.gate.edits.docstring import document_scope
from deskmate.core.gate.edits.insert import insert
from deskmate.core.gate.edits.replace import rewrite
from deskmate.core.gate.written_tests import add_tests
from deskmate.core.reply.answer_parts import list_missing
from deskmate.core.reply.chat import is_refusal, refuses
from deskmate.core.reply.diffs import find_hunks
from deskmate.core.reply.loops import without_loop
from deskmate.core.reply.readings import find_answers, find_text, first_words
from deskmate.core.target import Accepted, Rejected, Result, Target

__all__ = ["Accepted", "Rejected", "Result", "Target", "judge"]


def judge(reply: str, target: Target, *, cut: bool = False) -> Accepted:
    """What `reply` makes of `target`. `cut` says that it ended at the token limit.

    Raises Rejected, with what is wrong with the reply, where nothing in it may stand.
    """
    if not reply.strip():
        raise Rejected("The reply is empty.")
    if target.result != "show" and _LONE_CR.search(target.document.text):
        raise Rejected("The file's lines end in CR alone, which no parser reads; use LF.")
    best: Failed | None = None
    for tried in _WAYS[target.result](reply, target, cut):
        if isinstance(tried, Accepted):
            return tried
        if best is None or (tried.sound and not best.sound):
            best = tried
    if best is None or (_says_no(reply, target) and "```" not in reply):
        raise Rejected(_nothing_found(reply, target, cut))
    raise Rejected(*best.findings)


def _says_no(text: str, target: Target) -> bool:
    """Whether a reply refuses: text may speak in the first person, and what is said of code does
    not.
    """
    language = target.document.language
    prose = language is None or language.prose
    return refuses(text, target.document.text) if prose else is_refusal(text)


_LONE_CR = re.compile(r"\r(?!\n)")


def _show(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    for answer in find_answers(reply, target.prefill, target.document):
        text = without_loop(find_text(answer))
        if text and not _says_no(text, target):
            notes = (*answer.notes, "The answer was cut off.") if cut else answer.notes
            missing = " and ".join(f"“{one}”" for one in list_missing(text, target.parts))
            yield Accepted(
                (),
                target.document,
                notes,
                text,
                warnings=(f"The answer has no part {missing}.",) if missing else (),
                again=f"Answer again, with the part {missing} too." if missing and not cut else "",
            )


_WAYS: dict[Result, Callable[[str, Target, bool], Iterator[Attempt]]] = {
    "replace": rewrite,
    "insert": insert,
    "docstring": document_scope,
    "new-file": add_tests,
    "show": _show,
}


def _nothing_found(reply: str, target: Target, cut: bool) -> str:
    """Why there was nothing to try."""
    text = " ".join(answer.text for answer in find_answers(reply, "", target.document)).strip()
    if not text:
        return "The reply holds thinking or chat markup and no answer."
    if _says_no(text, target):
        return f"The reply refuses: “{first_words(text)}”"
    if cut:
        return CUT.findings[0]
    if next(find_hunks(text), None):
        return f"The reply is a diff that does not fit the code; write {_wanted(target)}."
    return f"The reply does not hold {_wanted(target)}; it begins “{first_words(text)}”"


def _wanted(target: Target) -> str:
    if target.result == "docstring":
        return "any documentation"
    if target.result == "new-file":
        return "any tests"
    if target.scope is not None and target.scope.name:
        return f"the whole {target.scope.kind} `{target.scope.name}`"
    return f"any {target.wanted}"
