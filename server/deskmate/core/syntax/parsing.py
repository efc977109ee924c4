"""Trees of texts, made so that whoever else runs in this process has its turn in between."""

from __future__ import annotations

import threading

from tree_sitter import Parser, Tree

from deskmate.core.syntax.language import Language, grammar


def parse(language: Language, data: bytes, earlier: Tree | None = None) -> Tree:
    """The tree of a text; `earlier` is one of before its edits. Threads may do this at the same
    time.

    Tree-sitter holds the interpreter while it parses bytes. What it reads by a function it asks
    along the way whether to go on, and another thread may run then.
    """
    parser = Parser(grammar(language))
    if len(data) < _SHORT:
        return parser.parse(data, earlier) if earlier else parser.parse(data)
    reader = _Reader(data)
    try:
        if earlier is None:
            return parser.parse(reader.read, progress_callback=_go_on)
        return parser.parse(reader.read, earlier, progress_callback=_go_on)
    finally:
        reader.parsed = True


def is_readable(tree: Tree) -> bool:
    """Whether a query over a tree takes no more than its share. In an error that is the whole text
    it asks at each token whether a node with a name comes behind, which takes the square of a long
    run of brackets or signs.
    """
    root = tree.root_node
    if root.type != "ERROR" or root.child_count - root.named_child_count <= _LOOSE:
        return True
    cursor, run = root.walk(), 0
    goes_on = cursor.goto_first_child()
    while goes_on and run <= _LOOSE:
        run = 0 if cursor.node is not None and cursor.node.is_named else run + 1
        goes_on = cursor.goto_next_sibling()
    return run <= _LOOSE


_LOOSE = 4_000
"""Tokens without a node between them that take some 10 ms."""


def _go_on(_at: int, _has_error: bool) -> bool:
    return False  # to be asked is enough


class _Reader:
    """Gives a text in pieces: to the parser, and then to whoever asks a node for its text.

    py-tree-sitter 0.26 never lets go of what the parser is given, so that is always the same few
    pieces, filled anew: one of each size, for what is left at the end. `Node.text` lets go, and
    crashes where it is given anything but bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self.parsed = data, False

    def read(self, at: int, _: object) -> bytes | bytearray:
        """What stands from a byte on; nothing at the end."""
        left = len(self._data) - at
        if self.parsed or left <= 0:
            return self._data[at : at + _OF_A_NODE]
        piece = _PIECES.sizes[min(left.bit_length() - 1, _LARGEST)]
        piece[:] = self._data[at : at + len(piece)]
        return piece


class _Pieces(threading.local):
    """Of 1, 2, 4 … bytes, for each thread."""

    def __init__(self) -> None:
        self.sizes = [bytearray(1 << power) for power in range(_LARGEST + 1)]


_LARGEST = 11
"""2,048 bytes."""
_PIECES = _Pieces()
_OF_A_NODE = 256
"""Bytes that are read at once of a node, by predicates of queries and by `Node.text`."""
_SHORT = 20_000
"""Bytes that are parsed in some 10 ms."""
