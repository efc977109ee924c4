"""Values that their names call secret, as code and configuration write them: `KEY = "…"`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.cloud.entropy import is_random
from deskmate.cloud.found import Found
from deskmate.cloud.harmless import is_harmless, is_label, is_mixed, says_its_name
from deskmate.cloud.secret_names import rate_name
from deskmate.core.text.text import Span


def find_named(text: str) -> Iterator[Found]:
    """Every value in a text whose name says that it is a secret, in no order."""
    yield from _written(text)
    yield from _grouped(text)


def _written(text: str) -> Iterator[Found]:
    """Values of names such as `DB_PASSWORD`, as code and configuration write them."""
    for pattern, judge in _FORMS.items():
        match = pattern.search(text)
        while match is not None:
            strength, end = rate_name(match["name"]), match.end("name")
            if strength is not None and not is_harmless(match["value"]) and judge(match, strength):
                kind, end = "PASSWORD" if strength == "strong" else "TOKEN", match.end()
                yield Found(Span(*match.span("value")), kind)
            match = pattern.search(text, end)  # what is no secret may hold the name of one


def _grouped(text: str) -> Iterator[Found]:
    """Everything in what is called passwords: `PASSWORDS = {"ana": "…", "ben": "…"}`."""
    for group in _GROUP.finditer(text):
        for one in _MEMBER.finditer(text, *group.span("members")):
            if not is_harmless(one["value"]) and not says_its_name(one["value"]):
                yield Found(Span(*one.span("value")), "PASSWORD")


_GROUP = re.compile(
    r"(?i)(?:passwor[dt]s|passwörter|passphrases|(?<![a-z])secret)[\"']?\s{0,3}(?::[^=\n]{1,60})?(?:=>|:?=|:(?=\s?\[))\s{0,3}"
    r"(?:new\b[^\n(\[{]{1,60})?[\[{(](?P<members>[^\[\](){}]{1,4000})[\]})]"
)

_MEMBER = re.compile(r"[\"'](?P<value>[^\"'\n]{4,80})[\"'](?!\s{0,9}(?:=>|[:=]))")
"""One that is no key."""


_NAME = r"(?P<name>[^\W\d][\w.-]{0,79}+|\$[\w.-]{1,79}+)"
"""No longer than names are: the time must grow with the text alone, whatever somebody wrote."""

_BEGINS = r"(?<![\w$.-])\.?"
"""A dot alone before it is that of a field, `{ .password = "…" }` in C."""


def _quoted_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of NAME = "VALUE" and its like in any language."""
    value, name = match["value"], match["name"]
    if " " in value:
        return _is_passphrase(name, value) or (
            strength in ("strong", "likely") and len(set(_SIGN.findall(value))) >= 3
        )
    if says_its_name(value):
        return False
    names_one = _VARIABLE.fullmatch(name) or "." in name.strip(".")
    names_one = names_one or _is_pair(match) or _is_set(match)
    if match["op"] in (",", "(") and strength == "strong" and not names_one:
        strength = "weak"  # ("password", "user") names two fields
    return _is_secret(value, strength) or bool(
        strength == "weak" and re.search(r"(?i)cred(?:ential)?s?$", name) and _PAIR.fullmatch(value)
    )


_SIGN = re.compile(r"[^\w\s.,:;!?'\"()/-]")
"""What hardly stands in a sentence: three of them are no label."""


def _given_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of a command that sets a name, and of a value whose name comes behind it."""
    value = match["value"]
    return " " not in value and not says_its_name(value) and _is_secret(value, strength)


def _set_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of NAME=VALUE anywhere in a line, as a shell sets it for one command."""
    value, name = match["value"], match["name"]
    says = strength in ("strong", "likely") or name.endswith("TOKEN")
    return not says_its_name(value) and (says or _is_secret(value, strength))


