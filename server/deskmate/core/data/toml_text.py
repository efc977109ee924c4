"""TOML, which has no nothing and no list at its top."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from deskmate.core.data.json_text import exact_float
from deskmate.core.data.values import Data, walk_values
from deskmate.errors import ActionError


def read_toml(text: str) -> Data:
    """The value of a TOML text, dates as text. Raises ActionError that says where it is wrong."""
    try:
        value = tomllib.loads(text, parse_float=_float)
    except tomllib.TOMLDecodeError as error:
        raise ActionError(f"This is not TOML: {error}.") from None
    except ValueError:
        raise ActionError("A number has thousands of digits. Put quotes around it.") from None
    commented = re.search(r"^[ \t]*#|\s#\s", text, re.M)
    notes = ["Comments are not carried over."] if commented else []
    if any(isinstance(one, _TIMES) for _, one in walk_values(value)):
        notes.append("Dates and times are texts now.")
    if finer := _FINER.search(text):
        line = text.count("\n", 0, finer.start()) + 1
        notes.append(f"The time in line {line} is cut off after microseconds.")
    return Data(_with_dates_as_text(value), tuple(notes))


_TIMES = (date, datetime, time)
_FINER = re.compile(r"\d\d:\d\d:\d\d\.\d{6}0*[1-9]")


def write_toml(value: Any) -> str:
    """The value; a list is that of `rows`, keys without a value are left out. Raises ActionError
    that says where TOML cannot hold it.
    """
    import tomli_w

    for path, one in walk_values(value):
        if one is None and path.endswith("]"):
            raise ActionError(f"TOML has no null, and there is one in a list, at `{path}`.")
        if isinstance(one, int) and not -(2**63) <= one < 2**63:
            raise ActionError(f"TOML has no whole number as large as that at `{path or '.'}`.")
    if not isinstance(value, dict):
        value = {"rows": value if isinstance(value, list) else [value]}
    try:
        return tomli_w.dumps(without_nothing(value))
    except (TypeError, ValueError) as error:
        raise ActionError(f"TOML cannot represent this: {error}.") from None


def without_nothing(value: Any) -> Any:
    """The value without the keys that have none."""
    if isinstance(value, dict):
        return {key: without_nothing(one) for key, one in value.items() if one is not None}
    return [without_nothing(one) for one in value] if isinstance(value, list) else value


def _float(written: str) -> float:
    plain = written.replace("_", "")
    return float(plain) if plain[-1:].isalpha() else exact_float(plain)


def _with_dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_dates_as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_dates_as_text(one) for one in value]
    return value.isoformat() if isinstance(value, _TIMES) else value
