"""Indentation that a reply lost, given back where it is certain."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.differences import common_items, replaced_blocks


def is_flat(code: str, inside: Collection[int] = ()) -> bool:
    """Whether no line is further in than another, though some should be."""
    lines = [line for at, line in enumerate(code.split("\n")) if line.strip() and at not in inside]
    return len(lines) > 2 and len({len(line) - len(line.lstrip()) for line in lines}) == 1


def as_original(code: str, original: str) -> str | None:
    """`code` with every line as far in as its twin in `original`; None where a line has none.

    Lines that changed are twins where as many went as came; most lines must not have changed.
    """
    new, old = code.split("\n"), [line for line in original.split("\n") if line.strip()]
    used = [at for at, line in enumerate(new) if line.strip()]
    a, b = [line.strip() for line in old], [new[at].strip() for at in used]
    out = ["" for _ in new]
    pairs = common_items(a, b)
    twins = list(pairs)
    for gone, come in replaced_blocks(pairs, len(a), len(b)):
        if come and len(gone) != len(come):
            return None
        twins += zip(gone, come, strict=False)
    for i, j in twins:
        out[used[j]] = old[i][: len(old[i]) - len(old[i].lstrip())] + b[j]
    same = len(pairs)
    return "\n".join(out) if 2 * same > len(b) else None


def by_brackets(read: Document, unit: str) -> str | None:
    """The text of `read` with every line as far in as brackets are open before it; None where
    brackets are not what nests its code.
    """
    lines = read.lines
    elements = list(_elements(read))
    opened = [0] * (len(lines) + 1)
    closes: set[int] = set()
    seen: set[int] = set()
    depth = braces = 0
    for token in tokens(read):
        line = lines.line_at(token.span.start)
        if line not in seen:
            seen.add(line)
            opened[line] = depth
            if token.text in _CLOSING:
                closes.add(line)
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        braces += token.text == "{"
    if not braces:
        return None
    out = []
    for line in range(len(lines)):
        text = read.text[lines.start(line) : lines.end(line)]
        if line not in seen:
            out.append(text)
            continue
        depth = opened[line] - (line in closes) + sum(a < line < b for a, b in elements)
        out.append(unit * max(0, depth) + text.strip())
    return "\n".join(out)


def _elements(read: Document) -> Iterator[tuple[int, int]]:
    """The first and last lines of the elements of a page, which nest as brackets do."""
    nodes = [read.tree.root_node] if read.tree else []
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.type.endswith("element"):
            first, last = read.offset_of(node.start_byte), read.offset_of(node.end_byte)
            yield read.lines.line_at(first), read.lines.line_at(last)


_OPENING = frozenset("([{") | {"${", "#{"}
_CLOSING = frozenset(")]}")
