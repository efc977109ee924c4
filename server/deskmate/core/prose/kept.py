"""What in a text is no prose, and is kept byte for byte: code, the targets of links, images, HTML,
math, placeholders.

A cursor that moves has this asked of the paragraph it is in, so its time grows with the text alone,
whatever stands there: every pattern has an end that it is looked for in, and the grammar is stopped
where it takes more steps than such a text needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import tree_sitter_markdown
from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser

from deskmate.core.text.text import Span


@lru_cache(maxsize=256)
def find_kept(text: str) -> tuple[Span, ...]:
    """What in a text is no prose, in order and apart from each other."""
    if not _MAY_BE_KEPT.search(text):
        return ()
    found: list[Span] = []
    for span in sorted(
        [*_inline(text), *_paired(text), *_patterns(text)], key=lambda span: (span.start, -span.end)
    ):
        if found and span.start < found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


_MAY_BE_KEPT = re.compile(r"[`:/@{}$%<\[\]&\\_(#~^=|]|www\.|!!!|\?\?\?|[a-z][A-Z]")
"""What is in all that is kept: most of what people write has none of it, and is not looked at."""


def _inline(text: str) -> Iterator[Span]:
    """By the grammar of what stands inside a block of Markdown."""
    if not _MARKED.search(text):
        return
    # Emphasis changes nothing of what is kept, and the grammar tries every pair of its marks.
    data = _EMPHASIS.sub(".", text).encode("utf-8", "replace")
    root = _parse(data)
    offsets = None if text.isascii() else _offsets(text)

    def span(start: int, end: int) -> Span:
        return Span(start, end) if offsets is None else Span(offsets[start], offsets[end])

    todo = [root] if root is not None else []
    while todo:
        node = todo.pop()
        if node.type == "latex_block" and _MONEY.match(data, node.start_byte):
            continue  # two amounts are no formula
        if node.type in _KEPT:
            yield span(node.start_byte, node.end_byte)
        elif node.type in _LINKS:
            shown = [one for one in node.named_children if one.type == "link_text"]
            if not shown:
                yield span(node.start_byte, node.end_byte)
            else:
                yield span(shown[0].end_byte, node.end_byte)
                todo += shown
        else:
            todo += node.named_children


_MARKED = re.compile(r"[`<!\[\\$&]")
"""What one of `_KEPT` or `_LINKS` has in it."""
_EMPHASIS = re.compile(r"[*_~]")

_MONEY = re.compile(rb"\$\d[^$\n]*(?:[ \t]\$|\$(?=\d))")

_KEPT = {
    "code_span",
    "html_tag",
    "uri_autolink",
    "email_autolink",
    "latex_block",
    "image",
    "shortcut_link",
    "collapsed_reference_link",
    "backslash_escape",
    "entity_reference",
    "numeric_character_reference",
}
_LINKS = {"inline_link", "full_reference_link"}


def _parse(data: bytes) -> Node | None:
    """The tree of a text; None where the grammar loses itself in it."""
    steps = _STEPS + len(data) // 4

    def is_too_much(*_: object) -> bool:
        nonlocal steps
        steps -= 1
        return steps < 0

    parser = Parser(_grammar())  # its own: others may parse while this one asks whether to go on
    try:
        return parser.parse(lambda at, _: data[at:], progress_callback=is_too_much).root_node
    except ValueError:
        return None


_STEPS = 500
"""Looks at how far the grammar is that it may take besides one for every four bytes."""


@cache
def _grammar() -> Grammar:
    return Grammar(tree_sitter_markdown.inline_language())


def _offsets(text: str) -> list[int]:
    """The character that each byte of UTF-8 belongs to, and the end."""
    found: list[int] = []
    for at, character in enumerate(text):
        found += [at] * len(character.encode("utf-8", "replace"))
    return [*found, len(text)]


def _paired(text: str) -> Iterator[Span]:
    """What stands between two marks, whatever it is; of a mark without its end nothing."""
    for opening, closing in _PAIRS:
        start = text.find(opening)
        while start >= 0:
            end = text.find(closing, start + len(opening))
            if end < 0:
                break
            yield Span(start, end + len(closing))
            start = text.find(opening, end + len(closing))


_PAIRS = (
    ("{{", "}}"),
    ("{%", "%}"),
    ("{#", "#}"),
    ("$$", "$$"),
    ("\\(", "\\)"),
    ("\\[", "\\]"),
    ("<!--", "-->"),
    ("%%", "%%"),
)


def _patterns(text: str) -> Iterator[Span]:
    """By how it looks: what no grammar of Markdown knows."""
    for pattern in _LOOKS:
        for match in pattern.finditer(text):
            yield Span(*match.span())


_LOOKS = (
    re.compile(r"`+[^`\n]*`+|`+"),
    re.compile(r"\b(?:https?|ftp|file|mailto|git|ssh)://?[^\s<>()\"']*[^\s<>()\"'.,;:!?]"),
    re.compile(r"\bwww\.[^\s<>()\"']*[^\s<>()\"'.,;:!?]"),
    re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"\{[#.:@][^{}\n]*\}"),
    re.compile(r"\$\{[^{}\n]*\}|\{[\w.!:]*\}"),
    re.compile(r"%\([\w.]+\)[sdrifx]|%[A-Z][A-Z0-9_]*%|%[sdrifx]\b"),
    re.compile(r"\$[^\s$](?:[^$\n]*[^\s$])?\$"),
    re.compile(r"<[A-Za-z/!?][^<>]*>"),
    re.compile(r"\[\[[^\[\]\n]*\]\]|\[\^[^\[\]\n]+\]:?|\A\[[^\]\n]+\]:"),
    re.compile(r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\[\]\n]*\]"),
    re.compile(r"!\[[^\[\]\n]*\](?:\([^()\n]*\)|\[[^\[\]\n]*\])?"),
    re.compile(r"(?<![\w:]):[a-z0-9_+-]+:(?![\w:])"),
    re.compile(r"(?<![\w/])[@#][\w-]+(?:/[\w.-]+)*"),
    re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);"),
    re.compile(r"\\[!-/:-@\[-`{-~]"),
    re.compile(r"~?\\[A-Za-z]+\*?(?:\[[^\[\]]*\])*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*"),
    re.compile(r"(?<![\w:+-]):[a-z][\w:+-]*:`[^`]+`|`[^`]+`_{1,2}|\|[^|\s][^|\n]*\|_?"),
    re.compile(r"\b\w+_(?!\w)"),
    re.compile(r"(?<![\w.])[\w.]+\(\)"),
    re.compile(r"\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b|\b[a-z]+(?:[A-Z][a-z0-9]+)+\b"),
    re.compile(r"\A(?:!!!|\?\?\?\+?|:::)[^\n]*|\A\[![\w-]+\][+-]?"),
    re.compile(r"(?<!\S)\^[\w-]+\Z"),
    re.compile(r"\[\[[^\[\]\n]*\]\[|\]\]|<<[^<>\n]+>>"),
    re.compile(r"(?<![\w=])=[^\s=][^=\n]*=(?![\w=])|(?<![\w~])~[^\s~][^~\n]*~(?![\w~])"),
    re.compile(
        r"\b(?:link|xref|image|footnote|kbd|btn|menu):[^\s\[:]*[^\s\[]{0,300}\[[^\[\]\n]*\]"
    ),
    re.compile(r"#[A-Za-z][\w.]*(?:\([^()\n]*\))?(?=[\[\s]|\Z)|#[A-Za-z][\w.]*\([^()\n]*\)"),
)
