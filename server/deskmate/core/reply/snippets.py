"""The code in an answer, and where it goes when the user wants it in their file."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.core.reply.fences import find_fenced
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import indent_unit, margin_at, reindent
from deskmate.core.syntax.queries import problems
from deskmate.core.text.text import Edit, Span, line_end


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of code. `info` is what its fence says it is, "" where it says nothing."""

    info: str
    code: str

    @property
    def title(self) -> str:
        """Its first line."""
        return self.code.strip().split("\n", 1)[0].strip()[:60]


def snippets(markdown: str) -> tuple[Snippet, ...]:
    """The fenced blocks of an answer, in order, that are not empty."""
    return tuple(
        Snippet(piece.info.lower(), piece.text.strip("\n"))
        for piece in find_fenced(markdown)
        if piece.closed and piece.text.strip()
    )


def inserted(document: Document, offset: int, snippet: Snippet) -> Edit | None:
    """The edit that puts a snippet on lines of its own at `offset`, as indented as what stands
    there. None where it is another language's, or the file would no longer parse.
    """
    language = document.language
    names = (language.name, language.fence, *language.aliases) if language else ()
    if snippet.info and snippet.info not in names:
        return None
    lines = document.lines
    number = lines.line_at(offset)
    line = Span(lines.start(number), lines.end(number))
    text = document.slice(line)
    margin = margin_at(document, line.start + len(text) - len(text.lstrip(" \t")))
    code = reindent(snippet.code, margin, indent_unit(document, Span(0, len(document.text))))
    code = (margin + code).replace("\n", line_end(document.text))
    if text.strip():
        edit = Edit(Span(line.end, line.end), line_end(document.text) + code)
    else:
        edit = Edit(line, code)
    known = len(problems(document))
    return edit if len(problems(document.changed(edit))) <= known else None
