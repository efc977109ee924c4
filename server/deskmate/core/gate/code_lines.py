"""Lines of code as their tokens, so that no language needs to be known to compare them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import Token, tokens
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code: its tokens, what they say without the signs that formatters choose, its text,
    how many columns it is in, and whether it is but the frame of others (`} else {`, `end`).
    """

    key: tuple[str, ...]
    tokens: tuple[Token, ...]
    text: str
    margin: int
    frame: bool

    @property
    def leaves(self) -> bool:
        """Whether a function may end here."""
        return not _LEAVES.isdisjoint(self.key)

    @property
    def is_value(self) -> bool:
        """Whether it may be the value of a function that ends with it."""
        return self.tokens[-1].text != ";" and not any(sign in self.key for sign in _ASSIGNS)

    @property
    def subject(self) -> str:
        """The name that it begins with, as of what it changes or calls; "" for none."""
        if self.defines:
            return self.defines[-1]
        words = (token.text for token in self.tokens if token.text not in _SELF)
        first = self.tokens[0] if self.tokens else None
        return next(words, "") if first is not None and (first.word or first.text in _SELF) else ""

    @property
    def words(self) -> set[str]:
        """The names in it, but for those of members."""
        texts = ["", *(token.text for token in self.tokens)]
        pairs = zip(texts, self.tokens, strict=False)
        return {t.text for before, t in pairs if t.word and before not in _MEMBER}

    @property
    def calls(self) -> set[str]:
        """The names that it calls, but for those of members."""
        found: set[str] = set()
        texts = ["", *(token.text for token in self.tokens), ""]
        for before, token, behind in zip(texts, self.tokens, texts[2:], strict=False):
            if token.word and behind == "(" and before not in _MEMBER:
                found.add(token.text)
        return found

    @property
    def values(self) -> set[str]:
        """The strings and numbers in it, but for the plainest."""
        said = {t.text for t in self.tokens if t.textual or t.text[:1].isdigit()}
        return {text for text in said if re.search(r"\w", text)} - {"0", "1"}

    @property
    def defines(self) -> tuple[str, ...]:
        """The names that it gives a value to first of all."""
        end = self._count_assigned()
        typed = next((at for at in range(end) if self.tokens[at].text == ":"), end)
        names: list[str] = []
        separated = True
        for token in reversed(self.tokens[:typed]):
            name = token.word and "type" not in token.type
            if token.text in _MEMBER:
                return ()
            if not name and token.text != ",":
                break
            if name and separated:
                names.append(token.text)
            separated = not name
        return tuple(names)

    @property
    def opens_function(self) -> bool:
        """Whether a function without a name may begin in it."""
        return not _OPENS_FUNCTION.isdisjoint(self.key)

    def goes_on_from(self, name: str) -> bool:
        """Whether it gives a name a value that it makes of the one before."""
        pairs = pairwise(self.tokens[self._count_assigned() :])
        return any(b.text == name and a.text not in _MEMBER for a, b in pairs)

    def reads(self, name: str) -> bool:
        """Whether it only reads a name: it neither binds it in any way nor reaches a member that
        happens to be called so.
        """
        before, kind, depth, looped = "", "", 0, False
        assigned = self._count_assigned()
        for at, (token, behind) in enumerate(zip(self.tokens, [*self.key[1:], ""], strict=False)):
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            looped = token.text in ("for", "foreach") or (looped and token.text not in ("in", "of"))
            if token.text == name:
                declared = "type" in kind or before in _BINDS or looped or at < assigned
                if declared or before in _MEMBER or (behind in _BOUND and depth == 0):
                    return False
            before, kind = token.text, token.type
        return True

    def _count_assigned(self) -> int:
        """How many tokens stand before the first `=` that stands in no bracket."""
        depth = 0
        for at, token in enumerate(self.tokens):
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth == 0 and token.text in ("=", ":="):
                return at
        return 0


_LEAVES = frozenset(
    ("return", "raise", "throw", "yield", "exit", "abort", "die", "panic", "Exit", "co_return")
)
_ASSIGNS = ("=", ":=", "+=", "-=", "*=", "/=", "<<", "||=")
_SELF = frozenset(("self", "this", "$", "@", ".", "->", "::"))
_FRAME = frozenset(
    ("else", "end", "fi", "done", "esac", "begin", "do", "then", "try", "finally", "pass")
)
"""Words that say nothing by themselves, as in a line `} else {`."""
_OPENS_FUNCTION = frozenset(("=>", "->", "lambda", "|", "function", "func", "fn", "fun", "import"))
_BINDS = frozenset(
    ("for", "as", "let", "var", "const", "mut", "local", "global", "nonlocal", "auto", "catch")
)
_BOUND = frozenset(("=", ":=", ":"))
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_MEMBER = frozenset((".", "->", "::", "?."))


def alike(a: Sequence[str], b: Sequence[str]) -> float:
    """The share of their tokens that two lines have in common, from 0 to 1."""
    return 2 * (Counter(a) & Counter(b)).total() / max(1, len(a) + len(b))


class Side:
    """A document's code in a span, whose lines are asked for piece by piece."""

    def __init__(self, document: Document, span: Span) -> None:
        self.document = document
        self.code = [token for token in tokens(document, span) if not token.comment]
        self.starts = [token.span.start for token in self.code]

    def inside(self, span: Span) -> list[Token]:
        """The tokens in a span."""
        return self.code[bisect_left(self.starts, span.start) : bisect_left(self.starts, span.end)]

    def lines(self, span: Span, apart: Sequence[Span] = ()) -> list[Line]:
        """The lines in a span that say something, without the spans in it that are `apart`."""
        rows: dict[int, list[Token]] = {}
        index, at = self.document.lines, span.start
        for hole in (*sorted(apart), Span(span.end, span.end)):
            for token in self.inside(Span(at, max(at, hole.start))):
                rows.setdefault(index.line_at(token.span.start), []).append(token)
            at = max(at, hole.end)
        return [line for row, found in rows.items() if (line := self._line(row, found)) is not None]

    def _line(self, row: int, found: list[Token]) -> Line | None:
        key = [token.text.replace("'", '"') for token in found]
        while key and key[-1] in (",", ";"):
            key.pop()
        words = {text for text in key if re.search(r"\w", text)}
        if not words:
            return None
        start, end = self.document.lines.start(row), self.document.lines.end(row)
        text = self.document.text[start:end]
        margin = len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())
        return Line(tuple(key), tuple(found), text.strip(), margin, words <= _FRAME)
