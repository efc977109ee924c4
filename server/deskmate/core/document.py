"""A document as it was at one moment. It never changes; an edit makes the next one."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node, Point, Tree

from deskmate.core.language import Language, language_for, parser_for
from deskmate.core.text import Edit, LineIndex, Span


def open_document(
    uri: str, text: str, *, language_id: str | None = None, version: int | None = None
) -> Document:
    """The first snapshot of a document; its language by the editor's word, else by its name."""
    return Document(uri, version, text, language_for(language_id, uri))


@dataclass(frozen=True, eq=False)
class Document:
    """One snapshot. Offsets are code points; `version` is the editor's, None where it has none.

    Nothing is parsed until `tree` is read, so typing costs no parse; what is then parsed anew is
    what differs from the last snapshot that was read.
    """

    uri: str
    version: int | None
    text: str
    language: Language | None
    _parsed: tuple[Tree, bytes] | None = field(default=None, repr=False)

    @cached_property
    def lines(self) -> LineIndex:
        """Where its lines begin."""
        return LineIndex(self.text)

    @cached_property
    def tree(self) -> Tree | None:
        """Its syntax tree; None where the language is unknown."""
        if self.language is None:
            return None
        parser = parser_for(self.language)
        if self._parsed is None:
            return parser.parse(self._bytes)
        tree, before = self._parsed
        tree = tree.copy()
        _note_difference(tree, before, self._bytes)
        return parser.parse(self._bytes, tree)

    def changed(self, edit: Edit, version: int | None = None) -> Document:
        """The snapshot after `edit`; its version is `version`, or else the same."""
        text = self.text[: edit.span.start] + edit.text + self.text[edit.span.end :]
        new = self.version if version is None else version
        tree = self.__dict__.get("tree")
        parsed = (tree, self._bytes) if tree is not None else self._parsed
        return Document(self.uri, new, text, self.language, parsed)

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def bytes_span(self, span: Span) -> tuple[int, int]:
        """A span in bytes of UTF-8, as Tree-sitter counts."""
        return self._byte(span.start), self._byte(span.end)

    def span_of(self, node: Node) -> Span:
        """The span of a node of `tree`."""
        return Span(self.offset_of(node.start_byte), self.offset_of(node.end_byte))

    def offset_of(self, byte: int) -> int:
        """The offset of the character that begins at, or lies around, a byte."""
        if self.text.isascii():
            return byte
        block = bisect_right(self._blocks, byte) - 1
        before = self._bytes[self._blocks[block] : byte]
        return block * _BLOCK + sum(unit & 0xC0 != 0x80 for unit in before)

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def _blocks(self) -> list[int]:
        """The byte at which every `_BLOCK`th character begins."""
        starts = [0]
        for at in range(0, len(self.text), _BLOCK):
            size = len(self.text[at : at + _BLOCK].encode("utf-8", "surrogatepass"))
            starts.append(starts[-1] + size)
        return starts

    def _byte(self, offset: int) -> int:
        if self.text.isascii():
            return offset
        block = offset // _BLOCK
        rest = self.text[block * _BLOCK : offset]
        return self._blocks[block] + len(rest.encode("utf-8", "surrogatepass"))


def _note_difference(tree: Tree, before: bytes, after: bytes) -> None:
    """Tells `tree`, of `before`, which bytes are others in `after`."""
    start = _common(before, after)
    while start and start < len(before) and before[start] & 0xC0 == 0x80:
        start -= 1  # never inside a character
    tail = _common(before[start:][::-1], after[start:][::-1])
    while tail and before[-tail] & 0xC0 == 0x80:
        tail -= 1
    old_end, new_end = len(before) - tail, len(after) - tail
    tree.edit(
        start_byte=start,
        old_end_byte=old_end,
        new_end_byte=new_end,
        start_point=_point(before, start),
        old_end_point=_point(before, old_end),
        new_end_point=_point(after, new_end),
    )


def _common(a: bytes, b: bytes) -> int:
    """How many bytes both begin with, by halving: comparing slices is fast."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(text: bytes, byte: int) -> Point:
    """A byte as Tree-sitter's row and column, which count `\\n` alone as a line end."""
    return Point(text.count(b"\n", 0, byte), byte - text.rfind(b"\n", 0, byte) - 1)


_BLOCK = 1024
"""Characters between two entries of a document's table of bytes."""
