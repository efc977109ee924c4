"""What became of each line of the code that was replaced: it stands, was rewritten, or is gone.

A line is its tokens, so no language needs to be known. What is gone is a reason to refuse where it
shows that the reply held only a part of the code; else it is said.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from deskmate.core.gate.change import Change
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import Scope, scopes
from deskmate.core.syntax.tokens import Token, tokens
from deskmate.core.text.text import Span


def nothing_lost(change: Change) -> str | None:
    """The new code is not just a part: what it uses is defined still, the end of each function is
    there, and it is no few lines of what stood there, but where less is asked for.
    """
    language = change.before.language
    if change.target.wanted == "text" or (language is not None and language.prose):
        return None
    for pair in _pairs(change):
        compared = _compare(pair)
        what = f"`{pair.name}`" if pair.name else "the code"
        finding = _undefined(compared, what)
        if not finding and not change.target.may_shrink:
            finding = (
                _without_end(compared, what)
                or _without_return(compared, what)
                or _mostly_gone(compared, what)
            )
        if finding:
            return finding
    return None


def find_gone(change: Change) -> tuple[str, ...]:
    """The lines that stood there and that nothing was written in place of."""
    fresh = Counter(line.key for line in _Side(change.after, change.span).lines(change.span))
    there = Counter(
        line.key for line in _Side(change.before, change.target.span).lines(change.target.span)
    )
    fresh -= there
    gone: list[str] = []
    for pair in _pairs(change):
        compared = _compare(pair)
        for line in (*compared.lost(), *compared.overwritten(there)):
            if fresh[line.key] > 0:
                fresh[line.key] -= 1  # it stands elsewhere now
            else:
                gone.append(line.text)
    return tuple(gone)


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
        end = _assigned(self)
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


_LEAVES = frozenset(
    ("return", "raise", "throw", "yield", "exit", "abort", "die", "panic", "Exit", "co_return")
)
_ASSIGNS = ("=", ":=", "+=", "-=", "*=", "/=", "<<", "||=")
_SELF = frozenset(("self", "this", "$", "@", ".", "->", "::"))
_FRAME = frozenset(
    ("else", "end", "fi", "done", "esac", "begin", "do", "then", "try", "finally", "pass")
)
"""Words that say nothing by themselves, as in a line `} else {`."""


class _Side:
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


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is compared: lines and what they have become, in the function `name` or, with "",
    around the functions.
    """

    name: str
    old: Sequence[Line]
    new: Sequence[Line]
    given: frozenset[str] = frozenset()
    value_at_end: bool = False
    ends_in_block: bool = True


def _pairs(change: Change) -> Iterator[_Pair]:
    """The body of each function that changed with what it has become, and what stands around the
    functions. One that was yet to be written has nothing to lose.
    """
    before, after = change.before, change.after
    old, new = _Side(before, change.target.span), _Side(after, change.span)
    was, now = _functions(before, change.target.span), _functions(after, change.span)
    others: dict[tuple[tuple[str, ...], str], list[Scope]] = {}
    for scope in now:
        others.setdefault((scope.path, scope.name), []).append(scope)
    changed = []
    for scope in was:
        text = before.slice(scope.span)
        here = others.get((scope.path, scope.name), [])
        same = next((other for other in here if after.slice(other.span) == text), None)
        if same is not None:
            here.remove(same)
        elif not scope.stub:
            changed.append(scope)
    at_end = before.language is not None and before.language.value_at_end
    for scope in changed:
        here = others.get((scope.path, scope.name), [])
        if here:
            other = here.pop(0)
            head = (t for t in old.inside(scope.head) if t.word and "type" not in t.type)
            given = frozenset(token.text for token in head)
            block = before.slice(scope.body)[:1] == "{" if scope.body else False
            still = other.body is not None and (after.slice(other.body)[:1] == "{") == block
            yield _Pair(scope.name, _body(old, scope), _body(new, other), given, at_end, still)
    around = old.lines(change.target.span, [scope.span for scope in was])
    yield _Pair("", around, new.lines(change.span, [scope.span for scope in now]))


def _functions(document: Document, span: Span) -> list[Scope]:
    """The functions in a span that lie in no other function there."""
    found: list[Scope] = []
    for scope in scopes(document):
        inside = found and found[-1].span.contains(scope.span)
        if scope.kind == "function" and span.contains(scope.span) and not inside:
            found.append(scope)
    return found


def _body(side: _Side, scope: Scope) -> list[Line]:
    apart = [scope.doc] if scope.doc is not None else []
    return side.lines(scope.body, apart) if scope.body is not None else []


