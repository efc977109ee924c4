"""Cells of Markdown tables: the text that whoever reads the page sees, and how it is written. What
formats a text (`**`, links, code between backticks, `<sub>`) is a part of it as it stands.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5


def unescape_cell(written: str) -> str:
    """The text of a cell: its line breaks, and outside of code no escapes and no entities."""
    return _WRITTEN.sub(_read, written.strip(" \t").replace("\\|", "|"))


def escape_cell(text: str) -> str:
    """The cell that is read as this text, here and by others."""
    written = "<br>".join(_TEXT.sub(_write, line) for line in text.split("\n"))
    inner = written.strip()
    before, _, behind = written.partition(inner) if inner else (written, "", "")
    written = f"{_by_number(before)}{inner}{_by_number(behind)}"
    return written.replace("\r", "&#13;").replace("|", "\\|")


def _by_number(blanks: str) -> str:
    return "".join(f"&#{ord(one)};" for one in blanks)


_SIGN = r"[!-/:-@\[-`{-~]"
_CODE = r"(?P<code>(?<!`)(?P<marks>`+)(?!`)[^\r\n]+?(?<!`)(?P=marks)(?!`))"
_ENTITY = r"(?P<entity>&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});)"

_WRITTEN = re.compile(rf"\\(?P<sign>{_SIGN})|{_CODE}|{_ENTITY}|(?P<end><[bB][rR]\s*/?>)")
_TEXT = re.compile(rf"(?P<escape>\\(?={_SIGN}|\s|\Z))|{_CODE}|(?P<mark>`)|{_ENTITY}|<(?=[\w/!?])")


def _read(match: re.Match[str]) -> str:
    if match["end"]:
        return "\n"
    return match["sign"] or match["code"] or _read_entity(match["entity"])


def _read_entity(entity: str) -> str:
    """What an entity stands for; one that stands for nothing stays as it is."""
    name = entity[1:]
    if name[0] != "#":
        return html5.get(name, entity)
    number = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF else entity


def _write(match: re.Match[str]) -> str:
    if match["code"]:
        return match["code"]
    if match["escape"] or match["mark"]:
        return f"\\{match[0]}"
    if match["entity"]:
        return match[0] if _read_entity(match[0]) == match[0] else f"&amp;{match[0][1:]}"
    return "<" if _formats(match.string, match.start()) else "&lt;"


def _formats(line: str, start: int) -> bool:
    """Whether a tag there is a link, a picture or one of a pair that formats what is between."""
    tag = _TAG.match(line, start)
    if tag is None or tag["name"] is None:
        return tag is not None
    return tag["name"] == "img" or _is_paired(line, tag["name"])


@lru_cache(maxsize=32)
def _is_paired(line: str, name: str) -> bool:
    opened = re.findall(rf"<(/?){name}\b[^<>]*>", line)
    return 2 * opened.count("/") == len(opened)


_TAG = re.compile(
    r"<(?:(?:https?://|mailto:)[^<>\s]+|/?(?P<name>a|abbr|b|code|del|em|i|img|ins|kbd|mark|s|small"
    r"|span|strong|sub|sup|u|var)\b[^<>]*)>"
)
