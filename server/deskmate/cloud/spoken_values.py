"""What looks like a password in a line that speaks of one, however the two are put together: an
argument of a call that nobody knows, a cell, a word of a log or of a sentence.

The words are data, `secret_names.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from deskmate.cloud.found import Found
from deskmate.cloud.harmless import is_harmless, says_its_name
from deskmate.core.text.text import Span


def find_spoken(text: str) -> Iterator[Found]:
    """Every value beside a word that speaks of secrets that looks like one, in no order."""
    done = 0
    for spoken in _spoken().finditer(text):
        start = max(done, _start(text, spoken.start()))
        end = _end(text, spoken.end())
        if end <= done:
            continue
        for pattern, looks in _PLACES:
            for one in pattern.finditer(text, start, end):
                value = one["value"]
                if looks(value) and not (is_harmless(value) or _names_one(value)):
                    yield Found(Span(*one.span("value")), "PASSWORD")
        done = end


def _names_one(value: str) -> bool:
    """Whether a value is what something around secrets is called: `Login-Failed`, `Auth_Token`."""
    return says_its_name(value) or _AROUND.search(value) is not None


_AROUND = re.compile(r"(?i)log-?[io]n|sign-?in|auth|crypt")


_NEAR = 200
"""Characters around a word in which it is looked for what it speaks of."""


def _start(text: str, at: int) -> int:
    """Where what belongs to a word begins: its line, or an attribute before it."""
    nearest = max(0, at - _NEAR)
    line = max(nearest, text.rfind("\n", nearest, at) + 1)
    above = max(nearest, text.rfind("\n", nearest, max(nearest, line - 1)) + 1)
    return above if _ATTRIBUTE.match(text, above, line) else line


_ATTRIBUTE = re.compile(r"[ \t]*(?:#?\[|@)\w")


def _end(text: str, at: int) -> int:
    """Where what belongs to a word ends: its line, the next one where something is asked, or all
    that it opens.
    """
    farthest = min(len(text), at + _NEAR)
    line = text.find("\n", at, farthest)
    if line < 0:
        return farthest
    if _OPENS.search(text, at, line):
        block = text.find("\n\n", line, farthest)
        return block if block >= 0 else farthest
    if _ASKS.search(text, at, line) or _ANSWER.match(text, line + 1, farthest):
        below = text.find("\n", line + 1, farthest)
        return below if below >= 0 else farthest
    return line


_OPENS = re.compile(r"(?:[({\[:]|<<-?[\"']?\w{1,20}[\"']?)[ \t]*$")

_ASKS = re.compile(r"(?:[\])}?]|:[\"'`])[ \t]*$")


@cache
def _spoken() -> re.Pattern[str]:
    data = tomllib.loads((files(__package__) / "secret_names.toml").read_text(encoding="utf-8"))
    return re.compile(rf"(?i)(?:{'|'.join(data['spoken'])})")


_LITERAL = re.compile(
    r"(?P<quote>[\"'`])(?P<value>(?:(?!(?P=quote))[^\s\\]){6,40})(?:\\[rn])?(?P=quote)"
    r"(?!\s{0,3}(?::|=>))"
)
"""Text in quotes that is no key."""

_WORD = re.compile(
    r"(?<![^\s=:/(>|*,{„“\"'`])(?P<value>[^\W_][^\s\"'`<>{}()\[\]|;,\\/:=“”„]{5,38}[^\W_])"
    r"(?=[\s.,;)!?|*<}“”\"'`\\]|$)(?!\s{0,3}=)"
)


_ANSWER = re.compile(
    r"^(?:[\w.@-]{1,30}(?:[ ][(\[][\d: ]{3,12}[)\]])?:[ ]{1,3})[`\"']?"
    r"(?P<value>[^\s`\"']{6,40})[`\"']?[ \t]*$",
    re.MULTILINE,
)
"""What somebody says in a chat, in a word."""


def _looks_chosen(value: str) -> bool:
    """Whether text in quotes looks like what a person or a machine has as password."""
    return (
        _looks_drawn(value)
        or bool(_NUMBERED.fullmatch(value) and not _IDENTIFIER.fullmatch(value) and _is_odd(value))
        or bool(_WORDS.fullmatch(value))
    )


def _looks_odd(value: str) -> bool:
    """Whether a word of a line or of a sentence, where more is written, looks like one, and not
    like what code calls something.
    """
    if _NAME.fullmatch(value):
        return False
    return _looks_drawn(value) or (
        re.search(r"[A-Z]", value) is not None
        and not re.fullmatch(r"[^\d_]+|.*\..*", value)
        and _looks_chosen(value)
    )


def _looks_drawn(value: str) -> bool:
    """Whether a word of a line looks like one: letters with digits or signs that no name has."""
    return bool(_SIGNED.fullmatch(value)) or (
        _DRAWN.fullmatch(value) is not None and _is_odd(value)
    )


def _is_odd(value: str) -> bool:
    """Whether it has digits that are no part of what technology is called."""
    return bool(re.search(r"\d", _TECHNICAL.sub("", value))) and not _USUAL.fullmatch(value)


_SIGNED = re.compile(
    r"(?=[^\d]*\d)(?=[\d\W_]*[^\W\d_])"
    r"[^\W_]{2,20}(?!%[0-9A-F]{2})[!#$%&*+~^]{1,3}[^\W_]{1,12}[!#$*+~]{0,3}"
)
"""Words with a sign between them."""

_DRAWN = re.compile(r"(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])(?=[^\d]*\d)[A-Za-z\d]{8,24}")
"""Capitals, small letters and digits."""

_NUMBERED = re.compile(r"[^\W\d_]{3,20}(?:[-_.][^\W\d_]{3,20}){0,3}[-_.]?\d{1,6}[!?.]{0,2}")
"""Words with a number behind them."""

_WORDS = re.compile(
    r"[A-Z][a-z]{2,}_[A-Z]?[a-z]{2,}|[a-z]{3,}_[A-Z][a-z]{2,}"
    r"|[A-Z][a-z]{2,}-[A-Z]?[a-z]{3,}|[a-z]{3,}-[A-Z][a-z]{2,}"
)
"""Two words, as no language writes them together."""

_IDENTIFIER = re.compile(r"[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{1,3}|[A-Z]+(?:[-_][A-Z]+)*[-_]?\d+")

_NAME = re.compile(
    r"[A-Za-z]+_[A-Za-z]+|(?:[A-Z]+|[A-Z]?[a-z]+)(?:[A-Z][a-z]{2,})*[A-Z]{0,5}\d{1,4}"
    r"(?:[A-Z][a-z]{2,})+"
)
"""As Ada writes `User_Name`, and most languages `Saml2Handler`."""

_TECHNICAL = re.compile(
    r"(?i)(?:sha|md|aes|utf|base|pkcs|pbkdf|hmac|auth|ntlm|ldap|tls|ssl|http|windows|server|python|java|latin"
    r"|ascii|curve|secp|argon|float|int|junit|version|oracle|sql|mongo|ipv"
    r"|(?<![a-z])(?:rsa|[hrep]s|x|v|win|php|iso|k|ed|p|web|nio|log|id|rfc|db|ip|l|ia))[-_]?\d+"
)

_USUAL = re.compile(
    r"(?:0x)?(?:[0-9a-f]{6,}|[0-9A-F]{6,})|[A-Z]{2,10}-?\d+|\d+[a-zA-Z]{1,3}|[A-Z]?[a-z]+\d{1,2}"
)
"""A checksum, a ticket, an amount, a name with a number."""

_PLACES = ((_LITERAL, _looks_chosen), (_WORD, _looks_odd), (_ANSWER, _looks_chosen))
"""Where values stand in a line, and what they have to look like there."""
