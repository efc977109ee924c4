"""The languages' own parsers, where one is at hand: grammars for editors are lenient on purpose.

Each `language.toml` names its own as `strict`.

Tree-sitter reads a `try` without `except`, or a body that begins on its head's line and goes on
below it; Python does not, and Deskmate runs on Python. It reads JSON with comments, TOML with a key
that is there twice, YAML that goes on in another column, HTML with elements that are never closed.
"""

from __future__ import annotations

import json
import re
import tomllib
import warnings
from functools import lru_cache
from html.parser import HTMLParser

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import strict_parser


def refusal(document: Document) -> tuple[int, str] | None:
    """The line, from 0, that the language's own parser stops at, and what it says; None where it
    takes the document, or where there is none.
    """
    parse = strict_parser(document.language) if document.language else None
    return parse(document.text) if parse else None


@lru_cache(maxsize=8)
def parse_python(text: str) -> tuple[int, str] | None:
    """As `refusal` does, with the compiler of the Python that runs Deskmate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "", "exec", dont_inherit=True)
        except SyntaxError as error:
            return max(0, (error.lineno or 1) - 1), error.msg
        except (ValueError, RecursionError, MemoryError) as error:
            return 0, str(error)
    return None


@lru_cache(maxsize=8)
def parse_json(text: str) -> tuple[int, str] | None:
    """As `refusal` does."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno - 1, error.msg
    except RecursionError as error:
        return 0, str(error)
    return None


@lru_cache(maxsize=8)
def parse_toml(text: str) -> tuple[int, str] | None:
    """As `refusal` does."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message, _, place = str(error).partition(" (at line ")
        return max(0, int(place.partition(",")[0] or 1) - 1), message
    return None


@lru_cache(maxsize=8)
def parse_yaml(text: str) -> tuple[int, str] | None:
    """As `refusal` does, with every document of a stream."""
    import yaml

    try:
        for _ in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.line if error.problem_mark else 0, error.problem or str(error)
    except (yaml.YAMLError, RecursionError) as error:
        return 0, str(error)
    return None


class _Tags(HTMLParser):
    """The elements that are open; `wrong` is the first that is not closed where it must be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.wrong: tuple[int, str] | None = None

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if not _VOID.fullmatch(tag):
            self.open.append((tag, self.getpos()[0] - 1))

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """`<br/>` and the elements of SVG have no inside."""

    def handle_endtag(self, tag: str) -> None:
        if all(tag != name for name, _ in self.open):
            return
        while self.open[-1][0] != tag:
            self._leave()
        self.open.pop()

    def end(self) -> tuple[int, str] | None:
        """The first thing that is wrong, at the end of the page."""
        self.close()
        while self.open:
            self._leave()
        return self.wrong

    def _leave(self) -> None:
        name, line = self.open.pop()
        if not _NEED_NO_END.fullmatch(name):
            self.wrong = self.wrong or (line, f"`<{name}>` is not closed")


_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr")
"""Elements that have no inside."""

_NEED_NO_END = re.compile(
    "html|head|body|p|li|dt|dd|option|optgroup|tr|td|th|thead|tbody|tfoot|colgroup|caption|rp|rt"
)
"""Elements whose end HTML does without (WHATWG HTML, 13.1.2.4)."""


@lru_cache(maxsize=8)
def parse_html(text: str) -> tuple[int, str] | None:
    """As `refusal` does: the first element that is not closed where it must be."""
    tags = _Tags()
    tags.feed(text)
    return tags.end()
