"""What is written in many ways, written in one: dates, phone numbers, names; each with its rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deskmate.core.data.dates import find_dates, usual_order
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True, slots=True)
class Tidied:
    """The edits of a text, what each does and by which rule, and what was left for a reason."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def tidy_dates(text: str) -> Tidied:
    """Dates as ISO 8601 has them. One that may mean two days is left where the other dates do not
    tell which comes first.
    """
    found = find_dates(text)
    order = usual_order(found)
    edits, left = [], []
    for one in found:
        if len(one.readings) == 1:
            new = one.readings[0]
        elif order is not None:
            new = one.readings[order == "month first"]
        else:
            left.append(one.text)
            continue
        edits.append(Edit(one.span, new))
    rule = "Dates are written as year-month-day"
    rule += f"; {order}, as others here have it." if order else "."
    warnings = [f"{one} may mean two days, so it stays; write one of them out." for one in left]
    return _tidied(text, edits, rule, warnings)


def tidy_phone_numbers(text: str, region: str) -> Tidied:
    """Phone numbers in the international form of ITU-T E.123. Without a region (a country's two
    letters) only those that begin with `+` are known.
    """
    import phonenumbers

    edits = []
    for match in phonenumbers.PhoneNumberMatcher(text, region or None):
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        new = phonenumbers.format_number(match.number, form)
        edits.append(Edit(Span(match.start, match.end), new))
    rule = "Phone numbers are written as +country number (ITU-T E.123)"
    rule += f"; those without a country are of {region}." if region else "."
    told = [] if region else ["Numbers without + are left: set `data.region` to your country."]
    return _tidied(text, edits, rule, told)


def tidy_names(text: str, *, commas: bool = False) -> Tidied:
    """Names as “First Last”, in the usual case: of lines and cells that hold nothing but one. With
    `commas` these are what is between cells.
    """
    edits = []
    for match in re.finditer(_BETWEEN_COMMAS if commas else _CELL, text, re.MULTILINE):
        new = _name(match.group())
        if new and new != match.group():
            edits.append(Edit(Span(*match.span()), new))
    return _tidied(text, edits, "Names are written as First Last.", [])


def _tidied(text: str, edits: list[Edit], rule: str, warnings: list[str]) -> Tidied:
    changed = [edit for edit in edits if text[edit.span.start : edit.span.end] != edit.text]
    notes = [f"{text[edit.span.start : edit.span.end]} → {edit.text}" for edit in changed]
    shown = notes if len(notes) <= _SHOWN else [*notes[:_SHOWN], f"{len(notes)} in all"]
    told = (rule, *(f"{one}." for one in shown)) if changed else ("There is nothing to change.",)
    return Tidied(tuple(changed), told, tuple(warnings))


_SHOWN = 10  # changes that are named
_CELL = r"[^\n\r|;\t\"]+"
_BETWEEN_COMMAS = r"(?<=\")[^\n\r\"]+(?=\")|(?:(?<=,)|^)[^\n\r\",]+(?=,|$)"
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?"
_FULL = re.compile(rf"({_WORD}(?: {_WORD}){{0,3}}), ({_WORD}(?: {_WORD}){{0,2}})")
_PARTICLES = {"van", "von", "de", "der", "den", "la", "le", "di", "da", "dos", "zu", "bin", "al"}


def _name(cell: str) -> str:
    """A cell's name as it is to be written, with the blanks around; "" where it holds none."""
    inner = cell.strip()
    before, after = cell[: len(cell) - len(cell.lstrip())], cell[len(cell.rstrip()) :]
    words = " ".join(inner.split())
    if turned := _FULL.fullmatch(words):
        words = f"{turned[2]} {turned[1]}"
    elif not re.fullmatch(rf"{_WORD}(?: {_WORD}){{1,3}}", words):
        return ""
    parts = words.split(" ")
    if not all(_cased(part) for part in parts):
        if words not in (words.upper(), words.lower()) and not turned:
            return ""
        parts = [_usual(part, first=not at) for at, part in enumerate(parts)]
    return before + " ".join(parts) + after


