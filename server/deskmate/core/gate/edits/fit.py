"""The part of a reply's code that belongs at the target: the wanted function out of a whole file,
or a body under the head that it was left off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import at_margin, flat, indent_unit, margin_at, reindent
from deskmate.core.syntax.queries import Scope, all_scopes, problems, scopes
from deskmate.core.syntax.signatures import differs_in_types, signature
from deskmate.core.syntax.tokens import texts, tokens
from deskmate.core.target import Target
from deskmate.core.text.matching import opcodes
from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True, slots=True)
class Fit:
    """Code for the target's span. `rest` is all that came with it; `complete` says that it cannot
    go on behind its end; `notes` what was done to it; `problem` why it cannot be used.
    """

    code: str
    rest: Document
    complete: bool
    notes: tuple[str, ...] = ()
    problem: str = ""


def fit(code: str, target: Target, scope: Scope) -> Iterator[Fit]:
    """The ways in which `code` may be meant for the target's scope, likeliest first."""
    found = False
    for part in (code, _from_head(code, scope)):
        alone = Document(target.document.uri, None, part, target.document.language)
        for read, within in _places(alone, target) if part else ():
            for wanted in _wanted(read, scope, within, target.document):
                found = True
                if not _torn(read, wanted):
                    yield cut_out(read, wanted, within, alone, target)
        if found:
            return
    alone = Document(target.document.uri, None, code, target.document.language)
    if scope.body is not None:
        yield from _body_alone(code, target, scope, alone)
    yield from _other_name(alone, scope, target)
    if (
        scope.name
        and problems(alone)
        and re.search(rf"(?<![\w.>]){re.escape(scope.name)}\s*[(=:{{]", code)
    ):
        yield Fit(code, alone, False, problem=_UNREADABLE.format(scope.name))


_UNREADABLE = "The code of `{}` does not parse; look for a missing bracket, quote or end."


def _from_head(code: str, scope: Scope) -> str:
    """The code from the line on that names what is wanted, decorators above included; or "".
    Prose before it can keep the grammar from seeing it.
    """
    lines = code.split("\n")
    for at, line in enumerate(lines):
        if not at or not scope.name or not re.search(rf"\b{re.escape(scope.name)}\b", line):
            continue
        while at > 0 and re.match(r"\s*(?:@|#\[)", lines[at - 1]):
            at -= 1
        return "\n".join(lines[at:]) if at > 0 else ""
    return ""


def _places(alone: Document, target: Target) -> Iterator[tuple[Document, Span]]:
    """Where code can be read: by itself, and in place of the target."""
    yield alone, Span(0, len(alone.text))
    yield _in_place(alone.text, target)


def _in_place(code: str, target: Target) -> tuple[Document, Span]:
    """The document with `code` in place of the target: methods parse in their class only."""
    document, span = target.document, target.span
    margin, unit = margin_at(document, span.start), indent_unit(document, span)
    code = code.strip("\n")
    fixed = at_margin(Document(document.uri, None, code, document.language))
    text = reindent(code, margin, unit, flat(document, span), fixed).lstrip()
    after = document.changed(Edit(span, text))
    return after, Span(span.start, span.start + len(text))


def _wanted(read: Document, like: Scope, within: Span, document: Document) -> list[Scope]:
    """The scopes that are called what is wanted, the most alike first: of overloads the one with
    the signature that is there in `document`.
    """
    named = [
        scope
        for scope in all_scopes(read)
        if (scope.kind, scope.name, scope.anonymous) == (like.kind, like.name, like.anonymous)
        and within.contains(scope.span)
    ]
    broken = [problem.span for problem in problems(read)] if named else []

    def unlikeness(scope: Scope) -> tuple[bool, bool, bool, bool]:
        return (
            any(scope.span.overlaps(span) for span in broken),
            (scope.body is None) != (like.body is None),
            bool(scope.path) and scope.path != like.path,
            len(named) > 1 and signature(read, scope) != signature(document, like),
        )

    return sorted(named, key=unlikeness)


