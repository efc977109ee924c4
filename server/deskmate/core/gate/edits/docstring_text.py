"""Documentation: the text of it in a reply, and that text written the way a language writes it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from deskmate.core.reply.english import documentation_lead_ins
from deskmate.core.reply.fences import Piece, find_pieces
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat, indent_unit, margin_at
from deskmate.core.syntax.language import Language, common
from deskmate.core.syntax.language_tables import DocStyle
from deskmate.core.syntax.queries import Scope, problems, scopes
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.text import Edit, Span, line_end


def find_documentation(answer: str, document: Document, scope: Scope) -> list[str]:
    """The documentation texts that an answer may hold, likeliest first: that of the function it
    repeats, one that is marked as documentation, or plain words. One whose end was not written
    comes behind those whose end was.
    """
    found = [text for piece in find_pieces(answer) for text in _in_piece(piece, document, scope)]
    if "```" not in answer and not _has_marks(answer) and _is_words(answer):
        found.append(_Text(plain_text(documentation_lead_ins().sub("", answer.strip()))))
    return [text.text for text in sorted(found, key=lambda text: not text.closed)]


@dataclass(frozen=True, slots=True)
class _Text:
    """A documentation text without its marks; `closed` says that its end was written."""

    text: str
    closed: bool = True


def _in_piece(piece: Piece, document: Document, scope: Scope) -> Iterator[_Text]:
    language = document.language
    style = language.doc if language else None
    code = Document(document.uri, None, piece.text, language)
    defined = scopes(code)
    same = [other for other in defined if (other.kind, other.name) == (scope.kind, scope.name)]
    for other in same:
        if other.doc is not None:
            yield _Text(plain_text(flat(code, other.doc)))
    if same and not problems(code):
        return  # what else is documented there is something else
    if style and (style.placement == "inside" or style.nodes):
        yield from _quoted(piece.text)
    elif style and language:
        yield from _commented(piece.text, style, language)
    if piece.fenced and not defined and not _has_marks(piece.text) and _is_words(piece.text):
        yield _Text(plain_text(piece.text))


def plain_text(text: str) -> str:
    """Documentation without the marks around it and before its lines."""
    text = _ATTRIBUTE.sub("", text.strip())
    if opening := _QUOTES.match(text):
        text = text[opening.end() :].removesuffix(opening[1])
        first, _, rest = text.partition("\n")
        return f"{first.strip()}\n{textwrap.dedent(rest)}".strip("\n").rstrip()
    for opens, closes in common()["block_comments"]:
        if text.startswith(opens):
            text = re.sub(rf"\A{re.escape(opens)}[*!|]?|\**{re.escape(closes)}\s*\Z", "", text)
            if not re.search(r"^\s*\*(?!\*)", text, re.MULTILINE):
                first, _, rest = text.partition("\n")
                return f"{first.strip()}\n{textwrap.dedent(rest)}".strip()
            lines = [re.sub(r"^\s*\*(?!\*) ?", "", line) for line in text.split("\n")]
            return textwrap.dedent("\n".join(lines)).strip()
    lines = text.split("\n")
    used = [line.strip() for line in lines if line.strip()]
    for mark in common()["line_marks"]:
        if used and all(line.startswith(mark) for line in used):
            lines = [line.strip().removeprefix(mark).removeprefix(" ") for line in lines]
            if mark == "--":  # some of them may have three
                lines = [re.sub(r"\A-? ?(?:\| ?)?", "", line) for line in lines]
            return textwrap.dedent("\n".join(lines)).strip()
    return textwrap.dedent(text).strip()


def write_documentation(text: str, document: Document, scope: Scope) -> Edit | str:
    """The edit that gives `scope` this documentation; a sentence where it has no place for it."""
    style = document.language.doc if document.language else None
    if style is None:
        return "This language has no way to write documentation that Deskmate knows."
    text = _tidied(text)
    if style.placement == "before":
        return _before(text, document, scope, style)
    return _inside(text, document, scope, style)


def _before(text: str, document: Document, scope: Scope, style: DocStyle) -> Edit | str:
    start = scope.span.start
    line = document.lines.start(document.lines.line_at(start))
    margin = document.text[line:start]
    if margin.strip():
        return f"`{scope.name}` begins in the middle of a line, so nothing can stand before it."
    if style.close.strip():
        text = text.replace(
            style.close.strip(), style.close.strip()[0] + "\\" + style.close.strip()[1:]
        )
    lines = [(style.line + part).rstrip() for part in _lines(text)]
    if style.first:
        lines[0] = style.first + _lines(text)[0]
    lines = [*([style.open] if style.open else []), *lines, *([style.close] if style.close else [])]
    end = line_end(document.text)
    return Edit(Span(line, line), "".join(f"{margin}{part}".rstrip() + end for part in lines))


def _inside(text: str, document: Document, scope: Scope, style: DocStyle) -> Edit | str:
    if scope.body is None:
        return f"`{scope.name}` has no body that documentation could stand in."
    lines = document.lines
    head = [t for t in tokens(document, scope.head) if not t.comment]
    last = head[-1].span.end if head else scope.head.end
    outer = margin_at(document, scope.span.start)
    margin = outer + indent_unit(document, scope.span)
    if lines.line_at(scope.body.start) > lines.line_at(last):
        margin = margin_at(document, scope.body.start)
    end = line_end(document.text)
    written = end.join(_literal(text, margin, style))
    if lines.line_at(scope.body.start) == lines.line_at(last):
        return Edit(Span(last, scope.body.start), f"{end}{margin}{written}{end}{margin}")
    at = lines.end(lines.line_at(last))
    gap = end if scope.kind == "class" and _is_followed(document, at) else ""
    return Edit(Span(at, at), f"{end}{margin}{written}{gap}")


def _is_followed(document: Document, at: int) -> bool:
    """Whether the line behind `at` is not blank: formatters set a class's docstring apart."""
    line = document.lines.line_at(at) + 1
    if line >= len(document.lines):
        return False
    return bool(document.text[document.lines.start(line) : document.lines.end(line)].strip())