def _cased(word: str) -> bool:
    return (word[:1].isupper() and not (len(word) > 3 and word.isupper())) or word in _PARTICLES


def _usual(word: str, *, first: bool) -> str:
    lower = word.lower()
    if lower in _PARTICLES and not first:
        return lower
    if _cased(word) and not word.isupper():
        return word
    capital = re.sub(r"(?:^|(?<=[-'’]))[^\W\d_]", lambda match: match.group().upper(), lower)
    return re.sub(r"^(Mc)([a-z])", lambda match: match[1] + match[2].upper(), capital)


def tidy_structure(text: str) -> Tidied:
    """Markdown that every reader takes alike: one step from a heading to the one below it, a blank
    line around headings, lists, tables and code, a fence closed, `#` set apart, no blanks at the
    ends of lines but for a hard line break.
    """
    lines = re.split(r"(\r\n|\r|\n)", text)
    rows = [[line, end] for line, end in zip(lines[::2], [*lines[1::2], ""], strict=True)]
    notes: dict[str, int] = {}
    done = list(_structured(rows, notes))
    new = "".join(line + end for line, end in done)
    if new == text:
        return Tidied((), ("There is nothing to change.",), ())
    return Tidied(
        minimal_edits(text, new), tuple(f"{what}: {count}." for what, count in notes.items()), ()
    )


def _structured(rows: list[list[str]], notes: dict[str, int]) -> Iterator[tuple[str, str]]:
    end = next((end for _, end in rows if end), "\n")
    fence = ""
    levels: list[tuple[int, int]] = []  # of the headings around: as they are, and as they become
    front = rows[0][0].strip() == "---" and any(line.strip() == "---" for line, _ in rows[1:])
    html = False
    before = ""
    for at, (line, stop) in enumerate(rows):
        if front:
            front = not (at and line.strip() == "---")
            before = ""
            yield line, stop
            continue
        opened = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence:
            if opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
                before = "```"
            yield line, stop
            continue
        html = bool(re.match(r"\s{0,3}<[a-zA-Z!/]", line)) or (html and bool(line.strip()))
        if html or re.match(r" {4}|\t", line):
            before = line.strip() and "text"
            yield line, stop
            continue
        new = re.sub(r"(?<=\S)(?: |[ \t]{3,}|\t+)$", "", line)
        if new != line:
            _count(notes, "blanks at the end of a line removed")
        spaced = re.sub(r"^(#{1,6})(?=[^\s#!\d])", r"\1 ", new) if not before else new
        if spaced != new:
            _count(notes, "`#` set apart from its heading")
            new = spaced
        heading = re.match(r"(#{1,6})(\s+\S.*)", new)
        if heading:
            depth = len(heading[1])
            while levels and levels[-1][0] >= depth:
                levels.pop()
            wanted = levels[-1][1] + 1 if levels else depth
            levels.append((depth, wanted))
            if wanted != depth:
                _count(notes, "levels of headings that were left out")
                new = "#" * wanted + heading[2]
        kind = _kind(new, bool(heading), bool(opened))
        apart = kind in _APART or before in _APART or (before, kind) == ("text", "list")
        if before and kind and kind != before and apart:
            _count(notes, "blank lines added")
            yield "", end
        if opened:
            fence = opened[1]
            kind = "```"
        before = kind
        yield new, stop
    if fence:
        _count(notes, "fences closed")
        yield (fence, end) if not rows[-1][0] else ("", f"{end}{fence}{end}")


_APART = ("heading", "```")


def _kind(line: str, heading: bool, fence: bool) -> str:
    if not line.strip():
        return ""
    if fence:
        return "```"
    if heading:
        return "heading"
    return "list" if re.match(r"\s*(?:[-*+]|\d+[.)])\s", line) else "text"


def _count(notes: dict[str, int], what: str) -> None:
    notes[what] = notes.get(what, 0) + 1
