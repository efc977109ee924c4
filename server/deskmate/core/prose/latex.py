"""The prose in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.core.prose.markup import latex_environments, latex_headings, latex_words
from deskmate.core.prose.rows import Line, Row, read_rows
from deskmate.core.syntax.document import Document


def read_latex(document: Document) -> Iterator[Line | None]:
    """LaTeX: the text of the document, its headings, captions and items, without what is set
    otherwise.
    """
    begun = "\\begin{document}" not in document.text
    inside: list[str] = []
    formula = False
    for row in read_rows(document, 0, len(document.lines)):
        text = re.split(r"(?<!\\)%", row.text)[0].rstrip()
        if not begun:
            begun = "\\begin{document}" in text
            yield None
            continue
        was = bool(inside) or formula
        for which, name in re.findall(r"\\(begin|end)\{(\w+)\*?\}", text):
            if which == "begin" and name in latex_environments():
                inside.append(name)
            elif which == "end" and name in inside:
                inside.remove(name)
        if text.count("$$") % 2:
            formula = not formula
        formula = (formula or "\\[" in text) and "\\]" not in text
        if was or inside or formula or not text:
            yield None
            continue
        cut = len(text) < len(row.text)
        whole = Row(row.start, row.before, text)
        if heading := latex_headings().match(text):
            yield Row(row.start + heading.start(1), "", heading[1]).line(kind="heading")
        elif item := re.match(r"\\item(?:\[[^\]]*\])?\s+", text):
            yield whole.line(item.end(), last=cut)
        elif re.match(r"\\[A-Za-z@]+", text) and not latex_words().match(text):
            yield None
        else:
            yield whole.line(last=cut)
