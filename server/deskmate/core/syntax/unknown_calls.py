"""Calls of what does not exist: a model's inventions, about which the user is told.

Only plain calls are looked at, and only in languages in which a name comes from the file, its
imports or the language itself. A name that stands anywhere else in the file counts as known, so
that what is said is all but certain.
"""

from __future__ import annotations

import re
from collections import Counter

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import builtins
from deskmate.core.syntax.queries import captured


def unknown_calls(before: Document, after: Document) -> tuple[str, ...]:
    """The names that are called in `after` and known nowhere, in their order; none that was there
    `before`.
    """
    language = after.language
    known = builtins(language) if language else None
    if known is None or captured(after, "calls", "everything"):
        return ()
    called = Counter(after.slice(span) for span in captured(after, "calls", "call"))
    old, new = Counter(_WORD.findall(before.text)), Counter(_WORD.findall(after.text))
    return tuple(
        name
        for name, times in called.items()
        if name not in known and name not in old and new[name] == times
    )


_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
