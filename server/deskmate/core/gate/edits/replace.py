"""Code from a reply in place of the target's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deskmate.core.gate.accounting import find_gone
from deskmate.core.gate.attempt import CUT, ENDED, Attempt, Failed, attempt, left_out, readings
from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.edits.bind import bind
from deskmate.core.gate.edits.fit import Fit, fit
from deskmate.core.gate.edits.fragments import join_fragments
from deskmate.core.gate.edits.keep import keep_comments, keep_documentation, name_lost
from deskmate.core.gate.edits.place import place
from deskmate.core.gate.edits.replace_selection import select
from deskmate.core.gate.edits.unused_imports import drop_unused
from deskmate.core.reply.chat import refuses
from deskmate.core.reply.diffs import find_hunks
from deskmate.core.reply.readings import (
    Reading,
    find_answers,
    find_fragments,
    find_text,
)
from deskmate.core.reply.remarks import without_remarks
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import Token, texts, tokens
from deskmate.core.target import Target
from deskmate.core.text.text import Edit


def rewrite(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    """What becomes of the target with each reading of the reply."""
    seen: set[str] = set()
    sound, most = False, _TRIED + _TIMES * (len(reply) + len(target.original))
    for reading in _texts(reply, target) if target.wanted == "text" else readings(reply, target):
        if sound and not reading.closed:
            continue
        for option in _options(reading, target):
            if option.code in seen or not option.code.strip():
                continue
            if option.problem and next(find_hunks(option.code), None):
                continue
            seen.add(option.code)
            if sum(map(len, seen)) > most:
                break
            tried = _broken_off(option, reading, target, cut) or _rewritten(option, reading, target)
            sound = sound or (isinstance(tried, Failed) and tried.sound)
            yield tried
    if not cut and target.wanted != "text":
        yield from _pieced_together(reply, target)


_TRIED, _TIMES = 20_000, 4
"""Characters of the readings of a reply that are tried, and how many times its length and that of
the target besides; what it holds in parts is tried then.
"""


def _pieced_together(reply: str, target: Target) -> Iterator[Attempt]:
    """What becomes of the target where the reply holds parts of it."""
    for answer in find_answers(reply, target.prefill, target.document):
        pieces = find_fragments(answer, target.document)
        for option in join_fragments(pieces, target):
            reading = Reading(option.code, True, False, answer.notes)
            yield _rewritten(option, reading, target)


def _texts(reply: str, target: Target) -> Iterator[Reading]:
    """The text of a reply that is to be prose."""
    for answer in find_answers(reply, target.prefill, target.document):
        text = find_text(answer, target.document.language)
        if text.strip() and not refuses(text, target.document.text):
            yield Reading(text, False, True, answer.notes)


def _options(reading: Reading, target: Target) -> Iterator[Fit]:
    if target.wanted != "text":
        scope = target.scope
        yield from fit(reading.code, target, scope) if scope else select(reading.code, target)
        return
    document, scope, text = target.document, target.scope, reading.code
    if scope and scope.kind == "section" and not _HEADING.match(text):
        text = f"{document.slice(scope.head).rstrip()}\n\n{text}"
    yield Fit(text, Document(document.uri, None, text, document.language), complete=False)


_HEADING = re.compile(r" {0,3}#{1,6} |[^\n]+\n(?:=+|-+)[ \t]*\n")
"""How a section of Markdown begins."""


def _broken_off(option: Fit, reading: Reading, target: Target, cut: bool) -> Failed | None:
    """Whether the code may be only the beginning of what was to be written."""
    if option.problem:
        return CUT if cut and not reading.closed else Failed((option.problem,))
    if reading.left_out and reading.left_out in option.code:
        return left_out(reading.left_out)
    if reading.closed or (option.complete and not reading.changed):
        return None
    if cut:
        return CUT
    return None if reading.continued or _is_rounded(option.code, target) else ENDED


def _is_rounded(code: str, target: Target) -> bool:
    """Whether code whose end nobody wrote does not look as if it broke off: an engine may end in
    the middle and not say so.
    """
    document = target.document
    if target.scope is None or target.wanted == "text":
        return True
    read = Document(document.uri, None, code, document.language)
    new = [token for token in tokens(read) if not token.comment]
    old = texts(document, target.span, comments=False)
    if not new or (new[-1].word and not _is_known(new[-1].text, new[:-1], document)):
        return False
    last, was = (text.rstrip().split("\n")[-1].strip() for text in (code, target.original))
    if _LEAVES.match(last) or last == was:
        return True
    return not _LEAVES.match(was) and 2 * len(new) >= len(old)


def _is_known(name: str, before: Sequence[Token], document: Document) -> bool:
    if any(token.text == name for token in before):
        return True
    return re.search(rf"\b{re.escape(name)}\b", document.text) is not None


_LEAVES = re.compile(r"(?:return|raise|yield|throw)\b")


def _rewritten(option: Fit, reading: Reading, target: Target) -> Attempt:
    """The document with this code in place of the target's, checked."""
    document, span = target.document, target.span
    code, remarks = without_remarks(option.code, document)
    change = make_change(target, Edit(span, place(code, target)))
    comments: tuple[str, ...] = ()
    documented: tuple[str, ...] = ()
    if target.wanted != "text":
        change, documented = keep_documentation(change)
        change, comments = keep_comments(change)
    change, bound = bind(change, option.rest, option.code)
    change, dropped = drop_unused(change)
    notes = [*reading.notes, *option.notes, *remarks, *comments, *documented, *bound, *dropped]
    tried = attempt(change, (*_OF_A_REWRITE, *target.checks), notes)
    if isinstance(tried, Failed) or target.wanted == "text":
        return tried
    return replace(tried, warnings=(*tried.warnings, *name_lost(change), *_missing(change)))


_OF_A_REWRITE = (
    "one-definition",
    "members-kept",
    "not-emptied",
    "nothing-lost",
    "keeps-directives",
    "strings-kept",
)


def _missing(change: Change) -> tuple[str, ...]:
    """What is gone and nothing was written in place of, as a warning."""
    gone = find_gone(change)
    if not gone:
        return ()
    lines = ", ".join(f"`{line}`" for line in gone[:_NAMED])
    more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
    what = "This line is" if len(gone) == 1 else "These lines are"
    return (f"{what} gone and nothing was written instead: {lines}{more}.",)


_NAMED = 3
"""Lines that are gone which a warning quotes."""