def _literal(text: str, margin: str, style: DocStyle) -> list[str]:
    """The lines of a string literal that says `text`; its lines but the first at `margin`."""
    quote = style.open
    raw = "\\" in text and quote not in text and not text.endswith("\\")
    if not raw:
        text = text.replace("\\", "\\\\").replace(quote, "\\" + "\\".join(quote))
    first, *rest = _lines(text)
    opening = ("r" if raw else "") + quote
    if rest:
        body = [margin + line if line else "" for line in rest]
        return [opening + first, *body, margin + style.close]
    if first.endswith(quote[0]) and raw:
        return [opening + first, margin + style.close]
    if first.endswith(quote[0]) and not first.endswith("\\" + quote[0]):
        first = first[:-1] + "\\" + quote[0]
    return [opening + first + style.close]


def _tidied(text: str) -> str:
    """Without a heading that nothing follows, and with what a section says indented under its
    name, where the text is written in sections.
    """
    text = re.sub(r"(?:\n+#+ [^\n]*)+\s*\Z", "", text)
    return _SECTION.sub(lambda found: found[1] + textwrap.indent(found[2], "    "), text)


_SECTION = re.compile(
    r"^((?:Args|Arguments|Attributes|Raises|Returns|Yields|Examples?):[ \t]*\n)"
    r"((?=\S)(?:.*\S.*(?:\n|\Z))+)",
    re.MULTILINE,
)
"""A section of Google's docstring style whose lines are not indented."""


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def _quoted(text: str) -> Iterator[_Text]:
    """String literals that stand on their own, the last of which may not be closed."""
    for opening in _LITERAL.finditer(text):
        body, closing, _ = text[opening.end() :].partition(opening[1])
        if body.strip() and text[: opening.start()].count(opening[1]) % 2 == 0:
            yield _Text(plain_text(opening[1] + body + opening[1]), bool(closing))


def _commented(text: str, style: DocStyle, language: Language) -> Iterator[_Text]:
    """Comments that stand on their own, those written as documentation is first. Its lines but
    the first may be written as any other comment.
    """
    opens, closes = language.block_comment or ("/*", "*/")
    for opening in re.finditer(rf"^[ \t]*{re.escape(opens)}[*!|]?", text, re.MULTILINE):
        body, closing, _ = text[opening.end() :].partition(closes)
        if body.strip():
            yield _Text(plain_text(f"{opens}*{body}{closes}"), bool(closing))
    comment = language.line_comment
    marks = ("//",) if style.open else (style.first.strip(), style.line.strip(), "///", "//")
    for mark in filter(None, dict.fromkeys(marks)):
        first = rf"^[ \t]*{re.escape(mark)}(?!/).*\n?"
        more = rf"^[ \t]*{re.escape(comment or mark)}(?!/).*\n?"
        block = re.search(rf"{first}(?:{first}|{more})*", text, re.MULTILINE)
        if block and block[0].strip(" \t\n/"):
            yield _Text(plain_text(block[0]))


def _has_marks(text: str) -> bool:
    return _MARKS.search(text) is not None


def _is_words(text: str) -> bool:
    """Whether a text is prose rather than code; tags of documentation are neither."""
    text = re.sub(r"</?[A-Za-z]\w*(?: [^<>\n]*)?>", "", text)
    words = re.findall(r"[^\W\d_]{2,}", text)
    signs = re.findall(r"[{};=<>$]|\w\(|\bdef |\breturn\b|\bfunc ", text)
    return len(words) >= 2 and len(words) > 4 * len(signs)


_MARKS = re.compile(
    r"^\s*(?:[rR]?\"\"\"|'''|/\*|\(\*|\{-|<#)|(?:\"\"\"|\*/|\*\)|-\}|#>)\s*$", re.MULTILINE
)
_QUOTES = re.compile(r"[rRuUbB]{0,2}(\"\"\"|'''|\"|')")
_LITERAL = re.compile(
    r"^[ \t]*(?:@(?:module|type)?doc[ \t]+)?~?[rRuUsS]?(\"\"\"|''')", re.MULTILINE
)
_ATTRIBUTE = re.compile(r"\A@(?:module|type)?doc\s+(?:~[sS])?(?=[\"'])")
"""What documentation is given to, where it is an attribute."""
