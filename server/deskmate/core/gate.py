"""The gate: a model's reply becomes a checked edit here, or a refusal that says why.

`judge` tries the readings of a reply, likeliest first, and takes the first that passes every
check. So reading may guess; what is applied never is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from deskmate.core.additions import (
    append_tests,
    definitions,
    new_tests,
    place_below,
    whole_part,
)
from deskmate.core.checks import STRUCTURE, Change, findings
from deskmate.core.docstrings import find_documentation, write_documentation
from deskmate.core.document import Document
from deskmate.core.fitting import Fit, fit
from deskmate.core.flattened import as_original, by_brackets, is_flat
from deskmate.core.merging import import_edit, missing_imports
from deskmate.core.placing import flat, indent_unit, inside_strings, margin_at, reindent, restore
from deskmate.core.remarks import without_remarks
from deskmate.core.reply import (
    Reading,
    find_answers,
    find_code,
    find_text,
    first_words,
    is_refusal,
)
from deskmate.core.syntax import Scope, problems, scopes
from deskmate.core.target import Accepted, Rejected, Result, Target
from deskmate.core.text import Edit, Span, apply_edits, line_end, minimal_edits
from deskmate.core.tokens import texts, tokens

__all__ = ["Accepted", "Rejected", "Result", "Target", "judge"]


def judge(reply: str, target: Target, *, cut: bool = False) -> Accepted:
    """What `reply` makes of `target`. `cut` says that it ended at the token limit.

    Raises Rejected, with what is wrong with the reply, where nothing in it may stand.
    """
    best: Failed | None = None
    for attempt in _ATTEMPTS[target.result](reply, target, cut):
        if isinstance(attempt, Accepted):
            return attempt
        if best is None or (attempt.sound and not best.sound):
            best = attempt
    raise Rejected(*(best.findings if best else (_nothing_found(reply, target, cut),)))


@dataclass(frozen=True)
class Failed:
    """What is wrong with a reading. It is `sound` where the code is the wanted code and readable,
    so that no worse reading of the reply needs to be tried.
    """

    findings: tuple[str, ...]
    sound: bool = False


Attempt = Accepted | Failed


def _nothing_found(reply: str, target: Target, cut: bool) -> str:
    text = " ".join(answer.text for answer in find_answers(reply, "", target.document)).strip()
    if not reply.strip():
        return "The reply is empty."
    if not text:
        return "The reply holds thinking or chat markup and no answer."
    if is_refusal(text):
        return f"The reply refuses: “{first_words(text)}”"
    if cut:
        return _CUT
    wanted = _name(target)
    return f"The reply holds no {wanted}: it begins “{first_words(text)}”"


def _name(target: Target) -> str:
    if target.result == "docstring":
        return "documentation"
    if target.result == "new-file":
        return "tests"
    if target.scope is not None and target.scope.name:
        return f"{target.scope.kind} `{target.scope.name}`"
    return target.wanted


_ENDED = "The reply ends in the middle of the code; write all of it."
_CUT = "The reply was cut off before the code was complete; answer more briefly."


def _show(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    for answer in find_answers(reply, target.prefill, target.document):
        text = find_text(answer)
        if text:
            notes = (*answer.notes, "The answer was cut off.") if cut else answer.notes
            yield Accepted((), target.document, notes, text)


def _replace(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    seen: set[str] = set()
    sound = False
    for reading in _all_readings(reply, target):
        if sound and not reading.closed:
            continue
        if target.wanted == "text":
            options: Iterator[Fit] = iter([Fit(reading.code, target.document, reading.closed)])
        else:
            options = fit(reading.code, target)
        for option in options:
            if option.code in seen or not option.code.strip():
                continue
            seen.add(option.code)
            if cut and not (reading.closed or option.complete):
                yield Failed((_CUT,))
                continue
            written = reading.closed or reading.continued or option.complete
            if not (written or _is_rounded(option.code, target)):
                yield Failed((_ENDED,))
                continue
            attempt = _rewritten(option, reading, target)
            sound = sound or (isinstance(attempt, Failed) and attempt.sound)
            yield attempt


def _is_rounded(code: str, target: Target) -> bool:
    """Whether code whose end nobody wrote does not look as if it broke off: an engine may end in
    the middle and not say so.
    """
    document = target.document
    if target.scope is None:
        return True
    read = Document(document.uri, None, code, document.language)
    new = [token for token in tokens(read) if not token.comment]
    old = texts(document, target.span, comments=False)
    known = {*texts(document), *(token.text for token in new[:-1])}
    if not new or (new[-1].word and new[-1].text not in known):
        return False
    last, was = (text.rstrip().split("\n")[-1].strip() for text in (code, target.original))
    if _LEAVES.match(last) or last == was:
        return True
    return not _LEAVES.match(was) and 2 * len(new) >= len(old)


_LEAVES = re.compile(r"(?:return|raise|yield|throw)\b")


def _all_readings(reply: str, target: Target) -> Iterator[Reading]:
    original = flat(target.document, target.span) if len(target.span) else ""
    for answer in find_answers(reply, target.prefill, target.document):
        yield from find_code(answer, target.document, original)


def _rewritten(option: Fit, reading: Reading, target: Target) -> Attempt:
    """The document with this code in place of the target's, checked."""
    if reading.left_out:
        return Failed((f"Code is left out at `{reading.left_out}`; write all of it.",))
    document = target.document
    code, remarks = without_remarks(option.code, document)
    text = _placed(code, target)
    span = target.span
    edits = [Edit(span, text)]
    notes = (*reading.notes, *option.notes, *remarks)
    after = document.changed(edits[0])
    here = Span(span.start, span.start + len(text))
    scope = _same_scope(after, here, target.scope)
    if scope and target.scope and "same-signature" in target.checks:
        text, kept = _with_head(text, scope, here, after, target)
        notes = (*notes, *kept)
        edits = [Edit(span, text)]
        after = document.changed(edits[0])
        here = Span(span.start, span.start + len(text))
        scope = _same_scope(after, here, target.scope)
    brought = _brought(option, after, here, target)
    if brought:
        edits.append(brought)
        notes = (*notes, f"Added {brought.text.strip()}.")
        after = after.changed(replace(brought, span=_behind(brought.span, edits[0])))
        here = here.shifted(len(brought.text) if brought.span.start < here.start else 0)
        scope = _same_scope(after, here, target.scope)
    change = Change(target, after, here, tuple(edits), scope)
    failed = _checked(change, _checks(target))
    needs = () if failed else _depends(option, change)
    return failed or (Failed(needs, sound=True) if needs else _accepted(change, notes))


