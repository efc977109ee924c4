"""Markdown whose blocks every reader takes alike: by rules, from what its tree says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from deskmate.core.data.tidying import Tidied
from deskmate.core.prose.units import open_markdown
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.nodes import walk
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import line_end, split_lines


def tidy_structure(text: str) -> Tidied:
    """One step from a heading to the one below it, a blank line around headings, lists and code, a
    fence closed, `#` set apart, no blanks at the ends of lines but for a hard line break.
    """
    done = Counter[str]()
    new = _tidy(_set_signs_apart(text, done), done)
    if new == text:
        return Tidied((), ("There is nothing to change.",), ())
    notes = (f"{what}: {count}." for what, count in done.items())
    return Tidied(minimal_edits(text, new), tuple(notes), ())


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is in no other one: what it is, and its first and last line."""

    node: Node
    first: int
    last: int

    @property
    def kind(self) -> str:
        """As the grammar has it."""
        return self.node.type


def _find_blocks(document: Document, lines: Sequence[str]) -> list[_Block]:
    return [] if document.tree is None else [*_blocks(document, lines, document.tree.root_node)]


def _blocks(document: Document, lines: Sequence[str], node: Node) -> Iterator[_Block]:
    for child in node.named_children:
        if child.type == "section":
            yield from _blocks(document, lines, child)
        elif child.end_byte > child.start_byte:
            yield _Block(child, *_find_lines(document, lines, child))


def _find_lines(document: Document, lines: Sequence[str], node: Node) -> tuple[int, int]:
    """The first line of a node, and the last one that says something."""
    span = document.span_of(node)
    first, last = document.lines.line_at(span.start), document.lines.line_at(span.end - 1)
    while last > first and not lines[last].strip():
        last -= 1
    return first, last


def _set_signs_apart(text: str, done: Counter[str]) -> str:
    """The text with `##Words` as headings, which no reader takes for one: not `#tag`."""
    document, lines = open_markdown(text), split_lines(text)
    for block in _find_blocks(document, lines):
        if block.kind == "paragraph" and _SIGN.match(lines[block.first]):
            lines[block.first] = _SIGN.sub(r"\1 ", lines[block.first], count=1)
            done["`#` set apart from its heading"] += 1
    return "".join(lines)


_SIGN = re.compile(r"(#{2,6}(?=[^\W\d_]|[*`\[])|#(?=[^\W\d_a-zß-ÿ]))(?![^\r\n]*[ ]#[^\W\d_])")
"""One sign stands before a tag as well: there it takes a capital."""


def _tidy(text: str, done: Counter[str]) -> str:
    document, lines = open_markdown(text), split_lines(text)
    blocks, end = _find_blocks(document, lines), line_end(text)
    formulas = _find_formulas(lines)
    _trim(document, lines, done)
    _set_levels(blocks, lines, done)
    for above, below in pairwise(blocks):
        near = below.first == above.last + 1 and below.first not in formulas
        if near and _is_apart(above.kind, below.kind) and not _NUMBER.match(lines[below.first]):
            lines[below.first] = end + lines[below.first]
            done["blank lines added"] += 1
    if blocks and (mark := _find_open_mark(blocks[-1], lines[blocks[-1].first].lstrip(end))):
        lines += [mark if lines[-1].endswith(("\n", "\r")) else end + mark, end]
        done["fences closed"] += 1
    return "".join(lines)


_NUMBER = re.compile(r"\s*(?!0*1[.)])\d+[.)]\s")
"""What a line of a paragraph may begin with: only a list that begins with 1 ends one."""

_HEADINGS = ("atx_heading", "setext_heading")


def _is_apart(above: str, below: str) -> bool:
    """Whether there is to be a blank line between two kinds of blocks."""
    around = (*_HEADINGS, "fenced_code_block")
    if {above, below} & {"html_block", "minus_metadata", "plus_metadata"}:
        return False  # a comment may be about what follows
    return above in around or below in around or (above, below) == ("paragraph", "list")


def _trim(document: Document, lines: list[str], done: Counter[str]) -> None:
    """Takes the blanks from the ends of lines of text: two stay where the text goes on below."""
    kept, broken = set[int](), set[int]()
    if document.tree is not None:
        root = document.tree.root_node
        for node in walk(root, root.start_byte, root.end_byte):
            if node.type in _VERBATIM:
                first, last = _find_lines(document, lines, node)
                kept |= {*range(first, last + 1)}
            elif node.type == "paragraph":
                first, last = _find_lines(document, lines, node)
                broken |= {*range(first, last)}
    for at, line in enumerate(lines):
        text = line.rstrip("\r\n")
        bare = text.rstrip(" \t")
        blanks = text[len(bare) :]
        left = "  " if blanks == "  " or (at in broken and blanks.endswith("  ")) else ""
        if bare and blanks != left and at not in kept and not bare.endswith("\\"):
            lines[at] = bare + left + line[len(text) :]
            done["blanks at the end of a line removed"] += 1


_VERBATIM = (
    "fenced_code_block",
    "indented_code_block",
    "html_block",
    "minus_metadata",
    "plus_metadata",
)


def _set_levels(blocks: Sequence[_Block], lines: list[str], done: Counter[str]) -> None:
    levels: list[tuple[int, int]] = []  # of the headings around: as they are, and as they become
    for block in blocks:
        if block.kind not in _HEADINGS:
            continue
        signs = re.match(r"\s*(#*)", lines[block.first])
        marks = signs[1] if signs and block.kind == "atx_heading" else ""
        depth = len(marks) or 1 + lines[block.last].strip().startswith("-")
        while levels and levels[-1][0] >= depth:
            levels.pop()
        wanted = levels[-1][1] + 1 if levels and marks else depth
        levels.append((depth, wanted))
        if wanted != depth:
            lines[block.first] = lines[block.first].replace(marks, "#" * wanted, 1)
            done["levels of headings that were left out"] += 1


def _find_formulas(lines: Sequence[str]) -> set[int]:
    """The lines between two of `$$`, which are none of lists and headings."""
    found, inside = set[int](), list[int]()
    for at, line in enumerate(lines):
        inside += [at] if inside else []
        marks = line.count("$$") if inside or line.lstrip().startswith("$$") else 0
        if marks % 2:
            found.update(inside)
            inside = [] if inside else [at]
    return found


def _find_open_mark(last: _Block, line: str) -> str:
    """The mark of a fence that nothing closes, as it stands in its first line; "" for none."""
    marks = [one for one in last.node.children if one.type == "fenced_code_block_delimiter"]
    found = re.match(r"[ ]*(?:`{3,}|~{3,})", line)
    return found[0] if last.kind == "fenced_code_block" and len(marks) == 1 and found else ""
