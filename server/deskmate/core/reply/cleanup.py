"""What small models do to code on its way out, undone where that is certain."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from deskmate.core.reply.lost_indentation import as_original
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import problems
from deskmate.core.syntax.tokens import tokens


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Code, and notes on what was done to it."""

    code: str
    notes: tuple[str, ...] = ()


def clean(code: str, document: Document, original: str) -> Iterator[Cleaned]:
    """The readings of `code`, which is for `document`, to replace `original` there: likeliest
    first.
    """
    for cleaned in _undone(code, document):
        yield cleaned
        again = as_original(cleaned.code, original) if original.strip() else None
        if again is not None and again != cleaned.code:
            yield Cleaned(again, (*cleaned.notes, "Restored the indentation."))


def plain_forms(text: str, document: Document) -> tuple[str, ...]:
    """A text that is no code, such as a diff: as it is, without line numbers, without escapes."""
    numberless = _without_numbers(text)
    forms = [text, numberless]
    if not _ENTITY.search(document.text):
        forms.append(html.unescape(numberless))
    return tuple(dict.fromkeys(forms))


def _undone(code: str, original: Document) -> Iterator[Cleaned]:
    notes: tuple[str, ...] = ()
    numbered = _without_numbers(code)
    if numbered != code:
        code, notes = numbered, ("Removed line numbers.",)
    signed = _without_plus(code)
    if signed != code:
        code, notes = signed, (*notes, "Removed the plus signs of a diff.")
    escaped = _unescaped(code, original)
    if escaped != code:
        code, notes = escaped, (*notes, "Undid HTML escapes.")
    if not _quotes_in_code(code, original):
        yield Cleaned(code, notes)
        return
    plain = _plain_quotes(code)
    for text in sorted(plain, key=lambda text: len(problems(_read(text, original)))):
        yield Cleaned(text, (*notes, "Replaced typographic quotes."))


def _read(code: str, original: Document) -> Document:
    return Document(original.uri, None, code, original.language)


def _without_numbers(code: str) -> str:
    """Without the line numbers that stand before every line and count up."""
    lines = code.split("\n")
    for pattern in _NUMBERS:
        found = [at for at, line in enumerate(lines) if pattern.match(line)]
        if len(found) < 2:
            continue
        block = [line for line in lines[found[0] : found[-1] + 1] if line.strip()]
        matches = [match for line in block if (match := pattern.match(line))]
        around = [line for line in lines[: found[0]] + lines[found[-1] + 1 :] if line.strip()]
        if len(matches) < len(block) or len(around) > len(block):
            continue
        if all(a < b <= a + 3 for a, b in pairwise(int(match[1]) for match in matches)):
            return "\n".join(
                line[len(match[0]) :] for line, match in zip(block, matches, strict=True)
            )
    return code


_NUMBERS = (
    re.compile(r"[ \t]*L?(\d{1,5})[ \t]*[|│:](?: |(?=\s*$))"),
    re.compile(r"[ \t]*L?(\d{1,5})[|│]"),
    re.compile(r"[ ]*(\d{1,5})\t"),
    re.compile(r"[ ]*(\d{1,5})[.)](?: |(?=\s*$))"),
    re.compile(r"[ ]*(\d{1,5})(?: {1,2}|(?=\s*$))"),
)


def _without_plus(code: str) -> str:
    """Without the plus signs of a diff in which everything comes."""
    lines = [line for line in code.split("\n") if not line.startswith(("+++ ", "--- ", "@@"))]
    used = [line for line in lines if line.strip()]
    if len(used) < 2 or not all(line.startswith("+") for line in used):
        return code
    return "\n".join(line[1:] for line in lines)


def _unescaped(code: str, original: Document) -> str:
    """With `<` for `&lt;` and so on, where such escapes stand outside of strings and comments:
    there they cannot be meant. In a page they can, but where nothing else is one.
    """
    if not _ENTITY.search(code) or _ENTITY.search(original.text):
        return code
    plain = html.unescape(code)
    before, after = problems(_read(code, original)), problems(_read(plain, original))
    places = [match.start() for match in _ENTITY.finditer(code)]
    return plain if len(after) < len(before) or _outside(code, places, original) else code


def _outside(code: str, places: Iterable[int], original: Document) -> bool:
    """Whether one of these places is neither in a string nor in a comment nor in a page's text."""
    meant = _MARKUP_ESCAPES if "<" in code else ()
    found = tokens(_read(code, original))
    inside = [t.span for t in found if t.comment or t.textual or t.type in meant]
    return any(not any(span.start <= at < span.end for span in inside) for at in places)


_MARKUP_ESCAPES = ("entity", "html_character_reference")
"""What grammars of markup call an escape that stands in a page's text."""

_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#0?39|#x27|#34|#x22);")


def _quotes_in_code(code: str, original: Document) -> bool:
    """Whether typographic quotes stand where no string, comment or text of a page is."""
    places = [at for at, character in enumerate(code) if ord(character) in _QUOTES]
    return bool(places) and _outside(code, places, original)


def _plain_quotes(code: str) -> tuple[str, ...]:
    """With plain quotes: outside of what plain quotes enclose, then everywhere."""
    outside = "".join(
        part if at % 2 else part.translate(_QUOTES)
        for at, part in enumerate(_PLAIN_STRING.split(code))
    )
    return outside, code.translate(_QUOTES)


_PLAIN_STRING = re.compile(
    r"(\"\"\".*?\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')", re.DOTALL
)
_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'", "＂": '"'}
)
