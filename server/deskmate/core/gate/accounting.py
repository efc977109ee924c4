"""What became of each line of the code that was replaced: it stands, was rewritten, or is gone.

What is gone is a reason to refuse where it shows that the reply held only a part of the code; else
it is said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from deskmate.core.gate.change import Change
from deskmate.core.gate.code_lines import Line, Side
from deskmate.core.gate.line_pairs import Compared, compare, pair_functions


def nothing_lost(change: Change) -> str | None:
    """The new code is not just a part: what it uses is defined still, the end of each function is
    there, and it is no few lines of what stood there, but where less is asked for.
    """
    language = change.before.language
    if change.target.wanted == "text" or (language is not None and language.prose):
        return None
    for pair in pair_functions(change):
        compared = compare(pair)
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
    fresh = Counter(line.key for line in Side(change.after, change.span).lines(change.span))
    there = Counter(
        line.key for line in Side(change.before, change.target.span).lines(change.target.span)
    )
    fresh -= there
    gone: list[str] = []
    for pair in pair_functions(change):
        compared = compare(pair)
        for line in (*compared.lost(), *compared.overwritten(there)):
            if fresh[line.key] > 0:
                fresh[line.key] -= 1  # it stands elsewhere now
            else:
                gone.append(line.text)
    return tuple(gone)


def _undefined(compared: Compared, what: str) -> str | None:
    """What lines that stand as before use, and the new code no longer gives a value to."""
    now = {a: compared.new[b].defines for a, b in compared.kept}
    gone = [
        (line, name)
        for at, line in enumerate(compared.old)
        for name in line.defines
        if name not in now.get(at, ()) and not line.goes_on_from(name)
    ]
    if not gone:
        return None
    standing = {b: compared.old[a] for a, b in compared.kept}
    wanted = {name for _, name in gone} - compared.given
    uses: defaultdict[str, list[int]] = defaultdict(list)
    for b, new in enumerate(compared.new):
        for name in wanted.intersection(new.key):
            uses[name].append(b)
    brought = {
        name
        for name, places in uses.items()
        if any(_brings(compared.new[b], standing.get(b), name) for b in places)
    }
    for line, name in gone:
        if name not in uses or name in brought:
            continue
        return f"`{line.text}` is gone, and `{name}` is still used; write all of {what}."
    return None


def _brings(new: Line, old: Line | None, name: str) -> bool:
    """Whether a line, which `old` has become, may be what gives the name its value now."""
    if old is None or name not in old.key or new.key.count(name) != old.key.count(name):
        return not new.reads(name) or new.opens_function
    return not old.reads(name)


def _without_end(compared: Compared, what: str) -> str | None:
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


def _without_return(compared: Compared, what: str) -> str | None:
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


def _mostly_gone(compared: Compared, what: str) -> str | None:
    """Whether the new lines are old ones, and more than half of those is lost."""
    lost = compared.lost()
    there = sum(not line.frame for line in compared.old)
    fresh = len(compared.new) - len(compared.kept)
    if 2 * fresh > len(compared.new) or 2 * len(lost) <= there or len(lost) < 2:
        return None
    return f"Most of {what} is gone, from `{lost[0].text}` on; write all of it."