def _behind(span: Span, edit: Edit) -> Span:
    return span if span.end <= edit.span.start else span.shifted(len(edit.text) - len(edit.span))


def _checks(target: Target) -> tuple[str, ...]:
    extra = ("one-definition", "members-kept", "not-emptied") if target.result == "replace" else ()
    return (*extra, *target.checks)


def _checked(change: Change, names: tuple[str, ...]) -> Failed | None:
    found = findings(change, names)
    return Failed(tuple(found.values()), sound=not STRUCTURE & found.keys()) if found else None


def _accepted(change: Change, notes: tuple[str, ...]) -> Accepted:
    edits: list[Edit] = []
    for edit in sorted(change.edits, key=lambda edit: edit.span):
        edits += minimal_edits(change.before.slice(edit.span), edit.text, edit.span.start)
    assert apply_edits(change.before.text, edits) == change.after.text
    return Accepted(tuple(edits), change.after, tuple(dict.fromkeys(notes)), change.new)


def _placed(code: str, target: Target) -> str:
    """The code in the shape of what it replaces: blanks at its ends, indentation, line ends."""
    document, span = target.document, target.span
    old = document.slice(span)
    lead, trail = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
    inner = Span(span.start + len(lead), max(span.start + len(lead), span.end - len(trail)))
    end = line_end(document.text)
    if target.wanted == "text":
        return lead + restore(code.strip(), document.slice(inner), end) + trail
    code = code.strip("\n").rstrip()
    read = Document(document.uri, None, code, document.language)
    inside = inside_strings(read)
    margin, unit = margin_at(document, inner.start), indent_unit(document, inner)
    original = flat(document, inner)
    if is_flat(code, inside):
        code = as_original(code, original) or by_brackets(read, unit) or code
    moved = reindent(code, margin, unit, original, inside)
    fixed = inside_strings(document, inner)
    return lead + restore(moved.lstrip(" \t"), document.slice(inner), end, inside, fixed) + trail


def _same_scope(after: Document, here: Span, scope: Scope | None) -> Scope | None:
    """What the target's scope has become."""
    if scope is None:
        return None
    for other in scopes(after):
        if here.contains(other.span) and (other.kind, other.name) == (scope.kind, scope.name):
            return other
    return None


def _with_head(
    text: str, scope: Scope, here: Span, after: Document, target: Target
) -> tuple[str, tuple[str, ...]]:
    """The new code under the head as it was, where the new one only lacks what comes before it:
    decorators, `export`.
    """
    old = target.scope
    if old is None or old.body is None or scope.body is None or scope.span.start != here.start:
        return text, ()
    was = texts(target.document, old.head, comments=False)
    now = texts(after, scope.head, comments=False)
    if not now or was[len(was) - len(now) :] != now:
        return text, ()
    head = target.document.slice(old.head)
    notes = () if was == now else (f"Kept `{head.split()[0]}` before `{old.name}`.",)
    return head + after.text[scope.head.end : here.end], notes


