"""What chat models say instead of a text, before it and after it, from `chat.toml`. A text may well
say the same, and be sorry in the first person: what its source says counts for nothing here.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

_SHORT = 600
"""Characters of the longest refusal."""


def is_refusal(text: str) -> bool:
    """Whether a text says that the model will not or cannot answer."""
    return (
        len(text) < _SHORT and _pattern("refusals").match(text.strip().lstrip("*\"“'")) is not None
    )


def refuses(text: str, source: str) -> bool:
    """Whether a reply that is to say what `source` does refuses instead: it speaks as a model, or
    of the task, and not of what the source speaks of.
    """
    if not is_refusal(text):
        return False

    def speaks_of(name: str) -> bool:
        """Whether the reply does of what the source does not."""
        told = source.lower()
        return any(one[0].lower() not in told for one in _pattern(name).finditer(text))

    if speaks_of("models"):
        return True
    if _share(text, source) >= _SAME:
        return False
    if speaks_of("helping"):
        return True
    sorry, also = _sorry_in(source), _sorry_in(text)
    return speaks_of("tasks") and (not sorry or (bool(sorry & also) and speaks_of("handling")))


def _sorry_in(text: str) -> set[int]:
    """The languages in which a text is sorry, by the number of their line."""
    patterns = enumerate(_words()["sorry"])
    return {number for number, one in patterns if re.search(one, text, re.IGNORECASE)}


_SAME = 0.34
"""The share of a reply's telling words from which on it says what its source says."""


def without_chat(text: str, source: str, *, whole: bool = False) -> str:
    """A reply without the words of a chat around it, as far as the source does not say them, or a
    `whole` one, which has each sentence of the source, in another language.
    """
    begun = None
    while begun != text:
        begun, text = text, _without_opening(text, source)
    ended = None
    while ended != text:
        ended, text = text, _without_ending(text, source, whole)
    return text


def without_lead_in(text: str, source: str) -> str:
    """A reply for running text without a first line that leads in to it, whatever its words: it
    ends in a colon, as no line of the source does, and has none of its words.
    """
    line, _, rest = text.lstrip().partition("\n")
    lead = line.strip().rstrip("*_ ")
    if not lead.endswith(":") or not rest.strip() or len(lead.split()) > _LEAD:
        return text
    if re.search(r":[*_ ]*$", source, re.M) or _share(lead, source) > 0:
        return text
    greets = re.match(rf"{_any('greetings')}\b", lead.lstrip("*_# "), re.IGNORECASE)
    return text if greets else rest.lstrip()


_LEAD = 14
"""Words of the longest such line."""


def without_afterword(text: str, source: str) -> str:
    """A reply for one paragraph without a last one that has none of its words, whatever it says,
    where the rest has them, and as many sentences as the paragraph.
    """
    kept, _, last = text.strip().rpartition("\n\n")
    if not kept or "\n\n" in source.strip() or not 2 < len(last.split()) <= _LEAD + _LEAD:
        return text
    of_it = _share(last, source, 3) > 0 or re.search(r"\d", last)
    if of_it or _share(kept, source) < _SAME or _count_ends(kept) < _count_ends(source):
        return text
    return _without_rule(kept)


def _without_opening(text: str, source: str) -> str:
    """Without the first sentence or line, where it agrees or names what follows."""
    agreed = _agreeing().match(text)
    if agreed and not _pattern("agreeing").match(source.lstrip()) and text[agreed.end() :].strip():
        return text[agreed.end() :].lstrip()
    for pattern in (_handing(), _follows(), _label()):
        found = pattern.match(text)
        if (
            found
            and text[found.end() :].strip()
            and not source.lstrip().startswith(found[0].strip())
        ):
            first = re.split(r"[:.\n]", source.lstrip())[0].lower()
            if not first or first not in found[0].lower():
                return text[found.end() :].lstrip()
    return text


def _without_ending(text: str, source: str, whole: bool) -> str:
    """Without the last sentences, where they speak to whoever asked."""
    for found in _ENDS.finditer(text, max(0, len(text) - _LAST)):
        rest = text[found.end() :]
        said = _pattern("endings").match(rest)
        before = text[: found.start()].rstrip()
        if not said or not before or said[0].lower() in source.lower():
            continue
        if whole and _share(before, source) < _OTHER and _count_ends(before) < _count_ends(source):
            continue
        if _share(rest, source) < _SAME:
            return _without_rule(before)
    return text


def _without_rule(text: str) -> str:
    return re.sub(r"\n[ \t]*(?:---+|\*\*\*+)\s*\Z", "", text).rstrip()


def _count_ends(text: str) -> int:
    """The ends of the sentences and paragraphs of a text."""
    return len(re.findall(r"[.!?]+(?=\W*(?:\s|\Z))|\n+", text.strip()))


_OTHER = 0.2
"""The share up to which it is in another language, or in quite other words."""

_LAST = 600
"""Characters of the longest ending."""

_ENDS = re.compile(r"(?:(?<=[.!?:)\]`\"”])[ \t]+|\n+)[\W_]{0,4}(?=\w)")
"""Where it may begin: after a sentence, or with a line."""


def _share(text: str, source: str, least: int = 4) -> float:
    """The share of a text's words, of so many letters at `least`, that the source has."""
    telling = re.compile(rf"[^\W\d_]{{{least},}}")
    words = set(telling.findall(text.lower())).difference(_words()["everywhere"])
    return len(words & set(telling.findall(source.lower()))) / max(1, len(words))


@cache
def _agreeing() -> re.Pattern[str]:
    """Agreement that is a sentence, or that a line follows which says what comes."""
    says = f"(?:{_any('agreeing')})"
    return re.compile(
        rf"\A\W{{0,3}}{says}(?:[!.]+\s+|[,!.]?\s*\n+"
        rf"|(?:[,:]|\s[-–—])\s*(?=(?:{_any('follows')}|{_any('handing')}\s*:)))",
        re.I,
    )


@cache
def _handing() -> re.Pattern[str]:
    """What hands a text over without a name for it, up to its colon."""
    return re.compile(rf"\A\W{{0,3}}{_any('handing')}\s*:\W{{0,3}}\s+", re.IGNORECASE)


@cache
def _follows() -> re.Pattern[str]:
    """A sentence that says that a text follows: up to a colon, or a line of its own."""
    return re.compile(
        rf"\A\W{{0,3}}(?:{_any('follows')})\b[^\n:]{{0,80}}?\b(?:{_any('texts')})\b"
        r"(?:[^\n:]{0,80}:\W{0,3}(?:\s+|\Z)|[^\n:]{0,60}[.!]?[ \t]*\n+)",
        re.I,
    )


@cache
def _label() -> re.Pattern[str]:
    """The name of the text: in bold, as a heading, or before a colon on a line of its own."""
    words, of = r"(?:[\w'’-]+[ ]){0,4}", r"(?:[ ](?:in|auf|en|of|for)[ ][\w ]{1,20})?"
    named = rf"{words}(?:[\w'’-]*?(?:{_any('texts')})){of}"
    return re.compile(
        rf"\A(?:\*\*\s*{named}\s*:?\s*\*\*\s*:?\s*|#{{1,6}}[ ]+{named}:?[ ]*\n+|{named}:[ ]*\n+)",
        re.I,
    )


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_any(name), re.IGNORECASE)


def _any(name: str) -> str:
    return f"(?:{'|'.join(_words()[name])})"


@cache
def _words() -> dict[str, list[str]]:
    text = (resources.files(__package__) / "chat.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
