"""JSON, JSON Lines, and JSON with comments."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from deskmate.core.data.values import Data, check_numbers
from deskmate.errors import ActionError


def read_json(text: str) -> Data:
    """The value of JSON. Raises ActionError that says where it is none."""
    try:
        return Data(parse_json(text))
    except json.JSONDecodeError as error:
        raise ActionError(
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None


def read_jsonc(text: str) -> Data:
    """The value of JSON with comments and commas behind the last item. Raises ActionError."""
    bare = _COMMENT.sub(_blank, text)
    data = read_json(_COMMA.sub(lambda match: match[1] or " ", bare))
    return Data(data.value, ("Comments are not carried over.",) if bare != text else ())


def read_lines(text: str) -> Data:
    """A list of what each line of JSON Lines is. Raises ActionError."""
    found = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line.strip():
            found.append(read_line(line, number))
    return Data(found)


def read_line(line: str, number: int) -> Any:
    """What one line is. Raises ActionError."""
    try:
        return parse_json(line)
    except json.JSONDecodeError as error:
        raise ActionError(f"Line {number} is not JSON: {error.msg}.") from None
    except ActionError as error:
        raise ActionError(f"Line {number}: {error}") from None


def write_json(value: Any) -> str:
    """The value as JSON, indented. Raises ActionError where JSON has no number for one."""
    check_numbers(value, "JSON")
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_lines(value: Any) -> str:
    """Each item of a list in a line of its own, or the value in one."""
    check_numbers(value, "JSON")
    values = value if isinstance(value, list) else [value]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)


def parse_json(text: str) -> Any:
    """The value. Raises JSONDecodeError, and ActionError where a part of it would be lost."""
    return json.loads(
        text,
        object_pairs_hook=_unique,
        parse_float=exact_float,
        parse_int=whole,
        parse_constant=_refuse,
    )


def whole(written: str, base: int = 10) -> int:
    """The whole number. Raises ActionError where it has more digits than programs read, ValueError
    where it is none.
    """
    if len(written) > DIGITS:
        raise ActionError(f"A number has {len(written)} digits. Put quotes around it.")
    return int(written, base)


DIGITS = 3000
"""The most digits of a whole number: Python reads and writes 4300, of a hexadecimal one too."""


def exact_float(written: str) -> float:
    """The number. Raises ActionError where it has more digits than numbers of programs hold."""
    number = float(written)
    if math.isinf(number):
        raise ActionError(f"The number {written} is too large for programs. Put quotes around it.")
    if Decimal(written) == Decimal(repr(number)):
        return number
    raise ActionError(
        f"The number {written} has more digits than programs keep of one. Put quotes around it."
    )


def _refuse(word: str) -> Any:
    raise ActionError(f"`{word}` is no number in JSON. Put quotes around it, or write null.")


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ActionError(f"The key `{twice}` is there twice; one of them would be lost.")
    return found


_STRING = r'"(?:\\.|[^"\\\n])*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\r\n]*|/\*.*?(\*/|\Z)", re.DOTALL)
_COMMA = re.compile(rf"({_STRING}|[\[{{,:]\s*,)|,(?=\s*[\]}}])")


def _blank(match: re.Match[str]) -> str:
    """Blanks in the place of a comment, so that lines and columns stay; what has no end is none."""
    if match[0].startswith("/*") and not match[2]:
        return match[0]
    return match[1] or re.sub(r"[^\r\n]", " ", match[0])
