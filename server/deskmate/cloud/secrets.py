"""Where secrets stand in a text: by their shape, by what stands before them, and by randomness.

The rules are data, `secrets.toml`. They cannot know every secret, which is why what looks random
counts as one, and why `redaction.py` also looks for values that the project keeps in `.env` files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from deskmate.cloud.entropy import is_random, random_parts
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Found:
    """Something that must not leave the machine, and what kind of thing it is, in capitals."""

    span: Span
    kind: str


def find_secrets(text: str) -> Iterator[Found]:
    """Every secret in a text, in no order; some of them twice, or one inside another."""
    lowered = text.lower()
    for rule in _rules():
        if rule.marks and not any(mark in lowered for mark in rule.marks):
            continue
        for match in rule.pattern.finditer(text):
            group = match.lastindex or 0
            if rule.shape or not is_harmless(match.group(group)):
                yield Found(Span(*match.span(group)), rule.kind)
    yield from _key_ends(text)
    yield from _named(text)
    if "insert into" in lowered:
        yield from _inserted(text)
    yield from _random(text)


def is_harmless(value: str) -> bool:
    """Whether a value only stands where a secret would: an example, a variable, a word of tests."""
    data = _data()["harmless"]
    bare = value.strip(" \t'\"`<>[](){}").lower()
    plain = re.sub(r"[\d!?.:;,*#-]+$", "", bare)
    fixed = _FILLED.sub("", value)
    return (
        len(set(bare)) < 3
        or bare in _words()
        or plain in _words()
        or any(part in value for part in data["holds"])
        or 2 * sum(map(len, _COUNTED.findall(value))) > len(value)
        or value.startswith(("env:", "secret:", "<?", "<%"))
        or bool(_VALIDATION.match(value) or (" " in value and _NAMING.search(value)))
        or (fixed != value and not (len(fixed) >= 6 and _is_mixed(fixed)))
        or bool(_REFERENCE.fullmatch(value))
        or bool(_PATH.match(value))
    )


_VALIDATION = re.compile(r"(?:required|nullable|sometimes|present|string|confirmed|min|max)[|:]")
"""What a form checks of a field, as Laravel writes it."""

_COUNTED = re.compile(r"123456789?0?|0{8,}")

_FILLED = re.compile(r"\{\{.*?\}\}|[$#%@]?\{[^{}]*\}|%\(\w+\)[a-z]|%[sdrv]\b")
"""What is filled in where a text is made."""

_REFERENCE = re.compile(r"[$@%]{1,2}[A-Za-z_.:-]+%?|<[^<>]*>?")
"""A variable, or what stands for a value."""

_PATH = re.compile(
    r"(?:https?://|file:|\.{0,2}/[\w./-]+$|~/|[A-Za-z]:\\"
    r"|[\w-]+\.(?:json|ya?ml|toml|ini|cfg|conf|env|txt|pem|key|crt|xml|html?|md|csv|sql|sh|py|js|ts"
    r"|rb|go|rs|java|php|cs|log|svg|png|jpe?g|gif|com|org|net|io)$)"
)


def _is_mixed(value: str) -> bool:
    """Whether it has letters and digits."""
    return bool(re.search(r"\d", value) and re.search(r"[^\W\d]", value))


def is_example(value: str) -> bool:
    """Whether a value is a word that stands in examples and tests, and in code for other things."""
    return value.lower() in _words()


def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret, or likely to be one."""
    return _strength(name) in ("strong", "likely", "weak")


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    shape: bool


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "secrets.toml").read_text(encoding="utf-8"))


@cache
def _words() -> frozenset[str]:
    return frozenset(_data()["harmless"]["words"])


@cache
def _rules() -> tuple[_Rule, ...]:
    found = []
    for table in ("rule", "context"):
        for one in _data()[table]:
            shape = table == "rule"
            around = "(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])" if shape else "(?i:{})"
            pattern = re.compile(around.format(one["pattern"]), re.VERBOSE | re.MULTILINE)
            marks = tuple(mark.lower() for mark in one["marks"])
            found.append(_Rule(one["kind"], marks, pattern, shape))
    return tuple(found)


