"""The values that a project keeps in files such as `.env`: secret wherever else they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.cloud.harmless import is_example, is_harmless
from deskmate.cloud.secret_names import is_secret_name
from deskmate.cloud.secrets import find_secrets


def known_values(text: str) -> tuple[str, ...]:
    """What of the values in a file of names and values is worth being looked for elsewhere: those
    whose name says that they are secret, what is recognised as one, and what is no plain word.
    """
    found: dict[str, None] = {}
    for match in _LINE.finditer(text):
        value = match["quoted"] if match["quoted"] is not None else match["plain"].strip()
        if _is_named(match["name"], value) or (_is_mixed(value) and not is_harmless(value)):
            found[value] = None
    for one in _recognised(text):
        found[one] = None
    return tuple(found)


_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+|set[ \t]+)?["']?(?P<name>[A-Za-z_][\w.-]*)["']?[ \t]*[=:][ \t]*
    (?:(?P<quote>["'])(?P<quoted>[^\n]*?)(?P=quote)|(?P<plain>[^\n#]*))""",
    re.MULTILINE | re.VERBOSE,
)


def _is_named(name: str, value: str) -> bool:
    """Of a name that says that it is secret, and no word that stands all over the code, nor a
    variable.
    """
    if len(value) < 4 or not is_secret_name(name):
        return False
    return not re.fullmatch(r"\$?[{<].*[}>]", value) and not is_example(value)


def _is_mixed(value: str) -> bool:
    """Of letters and digits, too long to be in code by chance, and no address or version."""
    letters, digits = re.search(r"[^\W\d]", value), re.search(r"\d", value)
    is_address = re.match(r"\w+://|[\w.-]+:\d+$|v?\d+(\.\d+)+", value)
    return len(value) >= 10 and bool(letters and digits) and not is_address and " " not in value


def _recognised(text: str) -> Iterator[str]:
    """Whatever the rules find: the password in the URL of a database, for instance."""
    for one in find_secrets(text):
        value = text[one.span.start : one.span.end]
        if len(value) >= 6 and "\n" not in value:
            yield value
