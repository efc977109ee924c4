"""A word that a correction puts elsewhere in its sentence: `I play always → I always play`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deskmate.core.prose.word_alignment import Token
from deskmate.core.prose.word_forms import word_set
from deskmate.core.text.matching import Opcode
from deskmate.core.text.text import Edit, Span


def moves(
    text: str, old: Sequence[Token], new: Sequence[Token], opcodes: Sequence[Opcode]
) -> Iterator[tuple[int, Edit]]:
    """Words that may stand anywhere in a sentence and stand elsewhere now: which opcode of three
    begins it, and the edit. Those that they are moved past stay, and so do the breaks of lines.
    """
    for at in range(len(opcodes) - 2):
        first, between, last = opcodes[at : at + 3]
        if (first[0], between[0], last[0]) not in _MOVED:
            continue
        back = first[0] == "insert"
        word = new[first[3] : first[4]] if back else old[first[1] : first[2]]
        there = old[last[1] : last[2]] if back else new[last[3] : last[4]]
        passed = old[between[1] : between[2]]
        if [one.text for one in word] != [one.text for one in there]:
            continue
        if not _may_move(word) or not all(_may_be_passed(one) for one in passed):
            continue
        said = " ".join(one.text for one in word)
        kept = text[passed[0].span.start : passed[-1].span.end]
        ends = (passed[0], there[-1]) if back else (word[0], passed[-1])
        whole = Span(ends[0].span.start, ends[1].span.end)
        yield at, Edit(whole, f"{said} {kept}" if back else f"{kept} {said}")


_MOVED = {("insert", "equal", "delete"), ("delete", "equal", "insert")}


def _may_move(words: Sequence[Token]) -> bool:
    return all(one.text in word_set("movable") and not one.kept for one in words)


def _may_be_passed(token: Token) -> bool:
    """Whether what stands before it may stand behind it: no sign, nothing that it would turn."""
    return token.text[0].isalnum() and token.text.lower() not in word_set("weighed_by_place")
