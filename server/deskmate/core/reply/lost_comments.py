"""Comments that a reply dropped though the code that they are about is still there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import tokens


def keep_comments(code: str, original: str, document: Document) -> tuple[str, tuple[str, ...]]:
    """`code` with the comments of `original` that it lacks put back, above or behind the line that
    they stand at there, and a note of that. It is left as it is where that line changed, stands
    there more than once, only closes something, or has another comment now. Both are code for
    `document`.
    """
    old, new = _lines(original, document), _lines(code, document)
    once_old, once_new = (_once(line.code for line in lines) for lines in (old, new))
    said = {line.comment for line in new if line.comment}
    above: dict[str, list[str]] = {}
    behind: dict[str, str] = {}
    block: list[str] = []
    for line in old:
        if line.comment and not line.code:
            block.append(line.text)
            continue
        if line.code in once_old & once_new and _WORD.search(line.code):
            if block and not said & {text.strip() for text in block}:
                above[line.code] = block
            if line.comment and line.comment not in said:
                behind[line.code] = line.text
        block = []
    out: list[str] = []
    kept = 0
    for at, line in enumerate(new):
        margin = line.text[: len(line.text) - len(line.text.lstrip())]
        commented = at > 0 and new[at - 1].comment != "" and not new[at - 1].code
        if line.code in above and not commented:
            out += [margin + text.strip() for text in above[line.code]]
            kept += 1
        if line.code in behind and not line.comment:
            out.append(margin + behind[line.code].strip())
            kept += 1
        else:
            out.append(line.text)
    if not kept:
        return code, ()
    return "\n".join(out), (f"Put back {kept} comment{'s' if kept > 1 else ''}.",)


_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, its code and its comment, each without the blanks around it."""

    text: str
    code: str
    comment: str


def _lines(code: str, document: Document) -> list[_Line]:
    read = Document(document.uri, None, code, document.language)
    lines = read.lines
    comments = {}
    for token in tokens(read):
        if token.comment and "\n" not in token.text.strip():
            comments[lines.line_at(token.span.start)] = token.span.start
    found = []
    for at in range(len(lines)):
        start, end = lines.start(at), lines.end(at)
        split = comments.get(at, end)
        before, behind = read.text[start:split].strip(), read.text[split:end].strip()
        found.append(_Line(read.text[start:end], before, behind))
    return found


def _once(texts: Iterable[str]) -> set[str]:
    """Those that stand there exactly once."""
    counts = Counter(texts)
    return {text for text, count in counts.items() if count == 1 and text}