def _brought(option: Fit, after: Document, here: Span, target: Target) -> Edit | None:
    """The edit for imports that came with the code and that it uses."""
    used = set(texts(after, here, comments=False))
    return import_edit(target.document, missing_imports(option.rest, target.document, used))


def _depends(option: Fit, change: Change) -> tuple[str, ...]:
    """Whether the code needs something that the reply defines elsewhere."""
    known = set(texts(change.before))
    used = set(texts(change.after, change.span, comments=False)) - known
    inside = {s.name for s in scopes(change.after) if change.span.contains(s.span)}
    for scope in () if problems(option.rest) else scopes(option.rest):
        if not scope.path and scope.name in used and scope.name not in inside:
            return (
                f"The code needs `{scope.name}`, which is defined outside of it; put it inside.",
            )
    return ()


def _insert(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    for reading in _all_readings(reply, target):
        for addition in definitions(reading.code, target):
            if cut and not (reading.closed or addition.complete):
                yield Failed((_CUT,))
                continue
            if reading.left_out:
                yield Failed((f"Code is left out at `{reading.left_out}`; write all of it.",))
                continue
            edit = place_below(addition.code, target)
            notes = (*reading.notes, *addition.notes)
            yield _added(addition.code, addition.read, edit, notes, target)


def _new_file(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    for reading in _all_readings(reply, target):
        code, notes = reading.code, reading.notes
        if cut and not reading.closed:
            code = whole_part(code, target.document)
            if not code:
                yield Failed((_CUT,))
                continue
            notes = (*notes, "Left out the last test, which was cut off.")
        try:
            addition = new_tests(code, target)
        except Rejected as rejected:
            yield Failed(rejected.findings)
            continue
        edit = append_tests(addition.code, target)
        notes = (*notes, *addition.notes)
        yield _added(addition.code, addition.read, edit, notes, target)


def _added(
    code: str, read: Document, edit: Edit, notes: tuple[str, ...], target: Target
) -> Attempt:
    document = target.document
    used = set(re.findall(r"\w+", code))
    needed = Document(document.uri, None, target.imports, document.language)
    statements = (*missing_imports(needed, document), *missing_imports(read, document, used))
    brought = import_edit(document, dict.fromkeys(statements))
    after = document.changed(edit)
    here = Span(edit.span.start, edit.span.start + len(edit.text))
    edits = [edit]
    if brought and brought.span == edit.span:
        end = line_end(document.text)
        joined = brought.text.rstrip() + end * 3 + edit.text
        edits = [Edit(edit.span, joined)]
        after = document.changed(edits[0])
        here = Span(edit.span.start, edit.span.start + len(joined))
    elif brought:
        edits.append(brought)
        after = after.changed(replace(brought, span=_behind(brought.span, edit)))
        here = here.shifted(len(brought.text) if brought.span.start <= here.start else 0)
    change = Change(replace(target, span=edit.span), after, here, tuple(edits))
    return _checked(change, target.checks) or _accepted(change, notes)


def _docstring(reply: str, target: Target, cut: bool) -> Iterator[Attempt]:
    scope, document = target.scope, target.document
    if scope is None:
        raise Rejected("There is no function or class here to document.")
    if scope.doc is not None:
        raise Rejected(f"`{scope.name}` has documentation already.")
    for answer in find_answers(reply, target.prefill, document):
        for text in find_documentation(answer.text, document, scope):
            text = _up_to_code(text, document, scope)
            if not text or is_refusal(text):
                continue
            if cut and not re.search(r"\"\"\"|'''|\*/|```\s*$", reply):
                yield Failed(("The reply was cut off before the documentation was complete.",))
                continue
            edit = write_documentation(text, document, scope)
            yield (
                Failed((edit,))
                if isinstance(edit, str)
                else _documented(edit, answer.notes, target)
            )


def _up_to_code(text: str, document: Document, scope: Scope) -> str:
    """Without the code that a model goes on with where it forgets to end the documentation."""
    code = {
        line.strip() for line in flat(document, scope.span).split("\n") if len(line.strip()) > 3
    }
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if line.strip() in code), len(lines))
    return "\n".join(lines[:end]).strip()


def _documented(edit: Edit, notes: tuple[str, ...], target: Target) -> Attempt:
    document, span = target.document, target.span
    after = document.changed(edit)
    grown = len(edit.text) - len(edit.span)
    start = min(edit.span.start, span.start)
    here = Span(start, span.end + grown)
    whole = replace(target, span=Span(start, span.end))
    change = Change(whole, after, here, (edit,), _same_scope(after, here, target.scope))
    wrong = _checked(change, target.checks)
    return wrong or replace(_accepted(change, notes), replacement=edit.text)


_ATTEMPTS: dict[Result, Callable[[str, Target, bool], Iterator[Attempt]]] = {
    "replace": _replace,
    "insert": _insert,
    "docstring": _docstring,
    "new-file": _new_file,
    "show": _show,
}