def _key_ends(text: str) -> Iterator[Found]:
    """The ends of private keys whose beginning is not in the text."""
    last = 0
    for end in _KEY_END.finditer(text):
        before, last = max(last, end.start() - _KEY_SIZE), end.end()
        lines = _KEY_LINES.search(text[before : end.start()])
        if lines is not None:
            yield Found(Span(before + lines.start(), end.end()), "PRIVATE_KEY")


_KEY_SIZE = 20_000

_KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")

_KEY_LINES = re.compile(
    r"""(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{24,}+[\s"'\\+\#*/n]*+)++
    (?:[A-Za-z0-9+/=]{1,23}[\s"'\\+\#*/n]*+)?\Z""",
    re.VERBOSE,
)


def _named(text: str) -> Iterator[Found]:
    """Values of names such as `DB_PASSWORD`, as code and configuration write them."""
    for pattern, judge in _WRITTEN.items():
        match = pattern.search(text)
        while match is not None:
            strength, end = _strength(match["name"]), match.end("name")
            if strength is not None and not is_harmless(match["value"]) and judge(match, strength):
                kind, end = "PASSWORD" if strength == "strong" else "TOKEN", match.end()
                yield Found(Span(*match.span("value")), kind)
            match = pattern.search(text, end)  # what is no secret may hold the name of one


def _inserted(text: str) -> Iterator[Found]:
    """Values of the columns that hold secrets, in `INSERT INTO … (…) VALUES (…), (…)`."""
    for match in _INSERT.finditer(text):
        columns = [name.strip(' \n\t"`[]') for name in match["columns"].split(",")]
        secret = [at for at, name in enumerate(columns) if _strength(name) in ("strong", "likely")]
        at = match.end()
        while secret and (row := _ROW.match(text, at)):
            values = list(_VALUE.finditer(text, row.start("values"), row.end("values")))
            for column in secret:
                one = values[column] if len(values) == len(columns) else None
                if one and one["text"] and not is_harmless(one["text"]):
                    yield Found(Span(*one.span("text")), "PASSWORD")
            at = row.end()


_INSERT = re.compile(
    r"(?i)\binsert\s+into\s+[\w.\"`\[\]]{1,80}\s{0,9}\((?P<columns>[^()]{1,600})\)\s{0,9}values\s{0,9}"
)

_ROW = re.compile(
    r"[\s,]{0,40}\((?P<values>(?:'(?:[^'\n]|'')*+'|\"[^\"\n]*+\"|[^()'\"]|\([^()'\"]*+\))*+)\)"
)

_VALUE = re.compile(
    r"(?:\s*N?(?:'(?P<text>(?:[^'\n]|'')*+)'|\"[^\"\n]*+\")|[^,()'\"]++(?:\([^()]*+\))?)\s*(?:,|$)"
)


@cache
def _strength(name: str) -> str | None:
    """What a name says of its value."""
    names = _data()["names"]
    last = re.split(r"[.\[\]\"']+", name.strip(".[]\"'"))[-1]
    words = [word.lower() for word in _WORD.findall(last)]
    while words and (words[-1].isdigit() or words[-1] in names["beside"]):
        words.pop()
    for ends in ("".join(words[-2:]), "".join(words[-1:])):
        if ends in names["public"]:
            return None
        for strength in ("strong", "likely", "weak", "faint"):
            for known in names[strength]:
                long = len(known) > 4 and strength != "faint"
                if ends == known or (long and ends.endswith(known)):
                    return str(strength)
    return None


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_NAME = r"(?P<name>[A-Za-z_$][\w.-]{0,79}+)"
"""No longer than names are: the time must grow with the text alone, whatever somebody wrote."""

_BEGINS = r"(?<![\w$.-])"