def cut_out(read: Document, scope: Scope, within: Span, alone: Document, target: Target) -> Fit:
    """A scope of `read` by itself, under the head that it had where the new one may be let go."""
    start = read.lines.start(read.lines.line_at(scope.span.start))
    if read.text[start : scope.span.start].strip():
        start = scope.span.start
    written = _Written(read, within, alone)
    behind = [t for t in tokens(read, Span(scope.span.end, within.end)) if not t.comment]
    outside = read.text[within.start : scope.span.start].strip() or behind
    taken = outside and not scope.anonymous  # what it is given to comes with it, as a rule
    notes = [f"Took `{scope.name}` alone from what the reply holds."] if taken else []
    code = written.text(start, scope.span.end)
    old = target.scope
    if old is not None and _may_keep_head(read, scope, target, old):
        margin = code[: len(code) - len(code.lstrip())]
        lines = flat(target.document, old.head).split("\n")
        head = "\n".join(margin + line if line else line for line in lines)
        assert scope.body is not None
        between = written.text(scope.head.end, scope.body.start)
        below = written.text(scope.body.start, scope.span.end)  # from the brace on, if there is one
        code = head + _gap(read, scope, target, margin, between) + below
        if signature(target.document, old) != signature(read, scope):
            notes.append(f"Kept the head of `{scope.name}`.")
    return Fit(code, alone, bool(behind) or _bracketed(read, scope), tuple(notes))


class _Written:
    """What a reply has, to the letter, at the offsets of a document where it was read: by itself,
    or in place of the target, where its lines are the same but for the blanks before them.
    """

    def __init__(self, read: Document, within: Span, alone: Document) -> None:
        text = alone.text
        skipped = text[: len(text) - len(text.lstrip("\n"))].count("\n")
        placed = read.slice(within)
        above = placed[: len(placed) - len(placed.lstrip("\n"))].count("\n")
        self._first = read.lines.line_at(within.start) + above - skipped
        self._read, self._within, self._alone = read, within, alone

    def text(self, start: int, end: int) -> str:
        """The text of the reply from one offset to another; from a line's start, all of it."""
        if self._read is self._alone:
            return self._alone.text[start:end]
        line = self._read.lines.line_at(start)
        if start == self._read.lines.start(line):
            return self._alone.text[self._alone.lines.start(line - self._first) : self._at(end)]
        return self._alone.text[self._at(start) : self._at(end)]

    def _at(self, offset: int) -> int:
        line = self._read.lines.line_at(offset)
        to_its_end = min(self._read.lines.end(line), self._within.end) - offset
        lines = self._alone.lines
        start, end = lines.start(line - self._first), lines.end(line - self._first)
        if line == self._read.lines.line_at(self._within.end):
            end = start + len(self._alone.text[start:end].rstrip("\n"))
        return max(start, end - to_its_end)


def _gap(read: Document, scope: Scope, target: Target, margin: str, new: str) -> str:
    """What stands between the head and the body, `new` in the reply: before a brace, what stood
    there.
    """
    old, document = target.scope, target.document
    assert old is not None and old.body is not None and scope.body is not None
    was = document.text[old.head.end : old.body.start]
    braces = document.slice(old.body)[:1] + read.slice(scope.body)[:1] == "{{"
    if new.strip() or was.strip() or not braces:
        return new
    further_in = was.rpartition("\n")[2].removeprefix(margin_at(document, old.span.start))
    return f"\n{margin}{further_in}" if "\n" in was else was


def _may_keep_head(read: Document, scope: Scope, target: Target, old: Scope) -> bool:
    """Whether the head as it was fits the new body: where the new one only lacks what comes first
    in it (decorators, `export`), or the signature is to stay and they differ in types alone.
    """
    if old.body is None or scope.body is None or old.name != scope.name:
        return False
    if any(problem.span.overlaps(scope.head) for problem in problems(read)):
        return False
    was, now = signature(target.document, old), signature(read, scope)
    lacks = was[: len(was) - len(now)]
    if was[len(lacks) :] == now:
        return "async" not in lacks or "await" in texts(read, scope.body)
    language = target.document.language
    if language is None or "same-signature" not in target.checks:
        return False
    return differs_in_types(was, now, language.words)


