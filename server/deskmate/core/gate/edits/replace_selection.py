"""The part of a reply's code that belongs in place of a selection."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.core.gate.edits.fit import Fit
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import Scope, all_scopes
from deskmate.core.syntax.tokens import Token, texts, tokens
from deskmate.core.target import Target
from deskmate.core.text.text import Span


def select(code: str, target: Target) -> Iterator[Fit]:
    """The ways in which `code` may be meant for the selection, likeliest first: what it has
    between what stands around that, all of it, or all but what repeats what stands around.
    """
    document, span = target.document, target.span
    read = Document(document.uri, None, code, document.language)
    around = [scope for scope in all_scopes(document) if scope.span.contains(span)]
    outers = [_lines(document, span), *(s.span for s in around), Span(0, len(document.text))]
    outers += [_lines(document, s.span) for s in around if s.anonymous]
    for outer in sorted(outers, key=len):
        before = texts(document, Span(outer.start, span.start))
        after = texts(document, Span(span.end, outer.end))
        if inner := _between(read, before, after):
            yield Fit(inner, read, True, ("Took the selected part alone.",))
            return
    names = {_known_by(document, scope) for scope in around if scope.span != span}
    known = (s.name for s in all_scopes(read) if not s.path and _known_by(read, s) in names)
    if beyond := next(known, ""):
        yield Fit(code, read, False, problem=_BEYOND.format(beyond))
        return
    if alone := _without_lines_around(read, document, span):
        yield Fit(alone, read, False, ("Left out the lines around the selection.",))
    bare, last = code.rstrip(), document.slice(span).rstrip()[-1:]
    follows = document.text[span.end :].lstrip(" \t")[:1]
    ends_too = bare[-1:] in _ENDS and last not in _ENDS
    left_out = Fit(bare[:-1], read, False, (f"Left out the `{bare[-1:]}` at its end.",))
    if ends_too and follows == bare[-1]:
        yield left_out
    yield Fit(code, read, complete=False)
    if last in _ENDS and bare[-1:] not in _ENDS:
        yield Fit(bare + last, read, False, (f"Kept the `{last}` at its end.",))
    elif ends_too:
        yield left_out
    shorter = _without_overlap(read, document, span)
    if shorter:
        yield Fit(shorter, read, False, ("Left out what follows the selection.",))


_ENDS = (",", ";")

_BEYOND = "The reply rewrites `{}`, which is more than the selected lines; answer with those alone."


def _known_by(document: Document, scope: Scope) -> tuple[str, ...]:
    """What tells a scope from others of a file: of an anonymous one, its parameters too."""
    return (scope.name, *texts(document, scope.head)) if scope.anonymous else (scope.name,)


def _lines(document: Document, span: Span) -> Span:
    lines = document.lines
    last = lines.line_at(max(span.start, span.end - 1))
    return Span(lines.start(lines.line_at(span.start)), lines.end(last))


def _between(read: Document, before: list[str], after: list[str]) -> str:
    """What `read` has between these tokens, all of which it must begin and end with; or ""."""
    new = tokens(read)
    words = [token.text for token in new]
    end = len(words) - len(after)
    if not (before or after) or end <= len(before):
        return ""
    if words[: len(before)] != before or words[end:] != after:
        return ""
    return _cut(read, new[len(before)], new[end - 1])


def _without_lines_around(read: Document, document: Document, span: Span) -> str:
    """`read` without whole lines at its ends that stand beside the selection anyway; or ""."""
    whole = _lines(document, span)
    own, new = _plain(document.slice(whole)), _plain(read.text)
    above = _plain(document.text[max(0, whole.start - _NEAR) : whole.start])
    below = _plain(document.text[whole.end : whole.end + _NEAR])
    first = _repeated(new, above[::-1], own)
    last = _repeated(new[::-1], below, own[::-1])
    if not first + last or first + last >= len(new):
        return ""
    lines = read.text.split("\n")
    kept = [at for at, line in enumerate(lines) if line.strip()][first : len(new) - last]
    return "\n".join(lines[kept[0] : kept[-1] + 1])


def _repeated(new: list[str], beside: list[str], own: list[str]) -> int:
    """How many lines of `new` are those `beside` the selection, in their order towards it; none
    where its own lines begin like that.
    """
    for count in range(min(len(new), len(beside)), 0, -1):
        told = new[:count]
        if told == beside[:count][::-1] and told != own[:count] and any(map(_WORDS.search, told)):
            return count
    return 0


_WORDS = re.compile(r"\w\W+\w")


def _plain(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _without_overlap(read: Document, document: Document, span: Span) -> str:
    """`read` without the tokens at its end that follow the selection anyway; or ""."""
    new = tokens(read)
    words = [token.text for token in new]
    after = texts(document, Span(span.end, min(len(document.text), span.end + _NEAR)))
    for count in range(min(len(words) - 1, len(after)), 2, -1):
        if words[len(words) - count :] == after[:count]:
            return _cut(read, new[0], new[len(words) - count - 1])
    return ""


_NEAR = 4000
"""Characters behind a selection within which a reply may repeat what is there."""


def _cut(read: Document, first: Token, last: Token) -> str:
    """The text of `read` from one token to another, with the blanks before the first."""
    start = read.lines.start(read.lines.line_at(first.span.start))
    if read.text[start : first.span.start].strip():
        start = first.span.start
    return read.text[start : last.span.end]
