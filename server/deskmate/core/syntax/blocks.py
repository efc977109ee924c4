"""Blocks of another language in a text: fenced code, and the front matter at its top.

A block is a document of its own, without what the text has before each of its lines: the marks of
a quote, the indentation of a list. Where it stands is data: `injections.scm` of a text that has a
grammar, else `blocks` of its `language.toml`; how front matter is marked says `common.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.embedded import named_language
from deskmate.core.syntax.language import Language, common, query
from deskmate.core.syntax.searching import find_matches
from deskmate.core.text.differences import common_items, minimal_edits
from deskmate.core.text.text import Edit, LineIndex, Span, apply_edits, line_end, split_lines


@dataclass(frozen=True, eq=False)
class Block:
    """The lines of `host` in `span`, as the `document` that they are without the `prefixes` before
    them. `word` is where its language is named and `marks` are what it begins with, where it is
    fenced; front matter has no `word`.
    """

    host: Document
    span: Span
    prefixes: tuple[str, ...]
    document: Document
    word: Span | None
    marks: Span

    def find_inner(self, span: Span) -> Span:
        """Where a span of the host lies in the document, as far as it does."""
        return Span(self._inner(span.start), self._inner(span.end))

    def find_outer(self, span: Span) -> Span:
        """Where a span of the document lies in the host."""
        return Span(self._outer(span.start), self._outer(span.end))

    def put_back(self, text: str, language: str = "") -> tuple[Edit, ...] | None:
        """The edits of the host that make the block this text, with the marks and the indentation
        that its lines have, and in a fence that nothing in it closes; of that `language`, if it is
        to be another. None where the text cannot stand in such a block.
        """
        if language and self.word is None:
            return self._replace_front(text, language)
        named = [Edit(self.word, language)] if language and self.word else []
        written = self._written(text)
        edits = (*named, *minimal_edits(self.host.slice(self.span), written, self.span.start))
        if not edits:
            return ()  # it stands there, however its fence is read
        longer = self._lengthened(text)
        for tried in (edits, (*longer, *edits)):
            edits = tuple(sorted(tried, key=lambda edit: edit.span))
            if self._stands(edits, text):
                return edits
        return None

    def _inner(self, offset: int) -> int:
        lines = self.host.lines
        at = min(max(offset, self.span.start), self.span.end)
        row = lines.line_at(at) - lines.line_at(self.span.start)
        if row >= len(self.prefixes):
            return len(self.document.text)
        column = at - lines.start(lines.line_at(at)) - len(self.prefixes[row])
        return self.document.lines.start(row) + max(0, column)

    def _outer(self, offset: int) -> int:
        row = self.document.lines.line_at(offset)
        if row >= len(self.prefixes) or offset == len(self.document.text):
            return self.span.end
        column = offset - self.document.lines.start(row) + len(self.prefixes[row])
        return self.host.lines.start(self.host.lines.line_at(self.span.start) + row) + column

    def _written(self, text: str) -> str:
        """The text as it stands in the host."""
        old, new = split_lines(self.document.text), split_lines(text)
        kept = {there: here for here, there in common_items(old, new)}
        usual = next((p for p, line in zip(self.prefixes, old, strict=True) if line.strip()), "")
        written = [
            (self.prefixes[kept[at]] if at in kept else usual if line.strip() else usual.rstrip())
            + line
            for at, line in enumerate(new)
        ]
        ended = self.host.text[self.span.end - 1 : self.span.end] in ("\n", "\r")
        if written and ended and not written[-1].endswith(("\n", "\r")):
            written[-1] += line_end(self.host.text)
        return "".join(written)

    def _lengthened(self, text: str) -> tuple[Edit, ...]:
        """The edits that make the fence longer than any of its marks in a text."""
        marks = self.host.slice(self.marks)
        runs = re.findall(f"{re.escape(marks[:1])}{{{len(marks)},}}", text) if marks else []
        if not runs or self.word is None:
            return ()
        more = marks[:1] * (1 + max(map(len, runs)) - len(marks))
        at = self.host.text.find(marks, self.span.end)
        below = self.host.text[self.span.end : at] if at >= 0 else "\n"
        places = [self.marks.end, *([] if "\n" in below or "\r" in below else [at + len(marks)])]
        return tuple(Edit(Span(place, place), more) for place in places)

    def _stands(self, edits: tuple[Edit, ...], text: str) -> bool:
        """Whether the block is that text once the edits are made."""
        host = self.host
        after = Document(host.uri, host.version, apply_edits(host.text, edits), host.language)
        start = self.span.start + sum(
            len(edit.text) - len(edit.span) for edit in edits if edit.span.end < self.span.start
        )
        found = block_at(after, Span(start, start))
        return found is not None and found.document.text.rstrip() == text.rstrip()

    def _replace_front(self, text: str, language: str) -> tuple[Edit, ...]:
        """The front matter anew, between the marks of another language."""
        marks, end = _front_marks()[language], line_end(self.host.text)
        body = "".join(f"{line.rstrip()}{end}" for line in text.splitlines())
        whole = f"{marks}{end}{body}{marks}{end}" if marks else body
        return (Edit(self.marks, whole),)


def block_at(document: Document, span: Span) -> Block | None:
    """The block of code or data in a text that a cursor or selection lies in, or whose marks are
    selected with it; None elsewhere, and where it is a text itself.
    """
    if document.language is None or not document.language.prose or not document.language.markup:
        return None
    for found in _find(document, span):
        inside = found.inside.start <= span.start and span.end <= found.inside.end
        if span.start == span.end == found.inside.end and len(found.inside):
            inside = document.text[span.end - 1] not in "\r\n"
        whole = len(span) and found.around.contains(span) and span.contains(_trim(document, found))
        if inside or whole:
            return _read(document, found)
    return None


@dataclass(frozen=True, slots=True)
class _Found:
    """A block: its lines `inside`, all of it with its marks, and what it is named. `starts` is how
    many characters of each line belong to what is around it.
    """

    inside: Span
    around: Span
    word: Span | None
    marks: Span
    language: str
    starts: tuple[int, ...]


def _find(document: Document, span: Span) -> Iterator[_Found]:
    yield from _find_front(document)
    assert document.language is not None
    if document.tree is not None:
        yield from _find_fences(document, document.language, span)
    near = max(0, span.start - _NEAR), min(len(document.text), span.end + _NEAR)
    for pattern in map(_pattern, document.language.blocks):
        for match in pattern.finditer(document.text, *near):
            if match.start() <= span.start and span.end <= match.end():
                yield _of_match(match, Span(*match.span("language")))


_NEAR = 10_000
"""Characters on either side of a cursor in which a block is looked for that no grammar tells; front
matter has as many as both.
"""


_LONGEST = 50_000
"""Bytes of a block: the lines of a longer one are not gone through while a menu waits."""


def _find_front(document: Document) -> Iterator[_Found]:
    for language, marks in _front_marks().items():
        if document.text.startswith((marks or "{", f"\ufeff{marks or '{'}")):
            match = _front_pattern(marks).match(document.text, 0, 2 * _NEAR)
            if match:
                yield _of_match(match, None, language)


def _of_match(match: re.Match[str], word: Span | None, language: str = "") -> _Found:
    around, lines = Span(*match.span()), split_lines(match["code"])
    while lines and not lines[-1].strip():
        lines.pop()
    inside = Span(match.start("code"), match.start("code") + sum(map(len, lines)))
    marks = Span(*match.span("marks")) if "marks" in match.re.groupindex else around
    return _Found(inside, around, word, marks, language, ())


def _find_fences(document: Document, language: Language, span: Span) -> Iterator[_Found]:
    found = query(language, "injections")
    if found is None or document.tree is None:
        return
    lines = document.lines
    line = lines.line_at(span.start)
    reach = document.bytes_span(Span(lines.start(line), lines.end(line)))
    for _, captures in find_matches(found, document.tree.root_node, *reach):
        names, content = captures.get("injection.language"), captures["injection.content"][0]
        block = content.parent
        if not names or block is None or content.end_byte - content.start_byte > _LONGEST:
            continue
        first = lines.line_at(document.offset_of(content.start_byte))
        end = document.offset_of(content.end_byte)
        inside = Span(lines.start(first), end if end == len(document.text) else _begin(lines, end))
        edges = {lines.line_at(document.offset_of(one.start_byte)): one for one in _edges(block)}
        starts = tuple(
            document.offset_of(edges[row].end_byte) - lines.start(row) if row in edges else 0
            for row in range(first, first + len(split_lines(document.slice(inside))))
        )
        text = document.slice(inside)
        if starts and len(split_lines(text)[-1]) == starts[-1]:  # the marks of a quote, and no line
            inside, starts = Span(inside.start, inside.end - starts[-1]), starts[:-1]
        marks = document.span_of(block.children[0])
        word = document.span_of(names[0])
        around = document.span_of(block)
        yield _Found(inside, around, word, marks, document.slice(word), starts)


def _begin(lines: LineIndex, offset: int) -> int:
    """Where the line of an offset begins."""
    return lines.start(lines.line_at(offset))


def _edges(block: Node) -> Iterator[Node]:
    """The marks of what is around a fence, before its lines."""
    for node in (block, *block.named_children):
        yield from (child for child in node.named_children if child.type == "block_continuation")


def _trim(document: Document, found: _Found) -> Span:
    text = document.slice(found.inside)
    start = found.inside.start + len(text) - len(text.lstrip())
    return Span(start, max(start, found.inside.start + len(text.rstrip())))


@lru_cache(maxsize=16)
def _read(document: Document, found: _Found) -> Block | None:
    """The block that was found; the menu and the run get the same one."""
    language = named_language(found.language or document.slice(found.word or Span(0, 0)))
    if language is not None and language.prose:
        return None
    lines = split_lines(document.slice(found.inside))
    starts = found.starts or (0,) * len(lines)
    bare = [line[start:] for line, start in zip(lines, starts, strict=True)]
    margin = _shared([_blanks(line) for line in bare if line.strip()] or [""])
    prefixes = tuple(
        line[: start + len(_shared([margin, _blanks(line[start:])]))]
        for line, start in zip(lines, starts, strict=True)
    )
    text = "".join(line[len(p) :] for line, p in zip(lines, prefixes, strict=True))
    inner = Document(document.uri, document.version, text, language)
    return Block(document, found.inside, prefixes, inner, found.word, found.marks)


def _shared(texts: list[str]) -> str:
    """What all of them begin with."""
    first, last = min(texts), max(texts)
    pairs = enumerate(zip(first, last, strict=False))
    return next((first[:at] for at, (a, b) in pairs if a != b), first)


def _blanks(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def _front_marks() -> dict[str, str]:
    """What stands around front matter, by its language; "" for braces of its own."""
    marks: dict[str, str] = common()["front_matter"]
    return marks


@cache
def _front_pattern(marks: str) -> re.Pattern[str]:
    if not marks:
        braces = r"(?P<code>\{[ \t]*\r?\n(?:.*\n)*?\}[ \t]*(?:\r?\n|\Z))"
        return re.compile(rf"\A\ufeff?(?P<marks>{braces})")
    mark = re.escape(marks)
    between = rf"{mark}[ \t]*\r?\n(?P<code>(?:.*\n)*?){mark}[ \t]*(?:\r?\n|\Z)"
    return re.compile(rf"\A\ufeff?(?P<marks>{between})")
