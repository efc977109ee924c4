"""A document as it was at one moment. It never changes; an edit makes the next one."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from tree_sitter import Node, Point, Tree

from deskmate.core.lazy import lazy
from deskmate.core.syntax.language import Language, language_of
from deskmate.core.syntax.parsing import is_readable, parse
from deskmate.core.text.text import Edit, LineIndex, Span


def open_document(
    uri: str, text: str, *, language_id: str | None = None, version: int | None = None
) -> Document:
    """The first snapshot of a document; its language by the editor's word, else by its name,
    or by what it says."""
    return Document(uri, version, text, language_of(language_id, uri, text))


@dataclass(frozen=True, eq=False)
class Document:
    """One snapshot. Offsets are code points; `version` is the editor's, None where it has none.

    Typing costs no parse: an edit is only remembered, and the tree is made when it is read, from
    the last one that was.
    """

    uri: str
    version: int | None
    text: str
    language: Language | None
    _earlier: _Earlier | None = field(default=None, repr=False)
    _leads: bool = field(default=True, init=False, repr=False)
    _parsing: Lock = field(default_factory=Lock, init=False, repr=False)

    @lazy
    def lines(self) -> LineIndex:
        """Where its lines begin."""
        return LineIndex(self.text)

    @lazy
    def tree(self) -> Tree | None:
        """Its syntax tree; None where the language is unknown, or is plain text, or where the text
        is so long that nobody should wait for it, of many megabytes a tree takes hundreds, or is
        nothing but signs.

        It is the one of a fresh parse, however the text came about. What Tree-sitter makes of an
        error may depend on what it made before, so a text with one is parsed afresh; a large one
        is not, as nobody should wait for that, so there the tree may differ around the error
        until it is fixed.
        """
        if self.language is None or not self.language.grammar or self.is_too_long:
            return None
        with self._parsing:  # a second thread waits for what the first one makes
            if "tree" not in vars(self):
                vars(self)["tree"] = self._parse(self.language)
            return self.tree

    def _parse(self, language: Language) -> Tree | None:
        tree = None
        if self._earlier is not None:
            before = sys.getallocatedblocks() if self.is_large else 0
            tree = parse(language, self._bytes, self._earlier.edited())
            new = sys.getallocatedblocks() - before if self.is_large else 0
            if new * 2 > tree.root_node.descendant_count:
                # Beside an open bracket hardly a node of the earlier tree is used again: both are
                # as large, and the next one takes no longer afresh.
                vars(self).update(_leads=False, _earlier=None)
        if tree is None or (tree.root_node.has_error and not self.is_large):
            tree = parse(language, self._bytes)
        return tree if is_readable(tree) else None

    @property
    def is_too_long(self) -> bool:
        """Whether it is beyond what is read as code."""
        return len(self.text) > LONGEST

    @property
    def is_large(self) -> bool:
        """Whether reading it may take so long that others must not wait for it."""
        return len(self.text) > _LARGE

    def changed(self, edit: Edit, version: int | None = None) -> Document:
        """The snapshot after `edit`; its version is `version`, or else the same."""
        text = self.text[: edit.span.start] + edit.text + self.text[edit.span.end :]
        new = self.version if version is None else version
        return Document(self.uri, new, text, self.language, self._earlier_than(edit))

    def bare(self) -> Document:
        """The same snapshot, of which nothing is kept but the text until it is read again."""
        return Document(self.uri, self.version, self.text, self.language)

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
        """The offset of the character that begins at a byte."""
        if self.text.isascii():
            return byte
        block = bisect_right(self._blocks, byte) - 1
        before = self._bytes[self._blocks[block] : byte]
        return block * _BLOCK + len(before.translate(None, _CONTINUATION))

    @lazy
    def _bytes(self) -> bytes:
        return _utf8(self.text)

    @lazy
    def _blocks(self) -> list[int]:
        """The byte at which every `_BLOCK`th character begins."""
        starts = [0]
        for end in range(_BLOCK, len(self.text) + 1, _BLOCK):
            starts.append(starts[-1] + len(_utf8(self.text[end - _BLOCK : end])))
        return starts

    def _byte(self, offset: int) -> int:
        if self.text.isascii():
            return offset
        block = offset // _BLOCK
        return self._blocks[block] + len(_utf8(self.text[block * _BLOCK : offset]))

    def _earlier_than(self, edit: Edit) -> _Earlier | None:
        """What the snapshot after `edit` can make its tree from."""
        earlier = self._earlier
        if earlier is None and self._leads and "tree" in self.__dict__ and self.tree is not None:
            earlier = _Earlier(self.tree, ())
        if earlier is None:
            return None
        before, gone = self.text[: edit.span.start], self.slice(edit.span)
        byte, point = len(_utf8(before)), _point_behind(Point(0, 0), before)
        behind, added = byte + len(_utf8(gone)), byte + len(_utf8(edit.text))
        new_point, last = _point_behind(point, edit.text), earlier.places[-1:]
        if last and last[0].start <= byte and behind <= last[0].new_end:  # what is typed on
            rest = self.text[edit.span.end : last[0].end]
            merged = last[0]._replace(
                new_end=last[0].new_end - behind + added,
                new_end_point=_point_behind(new_point, rest),
                end=last[0].end - len(edit.span) + len(edit.text),
            )
            return _Earlier(earlier.tree, (*earlier.places[:-1], merged))
        if len(earlier.places) == _MANY:
            return None
        end, old_point = edit.span.start + len(edit.text), _point_behind(point, gone)
        place = _Edited(byte, behind, added, point, old_point, new_point, end)
        return _Earlier(earlier.tree, (*earlier.places, place))


class _Edited(NamedTuple):
    """A place that was edited, as `Tree.edit` takes it, and where it ends now in characters."""

    start: int
    old_end: int
    new_end: int
    start_point: Point
    old_end_point: Point
    new_end_point: Point
    end: int


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The tree of an earlier snapshot and what was edited since; what is typed on, letter by
    letter, is one place.

    The tree is one of a fresh parse: one made from another can look the same and yet lead to a
    different next one (a comment behind a JavaScript class moves into it, say).
    """

    tree: Tree
    places: tuple[_Edited, ...]

    def edited(self) -> Tree:
        """The tree with what is no longer valid marked; other snapshots may hold this one."""
        tree = self.tree.copy()
        for place in self.places:
            tree.edit(*place[:-1])
        return tree


def _point_behind(point: Point, text: str) -> Point:
    """Where `text` that begins at `point` ends; for Tree-sitter only `\\n` ends a line."""
    rows = text.count("\n")
    column = len(_utf8(text[text.rfind("\n") + 1 :]))
    return Point(point.row + rows, column if rows else point.column + column)


def _utf8(text: str) -> bytes:
    """A lone surrogate as U+FFFD, which is as long: Tree-sitter takes it for one character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""

LONGEST = 1_000_000
"""Characters of a document that is read as code; a longer one has its lines and nothing else."""

_BLOCK = 1024
"""Characters between two entries of a document's table of bytes."""
_LARGE = 100_000
"""Characters above which a fresh parse takes more than some 10 ms."""
_MANY = 64
"""Places after which a text is parsed afresh, which who asks at that key waits for: 10,000 lines
take 200 ms, from an earlier tree 16, with one place as with sixty.
"""
