"""The part of a reply's code that belongs in place of a selection."""

from __future__ import annotations

from collections.abc import Iterator

from deskmate.core.gate.edits.fit import Fit
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import scopes
from deskmate.core.syntax.tokens import Token, texts, tokens
from deskmate.core.target import Target
from deskmate.core.text.text import Span


def select(code: str, target: Target) -> Iterator[Fit]:
    """The ways in which `code` may be meant for the selection, likeliest first: what it has
    between what stands around that, all of it, or all but what repeats what stands around.
    """
    document, span = target.document, target.span
    read = Document(document.uri, None, code, document.language)
    around = [scope for scope in scopes(document) if scope.span.contains(span)]
    outers = [_lines(document, span), *(s.span for s in around), Span(0, len(document.text))]
    for outer in sorted(outers, key=len):
        before = texts(document, Span(outer.start, span.start))
        after = texts(document, Span(span.end, outer.end))
        if inner := _between(read, before, after):
            yield Fit(inner, read, True, ("Took the selected part alone.",))
            return
    names = {scope.name for scope in around if scope.span != span}
    beyond = next((s.name for s in scopes(read) if s.name in names and not s.path), "")
    if beyond:
        yield Fit(code, read, False, problem=_BEYOND.format(beyond))
        return
    yield Fit(code, read, complete=False)
    last = document.slice(span).rstrip()[-1:]
    bare = code.rstrip()
    if last in (",", ";") and bare[-1:] not in (",", ";"):
        yield Fit(bare + last, read, False, (f"Kept the `{last}` at its end.",))
    elif bare[-1:] in (",", ";") and last not in (",", ";"):
        yield Fit(bare[:-1], read, False, (f"Left out the `{bare[-1]}` at its end.",))
    shorter = _without_overlap(read, document, span)
    if shorter:
        yield Fit(shorter, read, False, ("Left out what follows the selection.",))


_BEYOND = "The reply rewrites `{}`, which is more than the selected lines; answer with those alone."


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