def _quoted_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of NAME = "VALUE" and its like in any language."""
    value, name = match["value"], match["name"]
    if " " in value:
        return _is_passphrase(name, value)
    if _says_its_name(value):
        return False
    names_one = _VARIABLE.fullmatch(name) or "." in name.strip(".")
    if match["op"] in (",", "(") and strength == "strong" and not names_one:
        strength = "weak"  # ("password", "user") names two fields
    return _is_secret(value, strength)


_VARIABLE = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
"""The name of an environment variable, as in `getenv("DB_PASSWORD", "…")`."""


def _line_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of NAME=VALUE and NAME: VALUE without quotes, which may be code as well."""
    value, name = match["value"].rstrip(), match["name"]
    if strength == "strong" and re.fullmatch(r"[\w'-]+(?: [\w'-]+){2,7}", value):
        return bool(re.search(r"(?i)_pass|psk|phrase$", name)) and _is_passphrase(name, value)
    if re.search(r"[()\[\]{};|]|,$|\s", value) or _says_its_name(value):
        return False
    tight = match["op"] == "=" and match["gap"] == ""
    if re.fullmatch(r"[A-Za-z_.]+", value) and not (tight and (name.isupper() or "." in name)):
        plain = strength == "strong" and bool(re.fullmatch(r"[A-Z]?[a-z]+", value))
        # An assignment in code has a variable there, and one of no file of settings is indented.
        sets = match["op"] == ":" or value[0].isupper() or (tight and match[0][0] not in " \t")
        return plain and sets
    return _is_secret(value, strength)


def _is_secret(value: str, strength: str) -> bool:
    """Of a single value, by what its name says of it."""
    if len(value) < 4:
        return False
    mixed = _is_mixed(value)
    match strength:
        case "strong":
            return True
        case "likely":
            return len(value) >= 8 and (mixed or is_random(value))
        case "weak":
            return len(value) >= 8 and (
                is_random(value) or (mixed and not re.fullmatch(r"[a-z_.-]+\d{0,2}", value))
            )
        case _:
            return len(value) >= 16 and (is_random(value) or bool(_HEX.fullmatch(value)))


_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]{32,}|[0-9A-F]{32,})")


def _says_its_name(value: str) -> bool:
    """Whether a value is the name of a secret rather than one: `db-password`, `API_TOKEN`."""
    return bool(_NAMING.search(value)) and bool(re.fullmatch(r"[\w./:-]*", value))


_NAMING = re.compile(r"(?i)passw|secret|token|(?:api|access|private)[_-]?key|credential|kennwort")


def _is_passphrase(name: str, value: str) -> bool:
    """Words that are a secret together; a label or a message is none."""
    words = value.split()
    if len(words) >= 12 and all(word.islower() and word.isalpha() for word in words):
        return re.search(r"(?i)mnemonic|seed|phrase", name) is not None
    is_label = re.search(
        r"(?i)pass|kennwort|secret|token|\bkeys?\b|\benter\b|\byour?\b|must|invalid|[.!?:]$|%|\bis\b",
        value,
    )
    ends = re.search(r"(?i)(?:pass(?:_?phrase|_?word|wd|wort)?|psk|pwd|secret|kennwort)\d*$", name)
    is_heading = value.istitle() and value.isascii() and not re.search(r"\d", value)
    return bool(ends) and not is_label and not is_heading and len(words) < 12


_QUOTED = (
    r"(?:[rbfuLNR@$]{1,2}|String\.raw)?(?P<quote>\\?[\"'`])"
    r"(?P<value>(?:\\[^\n]|(?!(?P=quote))[^\\\n]){4,200}?)(?P=quote)"
)

_WRAPPED = (
    r"(?:[\w.:]{0,40}?\b(?:GetBytes|from|String|Some|SecretStr|Secret|bytes|of|ptr|just|Just|toBytes)"
    r"\(\s{0,3}){0,2}"
)
"""Calls that make a secret's type of a text."""

_FALLBACK = (
    r"(?:[\w.$()\[\]!= -]{1,60}?(?:\([\"'][\w.-]{1,60}[\"']\))?\s{0,3}"
    r"(?:\bor\b|\|\||\?\?|\?:|\belse\b|\?[^\"'`\n:;]{1,40}:)\s{0,3})?"
)
"""What is asked before the value that is written down."""

