"""Do tests assert anything about what they are for?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise, takewhile

from tree_sitter import Node

from deskmate.core.gate.change import Change
from deskmate.core.gate.edits.new_definitions import top_nodes
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language, common
from deskmate.core.syntax.queries import captured, scopes
from deskmate.core.syntax.tokens import Token, tokens
from deskmate.core.text.text import Span


def asserts(change: Change) -> str | None:
    """One of the tests at least uses the target, or what was made with it, and asserts something.

    In doubt it does: what a test prepares elsewhere is followed by name only.
    """
    document, name = change.after, change.target.name
    written = [t for t in tokens(document, change.span) if not (t.comment or t.textual)]
    units = _units(change, written)
    words = words_that_assert(document.language)
    shown = captured(document, "assertions", "assertion")
    asserting = [u for u in units if any(is_assertion(token, words, shown) for token in u)]
    if not asserting:
        return f"The tests assert nothing{_at(document, units)}."
    if not name:
        return None
    if name not in {t.text for t in written}:
        return f"The tests never use `{name}`{_at(document, units)}; call it and assert its result."
    about = _prepared(document, written, name)
    if any(t.text in about for unit in asserting for t in unit):
        return None
    return f"No test asserts anything about `{name}`{_at(document, asserting)}."


def is_assertion(token: Token, words: re.Pattern[str], shown: Sequence[Span]) -> bool:
    """Whether a token is a word that asserts, or stands in what is shown to assert."""
    return bool(words.search(token.text)) or any(s.contains(token.span) for s in shown)


@cache
def words_that_assert(language: Language | None) -> re.Pattern[str]:
    """The words that frameworks assert with; `assertions.scm` has what is no word."""
    own = language.tests.assertions if language and language.tests else ""
    return re.compile("|".join(filter(None, (common()["assertions"], own))))


def _units(change: Change, written: list[Token]) -> list[list[Token]]:
    """The tests: functions without others in them, with their attributes, and what else stands at
    the top level, as far as its braces go; around such functions that is what is in none of them.
    """
    document = change.after
    inner = [s.outer for s in scopes(document) if s.kind == "function"]
    inner = innermost([span for span in inner if change.span.contains(span)])
    units, open_braces = [_inside(written, span) for span in inner], 0
    for node in _statements(document, change.span):
        span = document.span_of(node)
        if not change.span.contains(span):
            continue
        here = _inside(written, span)
        held = inner[bisect_left(inner, Span(span.start, span.start)) :]
        held = list(takewhile(span.contains, held))
        if held:
            here = [token for token in here if not any(one.contains(token.span) for one in held)]
        elif open_braces > 0 and (before := units.pop()):
            here = _inside(written, Span(before[0].span.start, span.end))
        if here:
            units.append(here)
        if not held:
            braces = [token.text for token in here]
            open_braces = braces.count("{") - braces.count("}")
    return sorted(units, key=lambda unit: unit[0].span.start if unit else 0)


def _statements(document: Document, within: Span) -> list[Node]:
    """The statements in a span: those of the file, or of the function that the span lies in."""
    nodes = top_nodes(document)
    for _ in range(_DEEP):
        around = next((n for n in nodes if document.span_of(n).contains(within)), None)
        if around is None or document.span_of(around) == within:
            break
        nodes = around.named_children
    return nodes


_DEEP = 4  # nodes around a test: a function, its block


def innermost(spans: list[Span]) -> list[Span]:
    """Those that contain none of the others, in order."""
    ordered = sorted(dict.fromkeys(spans), key=lambda span: (span.start, -span.end))
    around = {one for one, after in pairwise(ordered) if one.contains(after)}
    return [one for one in ordered if one not in around]


def _inside(written: list[Token], span: Span) -> list[Token]:
    """The tokens in a span; they are in order."""
    at = bisect_left(written, span.start, key=lambda token: token.span.start)
    found = takewhile(lambda token: token.span.start < span.end, islice(written, at, None))
    return [token for token in found if span.contains(token.span)]


def _prepared(document: Document, written: list[Token], name: str) -> set[str]:
    """The target's name, what stands on a line with it, and the functions that it is used in."""
    lines = document.lines
    used = {lines.line_at(t.span.start) for t in written if t.text == name}
    beside = {t.text for t in written if t.word and lines.line_at(t.span.start) in used}
    around = {s.name for s in scopes(document) if used & set(_lines(document, s.span))}
    language = document.language
    asserting = {word for word in beside if words_that_assert(language).search(word)}
    itself: set[str] = set(language.words.receivers) if language else set()
    itself |= set(language.tests.itself) if language and language.tests else set()
    return ({name} | beside | around) - asserting - itself


def _lines(document: Document, span: Span) -> Iterator[int]:
    lines = document.lines
    yield from range(lines.line_at(span.start), lines.line_at(span.end) + 1)


def _at(document: Document, units: list[list[Token]]) -> str:
    """Where to look: the line that the last test begins with."""
    starts = [unit[0].span.start for unit in units if unit]
    if not starts:
        return ""
    lines = document.lines
    following = range(lines.line_at(starts[-1]), len(lines))
    texts = (document.text[lines.start(at) : lines.end(at)].strip() for at in following)
    text = next((text for text in texts if not _ATTRIBUTE.match(text)), "")
    return f" (see `{text[:80]}`)" if text else ""


_ATTRIBUTE = re.compile(r"@[A-Z]|#?\[")
"""How a line begins that says something of the test below it."""