def _tagged_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of an element of XML."""
    value = match["value"]
    if " " in value:
        return _is_passphrase(match["name"], value)
    return not says_its_name(value) and _is_secret(value, strength)


def _is_pair(match: re.Match[str]) -> bool:
    """Of `{password, "…"}` in Erlang and its like: the name stands for itself."""
    text, start, end = match.string, match.start("name"), match.end("name")
    return text[start - 1 : start] == "{" and text[end : end + 1] == ","


def _is_set(match: re.Match[str]) -> bool:
    """Of `setProperty("password", "…")` and its like."""
    start = match.start("name")
    return match["op"] == "," and bool(_SETS.search(match.string, max(0, start - 40), start))


_SETS = re.compile(
    r"(?i)(?<![a-z])(?:set(?!\w*(?:error|message|label|type|title|hint|rule|valid))|put|define)\w{0,20}"
    r"\s{0,3}\(\s{0,3}[bruf@]?[\"'`]$"
)

_VARIABLE = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
"""The name of an environment variable, as in `getenv("DB_PASSWORD", "…")`."""


def _line_is_secret(match: re.Match[str], strength: str) -> bool:
    """Of NAME=VALUE and NAME: VALUE without quotes, which may be code as well."""
    value, name = match["value"].rstrip(), match["name"]
    if re.fullmatch(r"[\w'-]+(?: [\w'-]+){1,9}", value):
        return name.lower() != "pass" and _is_passphrase(name, value)
    if re.search(r"[()\[\]{};|]|,$|\s", value) or says_its_name(value):
        return False
    tight = match["op"] == "=" and match["gap"] == ""
    if re.fullmatch(r"[^\W\d]+(?:\.[^\W\d]+)*", value) and not (
        tight and (name.isupper() or "." in name)
    ):
        unlike_code = bool(re.fullmatch(r"[^\W_]+(?:_[^\W_]+)+", value)) and (
            value not in (value.lower(), value.upper())
        )
        indented, start = match[0][0] in " \t", match.start()
        in_section = _SECTION.search(match.string, max(0, start - _NEAR), start + _NEAR) is not None
        set_alone = (in_section and not indented) or _is_in_block(match)
        unlike_code = unlike_code or (set_alone and "." not in value)
        plain = strength == "strong" and (unlike_code or not re.search(r"[._]|(?<=\w)[A-Z]", value))
        # An assignment in code has a variable there, and one of no file of settings is indented.
        sets = match["op"] in ":：" or value[0].isupper() or (tight and not indented)
        return plain and (sets or in_section)
    is_pair = tight or re.search(r"(?i)cred(?:ential)?s?$", name)
    is_pair = is_pair and (strength == "weak" or name.lower().endswith("login"))
    return _is_secret(value, strength) or bool(is_pair and _PAIR.fullmatch(value))


def _is_in_block(match: re.Match[str]) -> bool:
    """Whether a line stands below a key of YAML, as none of code does."""
    start = match.start()
    indent = len(match[0]) - len(match[0].lstrip(" "))
    for line in reversed(match.string[max(0, start - _NEAR_BLOCK) : start].splitlines()):
        if line.strip() and len(line) - len(line.lstrip(" -")) < indent:
            return _PARENT.fullmatch(line) is not None
    return False


_NEAR_BLOCK = 600

_PARENT = re.compile(r" *(?:- )?(?!try|else|finally)[\w.-]+: *(?:#.*)?")

_PAIR = re.compile(r"[\w.@-]{1,40}:[^\s:/]{4,80}")
"""A user and a password."""

_SECTION = re.compile(r"^\[[\w.: -]{1,60}\]\s*$", re.MULTILINE)
"""What a file of settings is told by."""
_NEAR = 4_000
"""Characters around a value that are looked through for it: the time must grow with the text."""


def _is_secret(value: str, strength: str) -> bool:
    """Of a single value, by what its name says of it."""
    if len(value) < 4:
        return False
    mixed = is_mixed(value)
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


def _is_passphrase(name: str, value: str) -> bool:
    """Words that are a secret together; a label or a message is none."""
    is_sentence = (
        re.search(r"[.!?:]$|%|^[Ss]ee ", value)
        or _ASKS.match(name)
        or (
            not re.search(r"(?i)phrase|psk", name)
            and re.match(r"(?:The|An?|Der|Die|Das|the) ", value)
        )
    )
    return bool(_OF_WORDS.search(name)) and not is_sentence and not is_label(value)


_ASKS = re.compile(
    r"(?i)(?:enter|forgot|wrong|invalid|show|hide|change|choose|type|reset)(?![a-z])|(?:enter|forgot|wrong|invalid)Pass"
)
"""Names of what somebody is shown."""

_OF_WORDS = re.compile(
    r"(?i)(?:pass(?:_?phrase|_?word|wd|wort)?|psk|pwd|pw|se(?:cret|curity)(?:_?key)?|kennwort"
    r"|contraseña|de[_ ]?passe)\d*$"
)
"""Names of what may be several words."""


_QUOTED = (
    r"(?:<<|[rbfuLNR@$]{1,2}|String\.raw)?(?P<quote>\"\"\"|'''|\\?[\"'`])"
    r"(?P<value>(?:\\[^\n]|(?!(?P=quote))[^\\\n]){4,200}?)(?P=quote)"
)

_WRAPPED = (
    r"(?:(?:[\w.:]{0,40}?\b(?:GetBytes|from|String|Some|SecretStr|Secret|bytes|of|ptr|just|Just|toBytes)"
    r"|\[\](?:byte|rune)|)\(\s{0,40}){0,2}"
    r"(?:\{(?:[^{}]{0,80}?,)?\s{0,40}[\"']?(?i:default_?)?(?i:value)[\"']?\s{0,3}[:=]\s{0,3})?"
)
"""Calls that make a secret's type of a text, and the object that its value is in."""

