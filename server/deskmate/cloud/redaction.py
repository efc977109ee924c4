"""Secrets, and by setting personal data, out of what is sent, and placeholders in.

Pure functions on texts. The same value has the same placeholder throughout a request.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from deskmate.cloud.found import Found
from deskmate.cloud.internal_names import find_internal
from deskmate.cloud.personal_data import find_personal
from deskmate.cloud.placeholders import NOTHING, Names, places
from deskmate.cloud.secrets import find_secrets
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Redacted:
    """Texts without what was found in them, and what each placeholder stands for."""

    texts: tuple[str, ...]
    placeholders: Mapping[str, str]


def redact(
    texts: Sequence[str],
    known: Mapping[str, str] = NOTHING,
    before: Mapping[str, str] = NOTHING,
    *,
    personal: bool = False,
    internal: bool = False,
) -> Redacted:
    """The texts of one request with placeholders in place of secrets, wherever in them they stand.

    `known` are values that must not leave whatever they look like, and their kinds; `before` are
    the placeholders of the same conversation so far. With `personal`, e-mail addresses, phone
    numbers and their like go as well, with `internal` what tells of a network or a machine.
    """
    names, look = Names(texts, before), _looker(personal=personal, internal=internal)
    values = _written(known)
    for _ in range(_ROUNDS):
        found = [_found(text, values, names, look) for text in texts]
        for text, spans in zip(texts, found, strict=True):
            for one in spans:
                value = text[one.span.start : one.span.end]
                if _is_told(value):
                    values.setdefault(value, one.kind)
        found = [_found(text, values, names, look) for text in texts]
        if not any(found):
            break
        texts = [_replaced(text, spans, names) for text, spans in zip(texts, found, strict=True)]
    return Redacted(tuple(texts), names.placeholders)


_ROUNDS = 4
"""Taking one secret out may bring another to light beside it; it is over after the first round as a
rule, and `leaks` says so where it is not.
"""


def leaks(
    texts: Iterable[str],
    placeholders: Mapping[str, str],
    known: Mapping[str, str] = NOTHING,
    *,
    personal: bool = False,
    internal: bool = False,
) -> tuple[str, ...]:
    """The kinds of what is left in texts that were redacted; nothing, as a rule."""
    names, look = Names((), placeholders), _looker(personal=personal, internal=internal)
    values = _written(known)
    values |= {value: "SECRET" for value in placeholders.values() if _is_told(value)}
    found = (_found(text, values, names, look) for text in texts)
    return tuple(sorted({one.kind for spans in found for one in spans}))


def _found(text: str, values: Mapping[str, str], names: Names, look: _Looker) -> tuple[Found, ...]:
    """What is to be replaced in a text, in order and without overlaps: what begins first and is
    longest goes before, and what overlaps it goes with it.
    """
    found = [*_known(text, values), *look(text)]
    taken = tuple(places(text, names.placeholders))
    merged: list[Found] = []
    for one in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if merged and one.span.start < merged[-1].span.end:
            end = max(one.span.end, merged[-1].span.end)
            merged[-1] = Found(Span(merged[-1].span.start, end), merged[-1].kind)
        else:
            merged.append(one)
    return tuple(one for one in merged if _is_left(text, one.span, taken))


_Looker = Callable[[str], Sequence[Found]]


def _looker(*, personal: bool, internal: bool) -> _Looker:
    """What finds everything that a text itself tells of. Each text is looked at once, as that is
    what takes the time: what else is known of the request changes nothing of it.
    """

    @cache
    def look(text: str) -> Sequence[Found]:
        found = [*find_secrets(text)]
        found += find_personal(text) if personal else ()
        found += find_internal(text) if internal else ()
        return found

    return look


def _is_left(text: str, span: Span, taken: Iterable[Span]) -> bool:
    """Whether something of a span is more than placeholders."""
    rest, at = "", span.start
    for one in taken:
        if one.start < span.end and span.start < one.end:
            rest += text[at : one.start]
            at = one.end
    rest += text[at : span.end]
    return at == span.start or len(re.sub(r"\W", "", rest)) >= _WORTH


_WORTH = 4
"""Characters beside a placeholder that are worth one of their own."""


def _known(text: str, values: Mapping[str, str]) -> Iterator[Found]:
    """Values that are known to be secret; one of letters and digits alone as a whole word."""
    for value, kind in values.items():
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            if not value.isalnum() or len(value) >= _LONG or _is_word(text, at, end):
                yield Found(Span(at, end), kind)
            at = text.find(value, end)


_LONG = 16
"""Characters of a value that is no part of a word by chance."""


def _is_word(text: str, start: int, end: int) -> bool:
    before, behind = text[max(0, start - 1) : start], text[end : end + 1]
    return not before.isalnum() and not behind.isalnum()


def _is_told(value: str) -> bool:
    """Whether a value is redacted wherever else it stands: not one that may be a word of code."""
    return len(value) >= 6 and not (value.isalpha() and len(value) < 12 and value.islower())


def _written(known: Mapping[str, str]) -> dict[str, str]:
    """Known values in every form in which they are looked for, and their kinds; what is longest
    goes first, so that a folder in another is found whole.
    """
    longest = sorted(known, key=len, reverse=True)
    return {form: known[value] for value in longest for form in _forms(value)}


def _forms(value: str) -> tuple[str, ...]:
    """A known value, and how it stands in URLs, in JSON and in base64."""
    if len(value) < _SHORTEST:
        return ()
    encoded = base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()
    in_json = json.dumps(value)[1:-1]
    in_url = quote(value.encode("utf-8", "surrogatepass"), safe="")
    return tuple(dict.fromkeys((value, in_url, in_json, encoded)))


_SHORTEST = 4
"""Characters of a value that is worth being looked for."""


def _replaced(text: str, found: Iterable[Found], names: Names) -> str:
    pieces, at = [], 0
    for one in found:
        value = text[one.span.start : one.span.end]
        around = (
            text[max(0, one.span.start - 1) : one.span.start]
            + text[one.span.end : one.span.end + 1]
        )
        number = value.isascii() and value.isdigit() and not re.search(r"[\d\w\"'`]", around)
        pieces += [text[at : one.span.start], names.name(value, one.kind, number=number)]
        at = one.span.end
    return "".join([*pieces, text[at:]])
