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

from deskmate.cloud.entropy import random_parts
from deskmate.cloud.found import Found
from deskmate.cloud.harmless import is_harmless, is_public
from deskmate.cloud.inserted_values import find_inserted
from deskmate.cloud.named_values import find_named
from deskmate.cloud.spoken_values import find_spoken
from deskmate.cloud.tabled_values import find_tabled
from deskmate.core.text.text import Span


def find_secrets(text: str) -> Iterator[Found]:
    """Every secret in a text, in no order; some of them twice, or one inside another."""
    yield from _ruled(text)
    if commands := _as_commands(text):
        yield from _ruled(commands)
    yield from _key_ends(text)
    yield from find_named(text)
    yield from find_inserted(text)
    yield from find_tabled(text)
    yield from find_spoken(text)
    yield from _random(text)


def _ruled(text: str) -> Iterator[Found]:
    """What the rules say."""
    lowered = text.lower()
    for rule in _rules():
        if rule.marks and not any(mark in lowered for mark in rule.marks):
            continue
        for match in rule.pattern.finditer(text):
            group = match.lastindex or 0
            if rule.shape or not is_harmless(match.group(group)):
                yield Found(Span(*match.span(group)), rule.kind)


def _as_commands(text: str) -> str:
    """A text of the same length in which lists of arguments are the lines that a shell would
    read, `["mysql", "-psecret"]` and `"mysql").arg("-psecret")` as `mysql -psecret`, and nothing
    else stands; "" without one.
    """
    pieces, at = [], 0
    for match in _ARGUMENTS.finditer(text):
        if _OPTION.search(match[0]):
            pieces += [_blank(text[at : match.start()]), _BETWEEN.sub(_spaces, match[0])]
            at = match.end()
    return "".join([*pieces, _blank(text[at:])]) if pieces else ""


def _blank(text: str) -> str:
    return "".join("\n" if one == "\n" else " " for one in text)


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match[0])


_NEXT = r"(?:[ ]?,\s{0,3}+\[?|\)\s{0,20}+\.args?\(&?\[?)"

_ARGUMENTS = re.compile(
    rf"[\"'][^\n\"']*+[\"'](?:{_NEXT}(?:[\"'][^\n\"']*+[\"']|[\w.]{{1,40}}(?={_NEXT}[\"']))){{1,60}}+"
)
"""Literals, and names between them."""

_OPTION = re.compile(r"[\"']--?\w")

_BETWEEN = re.compile(rf"[\"']{_NEXT}[\"']?|{_NEXT}[\"']|[\"']")


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
    if is_public(token) or is_harmless(token):
        return True
    behind = _PUBLIC_BEHIND.match(text, at + len(token))
    return bool(behind or _PUBLIC_SHAPE.fullmatch(token) or _PUBLIC_BEFORE.search(before))


_PUBLIC_BEHIND = re.compile(
    r"(?:\.chunk)?\.(?:[cm]?js|css|map|woff2?|svg|png|jpe?g|gif|webp|wasm)\b"
)
"""The end of a file that is named after its checksum."""

_PUBLIC_SHAPE = re.compile(
    r"-*WebKitFormBoundary\w+|01[0-9A-HJKMNP-TV-Z]{24}"  # a part of a form, a ULID
    r"|bafy[a-z2-7]{50,}|Qm[1-9A-HJ-NP-Za-km-z]{44}|12D3KooW\w{44}|z6Mk\w{40,}"  # IPFS, a DID
    r"|[ACDEFGHIKLMNPQRSTVWY]{40,}|bc1[a-z0-9]{25,}"  # a protein, an address of Bitcoin
    r"|UC[\w-]{22}|PL[\w-]{32}|6L[\w-]{38}|age1[a-z0-9]{58}"  # YouTube, reCAPTCHA, age
    r"|(?:[rnbqkpRNBQKP1-8]+/){7}[rnbqkpRNBQKP1-8]+|[A-Z]{14}-[A-Z]{10}-[A-Z]"  # chess, InChI
    r"|(?:acct|asst|ch|cs|cus|evt|file|in|msg|pi|plan|pm|price|prod|req|run|seti|src|sub|thread|txn)_"
    r"\w{8,}"  # what a service calls a customer, an event, a request
    r"|(?:[a-z0-9]+-)+[b-df-hj-np-tv-xz2-9]{8,10}-[b-df-hj-np-tv-xz2-9]{5}"  # a pod of Kubernetes
)

_PUBLIC_BEFORE = re.compile(
    r"(?:;base64,|-verification=|(?i:message-id|in-reply-to|references|content-id): ?<"
    r"|(?i:sha\d{1,3})[-:=]|\bh1:|ssh-[a-z0-9]+ |ecdsa-\S+ |boundary=[\"']?"
    r"|(?i:public_?key|pubkey|site_?key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
    r"|(?i:sec-websocket-\w+|nanoid|ksuid|cuid)[\"']?[:=]?\s{0,3}[\"']?"
    r"|(?i:(?<!key)(?<!key_)(?<!secret_)(?<!session)(?<!session_)id|\bsha\d{0,3}"
    r"|etag|if-none-match|digest|fingerprint|checksum|integrity|\bmd5|\bhash|\brev|\bcommit|\bcursor)"
    r"[\"']?\s{0,3}[:=]\s{0,3}(?:W/)?[\"']?"
    r"|[\"'](?:[nxy]|x5[ct])[\"']\s{0,3}:\s{0,3}[\"'])$"
)