@dataclass(frozen=True, slots=True)
class _Block:
    """Old lines that are gone, and what stands in their place: `changed` lines, which are others of
    the old ones with a few tokens changed, and `fresh` ones, which are like none of them.
    """

    gone: tuple[Line, ...]
    changed: tuple[tuple[Line, Line], ...]
    fresh: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    """Old and new lines; `kept` are the places of those that stand there still, as they were or a
    little changed, in the old and in the new. `given` are the words of the head, `value_at_end`
    says that the last line is the value of a function, `ends_in_block` that its body is as it was
    a block, not an expression, `whole` that it is a function's.
    """

    old: Sequence[Line]
    new: Sequence[Line]
    kept: tuple[tuple[int, int], ...]
    blocks: tuple[_Block, ...]
    given: frozenset[str]
    value_at_end: bool
    ends_in_block: bool
    whole: bool

    def lost(self) -> list[Line]:
        """The old lines that nothing was written in place of. Where less was written than stood
        there, that is whatever named what the new code has nowhere, or did something to what is
        there still.
        """
        found: list[Line] = []
        said = {text for line in self.new for text in line.key}
        keys = {line.key for line in self.new}
        for block in self.blocks:
            gone = [line for line in block.gone if not line.frame]
            if not block.changed and not block.fresh:
                found += [line for line in gone if line.words or line.key not in keys]
            elif len(block.fresh) < len(gone):
                found += [line for line in gone if self._is_lost(line, block, said)]
        return found

    def overwritten(self, there: Counter[tuple[str, ...]]) -> Iterator[Line]:
        """The old lines in whose place stands, word for word, one of those that were `there` in
        another function: what was between the two may have been left out.
        """
        elsewhere = there - Counter(line.key for line in self.old)
        for block in self.blocks:
            yield from (old for old, new in block.changed if elsewhere[new.key])
            if block.fresh and all(elsewhere[new.key] for new in block.fresh):
                yield from (old for old in block.gone if not old.frame)

    def _is_lost(self, line: Line, block: _Block, said: set[str]) -> bool:
        """Whether a line is not what was rewritten, where something was."""
        instead = [*block.fresh, *(new for _, new in block.changed)]
        if (line.calls | (self.given & set(line.key))) - said:
            return True
        if line.leaves:
            leaving = [*block.fresh, *(new for old, new in block.changed if not old.leaves)]
            if self.value_at_end or any(new.leaves for new in leaving):
                return False
            if all(not new.leaves and _OPENS_FUNCTION.isdisjoint(new.key) for new in instead):
                return True
        if not line.words:
            return bool(line.values) and not any(v in n.text for v in line.values for n in self.new)
        if (line.words - said) & ({line.subject} if line.subject else line.words):
            return False  # it was about something that is no longer needed
        added = Counter(text for new in instead for text in new.key)
        added -= Counter(text for old, _ in block.changed for text in old.key)
        return ({line.subject} if line.subject else line.words).isdisjoint(added)


def _compare(pair: _Pair) -> _Compared:
    old, new = pair.old, pair.new
    matcher = SequenceMatcher(None, [a.key for a in old], [b.key for b in new], autojunk=False)
    kept: list[tuple[int, int]] = []
    blocks: list[_Block] = []
    for tag, i, j, k, n in matcher.get_opcodes():
        if tag == "equal":
            kept += zip(range(i, j), range(k, n), strict=True)
            continue
        pairs = dict(_alike(old[i:j], new[k:n]))
        kept += [(i + a, k + b) for a, b in pairs.items()]
        gone = [line for at, line in enumerate(old[i:j]) if at not in pairs]
        changed = [(old[i + a], new[k + b]) for a, b in pairs.items()]
        fresh = [line for at, line in enumerate(new[k:n]) if at not in pairs.values()]
        blocks.append(_Block(tuple(gone), tuple(changed), tuple(fresh)))
    how = pair.given, pair.value_at_end, pair.ends_in_block, bool(pair.name)
    return _Compared(old, new, tuple(kept), tuple(blocks), *how)


def _alike(old: Sequence[Line], new: Sequence[Line]) -> list[tuple[int, int]]:
    """Which new line is an old one with a few tokens changed, in order."""
    if len(old) * len(new) > _MANY:
        return []
    pairs: list[tuple[int, int]] = []
    first = 0
    for b, line in enumerate(new):
        likeness = [(alike(old[a].key, line.key), -a) for a in range(first, len(old))]
        best, at = max(likeness, default=(0.0, 0))
        if best >= (0.6 if len(line.key) > 3 else 0.5):
            pairs.append((-at, b))
            first = 1 - at
    return pairs


_MANY = 40_000
"""Pairs of lines beyond which code that was rewritten is not compared line by line."""


def alike(a: Sequence[str], b: Sequence[str]) -> float:
    """The share of their tokens that two lines have in common, from 0 to 1."""
    return 2 * (Counter(a) & Counter(b)).total() / max(1, len(a) + len(b))


def _undefined(compared: _Compared, what: str) -> str | None:
    """What lines that stand as before use, and the new code no longer gives a value to."""
    now = {a: compared.new[b].defines for a, b in compared.kept}
    gone = [
        (line, name)
        for at, line in enumerate(compared.old)
        for name in line.defines
        if name not in now.get(at, ()) and not _goes_on_from(line, name)
    ]
    if not gone:
        return None
    standing = {b: compared.old[a] for a, b in compared.kept}
    for line, name in gone:
        uses = [b for b, new in enumerate(compared.new) if name in new.key]
        if not uses or name in compared.given:
            continue
        if any(_brings(compared.new[b], standing.get(b), name) for b in uses):
            continue
        return f"`{line.text}` is gone, and `{name}` is still used; write all of {what}."
    return None


