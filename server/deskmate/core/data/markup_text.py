"""XML, and tables of HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import Any
from xml.parsers import expat

from deskmate.core.data.tables import Line, Types, find_columns
from deskmate.core.data.values import Data
from deskmate.errors import ActionError


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[tuple[str, Any]] = field(default_factory=list)


def read_xml(text: str) -> Data:
    """An element as its children by name, those of one name as a list; attributes are `@name`, the
    text of an element that has more than that is `#text`. Raises ActionError that says where it
    cannot be read, or has text between elements, whose order would be lost.
    """
    parser = expat.ParserCreate()
    notes: dict[str, None] = {}
    open_elements = [_Element("", {}, 0)]

    def start(name: str, attributes: dict[str, str]) -> None:
        open_elements.append(_Element(name, attributes, parser.CurrentLineNumber))

    def end(name: str) -> None:
        element = open_elements.pop()
        open_elements[-1].children.append((name, _value(element)))

    def write(piece: str) -> None:
        open_elements[-1].text += piece

    def refuse(name: str, *_: object) -> None:
        raise ActionError(f"Line {parser.CurrentLineNumber} defines entities, which are not read.")

    def note(*_: object) -> None:
        notes["Comments and processing instructions are not carried over."] = None

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = write, refuse
    parser.CommentHandler = parser.ProcessingInstructionHandler = note
    try:
        parser.Parse(_ENCODING.sub(r"\1", text, count=1), True)
    except expat.ExpatError as error:
        told = expat.errors.messages[error.code]
        raise ActionError(
            f"This is not XML: {told} in line {error.lineno}, column {error.offset + 1}."
        ) from None
    _refuse_skipped(text)
    return Data(dict(open_elements[0].children), tuple(notes))


def _refuse_skipped(text: str) -> None:
    """Raises ActionError where an entity is left out: expat does so where a DTD may define it."""
    for match in _ENTITY.finditer(text):
        if match["name"]:
            line = text.count("\n", 0, match.start()) + 1
            raise ActionError(
                f"`{match[0]}` in line {line} is defined in another file, which is not read: put "
                "its text in its place."
            )


_ENTITY = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?P<name>[^#;&\s][^;&\s]*);",
    re.DOTALL,
)


_BLANKS = " \t\r\n"
"""What XML takes for blank: a no-break space is text."""

_ENCODING = re.compile(r"""\A(\ufeff?\s*<\?xml[^>]*?)\sencoding=["'][^"']*["']""")
"""What it says of its bytes: it is text already."""


def _value(element: _Element) -> Any:
    text = element.text.strip(_BLANKS)
    if text and element.children:
        raise ActionError(
            f"`{element.name}` in line {element.line} has text between its elements, whose order "
            "would be lost."
        )
    found: dict[str, Any] = {f"@{name}": one for name, one in element.attributes.items()}
    order = [name for name, _ in element.children]
    several = {name for name, count in Counter(order).items() if count > 1}
    if len(list(groupby(order))) > len(set(order)):
        raise ActionError(
            f"The elements in `{element.name}` in line {element.line} alternate, which would be "
            "lost."
        )
    for name, value in element.children:
        if name in several:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    if not found:
        return element.text if text else None
    return found | ({"#text": element.text} if text else {})


def read_html(text: str) -> Data:
    """The rows of the one table that a page has. Raises ActionError that says where there is
    another, or a cell goes over several rows or columns.
    """
    reader = _Tables()
    try:
        reader.feed(_without_open_end(text))
        reader.close()
    except AssertionError as error:  # what html.parser makes of `<![`
        raise ActionError(f"This is not HTML: {error} in line {reader.getpos()[0]}.") from None
    if not reader.tables:
        raise ActionError("There is no table in this.")
    if len(reader.tables) > 1:
        lines = ", ".join(str(line) for line, _ in reader.tables)
        raise ActionError(f"There are several tables, in the lines {lines}: select one of them.")
    rows = [row for row in reader.tables[0][1] if row.cells]
    if len(rows) < 2:
        raise ActionError("A table needs a row with names and at least one below it.")
    columns = find_columns(rows[0])
    cells = [columns.cells(row) for row in rows[1:]]
    types = Types(len(columns.names))
    for row in cells:
        types.look(row)
    value = [dict(zip(columns.names, types.read(row), strict=True)) for row in cells]
    notes = ("Links, images, formats and captions are not carried over.",) if reader.more else ()
    return Data(value, (*columns.notes, *notes))


_BLOCKS = ("p", "div", "ul", "ol", "li", "pre", "dl", "dt", "dd", "option", "blockquote")


def _without_open_end(text: str) -> str:
    """A page without a comment or tag that nothing ends: html.parser looks for the end of each as
    often as there is one.
    """
    opened = text.find("<!--", text.rfind("-->") + 1)
    text = text if opened < 0 else text[:opened]
    opened = text.find("<", text.rfind(">") + 1)
    return text if opened < 0 else text[:opened]


class _Tables(HTMLParser):
    """Every table, with the line that it begins in, as rows of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[int, list[Line]]] = []
        self.more = False
        self._inside = self._cell = self._hidden = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag == "table":
            if self._inside:
                raise ActionError(f"Line {line} begins a table inside of a table.")
            self._inside = True
            self.tables.append((line, []))
        elif not self._inside:
            return
        elif tag == "tr":
            self._end_cell()
            self._rows.append(Line([], line))
        elif tag in ("td", "th"):
            self._end_cell()
            spans = [value for name, value in attrs if name in ("colspan", "rowspan")]
            if any(value != "1" for value in spans):
                raise ActionError(f"A cell in line {line} goes over several rows or columns.")
            if not self._rows:
                self._rows.append(Line([], line))
            self._rows[-1].cells.append("")
            self._cell = True
        elif tag == "br" and self._cell:
            self._rows[-1].cells[-1] += "\n"
        elif tag in _BLOCKS:
            self._begin_line()
        elif tag in ("script", "style", "caption"):
            self.more, self._hidden = True, tag != "caption"
        elif tag in ("a", "img", "b", "i", "em", "strong", "code", "input"):
            self.more = True

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "table":
            self._end_cell()
            self._inside = False
        elif tag in _BLOCKS:
            self._begin_line()

    def handle_data(self, data: str) -> None:
        if self._cell and not self._hidden:
            self._rows[-1].cells[-1] += re.sub(rf"[{_BLANKS}\f]+", " ", data)

    def _begin_line(self) -> None:
        if self._cell and self._rows[-1].cells[-1].strip():
            self._rows[-1].cells[-1] = self._rows[-1].cells[-1].rstrip() + "\n"

    def _end_cell(self) -> None:
        if not self._cell:
            return
        cells = self._rows[-1].cells
        cells[-1] = "\n".join(line.strip() for line in cells[-1].strip().split("\n"))
        self._cell = False

    @property
    def _rows(self) -> list[Line]:
        return self.tables[-1][1]
