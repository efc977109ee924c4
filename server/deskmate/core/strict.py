"""The languages' own parsers, where one is at hand: grammars for editors are lenient on purpose.

Tree-sitter reads a `try` without `except`, or a body that begins on its head's line and goes on
below it; Python does not, and Deskmate runs on Python.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache

from deskmate.core.document import Document


def refusal(document: Document) -> tuple[int, str] | None:
    """The line, from 0, that the language's own parser stops at, and what it says; None where it
    takes the document, or where there is none.
    """
    parse = _PARSERS.get(document.language.name) if document.language else None
    return parse(document.text) if parse else None


@lru_cache(maxsize=8)
def _python(text: str) -> tuple[int, str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "", "exec", dont_inherit=True)
        except SyntaxError as error:
            return max(0, (error.lineno or 1) - 1), error.msg
        except (ValueError, RecursionError, MemoryError) as error:
            return 0, str(error)
    return None


_PARSERS: Mapping[str, Callable[[str], tuple[int, str] | None]] = {"python": _python}
