"""Each line of the code that was replaced beside what it has become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskmate.core.gate.change import Change
from deskmate.core.gate.code_lines import Line, Side, alike
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import Scope, scopes
from deskmate.core.text.matching import opcodes
from deskmate.core.text.text import Span


def pair_functions(change: Change) -> Iterator[Pair]:
    """The body of each function that changed with what it has become, and what stands around the
    functions. One that was yet to be written has nothing to lose.
    """
    before, after = change.before, change.after
    old, new = Side(before, change.target.span), Side(after, change.span)
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
            yield Pair(scope.name, _body(old, scope), _body(new, other), given, at_end, still)
    around = old.lines(change.target.span, [scope.span for scope in was])
    yield Pair("", around, new.lines(change.span, [scope.span for scope in now]))


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: lines and what they have become, in the function `name` or, with "",
    around the functions.
    """

    name: str
    old: Sequence[Line]
    new: Sequence[Line]
    given: frozenset[str] = frozenset()
    value_at_end: bool = False
    ends_in_block: bool = True


def _functions(document: Document, span: Span) -> list[Scope]:
    """The functions in a span that lie in no other function there."""
    found: list[Scope] = []
    for scope in scopes(document):
        inside = found and found[-1].span.contains(scope.span)
        if scope.kind == "function" and span.contains(scope.span) and not inside:
            found.append(scope)
    return found


def _body(side: Side, scope: Scope) -> list[Line]:
    apart = [scope.doc] if scope.doc is not None else []
    return side.lines(scope.body, apart) if scope.body is not None else []


def compare(pair: Pair) -> Compared:
    """Tells which of the old lines are there still, and what stands in place of the others."""
    old, new = pair.old, pair.new
    kept: list[tuple[int, int]] = []
    blocks: list[Block] = []
    for tag, i, j, k, n in opcodes([a.key for a in old], [b.key for b in new]):
        if tag == "equal":
            kept += zip(range(i, j), range(k, n), strict=True)
            continue
        pairs = dict(_alike(old[i:j], new[k:n]))
        kept += [(i + a, k + b) for a, b in pairs.items()]
        gone = [line for at, line in enumerate(old[i:j]) if at not in pairs]
        changed = [(old[i + a], new[k + b]) for a, b in pairs.items()]
        came = set(pairs.values())
        fresh = [line for at, line in enumerate(new[k:n]) if at not in came]
        blocks.append(Block(tuple(gone), tuple(changed), tuple(fresh)))
    how = pair.given, pair.value_at_end, pair.ends_in_block, bool(pair.name)
    return Compared(old, new, tuple(kept), tuple(blocks), *how)


@dataclass(frozen=True, slots=True)
class Compared:
    """Old and new lines; `kept` are the places of those that stand there still, as they were or a
    little changed, in the old and in the new. `given` are the words of the head, `value_at_end`
    says that the last line is the value of a function, `ends_in_block` that its body is as it was
    a block, not an expression, `whole` that it is a function's.
    """

    old: Sequence[Line]
    new: Sequence[Line]
    kept: tuple[tuple[int, int], ...]
    blocks: tuple[Block, ...]
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

    def _is_lost(self, line: Line, block: Block, said: set[str]) -> bool:
        """Whether a line is not what was rewritten, where something was."""
        instead = [*block.fresh, *(new for _, new in block.changed)]
        if (line.calls | (self.given & set(line.key))) - said:
            return True
        if line.leaves:
            leaving = [*block.fresh, *(new for old, new in block.changed if not old.leaves)]
            if self.value_at_end or any(new.leaves for new in leaving):
                return False
            if all(not new.leaves and not new.opens_function for new in instead):
                return True
        if not line.words:
            return bool(line.values) and not any(v in n.text for v in line.values for n in self.new)
        if (line.words - said) & ({line.subject} if line.subject else line.words):
            return False  # it was about something that is no longer needed
        added = Counter(text for new in instead for text in new.key)
        added -= Counter(text for old, _ in block.changed for text in old.key)
        return ({line.subject} if line.subject else line.words).isdisjoint(added)


@dataclass(frozen=True, slots=True)
class Block:
    """Old lines that are gone, and what stands in their place: `changed` lines, which are others of
    the old ones with a few tokens changed, and `fresh` ones, which are like none of them.
    """

    gone: tuple[Line, ...]
    changed: tuple[tuple[Line, Line], ...]
    fresh: tuple[Line, ...]


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
