"""Values that data has, whatever format they are written in: what JSON knows, and nothing else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deskmate.errors import ActionError


@dataclass(frozen=True, slots=True)
class Data:
    """A value, and in sentences what became of what a value cannot hold."""

    value: Any
    notes: tuple[str, ...] = ()


MOST = 5_000_000
"""Values that a text may stand for: a few lines of YAML can stand for more than memory holds."""


def check_size(value: Any) -> None:
    """Raises ActionError where a value that has parts in common is too large to be written out."""
    for count, _ in enumerate(walk_values(value)):
        if count > MOST:
            raise ActionError(f"Written out this would be more than {MOST:,} values.")


def walk_values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that holds no others, with its place, such as `rows[2].name`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk_values(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from walk_values(inner, f"{path}[{at}]")
    else:
        yield path, value


def check_numbers(value: Any, title: str) -> None:
    """Raises ActionError where a number is infinite or none, which that format has no word for."""
    for path, one in walk_values(value):
        if isinstance(one, float) and not math.isfinite(one):
            raise ActionError(f"{title} has no word for the number `{one}` at `{path or '.'}`.")


def check_text(value: Any) -> None:
    """Raises ActionError where a text has half of a character, which no file can have."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        for path, one in walk_values(value):
            if isinstance(one, str) and re.search("[\ud800-\udfff]", one):
                told = f"The text at `{path or '.'}` has half of a character"
                raise ActionError(f"{told}, which no file can have.") from None
        raise ActionError("A key has half of a character, which no file can have.") from None
    except ValueError:  # 0xfff…, which has few digits only where it is read
        raise ActionError("A number has thousands of digits. Put quotes around it.") from None


def rows_of(value: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """A value as a table: its columns and rows; of keys above one list alone, that list. Raises
    ActionError where it is none.
    """
    inner = value
    while isinstance(inner, Mapping) and len(inner) == 1:
        inner = next(iter(inner.values()))
    value = inner if isinstance(inner, list) else [value] if isinstance(value, Mapping) else value
    if not isinstance(value, list):
        raise ActionError("This is a single value and no table.")
    rows = [dict(row) if isinstance(row, Mapping) else {"value": row} for row in value]
    return list(dict.fromkeys(str(key) for row in rows for key in row)), rows


def same(one: Any, other: Any) -> bool:
    """Whether two values are, where a table makes no difference between nothing and an empty text,
    and holds what is nested as JSON.
    """
    return bool(_flat(one) == _flat(other))


def _flat(value: Any) -> Any:
    try:
        _, rows = rows_of(value)
    except ActionError:
        return value
    return [
        {str(column): cell for column, one in row.items() if (cell := write_cell(one))}
        for row in rows
    ]


def write_cell(value: Any) -> str:
    """A value as a table has it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
