"""What stands for a secret: a word in capitals, `REDACTED_1_GITHUB_TOKEN`, so that code parses with
it as well as without it: in a string, as an identifier, in a comment, a URL or YAML. What is a
number stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from deskmate.core.text.text import Span

NOTHING: Mapping[str, str] = MappingProxyType({})


def restore(text: str, placeholders: Mapping[str, str]) -> str:
    """A text with the values back in place of their placeholders."""
    pieces, at = [], 0
    for span in places(text, placeholders):
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
    whole = [span.end for span in places(text, placeholders)]
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
        text[span.start : span.end] for text in texts for span in places(text, placeholders)
    )


class Names:
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


def places(text: str, placeholders: Mapping[str, str]) -> Iterator[Span]:
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
