"""Lines of files that a text names: “line 12 of a file”, its name with `:12` behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from deskmate.core.syntax.language import language_for
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class FileLines:
    """Lines `first` to `last`, from 1, of the file `path`, as `span` of a text names them; `plain`
    is how it would name the file alone. `path` is "" where only lines are named, in no file.
    """

    span: Span
    path: str
    first: int
    last: int
    plain: str


def find_file_lines(text: str) -> tuple[FileLines, ...]:
    """What a text names of lines of files, in its order. A name with an ending that no file has,
    such as `example.com:443`, is none.
    """
    found: dict[int, FileLines] = {}
    for one in chain.from_iterable(_find(pattern, text) for pattern in _PATTERNS):
        where = range(one.span.start, one.span.end)
        if found.keys().isdisjoint(where):
            found |= dict.fromkeys(where, one)
    return tuple(dict.fromkeys(found[position] for position in sorted(found)))


def find_file_names(text: str) -> tuple[str, ...]:
    """The files that a text names from where a project is, with a folder, each once."""
    named = (one[0] for one in re.finditer(_PATH, _ADDRESS.sub(" ", text)))
    inside = (one for one in named if "/" in one.strip("./") and not _ELSEWHERE.match(one))
    return tuple(dict.fromkeys(filter(is_file, inside)))


def is_file(name: str) -> bool:
    """Whether a name looks like one of a file."""
    last = re.split(r"[/\\]", name)[-1]
    return bool(_ENDING.search(last)) or language_for(None, f"file:///{last}") is not None


def _find(pattern: re.Pattern[str], text: str) -> Iterator[FileLines]:
    for one in pattern.finditer(text):
        groups = one.groupdict()
        path = (groups.get("path") or "").strip("`")
        if path and not is_file(path):
            continue
        first = int(one["first"])
        last = max(first, int(one["last"] or first))
        plain = f"{'in ' if groups.get('lead') else ''}{groups.get('quoted') or path}"
        yield FileLines(Span(one.start(), one.end()), path, first, last, plain)


_PATH = r"(?<![\w/\\.:@+~-])(?:[A-Za-z]:)?[/\\]?(?:[\w.@+~-]+[/\\])*[\w.@+~-]*\w"
_QUOTED = rf"(?P<quoted>[`\"'*]{{0,3}}(?P<path>{_PATH})[`\"'*]{{0,3}})"
_LINES = (
    r"(?:lines?|Zeilen?)\s+(?P<first>\d+)(?:\s?(?:-|–|to|through|and|bis|und)\s?(?P<last>\d+))?"
)
_OF = re.compile(
    rf"(?P<lead>\b(?:on|at|in|auf)\s+)?\b{_LINES}\s+(?:of|in|from|von|der)\s+"
    rf"(?:the\s+|der\s+)?(?:file\s+|Datei\s+)?{_QUOTED}",
    re.IGNORECASE,
)
_AT = re.compile(
    rf"(?P<path>{_PATH})"
    r"(?:(?::|#L|\()(?P<first>\d+)(?!\w)(?:[-–]L?(?P<last>\d+))?(?:[:,]\s?\d+)?\)?)"
)
_NEAR = re.compile(rf"{_QUOTED},?\s+(?:\(|on\s+|at\s+|in\s+)?(?:the\s+)?{_LINES}\)?", re.IGNORECASE)
_NUMBERS = r"\s+(?P<first>\d+)(?:\s?(?:-|–|[aà]|y|e|et|al?|tot|en)\s?(?P<last>\d+))?"
_BARE = re.compile(rf"\b{_LINES}", re.IGNORECASE)
_BARE_ELSEWHERE = re.compile(rf"\b(?:[Ll](?:ignes?|íneas?|inhas?)|rig(?:a|he)|regels?){_NUMBERS}")
"""In French, Spanish, Portuguese, Italian and Dutch; Riga is a city, and a German Regel a rule."""
_ORDINAL = re.compile(r"\b(?P<first>\d+)(?:st|nd|rd|th) line(?P<last>)\b", re.IGNORECASE)
_PATTERNS = (_OF, _NEAR, _AT, _BARE, _BARE_ELSEWHERE, _ORDINAL)
_ADDRESS = re.compile(r"://\S+")
_ELSEWHERE = re.compile(r"[/\\~]|[A-Za-z]:")
_ENDING = re.compile(
    r"\w\.(?:txt|log|cfg|conf|lock|out|csv|tsv|properties|env|cmake|mk|gradle)$", re.I
)