_FALLBACK = (
    r"(?:(?:[\w.$()\[\]!=, -]|[\"'][\w.-]{0,40}[\"'],){1,60}?(?:\([\"'][\w.-]{1,60}[\"']\))?\s{0,3}"
    r"(?:\bor\b|\|\||\?\?|\?:|\belse\b|\?[^\"'`\n:;]{1,40}:)\s{0,3})?"
)
"""What is asked before the value that is written down."""

_FORMS = {
    re.compile(
        _BEGINS
        + _NAME
        + r"\\?+[\"'`]?+(?:\[\w*\])?+\s{0,40}+[\])]?+\s{0,40}+"
        + r"(?:<(?:const|close)>[ ]|\{[ ]?get;[\w ]{0,12};[ ]?\}\s{0,3}|(?<=[ ])As[ ][\w.]{1,30}[ ]"
        + r"|:[ \t]{0,40}+[\w.\[\]|?<>&*' ]{1,40}?)?"
        + r"(?P<op>=>|<-|:=|\?=|===?|!==?|\|\||\?\?|\bor\b|[:：=,])\s{0,40}+"
        + r"(?=[^\"'`]{0,500}[\"'`])"  # without a quote, what follows need not be tried
        + r"(?:!{1,2}[\w:.]{1,30}[ ]{1,3})?"
        + _FALLBACK
        + _WRAPPED
        + _QUOTED
    ): _quoted_is_secret,
    re.compile(_BEGINS + _NAME + r"(?P<op>[({])" + _WRAPPED + _QUOTED): _quoted_is_secret,
    re.compile(
        r"\b(?:setx|setenv|set -[a-zA-Z]{1,4}|(?:config(?:ure)?|env|kv|secrets?) (?:set|put)"
        + r"|\w{0,9}ctl put)[ ]{1,3}(?:[\w./-]{0,80}/)?"
        + _NAME
        + r"(?:[ ]--?(?:body|value|[bv]))?[ =]{1,3}(?P<quote>[\"']?)"
        + r"(?P<value>[^\s\"'`$%<>{}()|&;-][^\s\"'`$<>{}()|&;]{3,200})(?P=quote)"
    ): _given_is_secret,
    re.compile(
        r"(?<![\w.])(?=[A-Z][A-Z0-9_]{3,79}=)"
        + _NAME
        + r"=(?P<value>[^\s\"'`$;&|<>(){},=][^\s\"'`$;&|<>(){},]{3,})"
    ): _set_is_secret,
    re.compile(
        r"<" + _NAME + r"(?:\s[^<>]{0,200})?>\s{0,40}(?P<value>[^<>\s${][^<>\n]{2,80}?)\s{0,40}</"
    ): _tagged_is_secret,
    re.compile(
        _QUOTED
        + r"\s{0,3},\s{0,3}(?:forKey|withKey|key|withName|forHTTPHeaderField|account)"
        + r"\s{0,3}[:=]\s{0,3}@?[\"']"
        + _NAME
        + r"[\"']"
    ): _given_is_secret,
    re.compile(
        r"^[ \t>+#/*%:-]*(?:(?:export|set|ENV|ARG|-e|--env|setx|const|let|var)[ \t]+)*"
        r"(?:(?i:my|our|the|new|old)[ ])?[\"']?"
        + _NAME.replace("<name>", "<name>(?i:mot de )?")
        + r"[\"']?(?P<gap>[ \t]*)(?P<op>[:：=])(?:(?<=:)[*_]{2})?"
        r"(?:(?<==)[ \t]*|(?<=：)[ \t]*|(?<=[^\x00-\x7f]:)[ \t]*|[ \t]+)"
        r"(?:(?:!!\w{1,20}|!<[^<>\s]{1,80}>|&\w{1,40})[ ]+){0,2}"
        r"(?P<value>[^\s\"'`$<>{}()\[\]&|!%,;=](?:[^\n#\"'`]|(?<=\S)#){0,200}?)"
        r"[ \t]*(?:(?<=\s)(?:#[^\n]*|\([^()\n]*\)))?\r?$",
        re.MULTILINE,
    ): _line_is_secret,
}
