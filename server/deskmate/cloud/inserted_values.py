"""Secrets in the columns of a statement: `INSERT INTO users (name, password) VALUES (…), (…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.cloud.found import Found
from deskmate.cloud.harmless import is_harmless
from deskmate.cloud.secret_names import rate_name
from deskmate.core.text.text import Span


def find_inserted(text: str) -> Iterator[Found]:
    """Every value of a column that holds secrets, in no order."""
    if "insert into" not in text.lower():
        return
    for match in _INSERT.finditer(text):
        columns = [name.strip(' \n\t"`[]') for name in match["columns"].split(",")]
        secret = [at for at, name in enumerate(columns) if rate_name(name) in ("strong", "likely")]
        at = match.end()
        while secret and (row := _ROW.match(text, at)):
            values = list(_VALUE.finditer(text, row.start("values"), row.end("values")))
            for column in secret:
                one = values[column] if len(values) == len(columns) else None
                if one and one["text"] and not is_harmless(one["text"]):
                    yield Found(Span(*one.span("text")), "PASSWORD")
            at = row.end()


_INSERT = re.compile(
    r"(?i)\binsert\s+into\s+[\w.\"`\[\]]{1,80}\s{0,9}\((?P<columns>[^()]{1,600})\)\s{0,9}values\s{0,9}"
)

_ROW = re.compile(
    r"[\s,]{0,40}\((?P<values>(?:'(?:[^'\n]|'')*+'|\"[^\"\n]*+\"|[^()'\"]|\([^()'\"]*+\))*+)\)"
)

_VALUE = re.compile(
    r"(?:\s*N?(?:'(?P<text>(?:[^'\n]|'')*+)'|\"[^\"\n]*+\")|[^,()'\"]++(?:\([^()]*+\))?)\s*(?:,|$)"
)
