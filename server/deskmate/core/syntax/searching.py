"""Runs queries over trees in pieces, so that whoever else runs in this process has its turn.

Tree-sitter holds the interpreter while a query runs, and py-tree-sitter 0.26 crashes where it is
asked to give way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, pairwise

from tree_sitter import Node, Query, QueryCursor

Captures = dict[str, list[Node]]
"""The nodes that a match captured, by the names of the captures."""


def find_matches(
    wanted: Query, root: Node, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, Captures]]:
    """The matches that touch these bytes, each with the number of its pattern; all of them without
    an `end`. Patterns with `(#set! only "top")` match what stands right in `root` alone, those with
    `(#set! in "section")` what stands right in such a node, however many more do.

    A pattern that names the root itself, or begins with several nodes beside each other, is tried
    at each of its children however few bytes are asked for: none should where there may be many.
    """
    whole = end is None
    end = root.end_byte if end is None else end
    top, inside = _find_top(wanted), _find_inside(wanted)
    if len(inside) == wanted.pattern_count:  # none begins at a node of many children
        borders: Iterable[int] = range(start, max(end, start + 1), PIECE)
    else:
        borders = _find_borders(root, start, end, _MOST if _is_rooted(wanted) else _FEW)
    for at, to in pairwise([*borders, end]):
        cursor = QueryCursor(wanted)
        # what is empty may lie between two pieces, or at the end
        cursor.set_byte_range(at - (at > start), to + (to < end or whole))
        for pattern, captures in cursor.matches(root):
            begins = min((nodes[0].start_byte for nodes in captures.values()), default=at)
            if (begins < at and at > start) or (begins >= to and to < end):
                continue  # another piece has it
            if pattern in top and not any(parent == root for parent in _parents(captures)):
                continue
            around = inside.get(pattern)
            if around and not any(parent.type == around for parent in _parents(captures)):
                continue
            yield pattern, captures


def find_captures(wanted: Query, root: Node, start: int = 0, end: int | None = None) -> Captures:
    """The nodes that the matches captured, each once by every name that it has, in order."""
    found: dict[str, dict[int, Node]] = {}
    for _, captures in find_matches(wanted, root, start, end):
        for name, nodes in captures.items():
            found.setdefault(name, {}).update((node.id, node) for node in nodes)
    return {
        name: sorted(nodes.values(), key=lambda node: (node.start_byte, -node.end_byte))
        for name, nodes in found.items()
    }


PIECE = 1 << 14
"""Bytes that a query is run over at once: some 5 ms."""

_MOST, _FEW = 32, 8
"""Pieces at most, for some patterns (`(_ name: (_) @name)`) go through all of the root's children
in each; few where all do for one that begins with several nodes beside each other.
"""

_MANY = 256
"""Children of a node that makes it one piece: patterns that begin at it (`(class_body (_))`) go
through all of them whenever a piece touches it.
"""

_DEEP = 32
"""Levels below which such nodes are not looked for."""


def _find_borders(root: Node, start: int, end: int, most: int) -> Iterator[int]:
    """Where the pieces begin."""
    piece = max(PIECE, (end - start) // most)
    yield start
    while (start := _find_border(root, start + piece)) < end:
        yield start


def _find_border(root: Node, at: int) -> int:
    """Where a piece ends that should end there: behind a node of many children around it."""
    cursor = root.walk()
    for _ in range(_DEEP):
        if cursor.goto_first_child_for_byte(at) is None:
            break
        node = cursor.node
        if node is None or node.start_byte >= at:
            break
        if node.child_count > _MANY:
            return node.end_byte + 1  # where the next piece does not touch it
    return at


@cache
def _is_rooted(wanted: Query) -> bool:
    """Whether each pattern begins with one node."""
    return all(wanted.is_pattern_rooted(one) for one in range(wanted.pattern_count))


@cache
def _find_top(wanted: Query) -> frozenset[int]:
    """The patterns that are about the top level alone."""
    patterns = range(wanted.pattern_count)
    return frozenset(one for one in patterns if wanted.pattern_settings(one).get("only") == "top")


@cache
def _find_inside(wanted: Query) -> dict[int, str]:
    """What each pattern stands in that says so."""
    settings = enumerate(map(wanted.pattern_settings, range(wanted.pattern_count)))
    return {one: str(given["in"]) for one, given in settings if "in" in given}


def _parents(captures: Captures) -> Iterator[Node]:
    nodes = chain.from_iterable(captures.values())
    return (parent for node in nodes if (parent := node.parent))
