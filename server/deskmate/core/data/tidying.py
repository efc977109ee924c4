"""What is written in many ways, written in one: dates, phone numbers, names; each with its rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from deskmate.core.data.dates import Written, find_dates, usual_order
from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True, slots=True)
class Tidied:
    """The edits of a text, what each does and by which rule, and what was left for a reason."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def tidy_dates(text: str) -> Tidied:
    """Dates as ISO 8601 has them. One that may mean two days is left where the other dates do not
    tell which comes first, and so is what is a part of something else, or may be a version.
    """
    found = tuple(one for one in find_dates(text) if _stands_alone(text, one.span))
    order = usual_order(found)
    edits, left, versions = [], [], []
    dotted = any(_DOTTED.fullmatch(one.text) for one in found)
    listed = {
        one.span
        for before, one in pairwise(found)
        if not _VERSION.fullmatch(before.text)
        and not text[before.span.end : one.span.start].strip(" \t,;|")
    }
    for one in found:
        if _may_be_version(text, one, dotted=dotted or one.span in listed):
            versions.append(one.text)
            continue
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
    warnings += [f"{one} may be the number of a version, so it stays." for one in versions]
    return _tidied(text, edits, rule, warnings)


def _stands_alone(text: str, span: Span) -> bool:
    """Whether a date is no part of an address, a path, a file's name, an option or code."""
    before, behind = _before(text, span), text[span.end : span.end + 2]
    line = re.split(r"[\r\n]", before)[-1]
    return (
        _BEFORE.search(before) is not None
        and _BEHIND.match(behind) is not None
        and "://" not in line.split(" ")[-1]
        and line.count("`") % 2 == 0
    )


def _before(text: str, span: Span) -> str:
    return text[max(0, span.start - _NEAR) : span.start]


_NEAR = 300
_BEFORE = re.compile(r"(?:\A|[\s,;|\"'(\[{<>:*_~–—„“”«»‚‘]|(?<![=~<>!])=)\Z")
_BEHIND = re.compile(r"\Z|[\s,;|\"')\]}<>:*_~–—!?…“”«»’]|\.(?:\Z|[\s\"')\]}“”«»*_])")


def _may_be_version(text: str, one: Written, *, dotted: bool) -> bool:
    """Whether numbers with points between may be a version, `3.11.14` or `2024.1.2`: no word before
    says that they are a day, and another word stands there, or no date is `dotted` like this or
    stands before it in a list.
    """
    before = _before(text, one.span)
    if _NUMBERED.search(before):
        return True
    if not _VERSION.fullmatch(one.text) or _ON.search(before):
        return False
    return not dotted or re.search(r"[^\W\d_][ \t]+\Z", before) is not None


_NUMBERED = re.compile(
    r"(?i)(?:\bv|\b(?:version|release|build|firmware|driver|section|chapter|abschnitt|kapitel|ip)):?\s+\Z"
)
"""What stands before the number of something that is no day."""
_VERSION = re.compile(
    r"(?!\d\d\.\d\d\.)\d{1,2}\.\d{1,2}\.\d\d|(?!\d{4}\.\d\d\.\d\d)\d{4}\.\d{1,2}\.\d{1,2}"
)
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d\d\.\d\d\.\d\d|\d{4}\.\d\d\.\d\d")
_ON = re.compile(
    r"(?i)\b(?:am|vom|zum|datum|dated?|geb\.?|born|montag|dienstag|mittwoch|donnerstag|freitag|samstag"
    r"|sonntag|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[,:]?\s+\Z"
)
"""What stands before a day and before no version, as “to 1.2.18” does."""


def tidy_phone_numbers(text: str, region: str) -> Tidied:
    """Phone numbers in the international form of ITU-T E.123. Without a region (a country's two
    letters) only those that begin with `+` are known.
    """
    import phonenumbers

    edits = []
    for match in phonenumbers.PhoneNumberMatcher(text, region or None):
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        opened = _OPENED.match(match.raw_string)
        span = Span(match.start + (opened.end() if opened else 0), match.end)
        before = _before(text, span)
        if _stands_alone(text, span) and not _LINK.search(before) and not _is_other(before):
            edits.append(Edit(span, phonenumbers.format_number(match.number, form)))
    rule = "Phone numbers are written as +country number (ITU-T E.123)"
    rule += f"; those without a country are of {region}." if region else "."
    told = [] if region else ["Numbers without + are left: set `data.region` to your country."]
    return _tidied(text, edits, rule, told)


_OPENED = re.compile(r"[(\[]+(?![^)\]]*[)\]])")
"""What the library takes along though it ends behind the number."""
_LINK = re.compile(r"[(\"'<=](?:tel|sms|callto|fax|whatsapp):\Z")
"""What stands before a number in a link."""
_OTHER = re.compile(
    r"(?i)(?:\b(?:order|invoice|item|article|part|serial|account|customer|reference|ref|ticket|case|id|isbn"
    r"|iban|vat|sku|ean|tax|policy|member|tracking|licen[cs]e|passport|bestellung|auftrag|rechnung"
    r"|artikel|facture|commande|factura|pedido)|\w*(?:nummer|nr))"
    r"\.?(?:\s+(?:no|nr|n[°º]|number|id|code))?\.?\s*[:#]?\s*\Z"
)
_PHONE = re.compile(
    r"(?i)(?:tel|phone|fax|ruf|handy|mobil|cell)\w*\W*(?:nummer|nr|number|no)?\W*\Z"
)
"""Labels of numbers that no phone has, and those of phones among them."""


def _is_other(before: str) -> bool:
    """Whether what stands before a number says that it is none of a phone."""
    return _OTHER.search(before) is not None and not _PHONE.search(before)


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
_BETWEEN_COMMAS = r"(?<=\")[^\n\r\"]+(?=\")|(?:(?<=,)|^)[^\n\r\",]+(?=[,\r\n]|\Z)"
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?"
_FULL = re.compile(rf"({_WORD}(?: {_WORD}){{0,3}}), ({_WORD}(?: {_WORD}){{0,2}})")
_PARTICLES = {"van", "von", "de", "der", "den", "la", "le", "di", "da", "dos", "zu", "bin", "al"}


def _name(cell: str) -> str:
    """A cell's name as it is to be written, with the blanks around; "" where it holds none."""
    inner = cell.strip()
    before, after = cell[: len(cell) - len(cell.lstrip())], cell[len(cell.rstrip()) :]
    words = " ".join(inner.split())
    if (turned := _FULL.fullmatch(words)) and not _is_name(words):
        return ""
    if turned:
        words = f"{turned[2]} {turned[1]}"
    elif not re.fullmatch(rf"{_WORD}(?: {_WORD}){{1,3}}", words):
        return ""
    parts = words.split(" ")
    if not all(_cased(part) for part in parts):
        if words not in (words.upper(), words.lower()) and not turned:
            return ""
        parts = [_usual(part, first=not at) for at, part in enumerate(parts)]
    return before + " ".join(parts) + after


def _is_name(words: str) -> bool:
    """Whether what has one comma may be a name: no firm's, and no sentence, in which small words
    stand beside others. A point is behind what is shortened only.
    """
    for half in words.split(", "):
        parts = re.findall(_WORD, half)
        if len({part[0].islower() for part in parts if part not in _PARTICLES}) > 1:
            return False
        if any(part.rstrip(".").lower() in _FIRMS for part in parts):
            return False
        if any(len(part) > 4 and part[-1] == "." for part in parts):
            return False
    return True


_FIRMS = {"inc", "ltd", "llc", "llp", "plc", "corp", "gmbh", "ag", "kg", "srl", "bv"}


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
