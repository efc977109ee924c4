"""What only stands where a secret would: an example, a variable, a word of tests, a label."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def is_harmless(value: str) -> bool:
    """Whether a value only stands where a secret would: an example, a variable, a word of tests."""
    bare = value.strip(" \t'\"`<>[](){}").lower()
    plain = bare.rstrip("0123456789!?.:;,*#-")
    fixed = _FILLED.sub("", value)
    return (
        len(set(bare)) < 3
        or bare in _words()
        or plain in _words()
        or any(part in value for part in _data()["holds"])
        or 2 * sum(map(len, _COUNTED.findall(value))) > len(value)
        or value.startswith(("env:", "secret:", "<?", "<%"))
        or bool(_VALIDATION.match(value) or (" " in value and _NAMING.search(value)))
        or (fixed != value and not (len(fixed) >= 6 and is_mixed(fixed)))
        or bool(_REFERENCE.fullmatch(value.strip("'\"")))
        or bool(_PATH.match(value) or _CALL.fullmatch(value) or _SHAPE.fullmatch(value))
    )


_VALIDATION = re.compile(r"(?:required|nullable|sometimes|present|string|confirmed|min|max)[|:]")
"""What a form checks of a field, as Laravel writes it."""

_COUNTED = re.compile(r"123456789?0?|0{8,}")

_FILLED = re.compile(r"\{\{.*?\}\}|[$#%@]?\{[^{}]*\}|%\(\w+\)[a-z]|%[sdrv]\b")
"""What is filled in where a text is made."""

_REFERENCE = re.compile(r"[$@%]{1,2}[A-Za-z_.:-]+%?|<[^<>]*>?|\$\([^()]{1,200}\)")
"""A variable, a command, or what stands for a value."""

_CALL = re.compile(
    r"[$@]?[A-Za-z_][\w.]*\((?:[\"'$].*)?\)|(?:Read|Get|New|ConvertTo|Import)-[A-Z]\w+(?: .*)?"
    r"|[A-Za-z]\w*(?:(?:\.|::)[A-Za-z]\w*_\w*)+"
)
"""What code asks for a secret, with parentheses or, in PowerShell and Ruby, without."""

_SHAPE = re.compile(
    r"#[0-9A-Fa-f]{3,8}|[A-Z]\w*<[\w<>, ?&]+>"
    r"|[(^]{0,2}(?:\[\^?[^\]\s]{1,30}\]|\\{1,2}[wdsWDS]|\.)[+*]\??[)$]{0,2}"
    r"|(?i:(?:aes|aria|camellia|chacha|des|sha|sm)-?\d{0,3}"
    r"(?:-(?:\d{3}|[cegxo][bct][bcmrs]|ede3?|siv|poly1305))+)"
)
"""A colour, a type, a pattern, or an algorithm."""

_PATH = re.compile(
    r"(?:https?://|file:|\.{0,2}/[\w./-]+(?: |$)|~/|[A-Za-z]:\\"
    r"|(?:[\w.-]{1,60}/){0,9}[\w-]+\.(?:json|ya?ml|toml|ini|cfg|conf|env|txt|pem|key|crt|asc|gpg|p12|pfx"
    r"|jks|xml|html?|md|csv|sql|sh|py|js|ts"
    r"|rb|go|rs|java|php|cs|log|svg|png|jpe?g|gif|com|org|net|io)$)"
)


def is_mixed(value: str) -> bool:
    """Whether it has letters and digits."""
    return bool(re.search(r"\d", value) and re.search(r"[^\W\d]", value))


def says_its_name(value: str) -> bool:
    """Whether a value is the name of a secret rather than one: `db-password`, `API_TOKEN`."""
    return bool(_NAMING.search(value)) and bool(re.fullmatch(r"[\w./:-]*", value))


_NAMING = re.compile(r"(?i)passw|secret|token|(?:api|access|private)[_-]?key|credential|kennwort")


def is_label(value: str) -> bool:
    """Whether several words are what somebody is shown rather than a secret: "Enter a password"."""
    return bool(_NAMING.search(value)) or not _labels().isdisjoint(value.lower().split())


def is_example(value: str) -> bool:
    """Whether a value is a word that stands in examples and tests, and in code for other things."""
    return value.lower() in _words()


def is_public(token: str) -> bool:
    """Whether something long is public by its beginning: an image, a certificate, a checksum."""
    return token.startswith(tuple(_data()["begins"]))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "harmless.toml").read_text(encoding="utf-8"))


@cache
def _labels() -> frozenset[str]:
    return frozenset(_data()["labels"])


@cache
def _words() -> frozenset[str]:
    return frozenset(_data()["words"])
