"""Ways through a syntax tree whose time grows with what is looked at, however deep it lies: a node
finds its parent and its siblings by going down from the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node, Tree, TreeCursor


def find_lineage(tree: Tree, start: int, end: int) -> list[Node]:
    """The smallest node over these bytes, and those around it, innermost first."""
    leaf = tree.root_node.descendant_for_byte_range(start, end)
    node: Node | None = tree.root_node
    found: list[Node] = []
    while node is not None:
        found.append(node)
        node = None if leaf is None or node == leaf else node.child_with_descendant(leaf)
    return found[::-1]


def walk(
    node: Node, start: int, end: int, is_whole: Callable[[Node], bool] = lambda node: False
) -> Iterator[Node]:
    """`node` and the named nodes in it that touch these bytes, each before those in it. What
    `is_whole` is not gone into.
    """
    cursor = node.walk()
    while True:
        here = cursor.node
        assert here is not None, "a cursor stands somewhere"
        if here.start_byte > end:
            inside = False
        else:
            touches = here.is_named and here.end_byte >= start
            if touches:
                yield here
            inside = here.end_byte >= start and not (touches and is_whole(here))
            inside = inside and _go_into(cursor, start)
        while not inside:
            inside = here.start_byte <= end and cursor.goto_next_sibling()
            if not inside:
                if not cursor.goto_parent() or cursor.node is None:
                    return
                here = cursor.node


def children_in(node: Node, start: int, end: int) -> list[Node]:
    """Its children, those at least that touch these bytes: a long list is not made for a few."""
    if node.child_count < _FEW or (start <= node.start_byte and node.end_byte <= end):
        return node.children
    cursor, found = node.walk(), list[Node]()
    inside = _go_into(cursor, start)
    while inside and (child := cursor.node) is not None and child.start_byte <= end:
        found.append(child)
        inside = cursor.goto_next_sibling()
    return found


_FEW = 16


def _go_into(cursor: TreeCursor, start: int) -> bool:
    """Moves to the first child that touches `start` or, where the library misses it (between two
    nodes of a repetition), to the first one; False where there is none.
    """
    found = cursor.goto_first_child_for_byte(max(0, start - 1))
    return found is not None or cursor.goto_first_child()
