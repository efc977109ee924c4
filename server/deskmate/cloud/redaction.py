"""Secrets, and by setting personal data, out of what is sent; placeholders in; and back again.

Pure functions on texts. A placeholder is a word in capitals, `REDACTED_1_GITHUB_TOKEN`, so that
code parses with it as well as without it: in a string, as an identifier, in a comment, a URL or
YAML. What is a number stays one. The same value has the same placeholder throughout a request.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from deskmate.cloud.internal_names import find_internal
from deskmate.cloud.personal_data import find_personal
from deskmate.cloud.secrets import Found, find_secrets
from deskmate.core.text.text import Span

NOTHING: Mapping[str, str] = MappingProxyType({})


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
    names, also = _Names(texts, before), _finders(personal=personal, internal=internal)
    values = _written(known)
    for _ in range(_ROUNDS):
        found = [_found(text, values, names, also) for text in texts]
        for text, spans in zip(texts, found, strict=True):
            for one in spans:
                value = text[one.span.start : one.span.end]
                if _is_told(value):
                    values.setdefault(value, one.kind)
        found = [_found(text, values, names, also) for text in texts]
        if not any(found):
            break
        texts = [_replaced(text, spans, names) for text, spans in zip(texts, found, strict=True)]
    return Redacted(tuple(texts), names.placeholders)


_ROUNDS = 4
"""Taking one secret out may bring another to light beside it; it is over after the first round as a
rule, and `leaks` says so where it is not.
"""


def hidden(text: str, placeholders: Mapping[str, str]) -> str:
    """The opposite of `restore`: a text with the placeholders in place of their values."""
    names = {value: name for name, value in placeholders.items() if not name.isdigit()}
    longest = sorted(names, key=len, reverse=True)
    whole = (rf"\b{re.escape(one)}\b" if len(one) < _WITHIN else re.escape(one) for one in longest)
    return re.sub("|".join(whole), lambda match: names[match.group()], text) if names else text


_WITHIN = 6
"""Characters of a value that is looked for within words, too."""


def used(texts: Iterable[str], placeholders: Mapping[str, str]) -> frozenset[str]:
    """The placeholders that stand in texts."""
    return frozenset(
        text[span.start : span.end] for text in texts for span in _places(text, placeholders)
    )


def leaks(
    texts: Iterable[str],
    placeholders: Mapping[str, str],
    known: Mapping[str, str] = NOTHING,
    *,
    personal: bool = False,
    internal: bool = False,
) -> tuple[str, ...]:
    """The kinds of what is left in texts that were redacted; nothing, as a rule."""
    names, also = _Names((), placeholders), _finders(personal=personal, internal=internal)
    values = _written(known)
    values |= {value: "SECRET" for value in placeholders.values() if _is_told(value)}
    found = (_found(text, values, names, also) for text in texts)
    return tuple(sorted({one.kind for spans in found for one in spans}))


def restore(text: str, placeholders: Mapping[str, str]) -> str:
    """A text with the values back in place of their placeholders."""
    pieces, at = [], 0
    for span in _places(text, placeholders):
        pieces += [text[at : span.start], placeholders[text[span.start : span.end]]]
        at = span.end
    return "".join([*pieces, text[at:]])


class Restoring:
    """Restores a text that comes in pieces, which may end in the middle of a placeholder."""

    def __init__(self, placeholders: Mapping[str, str]) -> None:
        self._placeholders = placeholders
        self._held = ""

    def take(self, piece: str) -> str:
        """What can be said of the text so far; the rest comes with the next piece."""
        text = self._held + piece
        keep = _begun(text, self._placeholders)
        self._held = text[len(text) - keep :]
        return restore(text[: len(text) - keep], self._placeholders)

    def end(self) -> str:
        """What was held back."""
        held, self._held = self._held, ""
        return restore(held, self._placeholders)


def _begun(text: str, placeholders: Mapping[str, str]) -> int:
    """How many characters at the end of a text may be the beginning of a placeholder, or of more
    of a number, behind the last whole one.
    """
    if not placeholders:
        return 0
    whole = [span.end for span in _places(text, placeholders)]
    tail = text[whole[-1] if whole else 0 :]
    longest = range(min(len(tail), max(map(len, placeholders))), 0, -1)
    begins = {name[0] for name in placeholders}
    sizes = [n for n in longest if tail[-n] in begins]
    word = next((n for n in sizes if any(one.startswith(tail[-n:]) for one in placeholders)), 0)
    number = _NUMBER_AT_END.search(text)
    if number is not None and any(name.isdigit() for name in placeholders):
        return max(word, len(text) - number.start())
    return word


_NUMBER_AT_END = re.compile(r"\d+\Z")


class _Names:
    """The placeholders of one request. None is in its texts from the beginning."""

    def __init__(self, texts: Sequence[str], given: Mapping[str, str] = NOTHING) -> None:
        self.placeholders: dict[str, str] = dict(given)
        self._texts = tuple(texts)
        self._of = {(value, name.isdigit()): name for name, value in given.items()}
        self._last = max((_number(name) for name in given), default=0)

    def name(self, value: str, kind: str, *, number: bool) -> str:
        """The placeholder of a value, a new one where it has none yet."""
        known = self._of.get((value, number))
        if known is None:
            while True:
                self._last += 1
                begin = str(_NUMBERS + self._last) if number else f"REDACTED_{self._last}_"
                if not any(begin in text for text in self._texts):
                    break
            known = self._of[value, number] = begin if number else begin + kind
            inside = _PLACEHOLDER.search(value) is not None
            self.placeholders[known] = restore(value, self.placeholders) if inside else value
        return known


_NUMBERS = 7_000_000_000
"""Where the placeholders of numbers begin: no telephone, card or account has such a number."""


def _places(text: str, placeholders: Mapping[str, str]) -> Iterator[Span]:
    """Where placeholders stand in a text."""
    begins = {_begin(name): name for name in placeholders}
    for match in _PLACEHOLDER.finditer(text) if begins else ():
        name = begins.get(match.group())
        if name is not None and text.startswith(name, match.start()):
            yield Span(match.start(), match.start() + len(name))


_PLACEHOLDER = re.compile(r"REDACTED_\d+_|(?<!\d)7\d{9,}(?!\d)")
"""The beginning of one that is a word, and all of one that is a number."""


def _begin(name: str) -> str:
    return name if name.isdigit() else "_".join((*name.split("_", 2)[:2], ""))


def _number(name: str) -> int:
    return int(name) - _NUMBERS if name.isdigit() else int(name.split("_", 2)[1])


def _found(
    text: str, values: Mapping[str, str], names: _Names, also: Sequence[_Finder]
) -> tuple[Found, ...]:
    """What is to be replaced in a text, in order and without overlaps: what begins first and is
    longest goes before, and what overlaps it goes with it.
    """
    found = [*_known(text, values), *find_secrets(text)]
    for find in also:
        found += find(text)
    taken = tuple(_places(text, names.placeholders))
    merged: list[Found] = []
    for one in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if merged and one.span.start < merged[-1].span.end:
            end = max(one.span.end, merged[-1].span.end)
            merged[-1] = Found(Span(merged[-1].span.start, end), merged[-1].kind)
        else:
            merged.append(one)
    return tuple(one for one in merged if _is_left(text, one.span, taken))


_Finder = Callable[[str], Iterable[Found]]


def _finders(*, personal: bool, internal: bool) -> list[_Finder]:
    """What is looked for besides secrets."""
    return [*([find_personal] if personal else []), *([find_internal] if internal else [])]


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


def _replaced(text: str, found: Iterable[Found], names: _Names) -> str:
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
