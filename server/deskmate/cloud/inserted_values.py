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
                text_of = one and _TEXT.search(text, *one.span())
                if text_of and not is_harmless(text_of["text"]):
                    yield Found(Span(*text_of.span("text")), "PASSWORD")
            at = row.end()


_INSERT = re.compile(
    r"(?i)\binsert\s+into\s+[\w.\"`\[\]]{1,80}\s{0,9}\((?P<columns>[^()]{1,600})\)\s{0,9}values\s{0,9}"
)

_ROW = re.compile(
    r"[\s,]{0,40}\((?P<values>(?:'(?:[^'\n]|'')*+'|\"[^\"\n]*+\"|[^()'\"]|\((?:'[^'\n]*+'|[^()'\"])*+\))*+)\)"
)

_VALUE = re.compile(
    r"\s*(?:N?'(?:[^'\n]|'')*+'|\"[^\"\n]*+\"|[^,()'\"]++(?:\((?:'[^'\n]*+'|[^()'\"])*+\))?)\s*(?:,|$)"
)

_TEXT = re.compile(r"'(?P<text>(?:[^'\n]|'')++)'")
"""What a value is, or what is made one of by a function: `MD5('…')`."""
