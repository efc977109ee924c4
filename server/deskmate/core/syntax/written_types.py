"""Types as they are written, as far as they name one class: `list[Row]`, `Row[]`, `[]*Row`."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WrittenType:
    """A type's dotted `name`, and the types in its brackets; of `Row[]` and `[]Row` it is "[]"."""

    name: str
    arguments: tuple[WrittenType, ...] = ()


def read_type(text: str) -> WrittenType | None:
    """What a written type names; None where it is a union, a function, or anything else than a
    class and what is in its brackets.
    """
    text = _WRAPPED.sub(r"\1", text.strip().strip("\"'")).strip()
    text = _NONE.sub("", _OPTIONAL.sub(r"\1", text))
    text = _BEFORE.sub("", text).removesuffix("?")
    if text.endswith("[]"):
        inner = read_type(text[:-2])
        return WrittenType("[]", (inner,)) if inner else None
    if text.startswith("[]"):
        inner = read_type(text[2:])
        return WrittenType("[]", (inner,)) if inner else None
    if found := _MAP.fullmatch(text):
        both = (read_type(found["key"]), read_type(found["value"]))
        return WrittenType("map", tuple(one or _UNKNOWN for one in both))
    found = _TYPE.fullmatch(text)
    if found is None:
        return None
    name = re.sub(r"::|\\", ".", found["name"])
    arguments = [read_type(one) for one in _split(found["inside"][1:-1])] if found["inside"] else []
    return WrittenType(name, tuple(one or _UNKNOWN for one in arguments))


_UNKNOWN = WrittenType("")
_WRAPPED = re.compile(r"\A(?:(?:[\w.]*\.)?(?:Final|ClassVar|Annotated)\[([^,]*)[\s\S]*\])\Z")
_OPTIONAL = re.compile(r"\A(?:[\w.]*\.)?Optional\[([\s\S]*)\]\Z")
_NONE = re.compile(r"\s*\|\s*(?:None|null|undefined)\b|\b(?:None|null|undefined)\s*\|\s*")
"""What stands for no value at all: who asks a value for a member takes it for there."""
_MAP = re.compile(r"map\[(?P<key>[^\[\]]+)\](?P<value>[\s\S]+)")
_BEFORE = re.compile(
    r"\A(?::\s*)?\??(?:(?:readonly|final|mut|const)\s+|&\s*(?:'\w+\s+)?(?:mut\s+)?|\*)*"
)
_TYPE = re.compile(
    r"(?P<name>[^\W\d][\w$]*(?:(?:\.|::|\\)[^\W\d][\w$]*)*)(?P<inside>\[[\s\S]+\]|<[\s\S]+>)?"
)


def _split(text: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[<({") - (character in "]>)}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