def _torn(read: Document, scope: Scope) -> bool:
    """Whether the scope ends or begins in the middle of something: what is behind it is further in
    than it, or something unreadable stands beside it on its line.
    """
    lines = read.lines
    first, last = lines.line_at(scope.span.start), lines.line_at(scope.span.end)
    behind = read.text[scope.span.end : lines.end(last)].strip()
    before = read.text[lines.start(first) : scope.span.start].strip()
    if before or behind.strip(";,)}]"):
        beside = Span(lines.start(first), lines.end(last))
        return any(problem.span.overlaps(beside) for problem in problems(read))
    following = next((n for n in range(last + 1, len(lines)) if _text_of(read, n).strip()), None)
    if following is None:
        return False
    return len(_margin_of(read, following)) > len(_margin_of(read, first))


def _text_of(read: Document, line: int) -> str:
    return read.text[read.lines.start(line) : read.lines.end(line)]


def _margin_of(read: Document, line: int) -> str:
    text = _text_of(read, line).expandtabs(4)
    return text[: len(text) - len(text.lstrip())]


def _bracketed(read: Document, scope: Scope) -> bool:
    body = read.slice(scope.body) if scope.body else ""
    return body[:1] == "{" and body[-1:] == "}"


def _other_name(alone: Document, like: Scope, target: Target) -> Iterator[Fit]:
    """A scope of the right kind that is called otherwise: for the check that says so."""
    for scope in scopes(alone):
        if scope.kind == like.kind and not scope.path:
            yield cut_out(alone, scope, Span(0, len(alone.text)), alone, target)
            return


def _body_alone(code: str, target: Target, scope: Scope, alone: Document) -> Iterator[Fit]:
    """The body under the head that was there, where it is certainly the whole body."""
    assert scope.body is not None
    document = target.document
    if any(other.path == () and other.kind == scope.kind for other in scopes(alone)):
        return
    unit = indent_unit(document, scope.span)
    bracketed = document.text[scope.body.start : scope.body.start + 1] == "{"
    text = code.strip("\n")
    if bracketed and text.strip()[:1] == "{" and text.strip()[-1:] == "}":
        text = text.strip()[1:-1].strip("\n")
    if not _is_body(text, target, scope):
        return
    head = flat(document, Span(scope.span.start, scope.body.start))
    gap = "\n" if "\n" in head[len(head.rstrip()) :] else " "
    text = text.lstrip("\n")
    fixed = at_margin(Document(document.uri, None, text, document.language))
    lines = reindent(text, unit, unit, _inner(document, scope), fixed).split("\n")
    body = "\n".join([lines[0] if 0 in fixed else unit + lines[0].lstrip(), *lines[1:]])
    doc = ""
    if scope.doc and scope.body.contains(scope.doc) and not _begins_with_string(alone):
        doc = unit + document.slice(scope.doc) + "\n"
    head = head.rstrip()
    whole = f"{head}{gap}{{\n{body}\n}}" if bracketed else f"{head}\n{doc}{body}"
    yield Fit(whole, alone, False, ("The reply held the body alone; the head was kept.",))


def _inner(document: Document, scope: Scope) -> str:
    body = document.slice(scope.body).strip("{}") if scope.body else ""
    return "\n".join(line.strip() for line in body.split("\n"))


def _begins_with_string(alone: Document) -> bool:
    first = next(iter(tokens(alone)), None)
    return first is not None and first.textual


def _is_body(code: str, target: Target, scope: Scope) -> bool:
    """Whether `code` is the body, not an example of its use or the one line that changes."""
    assert scope.body is not None
    document = target.document
    new = Document(document.uri, None, code, document.language)
    words, old = texts(new, comments=False), texts(document, scope.body, comments=False)
    called = re.search(rf"(?<![\w.>:]){re.escape(scope.name)}\s*\(", code)
    if not words or (scope.name and called and scope.name not in old):
        return False
    if scope.stub:
        head = {t.text for t in tokens(document, scope.head) if t.text.isidentifier()}
        return "return" in words or bool(head & set(words))
    same = sum(j - i for tag, i, j, _, _ in opcodes(old, words) if tag == "equal")
    if 4 * same < len(old) + len(words) or 2 * len(words) < len(old):
        return False
    lines, there = _plain(code), _plain(document.slice(scope.body))
    return len(lines) < 3 or lines[0] in there or lines[-1] in there


def _plain(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