def _goes_on_from(line: Line, name: str) -> bool:
    """Whether a line gives a name a value that it makes of the one before."""
    behind = line.tokens[_assigned(line) :]
    pairs = pairwise(behind)
    return any(b.text == name and a.text not in _MEMBER for a, b in pairs)


def _brings(new: Line, old: Line | None, name: str) -> bool:
    """Whether a line, which `old` has become, may be what gives the name its value now."""
    if old is None or name not in old.key or new.key.count(name) != old.key.count(name):
        return not _reads(new, name) or not _OPENS_FUNCTION.isdisjoint(new.key)
    return not _reads(old, name)


def _reads(line: Line, name: str) -> bool:
    """Whether a line only reads a name: it neither binds it in any way nor reaches a member that
    happens to be called so.
    """
    before, kind, depth, looped = "", "", 0, False
    assigned = _assigned(line)
    for at, (token, behind) in enumerate(zip(line.tokens, [*line.key[1:], ""], strict=False)):
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        looped = token.text in ("for", "foreach") or (looped and token.text not in ("in", "of"))
        if token.text == name:
            declared = "type" in kind or before in _BINDS or looped or at < assigned
            if declared or before in _MEMBER or (behind in _BOUND and depth == 0):
                return False
        before, kind = token.text, token.type
    return True


def _assigned(line: Line) -> int:
    """How many tokens stand before the first `=` that stands in no bracket."""
    depth = 0
    for at, token in enumerate(line.tokens):
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and token.text in ("=", ":="):
            return at
    return 0


_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_OPENS_FUNCTION = frozenset(("=>", "->", "lambda", "|", "function", "func", "fn", "fun", "import"))
_BINDS = frozenset(
    ("for", "as", "let", "var", "const", "mut", "local", "global", "nonlocal", "auto", "catch")
)
_BOUND = frozenset(("=", ":=", ":"))
_MEMBER = frozenset((".", "->", "::", "?."))


def _without_end(compared: _Compared, what: str) -> str | None:
    """Whether the last lines are gone with nothing in their place."""
    old, new = compared.old, compared.new
    if not old or not new or not compared.kept or not compared.ends_in_block:
        return None
    last_old, last_new = compared.kept[-1]
    rest = old[last_old + 1 :]
    moved = {line.key for block in compared.blocks for line in block.fresh}
    tail = [line for line in rest if line.key not in moved and line.key != ("return",)]
    tail = [line for line in tail if not line.frame]
    if not tail or any(not line.frame for line in new[last_new + 1 :]):
        return None
    ends = compared.value_at_end and tail[-1].is_value and tail[-1].margin <= old[0].margin
    if (
        not ends
        and not any(line.leaves for line in tail)
        and (len(tail) == 1 or 4 * len(tail) <= len(old))
    ):
        return None
    if not compared.whole and min(line.margin for line in tail) > old[0].margin:
        return None
    before = old[last_old]
    if before.leaves and before.margin <= min(line.margin for line in rest):
        return None  # nothing came to it
    was, now = _last(old), _last(new)
    depth = now.margin - new[0].margin
    if depth <= 0 and (now.leaves or (compared.value_at_end and now.is_value)):
        return None  # the end is earlier now
    if was.key == now.key and depth <= was.margin - old[0].margin:
        return None
    return f"The end of {what} is gone, from `{tail[0].text}` on; write all of it."


def _without_return(compared: _Compared, what: str) -> str | None:
    """Whether a function no longer ends by leaving it with a value, as it did."""
    old, new = compared.old, compared.new
    if not old or not new or compared.value_at_end or not compared.ends_in_block:
        return None
    if not compared.whole:
        return None
    end, top = _last(old), min(line.margin for line in new)
    if not end.leaves or len(end.key) == 1 or end.margin > min(line.margin for line in old):
        return None
    last = max(at for at, line in enumerate(new) if line.margin == top)
    if any(line.leaves for line in new[last:]) or new[last].frame:
        return None
    return f"The end of {what} is gone, `{end.text}`; write all of it."


def _last(lines: Sequence[Line]) -> Line:
    return next((line for line in reversed(lines) if not line.frame), lines[-1])


def _mostly_gone(compared: _Compared, what: str) -> str | None:
    """Whether the new lines are old ones, and more than half of those is lost."""
    lost = compared.lost()
    there = sum(not line.frame for line in compared.old)
    fresh = len(compared.new) - len(compared.kept)
    if 2 * fresh > len(compared.new) or 2 * len(lost) <= there or len(lost) < 2:
        return None
    return f"Most of {what} is gone, from `{lost[0].text}` on; write all of it."