_WRITTEN = {
    re.compile(
        _BEGINS
        + _NAME
        + r"\\?+[\"'`]?+(?:\[\w*\])?+\s{0,40}+[\])]?+\s{0,40}+"
        + r"(?::[ \t]{0,40}+[\w.\[\]|?<> ]{1,40}?)?"
        + r"(?P<op>=>|:=|\?=|===?|!==?|\|\||\?\?|\bor\b|[:=,])\s{0,40}+"
        + _FALLBACK
        + _WRAPPED
        + _QUOTED
    ): _quoted_is_secret,
    re.compile(_BEGINS + _NAME + r"(?P<op>\()" + _QUOTED): _quoted_is_secret,
    re.compile(
        r"^[ \t>+#/*-]*(?:(?:export|set|ENV|ARG|-e|--env|setx|const|let|var)[ \t]+)*[\"']?"
        + _NAME
        + r"[\"']?(?P<gap>[ \t]*)(?P<op>[:=])(?:(?<==)[ \t]*|[ \t]+)"
        r"(?P<value>[^\s\"'`$<>{}()\[\]&|!%,;=](?:[^\n#\"'`]|(?<=\S)#){0,200}?)"
        r"[ \t]*(?:(?<=\s)#[^\n]*)?\r?$",
        re.MULTILINE,
    ): _line_is_secret,
}


def _random(text: str) -> Iterator[Found]:
    """What looks drawn by a machine, unless it is public by its nature."""
    blocks = [match.span() for match in _BLOCK.finditer(text)]
    for match in _TOKEN.finditer(text):
        token = match.group()
        while blocks and blocks[0][1] <= match.start():
            blocks.pop(0)
        is_inside = bool(blocks) and blocks[0][0] <= match.start()
        if is_inside or _is_public(text, match.start(), token):
            continue
        done = 0
        for start, end in random_parts(token):
            if start < done:
                continue  # it is in the word of the one before
            while start > 0 and token[start - 1].isalnum():
                start -= 1
            while end < len(token) and (token[end].isalnum() or token[end] == "="):
                end += 1
            done = end
            part = token[start:end]
            pieces = re.split(r"[/_+=-]", part)
            if not all(_DULL.fullmatch(one) or len(one) < 6 for one in pieces):
                yield Found(Span(match.start() + start, match.start() + end), "SECRET")


_DULL = re.compile(r"(?:0x)?[0-9a-f]*|(?:0x)?[0-9A-F]*|[a-z]{1,12}")
"""A piece that is a checksum, an address or a word."""

_TOKEN = re.compile(r"[A-Za-z0-9+/_-]{14,}={0,2}")

_BLOCK = re.compile(r"-----BEGIN (?![A-Z0-9 ]*PRIVATE)[A-Z0-9 ]+-----[^-]*")
"""A certificate, a public key or a signature."""


def _is_public(text: str, at: int, token: str) -> bool:
    """Whether a long token is an image, a public key or a checksum."""
    before = text[max(0, at - 40) : at]
    if token.startswith(tuple(_data()["harmless"]["begins"])) or is_harmless(token):
        return True
    return bool(_PUBLIC_SHAPE.fullmatch(token) or _PUBLIC_BEFORE.search(before))


_PUBLIC_SHAPE = re.compile(
    r"-*WebKitFormBoundary\w+|01[0-9A-HJKMNP-TV-Z]{24}"  # a part of a form, a ULID
    r"|(?:[a-z0-9]+-)+[b-df-hj-np-tv-xz2-9]{8,10}-[b-df-hj-np-tv-xz2-9]{5}"  # a pod of Kubernetes
)

_PUBLIC_BEFORE = re.compile(
    r"(?:;base64,|(?i:sha\d{1,3})[-:=]|\bh1:|ssh-[a-z0-9]+ |ecdsa-\S+ |boundary=[\"']?"
    r"|(?i:public_?key|pubkey)[\"']?\s{0,3}[:=]\s{0,3}[\"']?)$"
)
