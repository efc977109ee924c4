"""What programs are set up with: `.env` files and INI, whose values are all text."""

from __future__ import annotations

import configparser
import re

from deskmate.core.data.values import Data
from deskmate.errors import ActionError


def read_env(text: str) -> Data:
    """The variables of a `.env` file. Nothing is put in the place of `$NAME`. Raises ActionError
    that says which line is none.
    """
    found: dict[str, str] = {}
    at, following = 0, 1
    notes: dict[str, None] = {}
    while at < len(text):
        line = following
        match = _VARIABLE.match(text, at)
        if match is None:
            raise ActionError(f"Line {line} is no `NAME=value`.")
        at = match.end()
        following += match[0].count("\n")
        name = match["name"]
        if match["comment"]:
            notes["Comments are not carried over."] = None
        if name is None:
            continue
        if name in found:
            raise ActionError(f"`{name}` is there twice, again in line {line}.")
        literal, escaped, bare = match["literal"], match["escaped"], match["bare"]
        if escaped is not None:
            found[name] = re.sub(r"\\(.)", _unescape, escaped, flags=re.DOTALL)
        else:
            found[name] = literal if literal is not None else bare.strip()
        if literal is None and re.search(r"\$[\w{]", found[name]):
            notes[f"`{name}` refers to other variables, and stays as it is written."] = None
    if not found:
        raise ActionError("There is no `NAME=value` in this.")
    return Data(found, tuple(notes))


_VARIABLE = re.compile(
    r"""
    [ \t]*+
    (?:
        (?:export[ \t]+)? (?P<name>[A-Za-z_][\w.-]*) [ \t]*=[ \t]*+
        (?:
            '(?P<literal>[^']*)' | "(?P<escaped>(?:\\.|[^"\\])*)"
            | (?P<bare>(?!['"])(?:[^ \t\r\n\#] | (?<!\s)\# | [ \t]++(?!\#|[\r\n]|\Z))*+)
        )
    )?
    [ \t]*+ (?P<comment>(?:(?<=\s)|(?<![^\r\n]))\#[^\r\n]*)? (?:\r\n|\n|\r|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)


def _unescape(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}.get(match[1], match[0])


def read_ini(text: str) -> Data:
    """The sections of an INI file, each with its keys; what stands above the first one is not in
    any. Raises ActionError that says where it cannot be read.
    """
    parser = configparser.RawConfigParser(
        strict=True, allow_no_value=True, default_section=_NONE, comment_prefixes=("#", ";")
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keys keep their capitals
    try:
        parser.read_string(f"[{_TOP}]\n{text}")
    except configparser.DuplicateSectionError as error:
        raise ActionError(
            f"The section `{error.section}` is there twice, again in line {_line(error.lineno)}."
        ) from None
    except configparser.DuplicateOptionError as error:
        raise ActionError(
            f"The key `{error.option}` is there twice, again in line {_line(error.lineno)}."
        ) from None
    except (configparser.ParsingError, AttributeError) as error:
        if wrong := getattr(error, "errors", None):
            raise ActionError(f"This is not INI: see line {wrong[0][0] - 1}.") from None
        # An AttributeError until Python 3.12, then an error of parsing without any in it.
        raise ActionError("A line that goes on with a key is below one without `=`.") from None
    if behind := _BEHIND.search(text):
        line = text.count("\n", 0, behind.start(1)) + 1
        raise ActionError(
            f"`{behind[1].strip()}` in line {line} is behind a section, and no comment."
        )
    for section in parser.sections():
        if broken := next((key for key in parser[section] if key.startswith("[")), None):
            raise ActionError(f"`{broken}` is neither a section nor a key: its `]` is missing.")
    value: dict[str, object] = dict(parser.items(_TOP))
    for section in parser.sections()[1:]:
        if section in value:
            raise ActionError(
                f"`{section}` is a key and a section, which would both be `{section}`."
            )
        value[section] = dict(parser.items(section))
    if not value:
        raise ActionError("There is neither a section nor a key in this.")
    notes = ("Comments are not carried over.",) if re.search(r"^[ \t]*[#;]", text, re.M) else ()
    return Data(value, notes)


_BEHIND = re.compile(r"^\[[^\]\n]+\][ \t]*([^\s;#\]].*)$", re.M)

_TOP, _NONE = "\0", "\1"  # sections that no file has


def _line(number: int | None) -> int:
    return (number or 1) - 1  # that of our own section is before them
