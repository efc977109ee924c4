"""What the lines of a paragraph are to each other: text that was wrapped, or lines that each stand
for themselves, as in a signature, a poem, a transcript, `key: value` lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from deskmate.core.prose.english import closings
from deskmate.core.prose.rows import Segment
from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Span

NARROWEST = 40
"""Nobody wraps text at fewer characters; lines that are shorter were meant as lines."""


def refine(document: Document, segment: Segment) -> Iterator[Segment]:
    """The parts of a paragraph that are rewritten each by itself: its lines where they were not
    wrapped, without the marks that structure them.
    """
    texts = [document.slice(line) for line in segment.lines]
    found: list[Span] = []
    alone = _stand_alone(texts)
    labels = _count_labels(texts) * 2 >= len(texts) and _count_labels(texts) > 1

    def part(lines: Sequence[Span], kind: str = "") -> Segment:
        kept = tuple(line for line in lines if len(line))
        return replace(segment, lines=kept, kind="heading" if kind else segment.kind)

    for at, (line, text) in enumerate(zip(segment.lines, texts, strict=True)):
        below = texts[at + 1] if at + 1 < len(texts) else ""
        label = _LABEL.match(text) if labels else None
        definition = _DEFINITION.match(text)
        mark = definition or label
        term = bool(_DEFINITION.match(below)) and not definition
        if found and (mark or alone or term or _STRUCTURE.match(text) or _BLOCK.match(text)):
            yield part(found)
            found = []
        if _STRUCTURE.match(text):
            continue
        rest = Span(line.start + (mark.end() if mark else 0), line.end)
        if term:
            yield part([rest], "term")
        elif len(rest):
            found.append(rest)
        if found and _BLOCK.match(text):
            yield part(found)
            found = []
        if alone and closings().match(text):
            break  # a name follows, and what belongs to it
    if found:
        yield part(found)


def is_wrapped(texts: Sequence[str]) -> bool:
    """Whether lines look like a text that was wrapped: each as full as the next word allows."""
    longest = max(map(len, texts), default=0)
    if len(texts) < 2 or longest < NARROWEST:
        return False
    full = [
        len(line) + 1 + len(below.split(" ", 1)[0]) > _FULL * longest
        for line, below in pairwise(texts)
    ]
    return sum(full) >= _FULL * len(full)


_FULL = 0.8


def _stand_alone(texts: Sequence[str]) -> bool:
    """Whether each line is one of its own: short, and each begins anew."""
    if len(texts) < 2 or is_wrapped(texts) or max(map(len, texts)) >= 2 * NARROWEST:
        return False
    if all(_SENTENCE_END.search(text) for text in texts[:-1]):
        return False
    return all(text[:1].isupper() or text[:1].isdigit() for text in texts)


def _count_labels(texts: Sequence[str]) -> int:
    return sum(_LABEL.match(text) is not None for text in texts)


_STRUCTURE = re.compile(
    r"\[![\w-]+\][+-]?\Z|--\Z|:::|%%|\^[\w-]+\Z|(?:import|export)\s.*(?:from\s|[=({\"'])"
)
"""Lines that are no prose: the kind of an alert, what begins a signature, fences of blocks."""
_BLOCK = re.compile(r"\[![\w-]+\][+-]?(?:\s|\Z)")
"""The first line of a callout, with its title."""
_LABEL = re.compile(
    r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?\s+)(?:[^\W\d_][\w .'-]{0,30}:\s+)?"
    r"|(?:\*\*|__)?[^\W\d_][\w .'/-]{0,30}:(?:\*\*|__)?\s+"
)
"""What a line of a transcript, a mail's head or a list of fields begins with."""
_DEFINITION = re.compile(r":\s+|~\s+")
_SENTENCE_END = re.compile(r"[.!?…:;](?:[\"'”’)\]*_])*\Z")
