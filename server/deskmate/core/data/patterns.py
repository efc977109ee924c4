"""Regular expressions that somebody else wrote, in a schema: bounded in time, as some take for ever
with a text of thirty letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SECONDS = 0.2
"""That one search may take."""


def check_pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Exception]:
    """The keyword `pattern` of a JSON Schema, for a validator of `jsonschema`."""
    import regex
    from jsonschema import ValidationError

    if not isinstance(value, str):
        return
    try:
        found = regex.search(pattern, value, timeout=SECONDS)
    except TimeoutError:
        yield ValidationError(f"the pattern {pattern!r} takes too long; write a simpler one")
    except regex.error as error:
        yield ValidationError(f"the pattern {pattern!r} cannot be read: {error}")
    else:
        if not found:
            yield ValidationError(f"{value!r} does not match {pattern!r}")
